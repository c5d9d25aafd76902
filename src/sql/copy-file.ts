import { CancelledError } from '../model/index.js';
import type { CopyOptions } from './database.js';
import { SqliteConnection } from './sqlite-connection.js';

/** About four megabytes: little enough that others on this thread are not kept waiting. */
const PAGES_AT_ONCE = 1024;
const NO_WAIT_MS = 0;

/**
 * Copies what a connection sees into a new file. A connection that holds a state open, as readers of a
 * write-ahead log can, copies that state whatever is written meanwhile; else SQLite begins anew after each
 * write of others.
 */
export async function copyToFile(
  connection: SqliteConnection,
  path: string,
  { signal, onProgress }: CopyOptions = {},
): Promise<void> {
  await connection.backup(path, PAGES_AT_ONCE, (left, total) => {
    if (signal?.aborted === true) throw new CancelledError();
    // Before the first step SQLite does not know yet how much there is.
    if (total > 0) onProgress?.({ pagesDone: total - left, pagesTotal: total });
  });
  standAlone(path);
}

/** Takes the mark of a write-ahead log from a copy, so that it can be read where nothing may be written beside it. */
export function standAlone(path: string): void {
  const copy = new SqliteConnection({ source: path, location: path, readOnly: false, busyTimeoutMs: NO_WAIT_MS });
  try {
    copy.first('PRAGMA journal_mode = DELETE');
  } finally {
    copy.close();
  }
}
