import { isLestockageError, type ErrorCode } from '../model/index.js';
import type { BulkStatement, Database, Statement } from '../sql/index.js';

const MAY_FAIL: ReadonlySet<ErrorCode> = new Set([
  'READ_ONLY',
  'DATABASE_BUSY',
  'DISK_FULL',
  'LIMIT_EXCEEDED',
  'CONNECTION_FAILED',
  'NOT_AUTHORIZED',
]);

/**
 * Writes what only spares later work. Nobody's question fails because a store can only be read, is busy,
 * out of reach or full; other errors are thrown.
 */
export async function writeIfPossible(
  database: Database,
  batch: readonly (Statement | BulkStatement)[],
): Promise<void> {
  try {
    await database.write(batch);
  } catch (error) {
    if (!isLestockageError(error) || !MAY_FAIL.has(error.code)) throw error;
  }
}
