const CONTROL = /[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A text from a source file or a path, safe to show on a terminal and to keep on one line: control characters and
 * marks that reorder text are written as escapes, so that hostile names cannot move the cursor or hide anything.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
