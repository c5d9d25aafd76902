/**
 * From positions in a JavaScript string (UTF-16 units, what the parser reports) to offsets in the
 * file's UTF-8 bytes. Free for ASCII text; otherwise one pass that keeps a checkpoint every 1024 units.
 */
export class TextOffsets {
  private readonly checkpoints: Float64Array | null;

  /**
   * @param text the decoded file
   * @param sizeBytes length of the decoded part in bytes
   * @param leadingBytes bytes before the decoded part (a byte order mark)
   */
  constructor(
    private readonly text: string,
    sizeBytes: number,
    private readonly leadingBytes = 0,
  ) {
    this.checkpoints = text.length === sizeBytes ? null : buildCheckpoints(text);
  }

  /** Byte offset of the UTF-16 position `index`, from the start of the file. */
  toBytes(index: number): number {
    if (this.checkpoints === null) return index + this.leadingBytes;
    const block = index >>> 10;
    return this.leadingBytes + (this.checkpoints[block] ?? 0) + utf8Length(this.text, block << 10, index);
  }
}

function buildCheckpoints(text: string): Float64Array {
  const checkpoints = new Float64Array((text.length >>> 10) + 1);
  let bytes = 0;
  for (let block = 0; block < checkpoints.length; block++) {
    checkpoints[block] = bytes;
    bytes += utf8Length(text, block << 10, Math.min((block + 1) << 10, text.length));
  }
  return checkpoints;
}

/** Bytes of `text[from, to)`; the halves of a surrogate pair count two bytes each. */
function utf8Length(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else bytes += isPaired(text, at, unit) ? 2 : 3;
  }
  return bytes;
}

function isPaired(text: string, at: number, unit: number): boolean {
  if (unit < 0xdc00) {
    const next = text.charCodeAt(at + 1);
    return next >= 0xdc00 && next <= 0xdfff;
  }
  const previous = text.charCodeAt(at - 1);
  return previous >= 0xd800 && previous <= 0xdbff;
}
