import { compareText } from './text-order.js';

/** Texts in one run of UTF-8 bytes: text `id` lies from `offsets[id]` up to `offsets[id + 1]`. */
export class TextTable {
  readonly #text: Buffer;

  constructor(
    readonly offsets: Uint32Array,
    readonly bytes: Uint8Array,
  ) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get count(): number {
    return this.offsets.length - 1;
  }

  /** The text with this number. Made anew with every call. */
  get(id: number): string {
    const start = this.offsets[id] ?? 0;
    return this.#text.toString('utf8', start, this.offsets[id + 1] ?? start);
  }

  /** The number of a text, or -1. Only for a table whose texts are in order. */
  find(text: string): number {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareText(this.get(middle), text);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** The bytes and offsets of texts. Throws RangeError for more bytes than one table can have, which is 4 GiB. */
export function textTable(texts: readonly string[]): TextTable {
  const offsets = new Uint32Array(texts.length + 1);
  let total = 0;
  for (const [id, text] of texts.entries()) {
    total += Buffer.byteLength(text);
    if (total > 0xffff_ffff) throw new RangeError('The texts of the graph take more than 4 GiB.');
    offsets[id + 1] = total;
  }
  // Apart from Node's shared pool, so that what keeps the table keeps nothing else.
  const bytes = Buffer.from(new ArrayBuffer(total));
  for (const [id, text] of texts.entries()) bytes.write(text, offsets[id] ?? 0, 'utf8');
  return new TextTable(offsets, new Uint8Array(bytes.buffer));
}
