import { CancelledError } from '../../model/index.js';
import { ChangeFollower } from '../search/change-follower.js';
import { compareAll, compareIds, type Compared } from '../search/compare-exactly.js';
import { unitVector } from '../search/cosine.js';
import { DEFAULT_RESULTS, ExactIndex } from '../search/exact-index.js';
import { planFilter } from '../search/filter-plan.js';
import { FlatVectors } from '../search/flat-vectors.js';
import { checkOption, checkResultCount, checkVector, throwIfCancelled } from '../search/vector-checks.js';
import type {
  ExactReason,
  IndexFileState,
  Maintenance,
  MaintenanceOptions,
  VectorAnswer,
  VectorIndex,
  VectorIndexCheck,
  VectorIndexStatus,
  VectorSearchOptions,
} from '../search/vector-index.js';
import type { VectorCount } from '../search/vector-count.js';
import type { VectorSource } from '../search/vector-source.js';
import { checkBlocks } from './check-blocks.js';
import { type GraphQuery, type GraphState, MOST_CANDIDATES, rerankedFor, searchGraph } from './graph-search.js';
import { type HnswSettings, recallTargetOf } from './hnsw-settings.js';
import type { IndexFiles } from './index-files.js';
import type { IndexManifest } from './index-manifest.js';
import { type MaintenancePlan, planMaintenance } from './maintenance-plan.js';
import { Segment } from './segment.js';
import { writeIndex } from './write-index.js';

export interface HnswIndexOptions {
  readonly files: IndexFiles;
  readonly settings: HnswSettings;
  /** Threads that add vectors to a graph. */
  readonly threads: number;
  /** Changed vectors from which the index file is extended. */
  readonly recentLimit: number;
  /** Changed vectors that may be held in memory; with more the file is built anew. */
  readonly mostRecent: number;
  /** Without an index file, this much is kept in memory to compare with. */
  readonly mostBytesInMemory: number;
  /** Whether a search starts maintenance that is due. */
  readonly isAutomatic: boolean;
}

const BEHIND = 'The changes since the index file was made are not kept any more, or too many.';

interface FileFinding {
  readonly state: IndexFileState;
  readonly problem: string | null;
}

/**
 * A graph in a file that is mapped into memory, with the vectors that changed since beside it in memory. The file
 * is derived: whatever is wrong with it costs speed until it is built anew, never a wrong answer. Whoever asks it has
 * just had the vectors counted.
 */
export class HnswIndex implements VectorIndex {
  private opening: Promise<void> | undefined;
  private graph: { readonly segment: Segment; readonly recent: ChangeFollower } | undefined;
  private finding: FileFinding = { state: 'missing', problem: null };
  /** The index file that was tried in vain. */
  private uselessFile: string | undefined;
  private maintaining: Promise<Maintenance> | undefined;
  private maintenanceError: Error | null = null;
  private readonly closing = new AbortController();
  private readonly withoutFile: ExactIndex;

  constructor(
    private readonly source: VectorSource,
    private readonly count: VectorCount,
    private readonly options: HnswIndexOptions,
  ) {
    this.withoutFile = new ExactIndex(source, count, {
      reason: 'no-index',
      mostBytesInMemory: options.mostBytesInMemory,
    });
  }

  async search(query: Float32Array, options: VectorSearchOptions = {}): Promise<VectorAnswer> {
    const { k = DEFAULT_RESULTS, efSearch = this.options.settings.expansionSearch, filter, signal } = options;
    checkVector(query, this.source.dimension, 'query');
    checkResultCount(k);
    checkOption('efSearch', efSearch, 1, MOST_CANDIDATES);
    throwIfCancelled(signal);
    const asked: GraphQuery = {
      query: unitVector(query),
      k,
      inView: Math.max(efSearch, rerankedFor(k, this.options.settings)),
      ...(filter === undefined ? {} : { filter }),
      ...(signal === undefined ? {} : { signal }),
    };
    if (options.exact === true) return exactly('asked', await this.compareWithAll(asked));
    const state = await this.current();
    throwIfCancelled(signal);
    if (this.options.isAutomatic) this.maintainBehind();
    if (state === undefined) return this.withoutFile.search(query, options);
    this.withoutFile.release();
    return this.answer(state, asked);
  }

  async maintain(options: MaintenanceOptions = {}): Promise<Maintenance> {
    this.maintaining ??= this.runMaintenance(options)
      .catch((error: unknown) => {
        const isCancelled = error instanceof CancelledError;
        if (!isCancelled) this.maintenanceError = error instanceof Error ? error : new Error(String(error));
        throw error;
      })
      .finally(() => (this.maintaining = undefined));
    return this.maintaining;
  }

  async status(): Promise<VectorIndexStatus> {
    const state = await this.current();
    return {
      strategy: state === undefined ? 'exact' : 'hnsw',
      reason: state === undefined ? 'no-index' : null,
      count: await this.source.count(),
      dimension: this.source.dimension,
      file: this.finding.state,
      problem: this.finding.problem,
      fileBytes: state?.segment.manifest.sizeBytes ?? 0,
      rows: state?.segment.rows ?? 0,
      recent: state?.recent.vectors.size ?? 0,
      behind: state === undefined ? null : Math.max(0, this.count.cursor - state.segment.manifest.cursor),
      isMaintenanceDue: this.plan().action !== 'nothing',
      maintenanceError: this.maintenanceError,
    };
  }

  async verify(signal?: AbortSignal): Promise<VectorIndexCheck> {
    const state = await this.currentOnDisk();
    if (state === undefined) {
      // Without a file nothing is wrong: it is derived, and searches do without it.
      const { state: file, problem } = this.finding;
      return file === 'missing' ? { ok: true, problems: [] } : { ok: false, problems: [problem ?? file] };
    }
    const isWhole = await this.checkFile(state.segment);
    throwIfCancelled(signal);
    if (!isWhole) return { ok: false, problems: [this.finding.problem ?? ''] };
    const missing = await this.findMissing(state, signal);
    if (missing.length === 0) return { ok: true, problems: [] };
    const problem = `${missing.length} vectors, such as ${missing[0]}, are missing in the index file.`;
    this.uselessFile = state.segment.manifest.file;
    this.drop('damaged', problem);
    return { ok: false, problems: [problem] };
  }

  /** Vectors that are neither in the file nor among the changes since. */
  private async findMissing({ segment, recent }: GraphState, signal: AbortSignal | undefined): Promise<number[]> {
    const missing: number[] = [];
    for await (const { ids } of this.source.scan(signal)) {
      const isThere = segment.contains(ids);
      missing.push(...ids.filter((id, at) => isThere[at] !== true && !recent.vectors.has(id)));
    }
    if (missing.length === 0) return missing;
    // What was put while they were read is a change that is not known yet.
    if ((await recent.catchUp()) === 'behind') return [];
    const found = await this.source.get(missing);
    return missing.filter((id) => found.has(id) && !recent.vectors.has(id));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.maintaining?.catch(() => undefined);
    this.graph = undefined;
    await this.withoutFile.close();
  }

  private async answer(state: GraphState, asked: GraphQuery): Promise<VectorAnswer> {
    const { filter } = asked;
    const { rows } = state.segment;
    const count = this.count.latest;
    // Rows of replaced and deleted vectors take places of candidates.
    const deadFactor = Math.min(Math.max(rows / Math.max(count - state.recent.vectors.size, 1), 1), 4);
    let inView = Math.ceil(asked.inView * deadFactor);
    const passing = await filter?.estimate();
    if (passing !== undefined) {
      const plan = planFilter(passing, count, rerankedFor(asked.k, state.settings), MOST_CANDIDATES);
      if (plan.way === 'compare-subset') return exactly('selective-filter', await this.compareWithAll(asked));
      inView = Math.max(inView, Math.ceil(plan.fetch * deadFactor));
    }
    const found = await searchGraph(state, { ...asked, inView, ...(passing === undefined ? {} : { passing }) });
    if (found === undefined) return exactly('not-enough-candidates', await this.compareWithAll(asked));
    return { ...found, strategy: 'hnsw', reason: null, recallTarget: recallTargetOf(state.settings, asked.inView) };
  }

  /** With all that pass the filter. */
  private async compareWithAll(asked: GraphQuery): Promise<Compared> {
    const { filter, query, k, signal } = asked;
    if (filter !== undefined) return compareIds(this.source, query, await filter.ids(), k, signal);
    return compareAll(this.source, query, k, undefined, signal);
  }

  /** The open file with all changes up to now beside it; undefined when there is no usable one. */
  private async current(): Promise<GraphState | undefined> {
    const { graph } = this;
    const isUsable = graph !== undefined && (await graph.recent.catchUp(this.count.cursor)) === 'current';
    if (!isUsable && this.graph === graph) {
      // There may be a newer file than the one that was of no use, made by another process.
      this.opening ??= this.open().finally(() => (this.opening = undefined));
    }
    await this.opening;
    if (this.graph === undefined) return undefined;
    return { ...this.graph, source: this.source, settings: this.options.settings };
  }

  /**
   * The same, of the file that the manifest names now. An open file is good to search in after another one took its
   * place, but it is gone from the folder.
   */
  private async currentOnDisk(): Promise<GraphState | undefined> {
    const found = await this.options.files.find(await this.source.identity());
    const isOpen = found.state === 'usable' && found.manifest.file === this.graph?.segment.manifest.file;
    if (!isOpen) this.graph = undefined;
    return this.current();
  }

  private async open(): Promise<void> {
    const found = await this.options.files.find(await this.source.identity());
    if (found.state !== 'usable') return this.drop(found.state, found.problem);
    if (found.manifest.file === this.uselessFile) return;
    await this.use(found.manifest);
    this.uselessFile = this.graph === undefined ? found.manifest.file : undefined;
  }

  private async use(manifest: IndexManifest): Promise<void> {
    const { files, settings, mostRecent } = this.options;
    if (manifest.cursor > (await this.source.newestCursor())) {
      return this.drop(
        'ahead',
        `The index file knows changes up to ${manifest.cursor}, which the vectors do not have.`,
      );
    }
    const other = await this.historyFault(manifest);
    if (other !== undefined) return this.drop(...other);
    const segment = await Segment.open(files.pathOf(manifest.file), manifest, settings);
    if (typeof segment === 'string') return this.drop('damaged', segment);
    const recent = new ChangeFollower(this.source, new FlatVectors(this.source.dimension), manifest.cursor, mostRecent);
    if ((await recent.catchUp()) === 'behind') {
      return this.drop('behind', BEHIND);
    }
    if ((await this.source.count()) > manifest.rows + recent.vectors.size) {
      return this.drop('foreign', 'The index file has fewer vectors than there are, and the journal does not say why.');
    }
    this.graph = { segment, recent };
    this.finding = { state: 'usable', problem: null };
  }

  /** Why the changes that are kept do not go on from a file. Known before the file is read. */
  private async historyFault({
    cursor,
    mark,
  }: IndexManifest): Promise<readonly ['behind' | 'foreign', string] | undefined> {
    if ((await this.source.changesSince(cursor, 1)) === 'trimmed') return ['behind', BEHIND];
    const { keeper } = this.source;
    if (keeper === undefined || (await keeper.markAt(cursor)) === mark) return undefined;
    return ['foreign', `The index file knows another history of the vectors up to change ${cursor}.`];
  }

  /** Compares the whole file with its checksums, and does without it when it is damaged. */
  private async checkFile({ manifest: { file, sizeBytes, checksums } }: Segment): Promise<boolean> {
    const path = this.options.files.pathOf(file);
    const damaged = await checkBlocks({ path, sizeBytes, checksums, from: 0, to: checksums.length }).catch(goneFile);
    if (damaged === undefined) return true;
    const isGone = damaged === 'gone';
    this.drop('damaged', isGone ? 'The index file is gone.' : `Block ${damaged} of the index file is damaged.`);
    this.uselessFile = file;
    return false;
  }

  private drop(state: Exclude<IndexFileState, 'usable'>, problem: string): void {
    this.graph = undefined;
    this.finding = { state, problem };
  }

  private plan(): MaintenancePlan {
    return planMaintenance({
      state: this.finding.state,
      count: this.count.latest,
      rows: this.graph?.segment.rows ?? 0,
      recent: this.graph?.recent.vectors.size ?? 0,
      deleted: this.graph?.recent.deleted.size ?? 0,
      recentLimit: this.options.recentLimit,
    });
  }

  private maintainBehind(): void {
    if (this.maintaining !== undefined || this.closing.signal.aborted || this.maintenanceError !== null) return;
    if (this.plan().action === 'nothing') return;
    // What becomes of it is told by `status`; this search does not wait for it.
    this.maintain().catch(() => undefined);
  }

  private async runMaintenance({ signal, onProgress, mode = 'due' }: MaintenanceOptions): Promise<Maintenance> {
    const halt = AbortSignal.any([this.closing.signal, ...(signal === undefined ? [] : [signal])]);
    throwIfCancelled(halt);
    onProgress?.({ phase: 'reading', done: 0, total: 0 });
    await this.currentOnDisk();
    let plan = mode === 'rebuild' ? { action: 'build' as const, why: 'It was asked for.' } : this.plan();
    // What was read from a damaged file would be written on under new checksums.
    if (plan.action === 'extend' && this.graph !== undefined && !(await this.checkFile(this.graph.segment))) {
      plan = this.plan();
    }
    if (plan.action === 'nothing') return { done: 'nothing', why: plan.why, added: 0 };
    const { files, settings, threads } = this.options;
    const { manifest, added } = await writeIndex({
      source: this.source,
      files,
      settings,
      threads,
      base: plan.action === 'extend' ? (this.graph ?? null) : null,
      signal: halt,
      onProgress: onProgress ?? (() => undefined),
    });
    this.maintenanceError = null;
    this.uselessFile = undefined;
    await this.use(manifest);
    // Whoever still uses the file of before finds that its changes are gone, and takes this one.
    await this.source.keeper?.advance(manifest.cursor);
    return { done: plan.action === 'extend' ? 'extended' : 'built', why: plan.why, added };
  }
}

/** What another process has just replaced; every other failure goes on. */
function goneFile(error: unknown): 'gone' {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'gone';
  throw error;
}

function exactly(reason: ExactReason, found: Compared): VectorAnswer {
  return { ...found, strategy: 'exact', reason, recallTarget: 1 };
}
