import {
  edgesAcrossStatements,
  PACKAGE_STRATEGY,
  readEdgesAcross,
  readGeneration,
  type EdgeAcross,
  type EdgesAcrossDelta,
} from '../graph/index.js';
import type { ModuleEntry, NodeId, PackageManager, ProjectId } from '../model/index.js';
import type { BulkStatement, Database, Snapshot, SqlRow, Statement } from '../sql/index.js';
import type {
  AskedPackage,
  FileUses,
  ImportingPackages,
  LinkCandidate,
  LinkedUse,
  LinkTarget,
  NameLink,
  ProviderPackage,
  WaitingName,
  WaitingNames,
} from './external-links.js';
import { writeAt } from './write-at.js';
import { externalUseStatements, readExternalUses, type ExternalUse } from './external-uses.js';

/** Uses of what lies outside of projects, and what links made of them. */
export class ExternalRefs {
  constructor(private readonly database: Database) {}

  /** The stored uses of some symbols. */
  async usesOf(sources: Iterable<NodeId>): Promise<ExternalUse[]> {
    return readExternalUses(this.database, sources);
  }

  /** What is to be written so that symbols of a project that had the uses `stored` have the uses `now`. */
  statementsForUses(project: ProjectId, stored: readonly ExternalUse[], now: Iterable<ExternalUse>): BulkStatement[] {
    return externalUseStatements(project, stored, now);
  }

  /** What lets all names be linked anew that packages of a project decide about. */
  statementForProviders(project: ProjectId): Statement {
    return {
      sql: `UPDATE external_names SET is_linked = 0 WHERE is_linked = 1 AND id IN (
              SELECT w.name_id FROM external_watches AS w
              WHERE w.key IN (SELECT key FROM package_keys WHERE project_id = ?))`,
      parameters: [project],
    };
  }

  /** Is there something to link? */
  async isWaiting(): Promise<boolean> {
    const row = await this.database.first(
      `SELECT 1 FROM external_names WHERE is_linked = 0
       UNION ALL SELECT 1 FROM external_queue UNION ALL SELECT 1 FROM global_symbols_queue LIMIT 1`,
    );
    return row !== undefined;
  }

  /** Up to `limit` names of one project that wait; undefined when none does. */
  async waiting(limit: number): Promise<WaitingNames | undefined> {
    return this.database.snapshot(async (snapshot) => {
      const first = await snapshot.first<{ project: ProjectId }>(
        `SELECT project_id AS project FROM external_names WHERE is_linked = 0
         UNION ALL SELECT n.project_id FROM external_queue AS q JOIN intel_nodes AS n ON n.id = q.source_id LIMIT 1`,
      );
      if (first === undefined) return undefined;
      const { project } = first;
      const names = await snapshot.all<Omit<WaitingName, 'uses'>>(
        `SELECT id, manager, specifier, path FROM external_names
         WHERE is_linked = 0 AND project_id = ? ORDER BY id LIMIT ?`,
        [project, limit],
      );
      const uses = await readUses(snapshot, names);
      const queued = await snapshot.all<{ id: NodeId }>(
        `SELECT q.source_id AS id FROM external_queue AS q JOIN intel_nodes AS n ON n.id = q.source_id
         WHERE n.project_id = ? LIMIT ?`,
        [project, limit],
      );
      return {
        generation: await readGeneration(snapshot),
        project,
        names: names.map((name) => ({ ...name, uses: uses.get(name.id) ?? [] })),
        queued: queued.map(({ id }) => id),
      };
    });
  }

  /** Names of a project in the order of their ids, those after one. */
  async names(
    project: ProjectId,
    after: number,
    limit: number,
  ): Promise<(WaitingName & { readonly isLinked: boolean })[]> {
    return this.database.snapshot(async (snapshot) => {
      const names = await snapshot.all<Omit<WaitingName, 'uses'> & { isLinked: number }>(
        `SELECT id, manager, specifier, path, is_linked AS isLinked FROM external_names
         WHERE project_id = ? AND id > ? ORDER BY id LIMIT ?`,
        [project, after, limit],
      );
      const uses = await readUses(snapshot, names);
      return names.map((name) => ({ ...name, isLinked: name.isLinked === 1, uses: uses.get(name.id) ?? [] }));
    });
  }

  /** The stored links of some names. */
  async linksOf(names: Iterable<number>): Promise<Omit<NameLink, 'watches'>[]> {
    const rows = await this.database.all<Omit<NameLink, 'watches' | 'candidates'> & { candidates: string }>(
      `SELECT e.name_id AS name, e.folder, e.package_name AS packageName, e.dependency_id AS dependency, e.status,
         e.user_count AS users, e.use_count AS uses,
         (SELECT json_group_array(json_object('node', c.node_id, 'initializer', c.constructor_id, 'package', c.package_id,
            'rank', c."rank", 'reason', c.reason)) FROM external_candidates AS c WHERE c.external_id = e.id) AS candidates
       FROM json_each(?) AS w CROSS JOIN external_symbols AS e ON e.name_id = w.value`,
      [JSON.stringify([...names])],
    );
    // As the statement above makes it.
    return rows.map((row) => ({ ...row, candidates: JSON.parse(row.candidates) as LinkCandidate[] }));
  }

  /** The packages of a project and what they ask for. */
  async importingPackages(project: ProjectId): Promise<ImportingPackages> {
    return this.database.snapshot(async (snapshot) => ({
      folders: await snapshot.all<ImportingPackages['folders'][number]>(
        'SELECT DISTINCT manager, folder FROM packages WHERE project_id = ? ORDER BY manager, folder',
        [project],
      ),
      asked: await snapshot.all<AskedPackage>(
        `SELECT d.id, p.folder, d.manager, d.name, d.alias, d."range" AS "range", d.locked_version AS lockedVersion, d.kind,
           d.local, d.manifest_path AS manifest
         FROM project_deps AS d JOIN packages AS p ON p.id = d.package_id WHERE d.project_id = ?
         ORDER BY p.folder, d.manager, d.name, d.kind, d.manifest_path, d.ordinal`,
        [project],
      ),
    }));
  }

  /** The packages with these names, of all projects. */
  async providersNamed(manager: PackageManager, names: Iterable<string>): Promise<ProviderPackage[]> {
    return this.providers(
      `FROM json_each(?) AS w CROSS JOIN packages AS p ON p.name = w.value AND p.manager = ?`,
      JSON.stringify([...new Set(names)]),
      manager,
    );
  }

  /** All named packages of a manager. */
  async providersOf(manager: PackageManager): Promise<ProviderPackage[]> {
    return this.providers(`FROM packages AS p WHERE p.name <> '' AND p.manager = ?`, manager);
  }

  private async providers(from: string, ...parameters: string[]): Promise<ProviderPackage[]> {
    const rows = await this.database.all<Omit<ProviderPackage, 'modules'> & { modules: string }>(
      `SELECT p.id, p.project_id AS project, p.manager, p.name, p.version, p.folder, p.modules ${from}
       ORDER BY p.project_id, p.folder, p.name, p.manifest_path`,
      parameters,
    );
    // Written by this room from the same type.
    return rows.map((row) => ({ ...row, modules: JSON.parse(row.modules) as ModuleEntry[] }));
  }

  /** The symbols that use some names. */
  async sourcesOf(names: Iterable<number>): Promise<NodeId[]> {
    const rows = await this.database.all<{ id: NodeId }>(
      `SELECT DISTINCT r.source_id AS id FROM json_each(?) AS w CROSS JOIN external_refs AS r ON r.name_id = w.value`,
      [JSON.stringify([...names])],
    );
    return rows.map(({ id }) => id);
  }

  /** The symbols of those given that use nothing whose links wait, and whose edges do not wait themselves. */
  async settled(sources: Iterable<NodeId>): Promise<NodeId[]> {
    const rows = await this.database.all<{ id: NodeId }>(
      `SELECT w.value AS id FROM json_each(?) AS w
       WHERE NOT EXISTS (SELECT 1 FROM external_queue WHERE source_id = w.value)
         AND NOT EXISTS (SELECT 1 FROM external_refs AS r JOIN external_names AS n ON n.id = r.name_id
                         WHERE r.source_id = w.value AND n.is_linked = 0)`,
      [JSON.stringify([...sources])],
    );
    return rows.map(({ id }) => id);
  }

  /** How many edges links made of symbols of a project that use nothing outside of it. */
  async countUnfounded(project: ProjectId): Promise<number> {
    const row = await this.database.first<{ count: number }>(
      `SELECT count(*) AS count FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id
       WHERE n.project_id = ? AND e.metadata ->> 'strategy' = '${PACKAGE_STRATEGY}'
         AND NOT EXISTS (SELECT 1 FROM external_refs WHERE source_id = n.id)
         AND NOT EXISTS (SELECT 1 FROM external_queue WHERE source_id = n.id)`,
      [project],
    );
    return row?.count ?? 0;
  }

  /** All uses of some symbols, each with its file. */
  async linkedUses(sources: Iterable<NodeId>): Promise<LinkedUse[]> {
    return this.database.all<LinkedUse>(
      `SELECT r.source_id AS source, s.file_path AS file, n.id AS name, n.manager, n.specifier, r.kind, r.count, r.strategy
       FROM json_each(?) AS w CROSS JOIN external_refs AS r ON r.source_id = w.value
       CROSS JOIN external_names AS n ON n.id = r.name_id CROSS JOIN intel_nodes AS s ON s.id = r.source_id
       ORDER BY r.source_id, n.specifier, n.path, r.kind`,
      [JSON.stringify([...sources])],
    );
  }

  /** Where the stored links of some names lead, of those that lead to one place, which lies in another project. */
  async linkTargets(names: Iterable<number>): Promise<LinkTarget[]> {
    return this.database.all<LinkTarget>(
      `SELECT e.name_id AS name, e.folder, c.node_id AS node, t.node_type AS nodeType, t.symbol_name AS nodeName,
         c.constructor_id AS initializer, c.reason, p.manager || ' ' || p.name AS package, p.version,
         d."range" AS "range", d.manifest_path AS manifest
       FROM json_each(?) AS w CROSS JOIN external_symbols AS e ON e.name_id = w.value AND e.status = 'linked'
       CROSS JOIN external_candidates AS c ON c.external_id = e.id AND c."rank" = 1
       CROSS JOIN intel_nodes AS t ON t.id = c.node_id CROSS JOIN packages AS p ON p.id = c.package_id
       CROSS JOIN external_names AS n ON n.id = e.name_id AND n.project_id <> t.project_id
       LEFT JOIN project_deps AS d ON d.id = e.dependency_id`,
      [JSON.stringify([...names])],
    );
  }

  /** The edges of some symbols into other projects that links made. */
  async edgesAcross(sources: Iterable<NodeId>): Promise<EdgeAcross[]> {
    return readEdgesAcross(this.database, sources);
  }

  /**
   * Writes what names were found to lead to. They go on waiting until {@link ExternalRefs.finish}. Returns
   * false, and writes nothing, when the store is no longer in the state that the names were read from.
   */
  async stage(waiting: WaitingNames, links: readonly NameLink[]): Promise<boolean> {
    const ids = waiting.names.map(({ id }): SqlRow => [id]);
    const found = links.flatMap((link) => link.candidates.map((candidate) => ({ link, candidate })));
    const statements: BulkStatement[] = [
      { sql: 'DELETE FROM external_symbols WHERE name_id = ?', rows: ids },
      { sql: 'DELETE FROM external_watches WHERE name_id = ?', rows: ids },
      {
        sql: `INSERT INTO external_symbols (name_id, folder, package_name, dependency_id, status, user_count, use_count)
              VALUES (?, ?, ?, ?, ?, ?, ?)`,
        rows: links.map(({ name, folder, packageName, dependency, status, users, uses }): SqlRow => {
          return [name, folder, packageName, dependency, status, users, uses];
        }),
      },
      {
        sql: `INSERT INTO external_candidates (external_id, node_id, package_id, constructor_id, "rank", reason)
              SELECT id, ?, ?, ?, ?, ? FROM external_symbols WHERE name_id = ? AND folder = ?`,
        rows: found.map(({ link, candidate: { node, initializer, rank, reason, package: id } }): SqlRow => {
          return [node, id, initializer, rank, reason, link.name, link.folder];
        }),
      },
      {
        sql: 'INSERT INTO external_watches (key, name_id) VALUES (?, ?) ON CONFLICT (key, name_id) DO NOTHING',
        rows: links.flatMap(({ name, watches }) => watches.map((key): SqlRow => [key, name])),
      },
    ];
    return writeAt(this.database, waiting.generation, statements);
  }

  /** Writes the edges that the links of some names make; these wait no more. Returns as {@link ExternalRefs.stage}. */
  async finish(waiting: WaitingNames, edges: EdgesAcrossDelta, now: number): Promise<boolean> {
    return writeAt(this.database, waiting.generation, [
      ...edgesAcrossStatements(waiting.project, edges, now),
      {
        sql: 'UPDATE external_names SET is_linked = 1 WHERE id = ?',
        rows: waiting.names.map(({ id }): SqlRow => [id]),
      },
      { sql: 'DELETE FROM external_queue WHERE source_id = ?', rows: waiting.queued.map((id): SqlRow => [id]) },
    ]);
  }
}

async function readUses(
  snapshot: Snapshot,
  names: readonly { readonly id: number }[],
): Promise<Map<number, FileUses[]>> {
  const rows = await snapshot.all<FileUses & { name: number }>(
    `SELECT r.name_id AS name, s.file_path AS file, group_concat(DISTINCT r.kind) AS kinds,
       count(DISTINCT CASE WHEN r.kind <> 'import' THEN r.source_id END) AS users,
       sum(CASE WHEN r.kind <> 'import' THEN r.count ELSE 0 END) AS count
     FROM json_each(?) AS w CROSS JOIN external_refs AS r ON r.name_id = w.value
     CROSS JOIN intel_nodes AS s ON s.id = r.source_id GROUP BY r.name_id, s.file_path ORDER BY r.name_id, s.file_path`,
    [JSON.stringify(names.map(({ id }) => id))],
  );
  const uses = new Map<number, FileUses[]>();
  for (const { name, ...use } of rows) {
    const list = uses.get(name);
    if (list === undefined) uses.set(name, [use]);
    else list.push(use);
  }
  return uses;
}
