import { decodeCursor, encodeCursor, envelope, type PageOptions, requireCount } from '../graph/index.js';
import { type Envelope, type ModuleEntry, NotFoundError, type PackageManager, type ProjectId } from '../model/index.js';
import type { Database, Snapshot, SqlValue } from '../sql/index.js';
import {
  type Dependency,
  DEPENDENCY_COLUMNS,
  DEPENDENCY_TABLES,
  type DependencyRow,
  toDependency,
} from './dependency.js';
import { type ImportRoute, readRoutes, readRoutesNamed } from './import-routes.js';
import { type PackageName, parsePackageName } from './package-name.js';
import { readManifestState, readPackageState, type StoredManifests, type StoredPackage } from './package-state.js';

/** A package that a project of the store holds. */
export interface ProjectPackage {
  readonly project: ProjectId;
  readonly manager: PackageManager;
  /** Canonical, see `PackageFacts`; empty when the manifest names none. */
  readonly name: string;
  readonly version: string | null;
  /** From the project's root, '' for the root itself. */
  readonly folder: string;
  readonly manifest: string;
  readonly modules: readonly ModuleEntry[];
}

export interface PackageListOptions extends PageOptions {
  /** Only packages and dependencies of this project. */
  readonly project?: ProjectId;
}

interface Selection {
  readonly where: string;
  readonly parameters: readonly SqlValue[];
}

const DEFAULT_LIMIT = 1000;
const PACKAGE_ORDER = ['p.project_id', 'p.manager', 'p.folder', 'p.name', 'p.manifest_path'];
const DEPENDENCY_ORDER = [
  'd.project_id',
  'p.folder',
  'p.manager',
  'p.name',
  'p.manifest_path',
  'd.name',
  'd.kind',
  'd.manifest_path',
  'd.ordinal',
];

/** The packages of all projects of a store, what they depend on, and who depends on them. */
export class PackageStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The packages that projects hold, by project, manager, folder and name.
   *
   * Throws UsageError `INVALID_ARGUMENT` for a bad limit or a foreign cursor, NotFoundError `PROJECT_NOT_FOUND`.
   */
  async list(options: PackageListOptions = {}): Promise<Envelope<ProjectPackage>> {
    return this.#packages({ where: 'true', parameters: [] }, options);
  }

  /**
   * The packages of this name, `npm:react` or `react`. None is an empty answer.
   *
   * Throws as {@link PackageStore.list}, and UsageError `INVALID_ARGUMENT` for a text that names no package.
   */
  async byName(name: string, options: PackageListOptions = {}): Promise<Envelope<ProjectPackage>> {
    return this.#packages(named('p', parsePackageName(name)), options);
  }

  /**
   * What the packages of a project, or of all projects, ask for: by project, folder and name of the package, then by name.
   *
   * Throws as {@link PackageStore.list}.
   */
  async dependencies(options: PackageListOptions = {}): Promise<Envelope<Dependency>> {
    return this.#database.snapshot((snapshot) =>
      this.#dependencies(snapshot, 'deps', { where: 'true', parameters: [] }, options),
    );
  }

  /**
   * Who in this store asks for a package: `npm:react`, `react`, or the id of a project, which stands for the packages that
   * it holds; then dependencies inside the project are left out. An id goes before a name. Dependencies count by manager
   * and name, whatever version they ask for; `provider` says whose package they get.
   *
   * Throws NotFoundError `PACKAGE_NOT_FOUND` when no project has that id and no package or dependency that name; UsageError
   * `INVALID_ARGUMENT` for the key of a symbol; and as {@link PackageStore.list}.
   */
  async dependents(of: string, options: PackageListOptions = {}): Promise<Envelope<Dependency>> {
    return this.#database.snapshot(async (snapshot) => {
      const selection = await dependentsOf(snapshot, of);
      return this.#dependencies(snapshot, 'dependents', selection, options);
    });
  }

  /** The manifests of a project as they were read last. */
  async manifests(project: ProjectId): Promise<StoredManifests> {
    return this.#database.snapshot((snapshot) => readManifestState(snapshot, project));
  }

  /** The stored packages of a project, to compare them with what its manifests say now. */
  async state(project: ProjectId): Promise<Map<string, StoredPackage>> {
    return this.#database.snapshot((snapshot) => readPackageState(snapshot, project));
  }

  /**
   * What the manifests of a project say about the names that its sources import: all of it, or what they say about those
   * that are wanted; names about which they say nothing are left out.
   */
  async routes(project: ProjectId, wanted?: readonly Pick<ImportRoute, 'topic' | 'name'>[]): Promise<ImportRoute[]> {
    return this.#database.snapshot((snapshot) =>
      wanted === undefined ? readRoutes(snapshot, project) : readRoutesNamed(snapshot, project, wanted),
    );
  }

  async #packages(selection: Selection, options: PackageListOptions): Promise<Envelope<ProjectPackage>> {
    return this.#database.snapshot(async (snapshot) => {
      const { generation, total, rows, next } = await readPage<Omit<ProjectPackage, 'modules'> & { modules: string }>(
        snapshot,
        {
          kind: 'packages',
          columns: `p.project_id AS project, p.manager AS manager, p.name AS name, p.version AS version,
            p.folder AS folder, p.manifest_path AS manifest, p.modules AS modules`,
          tables: 'packages AS p',
          order: PACKAGE_ORDER,
          projectColumn: 'p.project_id',
          selection,
        },
        options,
      );
      // Written by this room from the same type.
      const items = rows.map((row) => ({ ...row, modules: JSON.parse(row.modules) as ModuleEntry[] }));
      return envelope(generation, total, items, next);
    });
  }

  async #dependencies(
    snapshot: Snapshot,
    kind: string,
    selection: Selection,
    options: PackageListOptions,
  ): Promise<Envelope<Dependency>> {
    const { generation, total, rows, next } = await readPage<DependencyRow>(
      snapshot,
      {
        kind,
        columns: DEPENDENCY_COLUMNS,
        tables: DEPENDENCY_TABLES,
        order: DEPENDENCY_ORDER,
        projectColumn: 'd.project_id',
        selection,
      },
      options,
    );
    return envelope(generation, total, rows.map(toDependency), next);
  }
}

function named(table: 'p' | 'd', { manager, name }: PackageName): Selection {
  return {
    where: `${table}.name = ? AND (? IS NULL OR ${table}.manager = ?)`,
    parameters: [name, manager, manager],
  };
}

async function dependentsOf(snapshot: Snapshot, of: string): Promise<Selection> {
  const project = await snapshot.first('SELECT 1 FROM projects WHERE id = ?', [of]);
  if (project !== undefined) {
    return {
      where: `d.project_id <> ? AND d.local IS NULL
        AND (d.manager, d.name) IN (SELECT manager, name FROM packages WHERE project_id = ? AND name <> '')`,
      parameters: [of, of],
    };
  }
  const wanted = parsePackageName(of);
  const { manager, name } = wanted;
  const known = await snapshot.first(
    `SELECT 1 FROM packages WHERE name = ? AND (? IS NULL OR manager = ?)
     UNION ALL SELECT 1 FROM project_deps WHERE name = ? AND (? IS NULL OR manager = ?) LIMIT 1`,
    [name, manager, manager, name, manager, manager],
  );
  if (known !== undefined) return named('d', wanted);
  throw new NotFoundError('PACKAGE_NOT_FOUND', `There is no project and no package ${JSON.stringify(of)}.`, {
    details: { name: of },
  });
}

interface PageQuery {
  /** Keeps cursors of different answers apart. */
  readonly kind: string;
  readonly columns: string;
  readonly tables: string;
  /** Columns that are never null and together tell every row apart; all are texts but those that are named `ordinal`. */
  readonly order: readonly string[];
  readonly projectColumn: string;
  readonly selection: Selection;
}

interface Page<T> {
  readonly generation: number;
  readonly total: number;
  readonly rows: readonly T[];
  readonly next: string | null;
}

async function readPage<T>(snapshot: Snapshot, query: PageQuery, options: PackageListOptions): Promise<Page<T>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const project = options.project ?? null;
  await requireProject(snapshot, project);
  const { order, tables, selection } = query;
  const shape = order.map((column) => (column.endsWith('.ordinal') ? 'number' : 'string'));
  const after = options.cursor === undefined ? [] : decodeCursor(query.kind, shape, options.cursor);
  const where = `${selection.where} AND (? IS NULL OR ${query.projectColumn} = ?)`;
  const parameters = [...selection.parameters, project, project];
  const counted = await snapshot.first<{ total: number; generation: number }>(
    `SELECT count(*) AS total, (SELECT coalesce(max(id), 0) FROM generations) AS generation FROM ${tables} WHERE ${where}`,
    parameters,
  );
  const beyond = after.length === 0 ? '' : `AND (${order.join(', ')}) > (${order.map(() => '?').join(', ')})`;
  const found = await snapshot.all<T & { place: string }>(
    `SELECT ${query.columns}, json_array(${order.join(', ')}) AS place FROM ${tables}
     WHERE ${where} ${beyond} ORDER BY ${order.join(', ')} LIMIT ?`,
    [...parameters, ...after, limit + 1],
  );
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return {
    generation: counted?.generation ?? 0,
    total: counted?.total ?? 0,
    rows: rows.map(({ place: _, ...row }) => row as unknown as T),
    next: last === undefined ? null : encodeCursor(query.kind, JSON.parse(last.place) as (string | number)[]),
  };
}

async function requireProject(snapshot: Snapshot, project: ProjectId | null): Promise<void> {
  if (project === null) return;
  const found = await snapshot.first('SELECT 1 FROM projects WHERE id = ?', [project]);
  if (found !== undefined) return;
  throw new NotFoundError('PROJECT_NOT_FOUND', `There is no project '${project}'.`, { details: { project } });
}
