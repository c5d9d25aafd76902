import { isLestockageError } from '../model/index.js';
import type { BulkStatement, Database, Statement } from '../sql/index.js';

/** Writes a batch when the store still has the generation it was worked out from. Else it writes nothing and returns false. */
export async function writeAt(
  database: Database,
  generation: number,
  batch: readonly (Statement | BulkStatement)[],
): Promise<boolean> {
  const guard: Statement[] = [
    {
      sql: 'INSERT INTO batch_guards (holds) SELECT coalesce(max(id), 0) = ? FROM generations',
      parameters: [generation],
    },
    { sql: 'DELETE FROM batch_guards' },
  ];
  try {
    await database.write([...guard, ...batch]);
    return true;
  } catch (error) {
    if (isLestockageError(error) && error.code === 'STALE_GENERATION') return false;
    throw error;
  }
}
