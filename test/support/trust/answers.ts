import { isLestockageError, type Store } from '../../../src/index.js';
import { dumpOf } from '../index-folder.js';

type Ask = (store: Store) => Promise<unknown>;

/** One question of each kind that a store answers, about the two projects of `operations.ts`. */
const QUESTIONS: Readonly<Record<string, Ask>> = {
  dump: (store) => dumpOf(store),
  status: async (store) => (await store.status()).projects,
  overview: (store) => store.analytics.overview(),
  find: (store) => store.symbols.find('area'),
  callers: (store) => store.traversal.callers('area', { depth: 3 }),
  callees: (store) => store.traversal.callees('main', { depth: 3 }),
  impact: (store) => store.traversal.impact('area', { across: true }),
  hotspots: (store) => store.analytics.getHotspots(),
  centrality: (store) => store.analytics.getCentrality(),
  cycles: (store) => store.analytics.getCycles(),
  layers: (store) => store.analytics.getLayers({ project: 'app' }),
  // The present has the time at which it was asked for.
  measures: async (store) => ({ ...(await store.analytics.compareSnapshots({ from: 'kept' })), to: null }),
  graph: async (store) => [...graphLines(await store.pdg.loadPdg('app'))],
  slice: (store) => store.slice({ project: 'app', file: 'lib/twice.ts', line: 4 }),
  names: (store) => store.search('twice', { mode: 'name' }),
  words: (store) => store.search('shape size', { mode: 'text' }),
  meaning: (store) => store.search('area of a shape', { mode: 'semantic' }),
  search: (store) => store.search('area'),
  similar: (store) => store.similar('core//index.ts#area(function)'),
  packages: async (store) => [await store.packages.dependencies(), await store.projectGraph()],
  resolve: (store) => store.crossProject.resolveSymbol('area', { from: 'app' }),
};

function* graphLines(pdg: Awaited<ReturnType<Store['pdg']['loadPdg']>>): Generator<unknown> {
  for (const edge of pdg.edgeIndices()) yield pdg.edge(edge);
}

export type Answers = ReadonlyMap<string, string>;

/** What a refused question has for an answer. */
export const REFUSED = 'refused: ';

/** What a question has for an answer that failed with no error of this project. */
export const BROKEN = 'broken: ';

export function isAnswer(text: string): boolean {
  return !text.startsWith(REFUSED) && !text.startsWith(BROKEN);
}

/** Answers in short texts; errors begin with {@link REFUSED} or {@link BROKEN}. */
export async function answersOf(store: Store): Promise<Answers> {
  const answers = new Map<string, string>();
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    try {
      answers.set(name, JSON.stringify(await ask(store), rounded));
    } catch (error) {
      answers.set(name, isLestockageError(error) ? `${REFUSED}${error.code}` : `${BROKEN}${String(error)}`);
    }
  }
  return answers;
}

/** Numbers that differ in what a machine may round otherwise are the same. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
