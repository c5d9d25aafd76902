import type { NodeId, PackageManager, ProjectId } from '../model/index.js';
import type { BulkStatement, Database, SqlRow } from '../sql/index.js';

export type ExternalUseKind = 'import' | 'inherit' | 'call' | 'type' | 'read' | 'write' | 'readwrite';

/** One symbol uses something outside its project. */
export interface ExternalUse {
  readonly source: NodeId;
  readonly manager: PackageManager;
  /** The module, as the import writes it. */
  readonly specifier: string;
  /** From the module to what is used; empty for the module itself. */
  readonly path: string;
  readonly kind: ExternalUseKind;
  readonly count: number;
  /** How the use was recognised inside its project. */
  readonly strategy: string;
}

const UPSERT_NAME_SQL = `
  INSERT INTO external_names (project_id, manager, specifier, path, name) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (project_id, manager, specifier, path) DO UPDATE SET is_linked = 0 WHERE is_linked = 1`;

const UPSERT_USE_SQL = `
  INSERT INTO external_refs (source_id, name_id, kind, count, strategy)
  SELECT ?, id, ?, ?, ? FROM external_names WHERE project_id = ? AND manager = ? AND specifier = ? AND path = ?
  ON CONFLICT (source_id, name_id, kind) DO UPDATE SET count = excluded.count, strategy = excluded.strategy`;

const DELETE_USE_SQL = `
  DELETE FROM external_refs WHERE source_id = ? AND kind = ? AND name_id =
    (SELECT id FROM external_names WHERE project_id = ? AND manager = ? AND specifier = ? AND path = ?)`;

/** The symbol may have been deleted in the same batch. */
const QUEUE_SOURCE_SQL = `
  INSERT INTO external_queue (source_id) SELECT id FROM intel_nodes WHERE id = ? ON CONFLICT (source_id) DO NOTHING`;

/** The uses of some symbols as they are stored. */
export async function readExternalUses(database: Database, sources: Iterable<NodeId>): Promise<ExternalUse[]> {
  return database.all<ExternalUse>(
    `SELECT r.source_id AS source, n.manager, n.specifier, n.path, r.kind, r.count, r.strategy
     FROM json_each(?) AS w CROSS JOIN external_refs AS r ON r.source_id = w.value
     CROSS JOIN external_names AS n ON n.id = r.name_id`,
    [JSON.stringify([...sources])],
  );
}

/** What is to be written so that some symbols of a project have these uses: the rows that differ and nothing else. */
export function externalUseStatements(
  project: ProjectId,
  stored: readonly ExternalUse[],
  now: Iterable<ExternalUse>,
): BulkStatement[] {
  const before = new Map(stored.map((use) => [keyOf(use), use]));
  const names = new Map<string, SqlRow>();
  const uses: SqlRow[] = [];
  for (const use of now) {
    const { source, manager, specifier, path, kind, count, strategy } = use;
    const key = keyOf(use);
    const known = before.get(key);
    before.delete(key);
    if (known?.count === count && known.strategy === strategy) continue;
    names.set(`${manager} ${specifier} ${path}`, [project, manager, specifier, path, lastNameOf(path)]);
    uses.push([source, kind, count, strategy, project, manager, specifier, path]);
  }
  const gone = [...before.values()].map((use): SqlRow => {
    const { source, manager, specifier, path, kind } = use;
    return [source, kind, project, manager, specifier, path];
  });
  const left = new Set([...before.values()].map(({ source }) => source));
  return [
    { sql: UPSERT_NAME_SQL, rows: [...names.values()] },
    { sql: UPSERT_USE_SQL, rows: uses },
    { sql: DELETE_USE_SQL, rows: gone },
    { sql: QUEUE_SOURCE_SQL, rows: [...left].map((source): SqlRow => [source]) },
  ].filter(({ rows }) => rows.length > 0);
}

/** The name that a path ends in; empty for the module itself. */
export function lastNameOf(path: string): string {
  return /(?:\.|::)([^.:()[\]@*]+)[()[\]@*]*$/.exec(path)?.[1] ?? '';
}

function keyOf({ source, manager, specifier, path, kind }: ExternalUse): string {
  return [source, manager, specifier, path, kind].join('\0');
}
