import { exportParquet as exportTables, type ExportParquetOptions, type TablePiece } from '../export/index.js';
import { databaseOf } from './database-of.js';
import type { Store } from './store.js';

/**
 * All nodes and edges of a store as two Parquet files, a piece of their bytes at a time: first all pieces of the
 * table `nodes`, then those of `edges`, both in canonical order and from one state of the store.
 *
 * ```ts
 * for await (const { table, bytes } of exportParquet(store)) await files[table].write(bytes);
 * ```
 *
 * The iteration throws NotFoundError `PROJECT_NOT_FOUND` before its first piece.
 */
export async function* exportParquet(
  store: Store,
  options: ExportParquetOptions = {},
): AsyncGenerator<TablePiece, void, void> {
  if (options.project !== undefined) await store.projects.require(options.project);
  yield* exportTables(databaseOf(store), options);
}
