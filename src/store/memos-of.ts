import { MemoStore } from '../incremental/index.js';
import type { Database } from '../sql/index.js';

/** What was bound in a project, with what it was computed from. */
export function memosOf(database: Database, projectId: string): MemoStore {
  return new MemoStore(database, `project/${projectId}`);
}
