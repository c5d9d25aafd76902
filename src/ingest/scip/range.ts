/** A place in a document: both numbers from 0. What a column counts is the document's position encoding. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From `start` up to, not including, `end`. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/**
 * A range of a SCIP index: start line, start column, end line, end column; with three numbers the end is on
 * the start's line. Undefined for everything else, and for a range that ends before it starts.
 */
export function rangeOf(numbers: readonly number[]): Range | undefined {
  const [startLine, startColumn, third, fourth] = numbers;
  if (startLine === undefined || startColumn === undefined || third === undefined || numbers.length > 4)
    return undefined;
  const start = { line: startLine, column: startColumn };
  const end = fourth === undefined ? { line: startLine, column: third } : { line: third, column: fourth };
  const isOrdered = startLine >= 0 && startColumn >= 0 && end.column >= 0 && comparePositions(start, end) <= 0;
  return isOrdered ? { start, end } : undefined;
}

/** The shortest form of a range in a SCIP index. */
export function rangeNumbers({ start, end }: Range): number[] {
  if (start.line === end.line) return [start.line, start.column, end.column];
  return [start.line, start.column, end.line, end.column];
}

export function comparePositions(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}

/** By start; of two with one start the longer first, so that what encloses comes before what it encloses. */
export function compareRanges(a: Range, b: Range): number {
  return comparePositions(a.start, b.start) || comparePositions(b.end, a.end);
}

export function contains(range: Range, position: Position): boolean {
  return comparePositions(range.start, position) <= 0 && comparePositions(position, range.end) < 0;
}

/** The lines of a range as a symbol has them: from 1, inclusive. A range that ends before a line's first column ends with the line before. */
export function linesOf({ start, end }: Range): { readonly startLine: number; readonly endLine: number } {
  const last = end.column === 0 && end.line > start.line ? end.line : end.line + 1;
  return { startLine: start.line + 1, endLine: last };
}
