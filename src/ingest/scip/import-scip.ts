import path from 'node:path';
import { PdgBuilder, type PdgStore, type Project, type ProjectStore } from '../../graph/index.js';
import {
  CancelledError,
  isLestockageError,
  monikerKey,
  monikerOf,
  parseScipSymbol,
  requireProjectId,
  type ProjectId,
} from '../../model/index.js';
import type { IndexProgress, IndexReport } from '../indexer.js';
import { Attribution, lacksBodies, lacksBody } from './attribution.js';
import { Complaints } from './complaints.js';
import { isInside, isSource } from './document-checks.js';
import { tallyReferences, tallyRelationships, type Target } from './document-references.js';
import type { DocumentText } from './document-text.js';
import { outlineOf, type Outline, type OutlineNode } from './document-outline.js';
import { EdgeTally } from './edge-tally.js';
import { folderWithin, importOverlay, type OverlayStores } from './import-overlay.js';
import { ScipIndexFile } from './index-file.js';
import { OWN_TOOL } from './own-symbols.js';
import type { ScipDocument } from './scip-document.js';
import { SourceTexts } from './source-texts.js';

export interface ImportScipOptions {
  /** The index, as an indexer wrote it. */
  readonly path: string;
  /** Default: the name of the folder that was indexed, else the file's name without its ending. */
  readonly projectId?: string;
  /**
   * The folder with the sources that were indexed. They are read, where they are still the same, to tell
   * calls from other mentions. Default: the folder that the index names, when it is there. In a project that was
   * indexed from its folder it is that folder or one below it.
   */
  readonly root?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
}

export interface ImportStores {
  readonly projects: ProjectStore;
  readonly pdg: PdgStore;
  /** For projects that were indexed from their folder. */
  readonly overlay: OverlayStores;
}

/** What the first pass keeps of a document for the second. */
interface KeptDocument {
  readonly attribution: Attribution;
  readonly fits: boolean;
}

/**
 * Lays a SCIP index over a project that was indexed from its folder (see {@link importOverlay}); else makes a
 * project from the index alone, or puts it in the place of what an earlier import made. All of it is one atomic batch.
 *
 * Throws what {@link ScipIndexFile.open} throws; UsageError `INVALID_ARGUMENT`; BusyError; CancelledError.
 */
export async function importScip(stores: ImportStores, options: ImportScipOptions): Promise<IndexReport> {
  const started = performance.now();
  if (options.projectId !== undefined) requireProjectId(options.projectId);
  const index = await ScipIndexFile.open(options.path);
  try {
    const indexed = await indexedProject(stores.projects, index, options.projectId);
    if (indexed !== undefined) return await importOverlay(stores.overlay, indexed, index, options);
    const project = options.projectId ?? projectNamed(index);
    const run = new ScipImport(index, await SourceTexts.find(index.metadata, options.root), options);
    await run.readDefinitions();
    await run.readReferences();
    run.progress('commit', index.documentCount);
    const saved = await stores.pdg.savePdg(project, run.build(), signalOf(options));
    return { ...run.report(), ...saved, project, ms: Math.round(performance.now() - started) };
  } finally {
    await index.close();
  }
}

/** What is kept of a node beside what the graph holds. */
type KeptNode = Pick<OutlineNode, 'key' | 'container' | 'relationships'> & { readonly parentKey: string | null };

/** Two passes over an index: what is defined where, then what refers to it. */
class ScipImport {
  private readonly complaints = new Complaints();
  private readonly builder = new PdgBuilder();
  private readonly tally = new EdgeTally();
  private readonly documents = new Map<string, KeptDocument>();
  private readonly targets = new Map<string, Target>();
  private readonly outlined: KeptNode[] = [];
  private readonly externals = new Map<string, number>();
  /** Written by this library, which says more than others do. */
  private readonly isOwn: boolean;
  private repeated = 0;
  private invalid = 0;

  constructor(
    private readonly index: ScipIndexFile,
    private readonly texts: SourceTexts,
    private readonly options: ImportScipOptions,
  ) {
    this.isOwn = index.metadata.tool === OWN_TOOL;
  }

  async readDefinitions(): Promise<void> {
    let done = 0;
    for await (const document of this.index.documents()) {
      this.progress('parse', ++done);
      if (!this.accepts(document)) continue;
      const text = this.texts.textOf(document);
      const fits = text !== undefined && isSource(document, text);
      if (text !== undefined && !fits) this.complaints.add('SOURCE_CHANGED', document.path, '');
      const outline = outlineOf(document, fits ? text : undefined, this.complaints);
      const attribution = await this.attributionOf(document, outline, fits ? text : undefined);
      this.documents.set(document.path, { attribution, fits });
      this.addNodes(outline);
    }
  }

  async readReferences(): Promise<void> {
    const target = (symbol: string): Target | undefined => this.targets.get(symbol);
    const onExternal = (symbol: string): void => this.countExternal(symbol);
    const { isOwn } = this;
    const read = new Set<string>();
    let done = 0;
    for await (const document of this.index.documents()) {
      this.progress('bind', ++done);
      const kept = this.documents.get(document.path);
      if (kept === undefined || read.has(document.path)) continue;
      read.add(document.path);
      const text = kept.fits && !isOwn ? this.texts.textOf(document) : undefined;
      tallyReferences(document, { attribution: kept.attribution, text, isOwn, target, onExternal }, this.tally);
    }
    for (const node of this.outlined) tallyRelationships(node, { target, onExternal }, this.tally);
    const mentions = [...this.externals.values()].reduce((sum, count) => sum + count, 0);
    const [first] = this.externals.keys();
    if (first !== undefined) {
      const example = `${first}, … referred to ${mentions} times`;
      this.complaints.add('EXTERNAL_SYMBOLS', this.options.path, example, this.externals.size);
    }
  }

  /** The graph. Throws UsageError `INVALID_ARGUMENT` for an index that gives one key to two symbols. */
  build(): ReturnType<PdgBuilder['build']> {
    for (const node of this.outlined) {
      const container = node.container === undefined ? undefined : this.targets.get(node.container)?.key;
      const from = container ?? (this.isOwn ? null : node.parentKey);
      if (from !== null && from !== node.key) {
        this.builder.addEdge({ from, to: node.key, edgeType: 'containment' });
      }
    }
    for (const edge of this.tally.edges()) this.builder.addEdge(edge);
    return this.builder.build();
  }

  report(): Omit<IndexReport, 'generation' | 'project' | 'nodes' | 'edges' | 'ms'> {
    const { documentCount } = this.index;
    const skipped = this.repeated + this.invalid;
    return {
      files: { seen: documentCount, parsed: documentCount - skipped, unchanged: 0, removed: 0, skipped },
      recomputed: { parse: 0, analysis: 0, bindings: 0, embeddings: 0 },
      warnings: this.complaints.warnings(),
    };
  }

  progress(phase: IndexProgress['phase'], filesDone: number): void {
    if (this.options.signal?.aborted === true)
      throw new CancelledError(undefined, { cause: this.options.signal.reason });
    const { documentCount: filesTotal } = this.index;
    this.options.onProgress?.({ phase, filesDone, filesTotal, symbols: this.outlined.length });
  }

  private accepts(document: ScipDocument): boolean {
    if (!isInside(document.path)) {
      this.complaints.add('INVALID_PATH', this.options.path, document.path);
      this.invalid++;
      return false;
    }
    if (!this.documents.has(document.path)) return true;
    this.complaints.add('DOCUMENT_REPEATED', document.path, '');
    this.repeated++;
    return false;
  }

  private addNodes(outline: Outline): void {
    const [root, ...inner] = outline.nodes;
    // A graph of this library's may have files without a node of their own.
    const isBare = this.isOwn && root?.symbols.length === 0;
    for (const node of isBare ? inner : outline.nodes) {
      const isTop = isBare && node.input.parentKey === root.key;
      this.builder.addNode(isTop ? { ...node.input, parentKey: null } : node.input);
      const { key, container, relationships, input } = node;
      this.outlined.push({ key, container, relationships, parentKey: input.parentKey ?? null });
      const target = { key: node.key, name: node.name, nodeType: node.nodeType, path: outline.path };
      // A namespace may be defined in many documents; the first one stands for it.
      for (const symbol of node.symbols) if (!this.targets.has(symbol)) this.targets.set(symbol, target);
    }
  }

  private async attributionOf(
    document: ScipDocument,
    { nodes }: Outline,
    text: DocumentText | undefined,
  ): Promise<Attribution> {
    const mayHelp = text !== undefined && nodes.some(lacksBody);
    const extents = mayHelp ? await this.texts.extract(document, text) : [];
    if (extents.length > 0 || !lacksBodies(nodes)) return Attribution.byExtent(nodes, extents);
    this.complaints.add('NO_ENCLOSING_RANGES', document.path, '');
    return Attribution.byOrder(nodes);
  }

  /** By moniker, in which indexes of other versions and packages agree. */
  private countExternal(symbol: string): void {
    const moniker = monikerText(symbol);
    this.externals.set(moniker, (this.externals.get(moniker) ?? 0) + 1);
  }
}

function monikerText(symbol: string): string {
  try {
    const parsed = parseScipSymbol(symbol);
    return parsed.kind === 'local' ? symbol : monikerKey(monikerOf(parsed));
  } catch (error) {
    if (!isLestockageError(error)) throw error;
    // What cannot be read is named as it is written.
    return symbol;
  }
}

/**
 * The project that an index is about, if that was indexed from its folder: the named one, else the one with the innermost
 * folder around what was indexed, else the one that is called like that.
 */
async function indexedProject(
  projects: ProjectStore,
  index: ScipIndexFile,
  id: ProjectId | undefined,
): Promise<Project | undefined> {
  const all = (await projects.list()).filter(({ root }) => root !== null);
  if (id !== undefined) return all.find((project) => project.id === id);
  const folder = index.indexedFolder;
  const around = all
    .filter(({ root }) => folder !== undefined && folderWithin(root ?? '', folder) !== undefined)
    .sort((a, b) => (b.root?.length ?? 0) - (a.root?.length ?? 0));
  return around[0] ?? all.find((project) => project.id === projectNamed(index));
}

function projectNamed({ metadata, path: indexPath }: ScipIndexFile): ProjectId {
  const folder = decodedPath(metadata.projectRoot).replace(/(?<!\/)\/+$/, '');
  const name = path.posix.basename(folder).replace(/\p{Cc}/gu, '_');
  return name === '' ? path.basename(indexPath, path.extname(indexPath)).replace(/\p{Cc}/gu, '_') : name;
}

function decodedPath(url: string): string {
  const withoutHost = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  try {
    return decodeURIComponent(withoutHost);
  } catch {
    return withoutHost;
  }
}

function signalOf({ signal }: ImportScipOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
