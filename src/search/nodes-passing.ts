import type { NodeId } from '../model/index.js';
import type { Database, SqlValue } from '../sql/index.js';
import type { NodeFilter } from '../vectors/index.js';

/** The nodes that pass a filter; undefined when it lets all pass. */
export async function nodesPassing(database: Database, filter: NodeFilter): Promise<ReadonlySet<NodeId> | undefined> {
  const parts: string[] = [];
  const parameters: SqlValue[] = [];
  for (const [column, values] of [
    ['project_id', filter.projects],
    ['node_type', filter.types],
    ['language', filter.languages],
  ] as const) {
    if (values === undefined) continue;
    parts.push(`${column} IN (SELECT value FROM json_each(?))`);
    parameters.push(JSON.stringify(values));
  }
  if (filter.pathPrefix !== undefined && filter.pathPrefix !== '') {
    parts.push('substr(file_path, 1, length(?)) = ?');
    parameters.push(filter.pathPrefix, filter.pathPrefix);
  }
  if (parts.length === 0) return undefined;
  const rows = await database.all<{ id: NodeId }>(
    `SELECT id FROM intel_nodes WHERE ${parts.join(' AND ')}`,
    parameters,
  );
  return new Set(rows.map(({ id }) => id));
}
