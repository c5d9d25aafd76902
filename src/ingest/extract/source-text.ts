import type { Node } from 'web-tree-sitter';
import { CommentTrail } from './comment-trail.js';
import { TextOffsets } from './text-offsets.js';

const SIGNATURE_LENGTH_LIMIT = 600;

/** A source file as it is handed to the extractor. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Length of `text` in UTF-8 bytes. */
  readonly textBytes: number;
  /** Bytes of the file before `text`. */
  readonly leadingBytes: number;
}

/** The text of a file: its lines, its byte offsets and its comments. Positions are UTF-16, rows 0-based. */
export class SourceText {
  readonly text: string;
  readonly comments: CommentTrail;
  private readonly offsets: TextOffsets;
  private readonly lineStarts: readonly number[];

  constructor(readonly file: SourceFile) {
    this.text = file.text;
    this.comments = new CommentTrail(file.text);
    this.offsets = new TextOffsets(file.text, file.textBytes, file.leadingBytes);
    this.lineStarts = findLineStarts(file.text);
  }

  get sizeBytes(): number {
    return this.file.leadingBytes + this.file.textBytes;
  }

  toBytes(index: number): number {
    return this.offsets.toBytes(index);
  }

  rowOf(index: number): number {
    const { lineStarts } = this;
    let low = 0;
    let high = lineStarts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((lineStarts[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Text of the comment right above a node, or null. */
  documentationAbove(node: Node): string | null {
    return this.comments.before(node.startIndex);
  }

  /** `[start, end)` on one line, without comments and without what leads over to a body. */
  signature(start: number, end: number): string {
    const text = this.comments.without(start, Math.min(end, start + 4 * SIGNATURE_LENGTH_LIMIT));
    const folded = text
      .replace(/\s+/g, ' ')
      .replace(/(?<![\s={:])[\s={:]+$/, '')
      .trimStart();
    return folded.length <= SIGNATURE_LENGTH_LIMIT ? folded : `${folded.slice(0, SIGNATURE_LENGTH_LIMIT - 1)}…`;
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
