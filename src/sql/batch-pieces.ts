import { rewriteForRows, type BulkRewrite, type ColumnKind } from './bulk-rewrite.js';
import type { BulkStatement, SqlRow, Statement } from './database.js';
import { checkRow, ChunkBuilder, fitsJson, type RowChunk } from './row-chunks.js';
import { shapeOf } from './sql-tokens.js';

/** One statement as it is. */
export interface DirectPiece {
  readonly kind: 'direct';
  readonly statement: number;
  readonly row?: number;
  readonly sql: string;
  readonly parameters: SqlRow;
  readonly sizeBytes: number;
}

/** One statement for many rows, which go with it. */
export interface ChunkPiece {
  readonly kind: 'chunk';
  readonly statement: number;
  readonly rewrite: BulkRewrite;
  readonly chunk: RowChunk;
  readonly sizeBytes: number;
}

/** One statement for many rows, which the server has already. */
export interface StagedPiece {
  readonly kind: 'staged';
  readonly statement: number;
  readonly rewrite: BulkRewrite;
  readonly kinds: readonly ColumnKind[];
  readonly part: number;
  readonly rowCount: number;
  readonly sizeBytes: number;
}

export type Piece = DirectPiece | ChunkPiece | StagedPiece;

const NO_PARAMETERS: SqlRow = [];
/** With fewer rows than this, one statement for each is as fast, and an error can name the row. */
const CHUNK_FROM_ROWS = 4;

/** Takes a batch apart in order; rows are read as pieces are asked for. `onRow` is called before each row. */
export function* piecesOf(
  batch: readonly (Statement | BulkStatement)[],
  onRow: () => void,
): Generator<DirectPiece | ChunkPiece, void, void> {
  for (const [statement, each] of batch.entries()) {
    if ('rows' in each) {
      yield* piecesOfRows(each, statement, onRow);
      continue;
    }
    const parameters = each.parameters ?? NO_PARAMETERS;
    checkRow(parameters, shapeOf(each.sql).parameterCount, { statement });
    yield direct(statement, each.sql, parameters);
  }
}

function* piecesOfRows(
  { sql, rows }: BulkStatement,
  statement: number,
  onRow: () => void,
): Generator<DirectPiece | ChunkPiece, void, void> {
  const rewrite = rewriteForRows(sql);
  const { parameterCount } = shapeOf(sql);
  const builder = new ChunkBuilder();
  /** The rows in the builder as they came, while they are few. */
  let few: SqlRow[] = [];
  let index = 0;
  function* flush(): Generator<DirectPiece | ChunkPiece, void, void> {
    const chunk = builder.take();
    if (rewrite !== undefined && chunk.rowCount >= CHUNK_FROM_ROWS) {
      yield { kind: 'chunk', statement, rewrite, chunk, sizeBytes: chunk.sizeBytes };
    } else {
      for (const [at, row] of few.entries()) yield direct(statement, sql, row, index - few.length + at);
    }
    few = [];
  }
  for (const row of rows) {
    onRow();
    checkRow(row, parameterCount, { statement, row: index });
    if (rewrite === undefined || !fitsJson(row)) {
      yield* flush();
      yield direct(statement, sql, row, index++);
      continue;
    }
    if (!builder.add(row)) {
      yield* flush();
      builder.add(row);
    }
    if (few.length < CHUNK_FROM_ROWS) few.push(row);
    index++;
    if (builder.isFull) yield* flush();
  }
  yield* flush();
}

function direct(statement: number, sql: string, parameters: SqlRow, row?: number): DirectPiece {
  let sizeBytes = 100;
  for (const value of parameters) {
    if (typeof value === 'string') sizeBytes += value.length;
    else if (value instanceof Uint8Array) sizeBytes += value.byteLength * 1.4;
    sizeBytes += 30;
  }
  return { kind: 'direct', statement, sql, parameters, sizeBytes, ...(row === undefined ? {} : { row }) };
}
