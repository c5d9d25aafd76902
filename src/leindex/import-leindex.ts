import {
  type EdgeStore,
  type NodeStore,
  PdgBuilder,
  type EdgeInput,
  type PdgStore,
  type ProjectStore,
} from '../graph/index.js';
import {
  CancelledError,
  requireProjectId,
  UsageError,
  type EdgeType,
  type NodeId,
  type Pdg,
  type ProjectId,
} from '../model/index.js';
import { openForeignDatabase, type Database, type Snapshot } from '../sql/index.js';
import { countEdgesFromNowhere, readEdges, type ImportedEdge } from './edges.js';
import { Findings, type ImportFinding } from './findings.js';
import { readLeftOut } from './left-out.js';
import { requireLeIndex } from './leindex-schema.js';
import { readNodes, type ImportedNode } from './nodes.js';

export interface ImportLeIndexOptions {
  /** The database, `.leindex/leindex.db` in a project's folder as a rule. */
  readonly path: string;
  /** Of a database with one project its name in the store; of one with several the one to import. */
  readonly projectId?: string;
  readonly signal?: AbortSignal;
}

export interface LeIndexStores {
  readonly projects: ProjectStore;
  readonly pdg: PdgStore;
  readonly nodes: NodeStore;
  readonly edges: EdgeStore;
}

export interface ImportedProject {
  readonly project: ProjectId;
  readonly generation: number;
  readonly files: number;
  readonly nodes: number;
  readonly edges: number;
  readonly findings: readonly ImportFinding[];
  readonly ms: number;
}

/** A project of the imported database, and its name in the store. */
interface Chosen {
  readonly name: string;
  readonly id: ProjectId;
}

interface ReadProject {
  readonly pdg: Pdg;
  readonly files: number;
  readonly keys: ReadonlyMap<number, string>;
  readonly toOthers: readonly ImportedEdge[];
  readonly findings: Findings;
}

/**
 * Imports the projects of a LeIndex database of schema version 3, each as one atomic batch that takes the
 * place of what an earlier import made, then the edges between them.
 *
 * Throws NotFoundError `DATABASE_NOT_FOUND`, CorruptionError, SchemaVersionError for a database that is not
 * LeIndex's or of another version; UsageError `PROJECT_HAS_FOLDER` for a project that was indexed from its
 * folder, `INVALID_ARGUMENT` for a project that is not there; BusyError; CancelledError.
 */
export async function importLeIndex(stores: LeIndexStores, options: ImportLeIndexOptions): Promise<ImportedProject[]> {
  const { path, projectId, signal } = options;
  if (projectId !== undefined) requireProjectId(projectId);
  const foreign = openForeignDatabase(path);
  try {
    return await foreign.snapshot(async (snapshot) => {
      await requireLeIndex(foreign, snapshot);
      const chosen = choose(foreign, await projectNames(snapshot), projectId);
      for (const { id } of chosen) {
        requireProjectId(id);
        await stores.projects.requireWithoutFolder(id);
      }
      return new LeIndexImport(stores, snapshot, path, chosen, signal).run();
    });
  } finally {
    await foreign.close();
  }
}

class LeIndexImport {
  /** The key of every node, and of which project it is, by its id in the database. */
  private readonly keys = new Map<number, { readonly project: ProjectId; readonly key: string }>();

  constructor(
    private readonly stores: LeIndexStores,
    private readonly snapshot: Snapshot,
    private readonly path: string,
    private readonly chosen: readonly Chosen[],
    private readonly signal: AbortSignal | undefined,
  ) {}

  async run(): Promise<ImportedProject[]> {
    const folders = await readFolders(this.snapshot);
    const done: (ImportedProject & { readonly noted: Findings })[] = [];
    const toOthers: (readonly [edge: ImportedEdge, findings: Findings])[] = [];
    for (const each of this.chosen) {
      const started = performance.now();
      const read = await this.read(each, folders, each === this.chosen[0]);
      const saved = await this.stores.pdg.savePdg(
        each.id,
        read.pdg,
        this.signal === undefined ? {} : { signal: this.signal },
      );
      for (const [id, key] of read.keys) this.keys.set(id, { project: each.id, key });
      for (const edge of read.toOthers) toOthers.push([edge, read.findings]);
      const ms = Math.round(performance.now() - started);
      done.push({ ...saved, project: each.id, files: read.files, findings: [], ms, noted: read.findings });
    }
    await this.addEdgesBetween(toOthers);
    return done.map(({ noted, ...report }) => ({ ...report, findings: noted.list() }));
  }

  private async read({ name }: Chosen, folders: readonly string[], isFirst: boolean): Promise<ReadProject> {
    const findings = new Findings(this.path);
    const nodes = await readNodes(this.snapshot, name, folders, findings);
    this.stopIfCancelled();
    const edges = await readEdges(this.snapshot, name, findings);
    await countEdgesFromNowhere(this.snapshot, name, isFirst, findings);
    for (const { table, rows } of await readLeftOut(this.snapshot, name, isFirst)) {
      findings.add('NOT_IMPORTED', `${rows} of ${table}`, rows);
    }
    this.stopIfCancelled();
    const keys = new Map(nodes.map(({ id, key }) => [id, key]));
    const inside = edges.filter(({ calleeId }) => keys.has(calleeId));
    const toOthers = edges.filter(({ calleeId }) => !keys.has(calleeId));
    const files = new Set(nodes.map(({ input }) => input.filePath)).size;
    return { pdg: graphOf(nodes, inside, keys), files, keys, toOthers, findings };
  }

  /** Both projects are in the store by now; their edges follow in a batch of their own. */
  private async addEdgesBetween(edges: readonly (readonly [ImportedEdge, Findings])[]): Promise<void> {
    const between: EdgeInput[] = [];
    for (const [edge, findings] of edges) {
      const callerId = await this.storedId(edge.callerId);
      const calleeId = await this.storedId(edge.calleeId);
      if (callerId === undefined || calleeId === undefined) {
        findings.add('EDGES_TO_OTHERS', `${edge.callerId} → ${edge.calleeId} of ${edge.calleeProject}`);
      } else between.push({ callerId, calleeId, edgeType: edge.edgeType, metadata: edge.metadata });
    }
    await this.stores.edges.batchInsert(between);
  }

  private async storedId(id: number): Promise<NodeId | undefined> {
    const node = this.keys.get(id);
    return node === undefined ? undefined : (await this.stores.nodes.getByKey(node.project, node.key))?.id;
  }

  private stopIfCancelled(): void {
    if (this.signal?.aborted === true) throw new CancelledError(undefined, { cause: this.signal.reason });
  }
}

function graphOf(
  nodes: readonly ImportedNode[],
  edges: readonly ImportedEdge[],
  keys: ReadonlyMap<number, string>,
): Pdg {
  const builder = new PdgBuilder();
  const parents = parentsOf(nodes, edges);
  for (const { id, input } of nodes) {
    const parentKey = keys.get(parents.get(id) ?? 0);
    builder.addNode(parentKey === undefined ? input : { ...input, parentKey });
  }
  for (const { callerId, calleeId, edgeType, metadata } of edges) {
    builder.addEdge({ from: keys.get(callerId) ?? '', to: keys.get(calleeId) ?? '', edgeType, metadata });
  }
  return builder.build();
}

/** A node lies in the first one of its file that contains it, unless that lies in the node itself. */
function parentsOf(nodes: readonly ImportedNode[], edges: readonly ImportedEdge[]): Map<number, number> {
  const paths = new Map(nodes.map(({ id, input }) => [id, input.filePath]));
  const parents = new Map<number, number>();
  const contains: EdgeType = 'containment';
  for (const { callerId, calleeId, edgeType, metadata } of edges) {
    if (edgeType !== contains || metadata?.['originalType'] !== undefined) continue;
    if (parents.has(calleeId) || paths.get(callerId) !== paths.get(calleeId)) continue;
    let above: number | undefined = callerId;
    while (above !== undefined && above !== calleeId) above = parents.get(above);
    if (above === undefined) parents.set(calleeId, callerId);
  }
  return parents;
}

async function projectNames(snapshot: Snapshot): Promise<string[]> {
  const rows = await snapshot.all<{ readonly name: unknown }>(
    'SELECT DISTINCT project_id AS name FROM intel_nodes ORDER BY project_id',
  );
  return rows.map(({ name }) => String(name));
}

/** The longest first, so that a folder inside of another is found before it. */
async function readFolders(snapshot: Snapshot): Promise<string[]> {
  const table = await snapshot.first("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'project_metadata'");
  if (table === undefined) return [];
  const rows = await snapshot.all<{ readonly folder: string }>(
    `SELECT rtrim(canonical_path, '/') AS folder FROM project_metadata
     WHERE typeof(canonical_path) = 'text' AND rtrim(canonical_path, '/') <> ''
     ORDER BY length(canonical_path) DESC, canonical_path`,
  );
  return rows.map(({ folder }) => folder);
}

function choose(foreign: Database, names: readonly string[], projectId: string | undefined): Chosen[] {
  const [only] = names;
  if (only === undefined) {
    throw new UsageError('INVALID_ARGUMENT', `${foreign.location} has no nodes of any project.`, {
      details: { path: foreign.location },
    });
  }
  if (projectId === undefined) return names.map((name) => ({ name, id: name }));
  if (names.length === 1) return [{ name: only, id: projectId }];
  if (names.includes(projectId)) return [{ name: projectId, id: projectId }];
  throw new UsageError(
    'INVALID_ARGUMENT',
    `${foreign.location} has several projects and none is called '${projectId}': ${names.slice(0, 20).join(', ')}.`,
    { details: { path: foreign.location, projectId, projects: names.slice(0, 20) } },
  );
}
