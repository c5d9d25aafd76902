import type { NodeType, ProjectId } from '../model/index.js';
import type { SqlValue } from '../sql/index.js';

/** Which nodes are wanted; every field that is given must fit, and a list lets nothing pass that is not in it. */
export interface NodeColumns {
  readonly projects?: readonly ProjectId[];
  readonly types?: readonly NodeType[];
  readonly languages?: readonly string[];
  /** What the path of the file begins with: `src/` or `src/car`. */
  readonly pathPrefix?: string;
}

interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** No path has this character, so every path with a prefix comes before the prefix with it. */
const AFTER_ALL = '\u{10ffff}';

/** Nodes by their columns, for rooms that have ids of nodes and nothing else. */
export const NodeSelection = {
  /** A query that gives the `id` of each node that fits. */
  ids(wanted: NodeColumns): Condition {
    const { sql, parameters } = conditionOf(wanted);
    return { sql: `SELECT n.id FROM intel_nodes AS n WHERE ${sql}`, parameters };
  },

  /** Whether the node whose id an expression gives fits. */
  includes(id: string, wanted: NodeColumns): Condition {
    const { sql, parameters } = conditionOf(wanted);
    return { sql: `EXISTS (SELECT 1 FROM intel_nodes AS n WHERE n.id = ${id} AND ${sql})`, parameters };
  },
} as const;

/** Whether a row `n` of `intel_nodes` fits. */
export function conditionOf({ projects, types, languages, pathPrefix = '' }: NodeColumns): Condition {
  const parts: Condition[] = [];
  const oneOf = (column: string, values: readonly string[] | undefined): void => {
    if (values === undefined) return;
    const sql = `n.${column} IN (SELECT value FROM json_each(?))`;
    parts.push({ sql, parameters: [JSON.stringify(values)] });
  };
  oneOf('project_id', projects);
  oneOf('node_type', types);
  oneOf('language', languages);
  if (pathPrefix !== '') {
    parts.push({
      sql: 'n.file_path >= ? AND n.file_path < ?',
      parameters: [pathPrefix, pathPrefix + AFTER_ALL],
    });
  }
  if (parts.length === 0) return { sql: '1', parameters: [] };
  return {
    sql: parts.map(({ sql }) => sql).join(' AND '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}
