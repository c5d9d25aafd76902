/** Code and prose of western languages come to about so many bytes a token with the tokenizers of today's models. */
const BYTES_PER_TOKEN = 4;

/** How many tokens a text takes, by its UTF-8 bytes. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** How many bytes of text a budget of tokens allows. */
export function bytesOf(maxTokens: number): number {
  return maxTokens * BYTES_PER_TOKEN;
}

const CUT = '…';

/** The beginning of a text, of at most so many bytes; ends in `…` when something was cut off. */
export function clipped(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = Math.max(0, maxBytes - Buffer.byteLength(CUT));
  // Bytes 10xxxxxx go on with a character that would be cut in two.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end) + CUT;
}
