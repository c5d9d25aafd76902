/**
 * Control characters, line ends among them, and what Unicode has no character for. XML has no place for most of
 * them, however they are written; in DOT a NUL ends the text.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

/** Writes each character that is none to look at by its number. */
export function replaceUnprintable(text: string, write: (hex: string, char: string) => string): string {
  return text.replace(UNPRINTABLE, (char) => write(char.charCodeAt(0).toString(16).padStart(4, '0'), char));
}
