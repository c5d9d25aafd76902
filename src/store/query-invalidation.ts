import { FactReader } from '../graph/index.js';
import { QueryInvalidation } from '../incremental/index.js';
import type { Database } from '../sql/index.js';
import { memosOf } from './memos-of.js';
import type { Store } from './store.js';

/** Invalidation of what was bound, over the nodes and facts of a database. */
export function queryInvalidation(
  database: Database,
  { nodes, projects }: Pick<Store, 'nodes' | 'projects'>,
): QueryInvalidation {
  const reader = new FactReader(database);
  return new QueryInvalidation(database, {
    memos: (projectId) => memosOf(database, projectId),
    symbolsWith: (contentHash) => nodes.findByHash(contentHash),
    symbolsIn: async (path, projectId) => {
      const ids = projectId === undefined ? (await projects.list()).map(({ id }) => id) : [projectId];
      return (await Promise.all(ids.map((id) => nodes.getByFile(id, path)))).flat();
    },
    thingsOfFile: async (projectId, path) => {
      const { thingsOfFile } = await import('../ingest/index.js');
      return thingsOfFile(reader, projectId, path);
    },
    thingsOfSymbols: async (projectId, path, ids) => {
      const { thingsOfSymbols } = await import('../ingest/index.js');
      return thingsOfSymbols(reader, projectId, path, ids);
    },
  });
}
