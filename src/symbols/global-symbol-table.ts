import {
  decodeCursor,
  encodeCursor,
  envelope,
  readGeneration,
  readSymbols,
  requireCount,
  type CodeSymbol,
  type PageOptions,
} from '../graph/index.js';
import type { Envelope, NodeId, NodeType, PackageManager, ProjectId } from '../model/index.js';
import type { BulkStatement, Database, SqlRow, SqlValue, Statement } from '../sql/index.js';
import { writeAt } from './write-at.js';

/** A symbol that other projects can import. */
export interface GlobalSymbol {
  readonly symbol: CodeSymbol;
  readonly manager: PackageManager;
  /** Canonical name of the package. */
  readonly package: string;
  readonly version: string | null;
  /** The name inside the package, as SCIP descriptors. */
  readonly descriptors: string;
  /** Manager, package and descriptors as one text: equal for definition and use, whatever the version. */
  readonly moniker: string;
}

/** A row of the table. */
export interface GlobalSymbolRow {
  readonly node: NodeId;
  /** Row id of the package that holds it. */
  readonly package: number;
  readonly descriptors: string;
}

/** A node as the table wants to know it. */
export interface NodeToPublish {
  readonly id: NodeId;
  readonly file: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly nodeType: NodeType;
  readonly ordinal: number;
  readonly language: string;
  readonly visibility: string;
  readonly parent: NodeId | null;
}

/** Files of one project whose public symbols are to be listed anew. */
export interface WaitingFiles {
  readonly generation: number;
  readonly project: ProjectId;
  readonly paths: readonly string[];
  readonly nodes: readonly NodeToPublish[];
  readonly packages: readonly { readonly id: number; readonly manager: PackageManager; readonly folder: string }[];
  readonly stored: readonly GlobalSymbolRow[];
}

export interface GlobalSymbolOptions extends PageOptions {
  readonly project?: ProjectId;
}

const DEFAULT_LIMIT = 1000;
const UPSERT_SQL = `
  INSERT INTO global_symbols (node_id, project_id, package_id, symbol_name, node_type, descriptors)
  SELECT n.id, n.project_id, ?, n.symbol_name, n.node_type, ? FROM intel_nodes AS n WHERE n.id = ?
  ON CONFLICT (node_id) DO UPDATE SET package_id = excluded.package_id, symbol_name = excluded.symbol_name,
    node_type = excluded.node_type, descriptors = excluded.descriptors`;

/** The symbols that packages of the store offer to others. */
export class GlobalSymbolTable {
  constructor(private readonly database: Database) {}

  /** Lists a symbol as one of a package; see {@link GlobalSymbolTable.upsertAll}. */
  async upsert(row: GlobalSymbolRow): Promise<void> {
    await this.upsertAll([row]);
  }

  /**
   * Lists symbols as those of packages, as one atomic batch. Runs list what is public by themselves; a row for a node that
   * they list is theirs again with the next change of its file.
   *
   * Throws ConstraintError `UNIQUE` for descriptors that another symbol of the package has.
   */
  async upsertAll(rows: readonly GlobalSymbolRow[]): Promise<void> {
    await this.database.write([{ sql: UPSERT_SQL, rows: rows.map(asRow) }]);
  }

  /**
   * The public symbols with a name, by package, version and project.
   *
   * Throws UsageError `INVALID_ARGUMENT` for a bad limit or a foreign cursor; so do the others.
   */
  async byName(name: string, options: GlobalSymbolOptions = {}): Promise<Envelope<GlobalSymbol>> {
    return this.page('g.symbol_name = ?', [name], options);
  }

  async byNameAndType(
    name: string,
    type: NodeType,
    options: GlobalSymbolOptions = {},
  ): Promise<Envelope<GlobalSymbol>> {
    return this.page('g.symbol_name = ? AND g.node_type = ?', [name, type], options);
  }

  /** The symbols with a moniker: `manager package descriptors`. One for each version and copy of the package. */
  async byMoniker(moniker: string, options: GlobalSymbolOptions = {}): Promise<Envelope<GlobalSymbol>> {
    const [manager = '', name = ''] = moniker.split(' ', 2);
    const descriptors = moniker.slice(manager.length + name.length + 2);
    return this.page('p.manager = ? AND p.name = ? AND g.descriptors = ?', [manager, name, descriptors], options);
  }

  async byProject(project: ProjectId, options: PageOptions = {}): Promise<Envelope<GlobalSymbol>> {
    return this.page('true', [], { ...options, project });
  }

  private async page(
    where: string,
    parameters: readonly SqlValue[],
    { project, ...options }: GlobalSymbolOptions,
  ): Promise<Envelope<GlobalSymbol>> {
    const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    const after = options.cursor === undefined ? 0 : Number(decodeCursor('globals', ['number'], options.cursor)[0]);
    return this.database.snapshot(async (snapshot) => {
      const from = `FROM global_symbols AS g JOIN packages AS p ON p.id = g.package_id
        WHERE ${where} AND (? IS NULL OR g.project_id = ?)`;
      const all = [...parameters, project ?? null, project ?? null];
      const counted = await snapshot.first<{ total: number }>(`SELECT count(*) AS total ${from}`, all);
      const rows = await snapshot.all<Omit<GlobalSymbol, 'symbol' | 'moniker'> & { node: NodeId }>(
        `SELECT g.node_id AS node, p.manager, p.name AS package, p.version, g.descriptors ${from}
           AND g.node_id > ? ORDER BY g.node_id LIMIT ?`,
        [...all, after, limit + 1],
      );
      const shown = rows.slice(0, limit);
      const symbols = await readSymbols(
        snapshot,
        shown.map(({ node }) => node),
      );
      const items = shown.flatMap(({ node, ...row }): GlobalSymbol[] => {
        const symbol = symbols.get(node);
        return symbol === undefined
          ? []
          : [{ symbol, ...row, moniker: `${row.manager} ${row.package} ${row.descriptors}` }];
      });
      const last = rows.length > limit ? shown.at(-1) : undefined;
      const next = last === undefined ? null : encodeCursor('globals', [last.node]);
      return envelope(await readGeneration(snapshot), counted?.total ?? 0, items, next);
    });
  }

  /** Some files whose public symbols are to be listed anew, all of one project; undefined when none is. */
  async waiting(limit: number): Promise<WaitingFiles | undefined> {
    return this.database.snapshot(async (snapshot) => {
      const paths = await snapshot.all<{ project: ProjectId; path: string }>(
        `SELECT project_id AS project, path FROM global_symbols_queue
         WHERE project_id = (SELECT min(project_id) FROM global_symbols_queue) ORDER BY path LIMIT ?`,
        [limit],
      );
      const [first] = paths;
      if (first === undefined) return undefined;
      const { project } = first;
      const packages = await snapshot.all<WaitingFiles['packages'][number]>(
        `SELECT id, manager, folder FROM packages WHERE project_id = ? AND name <> '' ORDER BY folder, manager, name, id`,
        [project],
      );
      const wanted = JSON.stringify(paths.map(({ path }) => path));
      const isNamed = packages.length > 0;
      return {
        generation: await readGeneration(snapshot),
        project,
        paths: paths.map(({ path }) => path),
        packages,
        nodes: isNamed
          ? await snapshot.all<NodeToPublish>(
              `SELECT n.id, n.file_path AS file, n.symbol_name AS name, n.qualified_name AS qualifiedName,
                 n.node_type AS nodeType, n.ordinal, n.language, n.visibility, n.parent_id AS parent
               FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.file_path = w.value AND n.project_id = ?
               ORDER BY n.id`,
              [wanted, project],
            )
          : [],
        stored: await snapshot.all<GlobalSymbolRow>(
          `SELECT g.node_id AS node, g.package_id AS package, g.descriptors
           FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.file_path = w.value AND n.project_id = ?
           CROSS JOIN global_symbols AS g ON g.node_id = n.id`,
          [wanted, project],
        ),
      };
    });
  }

  /** Writes the public symbols of some files in the place of the stored ones; returns false when the store changed meanwhile. */
  async publish(
    { generation, project, paths, stored }: WaitingFiles,
    rows: readonly GlobalSymbolRow[],
  ): Promise<boolean> {
    const before = new Map(stored.map((row) => [row.node, row]));
    const changed = rows.filter((row) => {
      const listed = before.get(row.node);
      before.delete(row.node);
      return listed?.package !== row.package || listed.descriptors !== row.descriptors;
    });
    const known = new Set(stored.map(({ node }) => node));
    const replaced = changed.filter(({ node }) => known.has(node));
    const batch: (Statement | BulkStatement)[] = [
      {
        // Descriptors may move from one symbol to another.
        sql: 'DELETE FROM global_symbols WHERE node_id = ?',
        rows: [...before.keys(), ...replaced.map(({ node }) => node)].map((node): SqlRow => [node]),
      },
      { sql: UPSERT_SQL, rows: changed.map(asRow) },
      {
        sql: 'DELETE FROM global_symbols_queue WHERE project_id = ? AND path = ?',
        rows: paths.map((path): SqlRow => [project, path]),
      },
    ];
    return writeAt(this.database, generation, batch);
  }
}

function asRow({ node, package: id, descriptors }: GlobalSymbolRow): SqlRow {
  return [id, descriptors, node];
}
