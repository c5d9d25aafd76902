import { MemoryProgram } from '../../binding/index.js';
import type { FactReader, NodeStore, ProjectDelta, ProjectState, ProjectStore, WholeFile } from '../../graph/index.js';
import type { Mark, MemoStore, QueryEvent } from '../../incremental/index.js';
import {
  compareSourceOrder,
  type FileFacts,
  type Node,
  type NodeHash,
  type NodeId,
  type PreciseFile,
  type ProjectId,
  type ReferenceFact,
  type SymbolFact,
} from '../../model/index.js';
import type { ExternalRefs, ExternalUse } from '../../symbols/index.js';
import { bindChanges, type BoundChanges, type LoadableProgram } from './bind-changes.js';
import { BINDING_VERSIONS } from './binding-versions.js';
import { preciseByPath, type FileChange, type NumberedFile } from './changed-things.js';
import { edgesDelta, type EdgesDelta } from './edge-changes.js';
import type { PackageStore } from '../../symbols/index.js';
import type { RouteUpdate } from '../packages/route-update.js';
import { factsDelta, pairFiles } from './file-changes.js';
import { MissingFacts, PartialProgram } from './partial-program.js';
import { Precision } from './precision.js';

/** When more of a project's files change than this, all of it is read at once. */
const PARTIAL_SHARE = 0.25;
const PARTIAL_FILES = 64;

export interface SyncStores {
  readonly nodes: NodeStore;
  readonly projects: ProjectStore;
  readonly reader: FactReader;
  readonly packages: Pick<PackageStore, 'routes'>;
  readonly memos: (projectId: ProjectId) => MemoStore;
  readonly externals: ExternalRefs;
}

export interface SyncInput {
  readonly projectId: ProjectId;
  readonly generation: number;
  readonly marks: readonly Mark[];
  readonly versions: ReadonlyMap<string, number>;
  /** New facts of the files whose content changed. */
  readonly parsed: readonly FileFacts[];
  /** The hashes of their bytes. */
  readonly contents: readonly { readonly path: string; readonly contentHash: NodeHash }[];
  /** What compilers say of files from now on; undefined for a file of which they say nothing more. */
  readonly precise?: ReadonlyMap<string, PreciseFile | undefined>;
  /** Files that are no longer part of the project. */
  readonly removed: ReadonlySet<string>;
  /** What the manifests say about imports, and what of it is new. */
  readonly routes: RouteUpdate;
  /** Bind everything and compare every edge, whatever is stored. */
  readonly isForced: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: ((event: QueryEvent & { readonly partition: string }) => void) | undefined;
}

/** What a sync changes in the rows of a project, and what it did for that. */
export interface SyncResult {
  readonly delta: Pick<
    ProjectDelta,
    'deletedNodes' | 'nodes' | 'references' | 'deletedEdges' | 'edges' | 'alongside'
  > & { readonly counts: { readonly nodes: number; readonly edges: number; readonly countedAt: number } };
  /** Are the stored rows what files say, and nothing that somebody else wrote? */
  readonly isAsIndexed: boolean;
  /** Facts of the changed and removed files as they were stored. */
  readonly before: ReadonlyMap<string, WholeFile>;
  /** How many symbols were bound. */
  readonly bindings: number;
  readonly damaged: number;
}

/**
 * Works out what is to be written so that a project says what its files say: only symbols about which
 * something changed are bound again. What ends up in the store depends on the files alone, never on
 * what was stored before.
 */
export async function syncProject(stores: SyncStores, input: SyncInput): Promise<SyncResult> {
  const { projectId, parsed, removed, generation, marks, versions } = input;
  const memos = stores.memos(projectId);
  const isNew = generation === 0;
  const countedAt = await stores.projects.generation();
  const before: ReadonlyMap<string, WholeFile> = isNew
    ? new Map()
    : await stores.reader.wholeFiles(projectId, [...parsed.map(({ path }) => path), ...removed]);
  const precision = await Precision.read(stores.reader, input);
  const changes = precision.ofChanges(await pairFiles(parsed, removed, before, stores.nodes));
  const plan = await planOf(stores, input, changes, precision, isBindingOutdated(versions) || input.isForced);
  const result = await bindChanges({
    memos,
    program: plan.program,
    changes,
    changedRoutes: input.routes.changed.keys(),
    everything: plan.everything,
    isFirst: isNew,
    isForced: input.isForced,
    marks,
    revision: generation + 1,
    idsOf: async (path) => plan.idsOf(path),
    isMissing: (error) => error instanceof MissingFacts,
    signal: input.signal,
    onEvent: input.onEvent,
  });
  const { created, ...facts } = factsDelta(projectId, changes, before);
  const edges = await edgesOf(stores, input, changes, plan.files, result, facts.deletedNodes);
  const outside = await outsideStatements(stores, projectId, result.bound, isNew);
  const lostAcross = await stores.projects.countEdgesAcross(facts.deletedNodes);
  const counts = isNew ? { nodes: 0, edges: 0 } : await stores.projects.counts(projectId);
  return {
    delta: {
      ...facts,
      deletedEdges: edges.deletedEdges,
      edges: edges.edges,
      counts: {
        nodes: counts.nodes + created - facts.deletedNodes.length,
        edges: counts.edges + edges.growth - lostAcross,
        countedAt,
      },
      alongside: [
        ...(await memoStatements(memos, result, marks, versions, generation + 1)),
        ...outside,
        ...(result.isSeenOutside ? [stores.externals.statementForProviders(projectId)] : []),
      ],
    },
    isAsIndexed: isNew || (await stores.projects.isAsIndexed(projectId)),
    before,
    bindings: result.bound.size,
    damaged: result.damaged,
  };
}

/** What the symbols that were bound use outside the project. */
async function outsideStatements(
  { externals }: SyncStores,
  projectId: ProjectId,
  bound: BoundChanges['bound'],
  isNew: boolean,
): Promise<ReturnType<ExternalRefs['statementsForUses']>> {
  return externals.statementsForUses(projectId, isNew ? [] : await externals.usesOf(bound.keys()), usesIn(bound));
}

function* usesIn(bound: BoundChanges['bound']): Generator<ExternalUse, void, void> {
  for (const [source, { outside }] of bound) {
    for (const { evidence, ...use } of outside) yield { source, ...use, strategy: evidence.strategy };
  }
}

/** Were the stored bindings made by another version of the binder, or are there none? */
export function isBindingOutdated(versions: ReadonlyMap<string, number>): boolean {
  return [...BINDING_VERSIONS].some(([query, version]) => versions.get(query) !== version);
}

async function edgesOf(
  { projects }: SyncStores,
  { generation, isForced }: SyncInput,
  changes: readonly FileChange[],
  allFiles: readonly NumberedFile[],
  { bound }: BoundChanges,
  deletedNodes: readonly NodeId[],
): Promise<EdgesDelta> {
  const callers = [...bound.keys(), ...deletedNodes];
  const deleted = new Set(deletedNodes);
  if (isForced) {
    return edgesDelta({
      filesBefore: [],
      filesNow: allFiles,
      bound,
      stored: await projects.edgesFrom(callers),
      deleted,
    });
  }
  return edgesDelta({
    filesBefore: changes.flatMap(({ before }) => before ?? []),
    filesNow: changes.flatMap(({ after }) => after ?? []),
    bound,
    stored: generation === 0 ? [] : await projects.boundEdges(callers),
    deleted,
  });
}

async function memoStatements(
  memos: MemoStore,
  { packs, removed }: BoundChanges,
  marks: readonly Mark[],
  versions: ReadonlyMap<string, number>,
  revision: number,
): Promise<NonNullable<ProjectDelta['alongside']>> {
  const statements = await memos.statements(packs, removed, revision);
  if (marks.length > 0) statements.push(memos.statementForMarksDone(marks));
  if (isBindingOutdated(versions)) statements.push(memos.statementForVersions(BINDING_VERSIONS));
  return statements;
}

// ── The program ────────────────────────────────────────────────────────────────────────────────

interface Plan {
  readonly program: LoadableProgram;
  /** The files of the whole project; none when it was not read as a whole. */
  readonly files: readonly NumberedFile[];
  /** All files, when all are to be looked at. */
  readonly everything: readonly string[] | undefined;
  readonly idsOf: (path: string) => readonly number[] | Promise<readonly number[]>;
}

async function isPartial({ projects }: SyncStores, projectId: ProjectId, changes: number): Promise<boolean> {
  return changes <= PARTIAL_FILES || changes <= (await projects.fileCount(projectId)) * PARTIAL_SHARE;
}

async function planOf(
  stores: SyncStores,
  { projectId, generation, parsed, removed, routes }: SyncInput,
  changes: readonly FileChange[],
  precision: Precision,
  isOutdated: boolean,
): Promise<Plan> {
  if (generation > 0 && !isOutdated && (await isPartial(stores, projectId, changes.length))) {
    const overlay = changes.flatMap(({ after }) => (after === undefined ? [] : [after]));
    const program = new PartialProgram(stores, projectId, {
      files: overlay,
      removed,
      routes: routes.changed,
      hasPrecise: precision.isAny,
    });
    const idsOf = async (path: string): Promise<readonly number[]> =>
      (await stores.reader.files(projectId, [path])).get(path)?.ids ?? [];
    return { program, files: [], everything: undefined, idsOf };
  }
  const replaced = new Set(parsed.map(({ path }) => path));
  const kept =
    generation === 0
      ? []
      : storedFiles(await stores.projects.state(projectId), (path) => !replaced.has(path) && !removed.has(path));
  const after = changes.flatMap((change) => (change.after === undefined ? [] : [change.after]));
  const all = [...(await precision.ofKept(kept)), ...after].sort((a, b) => (a.facts.path < b.facts.path ? -1 : 1));
  const byPath = new Map(all.map((file) => [file.facts.path, file.ids]));
  return {
    program: new MemoryProgram(
      all.map(({ facts }) => facts),
      all.flatMap(({ ids }) => ids),
      await routes.all(),
      preciseByPath(all),
    ),
    files: all,
    everything: isOutdated ? all.map(({ facts }) => facts.path) : undefined,
    idsOf: (path) => byPath.get(path) ?? [],
  };
}

/** Rebuilds the facts of files from their stored rows. */
function storedFiles(
  state: ProjectState,
  isWanted: (path: string) => boolean,
): { facts: FileFacts; ids: readonly number[] }[] {
  const byFile = new Map<string, Node[]>();
  for (const node of state.nodes) {
    if (!isWanted(node.filePath)) continue;
    const list = byFile.get(node.filePath);
    if (list === undefined) byFile.set(node.filePath, [node]);
    else list.push(node);
  }
  return [...byFile].map(([path, nodes]) => storedFile(path, nodes.sort(compareSourceOrder), state));
}

function storedFile(
  path: string,
  nodes: readonly Node[],
  state: ProjectState,
): { facts: FileFacts; ids: readonly number[] } {
  const positions = new Map(nodes.map((node, position) => [node.id, position]));
  const symbols = nodes.map((node): SymbolFact => ({
    ...node,
    name: node.symbolName,
    parent: node.parentId === null ? -1 : (positions.get(node.parentId) ?? 0),
  }));
  const references = nodes.flatMap((node, source) =>
    (state.references.get(node.id) ?? []).map((row): ReferenceFact => ({ ...row, source })),
  );
  const language = nodes[0]?.language ?? '';
  return {
    facts: { path, language, symbols, references, errorCount: 0, firstErrorLine: 0 },
    ids: nodes.map(({ id }) => id),
  };
}
