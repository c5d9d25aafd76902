import type { FactReader, FileStore } from '../../graph/index.js';
import { contentKey, type ContentEntry, type ContentStore } from '../../incremental/index.js';
import type { FileFacts, NodeHash } from '../../model/index.js';
import { FACTS_VERSION } from '../languages/index.js';
import { warningsOf, type ParseOutcome, type ParseTask } from '../parse-file.js';
import { readSource, type ReadLimits, type SourceFile } from '../walk/index.js';

/** Results of parsing, kept by the content of the file, for when that content comes back. */
export class FactsArchive {
  constructor(private readonly contents: ContentStore) {}

  /** The facts of contents that were parsed before, as facts of the file that has the content now. */
  async recall(files: readonly ContentOfFile[]): Promise<Map<string, FileFacts>> {
    const keys = new Map(files.map((file) => [file.path, keyOf(file)]));
    const results = await this.contents.getMany([...new Set(keys.values())]);
    const recalled = new Map<string, FileFacts>();
    for (const file of files) {
      const result = results.get(keys.get(file.path) as NodeHash);
      const facts = result === undefined ? undefined : decodeFacts(result);
      if (facts !== undefined) recalled.set(file.path, factsAt(file.path, facts));
    }
    return recalled;
  }

  entriesFor(files: readonly ArchivedFile[]): ContentEntry[] {
    return files.map((file) => ({
      key: keyOf({ path: file.facts.path, language: file.facts.language, contentHash: file.contentHash }),
      query: 'parse',
      result: Buffer.from(JSON.stringify(file.facts)),
    }));
  }
}

export interface ContentOfFile {
  readonly path: string;
  readonly language: string;
  readonly contentHash: NodeHash;
}

export interface ArchivedFile {
  readonly facts: FileFacts;
  readonly contentHash: NodeHash;
}

/**
 * Finds the facts of tasks without parsing: those of contents that some file of the store has now, or had
 * earlier. Gives the outcomes of these, and of files that turn out to be unchanged; returns the tasks that are left.
 */
export async function recallFacts(
  tasks: readonly ParseTask[],
  limits: ReadLimits,
  stores: { readonly files: FileStore; readonly reader: FactReader },
  archive: FactsArchive,
  onOutcome: (outcome: ParseOutcome) => void,
): Promise<ParseTask[]> {
  const left: ParseTask[] = [];
  const read: ReadFile[] = [];
  for (const task of tasks) {
    const { path } = task.entry;
    const source = readSource(task.entry, limits);
    if (source.kind === 'skipped') left.push(task);
    else if (source.contentHash === task.knownHash) onOutcome({ kind: 'same', ...stateOf(path, source) });
    else read.push({ task, state: stateOf(path, source), warning: source.warning });
  }
  const files = read.map(({ task, state }) => ({ ...state, language: task.entry.language }));
  const known = new Map([...(await archive.recall(files)), ...(await factsOfTwins(files, stores))]);
  for (const { task, state, warning } of read) {
    const facts = task.isForced === true ? undefined : known.get(state.path);
    if (facts === undefined) left.push(task);
    else onOutcome({ kind: 'recalled', ...state, facts, warnings: warningsOf(facts, warning) });
  }
  return left;
}

/** A file that was read; its text is not kept, for there may be many. */
interface ReadFile {
  readonly task: ParseTask;
  readonly state: Pick<SourceFile, 'contentHash' | 'sizeBytes' | 'statKey'> & { readonly path: string };
  readonly warning: SourceFile['warning'];
}

function stateOf(path: string, { contentHash, sizeBytes, statKey }: SourceFile): ReadFile['state'] {
  return { path, contentHash, sizeBytes, statKey };
}

/** The facts of files that have the same content as some stored file of any project. */
async function factsOfTwins(
  files: readonly ContentOfFile[],
  stores: { readonly files: FileStore; readonly reader: FactReader },
): Promise<Map<string, FileFacts>> {
  const found = new Map<string, FileFacts>();
  const twins = await stores.files.findByContent(files.map(({ contentHash }) => contentHash));
  for (const file of files) {
    const twin = twins.find(
      (other) =>
        other.contentHash === file.contentHash &&
        other.language === file.language &&
        other.factsVersion === FACTS_VERSION &&
        endingOf(other.path) === endingOf(file.path),
    );
    if (twin === undefined) continue;
    const whole = (await stores.reader.wholeFiles(twin.projectId, [twin.path])).get(twin.path);
    if (whole !== undefined) found.set(file.path, factsAt(file.path, whole.facts));
  }
  return found;
}

/** What a file says depends on its name only by the ending, and the module is called after the file. */
export function endingOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? '' : name.slice(dot);
}

function keyOf({ path, language, contentHash }: ContentOfFile): NodeHash {
  const environment = `${language} ${endingOf(path)}`;
  return contentKey({ query: 'parse', version: FACTS_VERSION, environment }, contentHash);
}

/** The same facts, of a file at another path. */
export function factsAt(path: string, facts: FileFacts): FileFacts {
  if (facts.path === path) return facts;
  const [module, ...symbols] = facts.symbols;
  if (module === undefined) return { ...facts, path };
  return { ...facts, path, symbols: [{ ...module, name: path.slice(path.lastIndexOf('/') + 1) }, ...symbols] };
}

function decodeFacts(result: Uint8Array): FileFacts | undefined {
  try {
    // Its checksum says that it is what was written.
    return JSON.parse(Buffer.from(result.buffer, result.byteOffset, result.length).toString('utf8')) as FileFacts;
  } catch {
    return undefined;
  }
}
