import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SourceParser } from '../../../../src/ingest/extract/grammars.js';
import { languageOf } from '../../../../src/ingest/languages/index.js';
import { isLestockageError, parseScipSymbol, type NodeType } from '../../../../src/model/index.js';
import { openStore, type Store } from '../../../../src/store/index.js';
import { dumpOf, indexFolder } from '../../index-folder.js';
import { leIndexDatabase } from '../../leindex-database.js';
import { readTree } from '../../manifest-tree.js';
import { markedDocument, scipBytes } from '../../scip-index.js';
import type { Dice } from '../dice.js';
import { fuzzCommandLine } from './command-lines.js';
import { hostileText } from './hostile-texts.js';
import { MANIFESTS } from './manifest-samples.js';
import { fuzzMcpMessages } from './mcp-messages.js';
import { mutated, mutatedBytes } from './mutate.js';
import { samples } from './samples.js';
import { fuzzWebRequests } from './web-requests.js';

/** Something that takes input from outside. It throws when it does what it may not do with it. */
export interface Target {
  readonly name: string;
  /** `folder` is an empty one of its own. */
  run(dice: Dice, folder: string): Promise<void>;
}

/** The same limit that the indexer has for a file. */
const PARSE_TIMEOUT_MS = 10_000;

let parser: SourceParser | undefined;

function mutatedSample(dice: Dice): { readonly path: string; readonly text: string } {
  const { path, text } = dice.pick(samples());
  return { path, text: mutated(text, dice.pick(samples()).text, dice) };
}

async function extract(dice: Dice): Promise<void> {
  const { path, text } = mutatedSample(dice);
  const language = languageOf(path);
  if (language === undefined) throw new Error(`No language for ${path}.`);
  parser ??= new SourceParser();
  const source = { path, text, textBytes: Buffer.byteLength(text), leadingBytes: 0 };
  const parsing = parser.parse(language, source, PARSE_TIMEOUT_MS).catch((error: unknown) => {
    // The indexer goes on in a thread with a parser of its own; see `ParserBroken`.
    if (!isBreakOfParser(error)) throw error;
    parser = undefined;
  });
  const facts = await unlessRefused(parsing);
  if (facts === undefined) return;
  const count = facts.symbols.length;
  for (const { source: at, name } of facts.references) {
    if (at < 0 || at >= count) throw new Error(`A reference to '${name}' belongs to no symbol.`);
  }
}

function isBreakOfParser(error: unknown): boolean {
  return error instanceof Error && (error.name === 'RuntimeError' || error.message.includes('call stack'));
}

/** What a mutated project comes to is the same from nothing and from the one before. */
async function indexProject(dice: Dice, folder: string): Promise<void> {
  const store = await openStore(':memory:');
  // Whether a file that takes long is given up depends on how busy the machine is.
  let isTimely = true;
  try {
    for (let round = 0; round < 2; round++) {
      for (let left = 3; left > 0; left--) {
        const { path, text } = mutatedSample(dice);
        writeIn(folder, path, text);
      }
      writeIn(
        folder,
        dice.pick(['package.json', 'tsconfig.json', 'go.mod']),
        mutated(dice.pick(MANIFESTS).text, '{', dice),
      );
      const { warnings } = await indexFolder(store, folder);
      if (warnings.some(({ code }) => code === 'PARSE_FAILED')) isTimely = false;
    }
    await requireSound(store);
    if (!isTimely) return;
    const fresh = await openStore(':memory:');
    await indexFolder(fresh, folder);
    const isSame = (await dumpOf(store)).join('\n') === (await dumpOf(fresh)).join('\n');
    await fresh.close();
    if (!isSame) throw new Error('The store differs from a rebuild.');
  } finally {
    await store.close();
  }
}

async function manifests(dice: Dice): Promise<void> {
  const tree: Record<string, string> = {};
  for (let left = 1 + dice.below(4); left > 0; left--) {
    const { path, text } = dice.pick(MANIFESTS);
    tree[path] = mutated(text, dice.pick(MANIFESTS).text, dice);
  }
  await readTree(tree);
}

async function scip(dice: Dice, folder: string): Promise<void> {
  const documents = [
    markedDocument('a.ts', '‹f() function «=f() f»() { «b.ts:g() g»(); }›\n', { withText: true }),
    markedDocument(dice.pick(['b.ts', '../../b.ts', '/etc/b.ts', 'x\0.ts', '']), '«=g() g»\n'),
  ];
  const path = join(folder, 'index.scip');
  writeFileSync(path, mutatedBytes(scipBytes(documents), dice));
  const store = await openStore(':memory:');
  try {
    await unlessRefused(store.importScip({ path, projectId: 'p' }));
    await requireSound(store);
  } finally {
    await store.close();
  }
}

async function leIndex(dice: Dice, folder: string): Promise<void> {
  const path = join(folder, 'leindex.db');
  const text = (): string => hostileText(dice);
  const nodes = [1, 2, 3].map((id) => ({
    id,
    file: text(),
    name: text(),
    type: dice.pick(['class', 'method', text()]),
  }));
  leIndexDatabase(
    { nodes, edges: [[1, 2, dice.pick(['call', text()]), dice.pick([null, text(), '{"__proto__": 1}'])]] },
    path,
  );
  const { readFileSync } = await import('node:fs');
  if (dice.chance(0.5)) writeFileSync(path, mutatedBytes(readFileSync(path), dice));
  const store = await openStore(':memory:');
  try {
    await unlessRefused(store.importLeIndex({ path }));
    await requireSound(store);
  } finally {
    await store.close();
  }
}

/** Hostile texts as names in rows, then as everything that can be asked for. */
async function questions(dice: Dice): Promise<void> {
  const store = await openStore(':memory:');
  try {
    const [name, file] = [hostileText(dice), hostileText(dice)];
    const node = {
      projectId: 'p',
      filePath: file,
      symbolName: name,
      nodeType: 'function',
      language: 'typescript',
    } as const;
    await unlessRefused(
      store.nodes.insert({ ...node, contentHash: '0'.repeat(64) as never, documentation: hostileText(dice) }),
    );
    const text = dice.chance(0.5) ? name : hostileText(dice);
    const filter = { project: dice.pick(['p', text]), path: dice.pick(['', text]), type: text as NodeType };
    const mode = dice.pick(['hybrid', 'name', 'text', 'semantic'] as const);
    await unlessRefused(store.search(text, { mode }));
    await unlessRefused(store.search(text, { mode, ...filter }));
    await unlessRefused(store.search(text, { mode, cursor: hostileText(dice) }));
    await unlessRefused(store.symbols.find(text, { cursor: Buffer.from(hostileText(dice)).toString('base64url') }));
    await unlessRefused(store.traversal.callers(text));
    await unlessRefused(store.traversal.impact(text, { project: text }));
    await unlessRefused(store.packages.dependents(text));
    await unlessRefused(store.crossProject.resolveSymbol(text, { from: text }));
    await unlessRefused(store.invalidation.getAffectedNodes(text));
    await unlessRefused(store.similar(text));
    await requireSound(store);
    if ((await store.projects.list()).length > 1) throw new Error('A question made a project.');
  } finally {
    await store.close();
  }
}

async function texts(dice: Dice): Promise<void> {
  const text = mutated('scip-typescript npm @a/b 1.0.0 src/`a.ts`/Box#open().(x)', hostileText(dice), dice);
  await unlessRefused((async () => parseScipSymbol(text))());
}

export const TARGETS: readonly Target[] = [
  { name: 'extract', run: extract },
  { name: 'manifests', run: manifests },
  { name: 'extract', run: extract },
  { name: 'scip', run: scip },
  { name: 'extract', run: extract },
  { name: 'index', run: indexProject },
  { name: 'extract', run: extract },
  { name: 'leindex', run: leIndex },
  { name: 'questions', run: questions },
  { name: 'texts', run: texts },
  { name: 'command line', run: fuzzCommandLine },
  { name: 'mcp messages', run: fuzzMcpMessages },
  { name: 'web requests', run: fuzzWebRequests },
];

/** What it gives, or undefined when it is refused as this project refuses things; every other error goes on. */
async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isLestockageError(error)) return undefined;
    throw error;
  }
}

async function requireSound(store: Store): Promise<void> {
  const bad = (await store.verify()).checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  if (bad.length > 0) throw new Error(`verify finds ${bad.join('; ')}`);
}

function writeIn(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
