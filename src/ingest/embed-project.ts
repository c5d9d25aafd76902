import path from 'node:path';
import type { EmbeddableNode, FactReader, FileRecord, ProjectStore } from '../graph/index.js';
import { BusyError, CancelledError, ConstraintError, type NodeHash, type ProjectId } from '../model/index.js';
import {
  embedChecked,
  requireEmbedder,
  type Embedder,
  type EmbeddingInput,
  type EmbeddingQueue,
  type EmbeddingScope,
  type QueuedFile,
} from '../vectors/index.js';
import { inputsOfFile, type FileText, type SymbolInput } from './embedding-text.js';
import { readSource } from './walk/index.js';

/** Files that are read and committed together; what is lost when a run is killed. */
const FILES_PER_BATCH = 64;
const DEFAULT_BATCH_SIZE = 256;
/** How often a batch is done anew because its files changed meanwhile. */
const MAX_ATTEMPTS = 5;

export interface EmbedStores {
  readonly projects: ProjectStore;
  readonly reader: FactReader;
  readonly queue: EmbeddingQueue;
  readonly scope: (project: ProjectId, model: string, dimension: number) => Promise<EmbeddingScope>;
}

export interface EmbedProgress {
  readonly filesDone: number;
  readonly filesTotal: number;
  /** Symbols that were embedded so far. */
  readonly embedded: number;
}

export interface EmbedOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EmbedProgress) => void;
  /** Also looks at symbols of files that did not change, such as nodes that were inserted by hand. */
  readonly all?: boolean;
}

export interface EmbedReport {
  /** How many symbols were given to the embedder. */
  readonly embedded: number;
  /** Symbols that took over the embedding of an equal one, of another place or time. */
  readonly reused: number;
  /** Files that are not on disk as they were indexed: left for the next run. */
  readonly waiting: number;
}

/**
 * Embeds the symbols of a project whose text has no embedding of this model yet, a group of files at a
 * time; each group is one atomic batch, and a run that was interrupted goes on where the last one ended.
 *
 * Throws what the embedder throws, see `embedChecked`; CancelledError; BusyError when others keep
 * changing the project; NotFoundError `PROJECT_NOT_FOUND`.
 */
export async function embedProject(
  stores: EmbedStores,
  embedder: Embedder,
  projectId: ProjectId,
  options: EmbedOptions = {},
): Promise<EmbedReport> {
  requireEmbedder(embedder);
  const { root } = await stores.projects.require(projectId);
  const scope = await stores.scope(projectId, embedder.id, embedder.dimension);
  const allPaths = async (): Promise<string[]> => stores.reader.paths(projectId);
  await stores.queue.begin(scope, allPaths);
  if (options.all === true) await stores.queue.add(scope, await allPaths());
  return new EmbedRun(stores, embedder, { projectId, root, scope }, options).run();
}

interface EmbedTarget {
  readonly projectId: ProjectId;
  readonly root: string | null;
  readonly scope: EmbeddingScope;
}

class EmbedRun {
  private embedded = 0;
  private reused = 0;
  private waiting = 0;

  constructor(
    private readonly stores: EmbedStores,
    private readonly embedder: Embedder,
    private readonly target: EmbedTarget,
    private readonly options: EmbedOptions,
  ) {}

  async run(): Promise<EmbedReport> {
    const { queue } = this.stores;
    const { scope } = this.target;
    const filesTotal = await queue.size(scope);
    let filesDone = 0;
    let after = 0;
    let failures = 0;
    while (filesTotal > 0) {
      if (this.options.signal?.aborted === true) throw new CancelledError();
      const files = await queue.next(scope, after, FILES_PER_BATCH);
      const last = files[files.length - 1];
      if (last === undefined) break;
      try {
        await this.embedFiles(files);
        failures = 0;
        after = last.ticket;
        filesDone += files.length;
        this.options.onProgress?.({ filesDone, filesTotal: Math.max(filesTotal, filesDone), embedded: this.embedded });
      } catch (error) {
        // What changed was queued again, what was deleted is off the queue.
        if (!isOvertaken(error) || ++failures === MAX_ATTEMPTS) throw error;
      }
    }
    return { embedded: this.embedded, reused: this.reused, waiting: this.waiting };
  }

  private async embedFiles(files: readonly QueuedFile[]): Promise<void> {
    const { queue } = this.stores;
    const { scope } = this.target;
    const { ready, symbols } = await this.readInputs(files);
    const known = await queue.known(scope, new Set(symbols.map(({ hash }) => hash)));
    const missing = new Map<NodeHash, EmbeddingInput>();
    for (const { hash, input } of symbols) if (!known.has(hash)) missing.set(hash, input);
    const made = await this.embed(missing);
    const links = symbols.map(({ node, hash }) => ({ nodeId: node.id, hash }));
    if (ready.length > 0) await queue.store({ scope, files: ready, made, links }, this.options.signal);
    this.embedded += made.size;
    this.reused += symbols.length - made.size;
    this.waiting += files.length - ready.length;
  }

  private async readInputs(
    files: readonly QueuedFile[],
  ): Promise<{ ready: readonly QueuedFile[]; symbols: readonly SymbolInput[] }> {
    const { reader, projects } = this.stores;
    const paths = files.map((file) => file.path);
    const { projectId } = this.target;
    const records = (await projects.filesAt(projectId, paths)).files;
    const nodes = groupByPath(await reader.embeddable(projectId, paths));
    const ready: QueuedFile[] = [];
    const symbols: SymbolInput[] = [];
    for (const file of files) {
      const text = this.textOf(file.path, records.get(file.path));
      if (text === 'changed') continue;
      ready.push(file);
      for (const symbol of inputsOfFile(nodes.get(file.path) ?? [], text)) symbols.push(symbol);
    }
    return { ready, symbols };
  }

  /** Undefined for what was never read from a file: it is embedded by its name, signature and documentation. */
  private textOf(file: string, record: FileRecord | undefined): FileText | 'changed' | undefined {
    const { root } = this.target;
    if (root === null || record === undefined || record.factsVersion === 0) return undefined;
    const entry = { path: file, absolutePath: path.join(root, file), sizeBytes: record.sizeBytes };
    const source = readSource(entry, { maxFileBytes: Math.max(record.sizeBytes, 1) });
    if (source.kind === 'skipped' || source.contentHash !== record.contentHash) return 'changed';
    return { text: source.text, leadingBytes: source.bomBytes };
  }

  private async embed(missing: ReadonlyMap<NodeHash, EmbeddingInput>): Promise<Map<NodeHash, Float32Array>> {
    const made = new Map<NodeHash, Float32Array>();
    const entries = [...missing];
    const size = this.embedder.batchSize ?? DEFAULT_BATCH_SIZE;
    for (let start = 0; start < entries.length; start += size) {
      const batch = entries.slice(start, start + size);
      const inputs = batch.map(([, input]) => input);
      const vectors = await embedChecked(this.embedder, inputs, this.options.signal);
      for (const [at, [hash]] of batch.entries()) {
        const vector = vectors[at];
        if (vector !== undefined) made.set(hash, vector);
      }
    }
    return made;
  }
}

function groupByPath(nodes: readonly EmbeddableNode[]): Map<string, EmbeddableNode[]> {
  const groups = new Map<string, EmbeddableNode[]>();
  for (const node of nodes) {
    const group = groups.get(node.filePath);
    if (group === undefined) groups.set(node.filePath, [node]);
    else group.push(node);
  }
  return groups;
}

function isOvertaken(error: unknown): boolean {
  return error instanceof ConstraintError || (error instanceof BusyError && error.code === 'STALE_GENERATION');
}
