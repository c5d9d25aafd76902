import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { PreciseStore, Project, ProjectFiles, WholeFile } from '../../graph/index.js';
import {
  CancelledError,
  NodeHash,
  structureOf,
  UsageError,
  type PreciseFile,
  type ProjectId,
} from '../../model/index.js';
import type { ProjectPackage } from '../../symbols/index.js';
import type { IndexerStores } from '../indexer-stores.js';
import type { IndexReport } from '../indexer.js';
import { readSource } from '../walk/index.js';
import { commitPrecise, onceLeased } from './commit-precise.js';
import { Complaints } from './complaints.js';
import { isAligned, isInside, isSource } from './document-checks.js';
import { DocumentText } from './document-text.js';
import { FileSymbols } from './file-symbols.js';
import type { ImportScipOptions } from './import-scip.js';
import type { ScipIndexFile } from './index-file.js';
import { preciseReferencesOf, type DescribedFile } from './overlay-references.js';
import { OverlayTargets } from './overlay-targets.js';
import { OWN_TOOL } from './own-symbols.js';
import type { ScipDocument } from './scip-document.js';
import { defaultEncodingOf } from './source-texts.js';

/** What an import into an indexed project works on. */
export interface OverlayStores extends IndexerStores {
  readonly precise: PreciseStore;
}

/** Documents that are looked at together: their files are read from the store at once. */
const DOCUMENTS_AT_ONCE = 64;

/**
 * Lays a SCIP index over a project that was indexed from its folder: where a document describes a file as it is stored, its
 * references are bound as the index says from now on, and for as long as the file's code stays so. The facts and the
 * edges that follow from them are committed as one batch. What the same indexer said of the same folder before is replaced.
 *
 * A document describes the file whose text it has in it. Without a text, that is the file which is at its path now, as long as
 * the names in the index stand where the index says.
 */
export async function importOverlay(
  stores: OverlayStores,
  project: Project,
  index: ScipIndexFile,
  options: ImportScipOptions,
): Promise<IndexReport> {
  if (index.metadata.tool === OWN_TOOL) {
    throw new UsageError('INVALID_ARGUMENT', `${index.path} was exported by lestockage: it says what the store does.`, {
      details: { path: index.path, tool: index.metadata.tool },
    });
  }
  return onceLeased(stores, project.id, options.signal, async (right) => {
    const known = await stores.projects.files(project.id);
    const root = known.root ?? '';
    const folder = folderOf(root, index, options);
    const run = new OverlayImport(stores, project.id, known, { root, folder }, index, options);
    await run.readDefinitions();
    await right.renewWhenDue();
    const files = await run.readReferences();
    const told = new Map<string, PreciseFile | undefined>(files.map((file) => [file.path, file]));
    for (const { path: old, tool, folder: within } of await stores.precise.list(project.id)) {
      if (tool === index.metadata.tool && within === folder && !told.has(old)) told.set(old, undefined);
    }
    run.progress('commit', index.documentCount);
    const { removed, ...done } = await commitPrecise(stores, project.id, known, told, right, options.signal);
    return { ...done, ...run.report(removed), project: project.id };
  });
}

/** Where the documents of an index lie in a project. */
interface Placement {
  readonly root: string;
  /** From the root; empty for the root itself. */
  readonly folder: string;
}

/** Two passes over an index: what its symbols are in the project, then what refers to them. */
class OverlayImport {
  private readonly complaints = new Complaints();
  private targets: OverlayTargets;
  private readonly described = new Map<string, NodeHash>();
  private skipped = 0;

  constructor(
    private readonly stores: OverlayStores,
    private readonly project: ProjectId,
    private readonly known: ProjectFiles,
    private readonly place: Placement,
    private readonly index: ScipIndexFile,
    private readonly options: ImportScipOptions,
  ) {
    this.targets = new OverlayTargets([], this.complaints);
  }

  async readDefinitions(): Promise<void> {
    const own = (await packagesOf(this.stores, this.project)).map(({ manager, name }) => `${manager} ${name}`);
    this.targets = new OverlayTargets(own, this.complaints);
    const seen = new Set<string>();
    for await (const group of this.groups('parse')) {
      const accepted = group.filter((document) => this.accepts(document, seen));
      for (const { path: filePath, document, text, file } of await this.describe(accepted)) {
        if (!isSource(document, text) || !isAligned(document, text)) this.refuse(filePath);
        else this.targets.addDocument(filePath, document, text, file);
      }
    }
  }

  async readReferences(): Promise<PreciseFile[]> {
    const files: PreciseFile[] = [];
    const read = new Set<string>();
    for await (const group of this.groups('bind')) {
      const wanted = group.filter((document) => {
        const filePath = this.pathOf(document);
        return this.described.has(filePath) && !read.has(filePath) && read.add(filePath);
      });
      for (const described of await this.describe(wanted)) {
        const contentHash = this.described.get(described.path);
        if (contentHash === undefined) continue;
        files.push({
          path: described.path,
          contentHash,
          structureHash: structureOf({ symbols: described.file.list }),
          tool: this.index.metadata.tool,
          folder: this.place.folder,
          references: preciseReferencesOf(described, this.targets, this.complaints),
        });
      }
    }
    return files;
  }

  report(removed: number): Pick<IndexReport, 'files' | 'warnings'> {
    const { documentCount: seen } = this.index;
    const { skipped } = this;
    return {
      files: { seen, parsed: seen - skipped, unchanged: 0, removed, skipped },
      warnings: this.complaints.warnings(),
    };
  }

  progress(phase: 'parse' | 'bind' | 'commit', filesDone: number): void {
    const { signal, onProgress } = this.options;
    if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
    onProgress?.({ phase, filesDone, filesTotal: this.index.documentCount, symbols: this.described.size });
  }

  private async *groups(phase: 'parse' | 'bind'): AsyncGenerator<ScipDocument[], void, void> {
    let group: ScipDocument[] = [];
    let done = 0;
    for await (const document of this.index.documents()) {
      this.progress(phase, ++done);
      if (group.push(document) < DOCUMENTS_AT_ONCE) continue;
      yield group;
      group = [];
    }
    if (group.length > 0) yield group;
  }

  private pathOf(document: ScipDocument): string {
    return this.place.folder === '' ? document.path : `${this.place.folder}/${document.path}`;
  }

  private accepts(document: ScipDocument, seen: Set<string>): boolean {
    const filePath = this.pathOf(document);
    if (!isInside(document.path)) this.complaints.add('INVALID_PATH', this.options.path, document.path);
    else if (seen.has(filePath)) this.complaints.add('DOCUMENT_REPEATED', filePath, '');
    else if (!this.known.files.has(filePath)) this.complaints.add('FILE_NOT_INDEXED', this.options.path, filePath);
    else {
      seen.add(filePath);
      return true;
    }
    this.skipped++;
    return false;
  }

  private refuse(filePath: string): void {
    this.complaints.add('SOURCE_CHANGED', filePath, '');
    this.described.delete(filePath);
    this.skipped++;
  }

  /** The files that documents describe, when these are the ones in the store. */
  private async describe(documents: readonly ScipDocument[]): Promise<DescribedFile[]> {
    const stored = await this.stores.reader.wholeFiles(
      this.project,
      documents.map((document) => this.pathOf(document)),
    );
    return documents.flatMap((document) => {
      const filePath = this.pathOf(document);
      const whole: WholeFile | undefined = stored.get(filePath);
      const contentHash = this.known.files.get(filePath)?.contentHash;
      const text = whole === undefined ? undefined : this.textOf(document, filePath, contentHash);
      if (whole === undefined || text === undefined || contentHash === undefined) {
        this.refuse(filePath);
        return [];
      }
      this.described.set(filePath, contentHash);
      return [{ path: filePath, document, text, file: new FileSymbols(whole.facts) }];
    });
  }

  /** The text of the file with that content: the document's own, else what is on disk. */
  private textOf(document: ScipDocument, filePath: string, content: NodeHash | undefined): DocumentText | undefined {
    const encoding = document.encoding ?? defaultEncodingOf(this.index.metadata.tool);
    if (document.text !== '') {
      const bytes = Buffer.from(document.text);
      if (NodeHash.of(bytes) === content) return new DocumentText(document.text, encoding);
      const marked = Buffer.concat([BYTE_ORDER_MARK, bytes]);
      return NodeHash.of(marked) === content
        ? new DocumentText(document.text, encoding, BYTE_ORDER_MARK.length)
        : undefined;
    }
    const absolutePath = path.join(this.place.root, filePath);
    const read = readSource({ path: filePath, absolutePath, sizeBytes: 0 });
    if (read.kind !== 'source' || read.contentHash !== content) return undefined;
    return new DocumentText(read.text, encoding, read.bomBytes);
  }
}

async function packagesOf({ packages }: OverlayStores, project: ProjectId): Promise<readonly ProjectPackage[]> {
  const all: ProjectPackage[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await packages.list({ project, ...(cursor === undefined ? {} : { cursor }) });
    all.push(...page.items.filter(({ name }) => name !== ''));
    if (page.cursor === null) return all;
    cursor = page.cursor;
  }
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * The folder that was indexed, from the project's root: as the caller says, else as the index says where that lies in the
 * project, else the root. Throws UsageError `INVALID_ARGUMENT` for a folder outside of the project.
 */
function folderOf(root: string, { indexedFolder }: ScipIndexFile, { root: told }: ImportScipOptions): string {
  if (told !== undefined) {
    const within = folderWithin(root, told);
    if (within !== undefined) return within;
    throw new UsageError('INVALID_ARGUMENT', `${told} lies outside of the project's folder ${root}.`, {
      details: { option: 'root', value: told, root },
    });
  }
  return indexedFolder === undefined ? '' : (folderWithin(root, indexedFolder) ?? '');
}

/** A folder's path from another one that holds it, with '/' between names; undefined for one that lies elsewhere. */
export function folderWithin(root: string, folder: string): string | undefined {
  const within = path.relative(resolved(root), resolved(folder));
  if (within === '..' || within.startsWith(`..${path.sep}`) || path.isAbsolute(within)) return undefined;
  return within.split(path.sep).join('/');
}

function resolved(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // What is not there is compared by its name.
    return path.resolve(folder);
  }
}
