import { TextOffsets } from '../extract/text-offsets.js';
import type { Position, Range } from './range.js';
import type { PositionEncoding } from './scip-document.js';

/** The text of a document, with the way from its positions to places in the text and back. */
export class DocumentText {
  private readonly lineStarts: readonly number[];
  private readonly offsets: TextOffsets;
  readonly textBytes: number;

  /** @param leadingBytes bytes of the file before the text, such as a byte order mark */
  constructor(
    readonly text: string,
    private readonly encoding: PositionEncoding,
    readonly leadingBytes = 0,
  ) {
    this.lineStarts = findLineStarts(text);
    this.textBytes = Buffer.byteLength(text);
    this.offsets = new TextOffsets(text, this.textBytes, leadingBytes);
  }

  /** The index in the text (UTF-16) of a position; a column behind its line's end counts as that end. */
  indexOf({ line, column }: Position): number {
    const start = this.lineStarts[line];
    if (start === undefined) return this.text.length;
    const end = this.lineStarts[line + 1] ?? this.text.length;
    if (this.encoding === 'utf16') return Math.min(start + column, end);
    let at = start;
    for (let left = column; left > 0 && at < end;) {
      const point = this.text.codePointAt(at) ?? 0;
      left -= this.encoding === 'utf32' ? 1 : utf8Length(point);
      at += point > 0xffff ? 2 : 1;
    }
    return Math.min(at, end);
  }

  /** Is there such a place in the text, the end of a line included? */
  holds({ line, column }: Position): boolean {
    const start = this.lineStarts[line];
    if (start === undefined) return false;
    const text = this.text.slice(start, this.lineStarts[line + 1] ?? this.text.length);
    if (this.encoding === 'utf16') return column <= text.length;
    return column <= (this.encoding === 'utf8' ? Buffer.byteLength(text) : [...text].length);
  }

  positionOf(index: number): Position {
    const line = this.lineOf(index);
    const written = this.text.slice(this.lineStarts[line] ?? 0, index);
    if (this.encoding === 'utf16') return { line, column: written.length };
    return { line, column: this.encoding === 'utf8' ? Buffer.byteLength(written) : [...written].length };
  }

  slice({ start, end }: Range): string {
    return this.text.slice(this.indexOf(start), this.indexOf(end));
  }

  /** Offset in the file, in bytes. */
  byteOf(position: Position): number {
    return this.offsets.toBytes(this.indexOf(position));
  }

  /** The index in the text of an offset in the file; inside of a character, the next one's. */
  indexOfByte(byte: number): number {
    let low = 0;
    let high = this.text.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.offsets.toBytes(middle) < byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private lineOf(index: number): number {
    let low = 0;
    let high = this.lineStarts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.lineStarts[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function utf8Length(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** Lines end as compilers see them: after `\n`, `\r\n` and a lone `\r`. */
function findLineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: ending } of text.matchAll(/\r\n?|\n/g)) starts.push(index + ending.length);
  return starts;
}
