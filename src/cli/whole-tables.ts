import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportTable, TablePiece } from '../index.js';
import { refusing, WholeFile } from './whole-file.js';

const TABLES: readonly ExportTable[] = ['nodes', 'edges'];

export interface WrittenTable {
  readonly table: ExportTable;
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Writes the tables of an export as `nodes.parquet` and `edges.parquet` into a folder, which is made when it is
 * not there. Both take their places when both are on the disk; what else is in the folder stays.
 *
 * Throws UsageError `INVALID_ARGUMENT` for a path that cannot be written.
 */
export async function writeWholeTables(folder: string, pieces: AsyncIterable<TablePiece>): Promise<WrittenTable[]> {
  const isNew = await makeFolder(folder);
  const files = new Map<ExportTable, WholeFile>();
  try {
    for (const table of TABLES) files.set(table, await WholeFile.open(join(folder, `${table}.parquet`)));
    for await (const { table, bytes } of pieces) await files.get(table)?.write(bytes);
    for (const file of files.values()) await file.finish();
    for (const file of files.values()) await file.place();
  } catch (error) {
    for (const file of files.values()) await file.discard();
    if (isNew) await rmdir(folder).catch(() => undefined);
    throw error;
  }
  return [...files].map(([table, { path, sizeBytes }]) => ({ table, path, sizeBytes }));
}

/** Gives whether it was made. */
async function makeFolder(folder: string): Promise<boolean> {
  return refusing(folder, async () => {
    try {
      await mkdir(folder);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  });
}
