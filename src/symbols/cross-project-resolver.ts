import {
  decodeCursor,
  encodeCursor,
  envelope,
  lookUpNodes,
  parseEdgeMetadata,
  readExternalPdg,
  readGeneration,
  readMergedPdg,
  readSymbols,
  requireCount,
  requireName,
  type CodeSymbol,
  type ImpactItem,
  type KeyedEdge,
  type MergedPdgOptions,
  type PageOptions,
  type Traversal,
} from '../graph/index.js';
import {
  compareText,
  crossProjectKey,
  NotFoundError,
  type EdgeType,
  type Envelope,
  type NodeId,
  type PackageManager,
  type Pdg,
  type ProjectId,
} from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { comparePlace } from './compare-place.js';
import type { LinkReason, LinkStatus } from './external-links.js';
import { externalUsage, type ExternalUsage, type ExternalUsageOptions } from './external-usage.js';
import { rankPackages } from './rank-packages.js';

/** A symbol of another project that a name may lead to. */
export interface ResolvedSymbol {
  readonly symbol: CodeSymbol;
  /** From 1, best first; symbols of one rank are a tie. */
  readonly rank: number;
  readonly reason: LinkReason;
  /** True when the project's code uses it; else its manifests allow that alone. */
  readonly isUsed: boolean;
  /** True when that use was bound to it; to several at once where the type of a value leaves open which. */
  readonly isBound: boolean;
  readonly manager: PackageManager;
  /** The package that has it. */
  readonly package: string;
  readonly version: string | null;
  /** What the project's manifest asks for, when it does. */
  readonly range: string | null;
  readonly manifest: string | null;
  /** The module text of the import, when the project's code has one. */
  readonly import: string | null;
}

/** Where a name leads, and whether that is certain. */
export interface Resolution extends Envelope<ResolvedSymbol> {
  /** Are there several symbols of the best rank that nothing tells apart? Then none of them is bound. */
  readonly isAmbiguous: boolean;
  /** Names that the project imports from packages that are not in the store, or that these do not have. */
  readonly unresolved: readonly UnresolvedName[];
}

export interface UnresolvedName {
  readonly import: string;
  readonly path: string;
  readonly package: string | null;
  readonly status: LinkStatus;
}

export interface ResolveOptions {
  /** The project whose code has the name. */
  readonly from: ProjectId;
  readonly limit?: number;
  /** The `cursor` of the answer before. */
  readonly cursor?: string;
}

/** A symbol of another project uses something directly. */
export interface SymbolDependent {
  readonly symbol: CodeSymbol;
  /** `to` is the key of what is used, with its project before it. */
  readonly edge: KeyedEdge;
}

interface CandidateRow {
  readonly node: NodeId;
  readonly rank: number;
  readonly reason: LinkReason;
  readonly manager: PackageManager;
  readonly package: string;
  readonly version: string | null;
  readonly range: string | null;
  readonly manifest: string | null;
  readonly import: string;
  readonly status: LinkStatus;
}

interface OfferedRow extends Omit<CandidateRow, 'rank' | 'reason' | 'import' | 'status'> {
  readonly dependency: number;
  readonly lockedVersion: string | null;
}

const DEFAULT_LIMIT = 1000;
/** Each page of a walk costs the whole walk, so what reads all of it asks for few pages. */
const LONG_PAGE = 100_000;
/** Project and key of the dependent, type of the edge, project and key of what it uses. */
const PLACE = ['string', 'string', 'string', 'string', 'string'] as const;

/** Answers where names lead across projects, and who depends on what. Edges rest on imports and manifests, never on a name alone. */
export class CrossProjectResolver {
  constructor(
    private readonly database: Database,
    private readonly traversal: Traversal,
  ) {}

  /**
   * Where a name leads from the code of a project: to what its imports of that name were linked to, then to the public symbols of
   * that name in the packages that its manifests ask for. The locked version goes before one in the range, that before
   * others, newer before older. `A.b` means the `b` of something called `A`.
   *
   * Throws NotFoundError `PROJECT_NOT_FOUND`, UsageError `INVALID_ARGUMENT` for an empty name, a bad limit or a foreign cursor.
   */
  async resolveSymbol(name: string, { from, limit = DEFAULT_LIMIT, cursor }: ResolveOptions): Promise<Resolution> {
    requireName(name);
    requireCount('limit', limit);
    const after = cursor === undefined ? undefined : resolvedPlaceOf(cursor);
    return this.database.snapshot(async (snapshot) => {
      await requireProject(snapshot, from);
      const last = name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf(':'), name.lastIndexOf('#')) + 1);
      const used = await usedCandidates(snapshot, from, last);
      const offered = await offeredCandidates(snapshot, from, last);
      const symbols = await readSymbols(snapshot, [...new Set([...used, ...offered].map(({ node }) => node))]);
      const bears = ({ node }: { node: NodeId }): boolean => hasName(symbols.get(node), name, last);
      const all = inOrder(used.filter(bears), offered.filter(bears), symbols);
      const best = all.filter(({ rank }) => rank === all[0]?.rank);
      const rest = after === undefined ? all : all.filter((item) => compareResolved(item, after) > 0);
      const shown = rest.slice(0, limit);
      const end = rest.length > limit ? shown.at(-1) : undefined;
      const next = end && encodeCursor('resolve', [end.rank, end.symbol.project, end.symbol.key]);
      return {
        ...envelope(await readGeneration(snapshot), all.length, shown, next ?? null),
        isAmbiguous: best.length > 1 && !best.every(({ isBound }) => isBound),
        unresolved: await unresolvedNames(snapshot, from, last),
      };
    });
  }

  /**
   * The symbols of other projects that use directly what `of` names: a key or a name. In order of project, key and type
   * of the edge. What depends on these in turn is for `Traversal.impact` with `across`.
   *
   * Throws NotFoundError `SYMBOL_NOT_FOUND`, UsageError `INVALID_ARGUMENT` for a bad limit or a foreign cursor.
   */
  async findDependents(of: string, options: PageOptions = {}): Promise<Envelope<SymbolDependent>> {
    const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    const after = options.cursor === undefined ? [] : decodeCursor('symbol-dependents', PLACE, options.cursor);
    return this.database.snapshot(async (snapshot) => {
      const asked = await lookUpNodes(snapshot, of);
      if (asked.length === 0) {
        throw new NotFoundError('SYMBOL_NOT_FOUND', `There is no symbol '${of}'.`, { details: { name: of } });
      }
      const rows = await dependentRows(
        snapshot,
        asked.map(({ id }) => id),
      );
      const rest = rows.filter((row) => comparePlace(placeOf(row), after) > 0).slice(0, limit + 1);
      const shown = rest.slice(0, limit);
      const symbols = await readSymbols(
        snapshot,
        shown.map(({ caller }) => caller),
      );
      const items = shown.flatMap((row): SymbolDependent[] => {
        const symbol = symbols.get(row.caller);
        return symbol === undefined ? [] : [{ symbol, edge: edgeOf(row) }];
      });
      const last = rest.length > limit ? shown.at(-1) : undefined;
      const next = last === undefined ? null : encodeCursor('symbol-dependents', placeOf(last));
      return envelope(await readGeneration(snapshot), rows.length, items, next);
    });
  }

  /** What projects use of packages, whether or not the store has these; see `externalUsage`. */
  async trackExternalUsage(options: ExternalUsageOptions = {}): Promise<Envelope<ExternalUsage>> {
    return externalUsage(this.database, options);
  }

  /** What lies up to `depth` edges (default 1) beyond the border of a project; see `readExternalPdg`. */
  async loadExternalPdg(project: ProjectId, options: MergedPdgOptions = {}): Promise<Pdg> {
    await requireProject(this.database, project);
    return readExternalPdg(this.database, project, options);
  }

  /** The graphs of several projects as one, with the edges between them; see `readMergedPdg`. */
  async buildCrossProjectPdg(projects: readonly ProjectId[], options: MergedPdgOptions = {}): Promise<Pdg> {
    for (const project of projects) await requireProject(this.database, project);
    return readMergedPdg(this.database, projects, options);
  }

  /**
   * What may have to change in other projects when some symbols change: everything there that depends on one of them, however
   * many symbols are between; each once, by its smallest distance.
   *
   * Throws NotFoundError `SYMBOL_NOT_FOUND`, CancelledError.
   */
  async propagateChanges(
    changed: Iterable<string>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<AffectedSymbol[]> {
    const affected = new Map<NodeId, AffectedSymbol>();
    for (const key of new Set(changed)) {
      const homes = new Set((await this.database.snapshot((snapshot) => lookUpNodes(snapshot, key))).map(projectOf));
      let cursor: string | null = null;
      do {
        const page: Envelope<ImpactItem> = await this.traversal.impact(key, {
          across: true,
          limit: LONG_PAGE,
          ...(cursor === null ? {} : { cursor }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        });
        for (const { symbol, depth, path } of page.items) {
          const known = affected.get(symbol.id);
          const isFurther = known !== undefined && known.depth <= depth;
          if (!isFurther && !homes.has(symbol.project)) affected.set(symbol.id, { symbol, depth, path, changed: key });
        }
        cursor = page.cursor;
      } while (cursor !== null);
    }
    return [...affected.values()].sort(
      (a, b) =>
        a.depth - b.depth || compareText(a.symbol.project, b.symbol.project) || compareText(a.symbol.key, b.symbol.key),
    );
  }
}

/** A symbol of another project that depends on one that changed. */
export interface AffectedSymbol {
  readonly symbol: CodeSymbol;
  readonly depth: number;
  /** Keys from the symbol back to the one that changed. */
  readonly path: readonly string[];
  /** The key that was given. */
  readonly changed: string;
}

async function usedCandidates(snapshot: Snapshot, project: ProjectId, name: string): Promise<CandidateRow[]> {
  return snapshot.all<CandidateRow>(
    `SELECT DISTINCT c.node_id AS node, c."rank" AS "rank", c.reason, p.manager, p.name AS package, p.version,
       d."range" AS "range", d.manifest_path AS manifest, n.specifier AS import, e.status
     FROM (
       SELECT id FROM external_names WHERE project_id = ? AND name = ?
       UNION
       SELECT e.name_id FROM intel_nodes AS t CROSS JOIN external_candidates AS c ON c.node_id = t.id
         CROSS JOIN external_symbols AS e ON e.id = c.external_id CROSS JOIN external_names AS x ON x.id = e.name_id
       WHERE t.symbol_name = ? AND x.project_id = ?
     ) AS w
     CROSS JOIN external_names AS n ON n.id = w.id CROSS JOIN external_symbols AS e ON e.name_id = n.id
     CROSS JOIN external_candidates AS c ON c.external_id = e.id
     CROSS JOIN packages AS p ON p.id = c.package_id LEFT JOIN project_deps AS d ON d.id = e.dependency_id`,
    [project, name, name, project],
  );
}

/** Public symbols of the name in packages that the project's manifests ask for. */
async function offeredCandidates(snapshot: Snapshot, project: ProjectId, name: string): Promise<OfferedRow[]> {
  return snapshot.all<OfferedRow>(
    `SELECT g.node_id AS node, p.manager, p.name AS package, p.version, d.id AS dependency, d."range" AS "range",
       d.manifest_path AS manifest, d.locked_version AS lockedVersion
     FROM global_symbols AS g CROSS JOIN packages AS p ON p.id = g.package_id AND p.project_id <> ?
     CROSS JOIN project_deps AS d ON d.project_id = ? AND d.name = p.name AND d.manager = p.manager AND d.local IS NULL
     WHERE g.symbol_name = ?`,
    [project, project, name],
  );
}

async function unresolvedNames(snapshot: Snapshot, project: ProjectId, name: string): Promise<UnresolvedName[]> {
  return snapshot.all<UnresolvedName>(
    `SELECT DISTINCT n.specifier AS import, n.path, e.package_name AS package, e.status
     FROM external_names AS n CROSS JOIN external_symbols AS e ON e.name_id = n.id
     WHERE n.project_id = ? AND n.name = ? AND e.status NOT IN ('linked', 'ambiguous') ORDER BY n.specifier, n.path`,
    [project, name],
  );
}

/** Does a symbol answer to the wanted name? One that was imported under another name answers to both. */
function hasName(symbol: CodeSymbol | undefined, wanted: string, last: string): boolean {
  if (symbol === undefined) return false;
  if (wanted === last) return true;
  const dotted = wanted.replaceAll('::', '.').replaceAll('#', '.');
  return symbol.qualifiedName === dotted || symbol.qualifiedName.endsWith(`.${dotted}`);
}

function inOrder(
  used: readonly CandidateRow[],
  offered: readonly OfferedRow[],
  symbols: ReadonlyMap<NodeId, CodeSymbol>,
): ResolvedSymbol[] {
  const best = new Map<NodeId, ResolvedSymbol>();
  const byRank = [...used].sort((a, b) => a.rank - b.rank);
  const highest = byRank.reduce((most, { rank }) => Math.max(most, rank), 0);
  for (const { node, status, ...row } of byRank) {
    const symbol = symbols.get(node);
    const isBound = status === 'linked' && row.rank === 1;
    if (symbol !== undefined && !best.has(node)) best.set(node, { symbol, ...row, isUsed: true, isBound });
  }
  const byDependency = new Map<number, OfferedRow[]>();
  for (const row of offered) {
    const list = byDependency.get(row.dependency);
    if (list === undefined) byDependency.set(row.dependency, [row]);
    else list.push(row);
  }
  for (const rows of byDependency.values()) {
    const [asked] = rows;
    if (asked === undefined) continue;
    const provided = rows.map((row) => ({ provider: { ...row, name: row.package }, asked }));
    for (const { provider, reason, rank } of rankPackages(provided)) {
      const { node, manager, package: name, version, range, manifest } = provider;
      const symbol = symbols.get(node);
      if (symbol === undefined || best.has(node)) continue;
      const found = { manager, package: name, version, range, manifest, import: null };
      best.set(node, { symbol, rank: highest + rank, reason, isUsed: false, isBound: false, ...found });
    }
  }
  return [...best.values()].sort(compareResolved);
}

interface ResolvedPlace {
  readonly rank: number;
  readonly symbol: Pick<CodeSymbol, 'project' | 'key'>;
}

function compareResolved(a: ResolvedPlace, b: ResolvedPlace): number {
  return a.rank - b.rank || compareText(a.symbol.project, b.symbol.project) || compareText(a.symbol.key, b.symbol.key);
}

function resolvedPlaceOf(cursor: string): ResolvedPlace {
  const [rank, project, key] = decodeCursor('resolve', ['number', 'string', 'string'], cursor);
  return { rank: Number(rank), symbol: { project: String(project), key: String(key) } };
}

async function requireProject(snapshot: Snapshot, project: ProjectId): Promise<void> {
  const found = await snapshot.first('SELECT 1 FROM projects WHERE id = ?', [project]);
  if (found !== undefined) return;
  throw new NotFoundError('PROJECT_NOT_FOUND', `There is no project '${project}'.`, { details: { project } });
}

interface DependentRow {
  readonly caller: NodeId;
  readonly project: ProjectId;
  readonly key: string;
  readonly type: EdgeType;
  readonly toProject: ProjectId;
  readonly toKey: string;
  readonly metadata: string | null;
}

async function dependentRows(snapshot: Snapshot, callees: readonly NodeId[]): Promise<DependentRow[]> {
  const rows = await snapshot.all<DependentRow>(
    `SELECT c.id AS caller, c.project_id AS project, c.node_key AS key, e.edge_type AS type, t.project_id AS toProject,
       t.node_key AS toKey, e.metadata
     FROM json_each(?) AS w CROSS JOIN intel_nodes AS t ON t.id = w.value
     CROSS JOIN intel_edges AS e ON e.callee_id = t.id
     CROSS JOIN intel_nodes AS c ON c.id = e.caller_id AND c.project_id <> t.project_id`,
    [JSON.stringify(callees)],
  );
  return rows.sort((a, b) => comparePlace(placeOf(a), placeOf(b)));
}

function placeOf({ project, key, type, toProject, toKey }: DependentRow): string[] {
  return [project, key, type, toProject, toKey];
}

function edgeOf({ key, type, toProject, toKey, metadata: text }: DependentRow): KeyedEdge {
  const metadata = parseEdgeMetadata(text);
  return {
    from: key,
    to: crossProjectKey(toProject, toKey),
    type,
    confidence: typeof metadata?.['confidence'] === 'number' ? metadata['confidence'] : null,
    strategy: typeof metadata?.['strategy'] === 'string' ? metadata['strategy'] : null,
    metadata,
  };
}

function projectOf({ project }: { readonly project: ProjectId }): ProjectId {
  return project;
}
