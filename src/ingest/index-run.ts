import type { FileRecord, Project, ProjectDelta, ProjectFiles, WholeFile } from '../graph/index.js';
import type { CommitRight } from '../incremental/index.js';
import { BusyError, CancelledError, type FileFacts, type ProjectId } from '../model/index.js';
import { analysisOf } from './analysis.js';
import type { IndexerStores } from './indexer-stores.js';
import type { IndexOptions, IndexProgress, IndexReport, IndexWarning } from './indexer.js';
import { FACTS_VERSION, languageOf } from './languages/index.js';
import { isManifestPath } from './manifests/index.js';
import { planManifests, type ManifestPlan } from './packages/manifest-plan.js';
import { syncPackages, type PackageChanges } from './packages/sync-packages.js';
import type { ParseOutcome, ParseTask } from './parse-file.js';
import { parseFiles } from './parse-pool.js';
import { projectIdFor } from './project-id.js';
import { NOTHING, overtaken, type Done, type Looked, type Work } from './run-state.js';
import { settledKey } from './settled.js';
import { isBindingOutdated, syncProject, type SyncResult } from './sync/sync-project.js';
import { FactsArchive, recallFacts, type ArchivedFile } from './sync/recall.js';
import { decidesAboutOthers, walk, type WalkEntry, type WalkOptions, type WalkResult } from './walk/index.js';

/** What is kept of contents that files had earlier. */
const ARCHIVE_BUDGET_BYTES = 64 * 1024 * 1024;
/** The archive is cut back to its budget once in so many generations, and after runs over many files. */
const GENERATIONS_PER_COLLECTION = 64;
const FILES_PER_COLLECTION = 256;
/** Parsing so few costs less than asking whether it is worth it. */
const FEW_FILES = 8;

/** One attempt to index one folder. */
export class IndexRun {
  private readonly facts: FileFacts[] = [];
  private readonly fileRecords: FileRecord[] = [];
  private readonly warnings: IndexWarning[] = [];
  /** Files that turned out not to be source: what is stored of them goes. */
  private readonly rejected = new Set<string>();
  private readonly archive: FactsArchive;
  private skipped = 0;
  private same = 0;
  private parsed = 0;
  private symbols = 0;

  constructor(
    private readonly stores: IndexerStores,
    private readonly options: IndexOptions,
    private readonly startedAt: number,
  ) {
    this.archive = new FactsArchive(stores.contents);
  }

  async run(): Promise<IndexReport> {
    const looked = await this.look();
    for (const warning of looked.walked.warnings) this.warnings.push(warning);
    this.progress('scan', 0, looked.walked.entries.length);
    const work = this.plan(looked);
    if (work.isDone) return this.unchangedReport(looked, work);
    const right = await this.stores.right(looked.projectId, work.tasks.length <= FEW_FILES, this.options.signal);
    try {
      // Had another run committed meanwhile, the commit would fail; that need not be found out last.
      if (work.tasks.length > FEW_FILES) await this.stopIfOvertaken(looked);
      await this.parse(work.tasks, looked);
      return await this.commit(looked, work, right);
    } catch (error) {
      if (error instanceof BusyError) await this.keepContents();
      throw error;
    } finally {
      await right.release();
    }
  }

  /** What is on disk, and what is known of it. */
  private async look(): Promise<Looked> {
    const { changed } = this.options;
    const projects = await this.stores.projects.list();
    const isPiece = changed !== undefined && !changed.some(decidesAboutOthers);
    const piece = isPiece ? await this.lookAt(changed, projects) : undefined;
    if (piece !== undefined) return piece;
    const walked = await walk(this.options.root, this.walkOptions());
    const projectId = this.options.projectId ?? projectIdFor(walked.root, projects);
    const known = await this.stores.projects.files(projectId);
    const kept = await this.keptOf(projectId, known);
    const manifests = await this.manifestsOf(projectId, walked);
    const isAlone = projects.every(({ id }) => id === projectId);
    return { walked, projectId, known, ...kept, manifests, elsewhere: 0, isAlone };
  }

  /** Some paths alone, of a project that was indexed from this folder, manifests included; undefined when it was not. */
  private async lookAt(paths: readonly string[], projects: readonly Project[]): Promise<Looked | undefined> {
    const stored = this.stores.projects;
    let walked = await walk(this.options.root, { ...this.walkOptions(), within: paths });
    const projectId = this.options.projectId ?? projectIdFor(walked.root, projects);
    let known = await stored.filesAt(projectId, paths);
    if (known.generation === 0 || known.root !== walked.root) return undefined;
    const kept = await this.keptOf(projectId, known);
    let within = paths;
    if (kept.marks.length > 0) {
      // What was invalidated is looked at whatever changed.
      within = [...new Set([...paths, ...kept.marks.map(({ partition }) => partition)])];
      walked = await walk(this.options.root, { ...this.walkOptions(), within });
      known = await stored.filesAt(projectId, within);
    }
    const elsewhere = (await stored.fileCount(projectId)) - known.files.size;
    const manifests = await this.manifestsOf(projectId, walked, within);
    if (manifests.stored.version === null) return undefined;
    return { walked, projectId, known, ...kept, manifests, elsewhere, isAlone: false };
  }

  private async manifestsOf(
    projectId: ProjectId,
    walked: WalkResult,
    within?: readonly string[],
  ): Promise<ManifestPlan> {
    return planManifests(walked, await this.stores.packages.manifests(projectId), {
      isForced: this.options.force === true,
      ...(within === undefined ? {} : { within }),
      ...this.signalOption(),
    });
  }

  private walkOptions(): WalkOptions {
    return { languageOf: (path) => languageOf(path)?.name, isManifest: isManifestPath, ...this.signalOption() };
  }

  private signalOption(): Pick<WalkOptions, 'signal'> {
    return this.options.signal === undefined ? {} : { signal: this.options.signal };
  }

  private async keptOf(
    projectId: ProjectId,
    { generation }: ProjectFiles,
  ): Promise<Pick<Looked, 'marks' | 'versions'>> {
    if (generation === 0) return { marks: [], versions: new Map() };
    const memos = this.stores.memos(projectId);
    return { marks: await memos.marks(), versions: await memos.versions() };
  }

  /** Files whose state on disk is the one that was indexed are not read. */
  private plan({ walked, known, marks, versions, manifests }: Looked): Work {
    const isNew = known.generation === 0;
    const marked = new Set(marks.map(({ partition }) => partition));
    const tasks: ParseTask[] = [];
    for (const entry of walked.entries) {
      const record = known.files.get(entry.path);
      const isCurrent = record?.language === entry.language && record.factsVersion === FACTS_VERSION;
      if (marked.has(entry.path)) tasks.push({ entry, knownHash: null, isForced: true });
      else if (this.options.force === true || !isCurrent) tasks.push({ entry, knownHash: null });
      else if (record.statKey !== entry.statKey) tasks.push({ entry, knownHash: record.contentHash });
    }
    const removed = this.removedFiles(walked, known);
    const isOutdated = !isNew && (isBindingOutdated(versions) || marked.size > 0);
    const isSame = tasks.length === 0 && removed.size === 0 && !isOutdated && !isNew && known.root === walked.root;
    return { tasks, unchanged: walked.entries.length - tasks.length, isDone: isSame && manifests.isDone, isOutdated };
  }

  private async parse(tasks: readonly ParseTask[], { known, isAlone }: Looked): Promise<void> {
    const { workers, signal, maxFileBytes } = this.options;
    const byPath = new Map(tasks.map((task) => [task.entry.path, task.entry]));
    const limits = maxFileBytes === undefined ? {} : { maxFileBytes };
    let done = 0;
    const onOutcome = (outcome: ParseOutcome): void => {
      const entry = byPath.get(outcome.path);
      if (entry !== undefined) this.take(outcome, entry, known);
      this.progress('parse', ++done, tasks.length);
    };
    const canRecall = this.options.force !== true && !(isAlone && known.generation === 0);
    const left = canRecall ? await recallFacts(tasks, limits, this.stores, this.archive, onOutcome) : tasks;
    await parseFiles(left, {
      limits,
      ...(workers === undefined ? {} : { workers }),
      ...(signal === undefined ? {} : { signal }),
      onOutcome,
    });
  }

  private take(outcome: ParseOutcome, entry: WalkEntry, known: ProjectFiles): void {
    const record = known.files.get(outcome.path);
    if (outcome.kind === 'skipped') {
      this.skipped++;
      this.warnings.push({ file: outcome.path, code: outcome.code, message: outcome.message });
      // What cannot be read now is unknown, not gone.
      if (outcome.code !== 'FILE_UNREADABLE' && outcome.code !== 'FILE_CHANGED') this.rejected.add(outcome.path);
      return;
    }
    if (outcome.kind === 'same') this.same++;
    else {
      this.facts.push(outcome.facts);
      this.symbols += outcome.facts.symbols.length;
      for (const warning of outcome.warnings) this.warnings.push({ file: outcome.path, ...warning });
    }
    if (outcome.kind === 'parsed') {
      this.parsed++;
      const reason = record === undefined ? 'new' : record.factsVersion === FACTS_VERSION ? 'changed' : 'version';
      this.options.onQuery?.({
        query: 'parse',
        key: outcome.path,
        partition: outcome.path,
        action: 'executed',
        reason,
      });
    }
    // What was not parsed again has the syntax errors that it had.
    const errors = outcome.kind === 'same' ? record : outcome.facts;
    this.fileRecords.push({
      path: outcome.path,
      language: entry.language,
      contentHash: outcome.contentHash,
      sizeBytes: outcome.sizeBytes,
      statKey: settledKey(outcome.statKey, this.startedAt),
      errorCount: errors?.errorCount ?? 0,
      firstErrorLine: errors?.firstErrorLine ?? 0,
      factsVersion: FACTS_VERSION,
    });
  }

  /** Stored files that are no longer there, or no longer source. */
  private removedFiles(walked: WalkResult, known: ProjectFiles): Set<string> {
    const present = new Set(walked.entries.map((entry) => entry.path));
    const isUnknown = (path: string): boolean =>
      walked.unreadableFolders.some((folder) => folder === '' || path.startsWith(`${folder}/`));
    const removed = new Set<string>();
    for (const path of known.files.keys()) {
      if (this.rejected.has(path) || (!present.has(path) && !isUnknown(path))) removed.add(path);
    }
    return removed;
  }

  private async commit(looked: Looked, work: Work, right: CommitRight): Promise<IndexReport> {
    const { walked, projectId, known } = looked;
    const removed = this.removedFiles(walked, known);
    const packages = await this.packages(looked, removed);
    for (const warning of packages.warnings) this.warnings.push(warning);
    const isGraphSame = this.facts.length === 0 && removed.size === 0 && known.generation > 0 && !work.isOutdated;
    const advancesGeneration = !isGraphSame || packages.isChanged;
    // A folder that was moved has all its files as they were, but the project's root is another.
    const hasNews = advancesGeneration || this.fileRecords.length > 0 || packages.statements.length > 0;
    if (!hasNews && known.root === walked.root) return this.unchangedReport(looked, work);
    this.progress('bind', walked.entries.length, walked.entries.length);
    await right.renewWhenDue();
    const sync = advancesGeneration ? await this.sync(looked, removed, packages) : undefined;
    const analysis = await analysisOf(this.facts, this.stores.cache, this.options.onQuery);
    this.stopIfCancelled();
    this.progress('commit', walked.entries.length, walked.entries.length);
    this.stopIfCancelled();
    const counts = sync?.delta.counts ?? (await this.stores.projects.counts(projectId));
    const { generation } = await this.stores.projects.commit({
      ...NOTHING,
      ...sync?.delta,
      counts: { ...counts, nodes: this.options.force === true || sync?.isAsIndexed !== false ? counts.nodes : null },
      projectId,
      root: walked.root,
      // Had another run committed since the files were compared, the plan of this one would be wrong.
      expectedGeneration: known.generation,
      guards: right.guards(),
      alongside: [
        ...(sync?.delta.alongside ?? []),
        ...this.stores.cache.statementsForPut(analysis.entries),
        ...packages.statements,
        ...(sync?.isAsIndexed === true ? this.archiveStatements(sync.before, known) : []),
        ...right.releaseStatements(),
      ],
      deletedFiles: removed,
      files: this.fileRecords,
      advancesGeneration,
    });
    right.released();
    return this.report(looked, work, removed.size, {
      generation,
      ...counts,
      analysis: analysis.count,
      bindings: sync?.bindings ?? 0,
    });
  }

  private async packages(looked: Looked, removed: ReadonlySet<string>): Promise<PackageChanges> {
    const { walked, projectId, known, manifests } = looked;
    const added = this.fileRecords.flatMap(({ path }) => (known.files.has(path) ? [] : [path]));
    return syncPackages(this.stores, {
      projectId,
      root: walked.root,
      plan: manifests,
      settle: (statKey) => settledKey(statKey, this.startedAt),
      isFileSetChanged: removed.size > 0 || added.length > 0,
      sourceFiles: async () => {
        const stored = known.generation === 0 ? [] : await this.stores.files.list(projectId);
        return [...stored.flatMap(({ path }) => (removed.has(path) ? [] : [path])), ...added];
      },
      ...this.signalOption(),
    });
  }

  private async sync(looked: Looked, removed: ReadonlySet<string>, packages: PackageChanges): Promise<SyncResult> {
    const { projectId, known, marks, versions } = looked;
    return syncProject(this.stores, {
      projectId,
      generation: known.generation,
      marks,
      versions,
      parsed: this.facts,
      contents: this.fileRecords,
      removed,
      routes: packages.routes,
      isForced: this.options.force === true,
      signal: this.options.signal,
      onEvent: this.options.onQuery,
    });
  }

  /** What files said before is kept for the case that they say it again. */
  private archiveStatements(
    before: ReadonlyMap<string, WholeFile>,
    known: ProjectFiles,
  ): NonNullable<ProjectDelta['alongside']> {
    const superseded: ArchivedFile[] = [];
    for (const [path, { facts }] of before) {
      const record = known.files.get(path);
      if (record?.factsVersion !== FACTS_VERSION) continue;
      const { errorCount, firstErrorLine, contentHash } = record;
      superseded.push({ facts: { ...facts, errorCount, firstErrorLine }, contentHash });
    }
    if (superseded.length === 0) return [];
    const isDue = known.generation % GENERATIONS_PER_COLLECTION === 0 || superseded.length > FILES_PER_COLLECTION;
    return [
      ...this.stores.contents.statementsForPut(this.archive.entriesFor(superseded)),
      ...(isDue ? this.stores.contents.statementsForCollect(ARCHIVE_BUDGET_BYTES) : []),
    ];
  }

  /** The graph of a run that was overtaken is of no use, but what it parsed is. */
  private async keepContents(): Promise<void> {
    const hashes = new Map(this.fileRecords.map(({ path, contentHash }) => [path, contentHash]));
    const files = this.facts.flatMap((facts): ArchivedFile[] => {
      const contentHash = hashes.get(facts.path);
      return contentHash === undefined ? [] : [{ facts, contentHash }];
    });
    await this.stores.contents.put(this.archive.entriesFor(files));
  }

  private async unchangedReport(looked: Looked, work: Work): Promise<IndexReport> {
    const counts = await this.stores.projects.counts(looked.projectId);
    return this.report(looked, work, 0, { generation: looked.known.generation, ...counts, analysis: 0, bindings: 0 });
  }

  private report(
    { walked, projectId, elsewhere }: Looked,
    { unchanged }: Work,
    removed: number,
    done: Done,
  ): IndexReport {
    const { generation, nodes, edges, analysis, bindings } = done;
    return {
      generation,
      project: projectId,
      files: {
        seen: walked.entries.length + elsewhere,
        parsed: this.parsed,
        unchanged: unchanged + this.same + elsewhere,
        removed,
        skipped: this.skipped,
      },
      nodes,
      edges,
      recomputed: { parse: this.parsed, analysis, bindings, embeddings: 0 },
      warnings: this.warnings.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
      ms: 0,
    };
  }

  private async stopIfOvertaken({ projectId, known }: Looked): Promise<void> {
    const now = await this.stores.projects.get(projectId);
    if ((now?.generation ?? 0) !== known.generation) throw overtaken(projectId);
  }

  private stopIfCancelled(): void {
    if (this.options.signal?.aborted === true) throw new CancelledError();
  }

  private progress(phase: IndexProgress['phase'], filesDone: number, filesTotal: number): void {
    this.options.onProgress?.({ phase, filesDone, filesTotal, symbols: this.symbols });
  }
}
