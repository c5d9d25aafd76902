import { Binder, MemoryProgram, type Bound, type Program } from '../../src/binding/index.js';
import { FactReader, NodeStore, PreciseStore, ProjectStore, type FileRecord } from '../../src/graph/index.js';
import { preciseByPath, type NumberedFile } from '../../src/ingest/sync/changed-things.js';
import { factsDelta, pairFiles } from '../../src/ingest/sync/file-changes.js';
import { MissingFacts, PartialProgram, type Overlay } from '../../src/ingest/sync/partial-program.js';
import {
  describes,
  keyInFile,
  NodeHash,
  nodeKey,
  structureOf,
  type FileFacts,
  type PreciseFile,
  type PreciseReference,
} from '../../src/model/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { PackageStore } from '../../src/symbols/index.js';
import { factsOf } from './facts.js';

export const PROJECT_ID = 'p';

/** Numbers of symbols that are not stored start here. */
const NEW_IDS = 1_000_000;

export type Sources = Readonly<Record<string, string>>;

/**
 * What a compiler might say of a file: of every third one something that holds for it as it is, of every third something of
 * another state, and of the others nothing. Each symbol refers to the one before it and to what is gone.
 */
function preciseFor(files: readonly FileFacts[]): PreciseFile[] {
  return files.flatMap((facts, at) => {
    if (at % 3 === 2) return [];
    const keys = facts.symbols.map((symbol) => nodeKey({ ...symbol, filePath: facts.path }));
    const refer = (key: string): PreciseReference => ({
      target: { kind: 'symbol', key },
      edgeType: 'call',
      name: 'f',
      count: 1,
      access: null,
    });
    const references = facts.symbols.map((symbol, position) => {
      const list = [
        refer(keys[position - 1] ?? 'gone.ts#f(function)'),
        ...(position % 2 === 0 ? [refer('gone#g(function)')] : []),
      ];
      return [keyInFile(symbol), list] as const;
    });
    const structureHash = at % 3 === 0 ? structureOf(facts) : NodeHash.of('another state');
    const contentHash = NodeHash.of('other bytes');
    return [{ path: facts.path, contentHash, structureHash, tool: 't', folder: '', references: new Map(references) }];
  });
}

/** A database that holds the facts of these files, as an indexing run leaves them, without edges; with `isTold` compilers spoke of some. */
export async function stored(sources: Sources, isTold = false): Promise<Database> {
  const database = await openDatabase({ path: ':memory:' });
  const files = await Promise.all(Object.entries(sources).map(([path, text]) => factsOf(path, text)));
  const changes = await pairFiles(files, new Set(), new Map(), new NodeStore(database));
  await new ProjectStore(database).commit({
    projectId: PROJECT_ID,
    root: null,
    expectedGeneration: 0,
    ...factsDelta(PROJECT_ID, changes, new Map()),
    deletedEdges: [],
    edges: [],
    deletedFiles: [],
    files: files.map(recordOf),
    advancesGeneration: true,
  });
  if (isTold) await new PreciseStore(database).put(PROJECT_ID, preciseFor(files));
  return database;
}

function recordOf({ path, language, errorCount, firstErrorLine }: FileFacts): FileRecord {
  const contentHash = NodeHash.of(path);
  return { path, language, contentHash, sizeBytes: 0, statKey: null, errorCount, firstErrorLine, factsVersion: 1 };
}

/** What a program is to be after a change: all of it in memory, and what of it differs from what is stored. */
export interface Changed {
  readonly whole: MemoryProgram;
  readonly files: readonly NumberedFile[];
  readonly overlay: Overlay;
}

/** Stored symbols keep their numbers. Files in `touched` are in the overlay although they stay as they are. */
export async function changedProgram(
  database: Database,
  before: Sources,
  after: Sources,
  touched: readonly string[] = [],
): Promise<Changed> {
  const rows = await database.all<{ readonly id: number; readonly key: string }>(
    'SELECT id, node_key AS key FROM intel_nodes WHERE project_id = ?',
    [PROJECT_ID],
  );
  const ids = new Map(rows.map(({ id, key }) => [key, id]));
  const precise = await new FactReader(database).precise(PROJECT_ID);
  let next = NEW_IDS;
  const files: NumberedFile[] = [];
  for (const path of Object.keys(after).sort()) {
    const facts = await factsOf(path, after[path] ?? '');
    const numbers = facts.symbols.map((symbol) => ids.get(nodeKey({ ...symbol, filePath: path })) ?? next++);
    const told = precise.get(path)?.precise;
    const counts = told !== undefined && describes(told, undefined, facts);
    files.push({ facts, ids: numbers, precise: counts ? told : undefined });
  }
  const changed = files.filter(({ facts: { path } }) => before[path] !== after[path] || touched.includes(path));
  return {
    whole: new MemoryProgram(
      files.map(({ facts }) => facts),
      files.flatMap(({ ids }) => [...ids]),
      [],
      preciseByPath(files),
    ),
    files,
    overlay: {
      files: changed,
      removed: new Set(Object.keys(before).filter((path) => after[path] === undefined)),
      routes: new Map(),
    },
  };
}

export function partialOf(database: Database, overlay: Overlay): PartialProgram {
  const stores = { reader: new FactReader(database), packages: new PackageStore(database) };
  return new PartialProgram(stores, PROJECT_ID, overlay);
}

export interface Answer<T> {
  readonly value: T;
  readonly loads: number;
}

/** Asks until everything that the answer needs was loaded. */
export async function answerOf<T>(program: PartialProgram, ask: (program: Program) => T): Promise<Answer<T>> {
  for (let loads = 0; ; loads++) {
    try {
      return { value: ask(program), loads };
    } catch (error) {
      if (!(error instanceof MissingFacts)) throw error;
      await program.load();
    }
  }
}

/** The edges of one symbol. Every attempt is a new binder's: a memo does not outlive what it could not finish. */
export function bindingOf(index: number): (program: Program) => Bound {
  return (program) => new Binder(program).bind(index);
}
