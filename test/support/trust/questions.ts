import { createHash } from 'node:crypto';
import type { Envelope, ImpactItem, Store } from '../../../src/index.js';
import type { Dice } from './dice.js';

/** What came of one question. */
export interface Asked {
  readonly question: string;
  /** What is wrong with the answer in itself. */
  readonly faults: readonly string[];
  /** Answers that depend on a generation alone: a text that names it and the question, and the answer in short. */
  readonly digests: readonly (readonly [key: string, digest: string])[];
}

type Ask = (store: Store, dice: Dice, projects: readonly string[]) => Promise<Omit<Asked, 'question'>>;

/** Names that occur in the source trees of these tests, and one that does not. */
const NAMES = ['Subscriber', 'Observable', 'operate', 'map', 'isFunction', 'from', 'Subscription', 'added7', 'absent'];
const PAGE = 7;

const QUESTIONS: Readonly<Record<string, Ask>> = {
  find: async (store, dice, projects) => {
    const [name, project] = [dice.pick(NAMES), dice.pick(projects)];
    return digested(`find ${project} ${name}`, await store.symbols.find(name, { project }));
  },
  callers: async (store, dice, projects) => {
    const [name, project] = [dice.pick(NAMES), dice.pick(projects)];
    return digested(
      `callers ${project} ${name}`,
      await orNothing(store.traversal.callers(name, { project, depth: 2 })),
    );
  },
  callees: async (store, dice, projects) => {
    const [name, project] = [dice.pick(NAMES), dice.pick(projects)];
    return digested(
      `callees ${project} ${name}`,
      await orNothing(store.traversal.callees(name, { project, depth: 2 })),
    );
  },
  impact: async (store, dice, projects) => walkPages(store, dice.pick(NAMES), dice.pick(projects)),
  hotspots: async (store, dice, projects) => {
    const project = dice.pick(projects);
    const options = { project, preset: 'plain' as const, limit: 50 };
    return digested(`hotspots ${project}`, await store.analytics.getHotspots(options));
  },
  search: async (store, dice, projects) => {
    const [text, project, mode] = [dice.pick(NAMES), dice.pick(projects), dice.pick(['name', 'text'] as const)];
    return digested(`${mode} ${project} ${text}`, await store.search(text, { project, mode }));
  },
  hybrid: async (store, dice, projects) => {
    const { items, total } = await store.search(dice.pick(NAMES), { project: dice.pick(projects) });
    return { faults: items.length > total ? ['more items than there are'] : [], digests: [] };
  },
  dump: async (store, dice, projects) => ({ faults: await danglingEdges(store, dice.pick(projects)), digests: [] }),
  graph: async (store, dice, projects) => wholeGraph(store, dice.pick(projects)),
  status: async (store) => {
    const { generation, projects } = await store.status();
    const shown = projects.map(({ project, files, nodes, edges }) => ({ project, files, nodes, edges }));
    return { faults: [], digests: [[`${generation} status`, digestOf(shown)]] };
  },
};

/** Asks one thing at random. The answers are about single projects that have nothing to do with each other. */
export async function askOne(store: Store, dice: Dice, projects: readonly string[]): Promise<Asked> {
  const question = dice.pick(Object.keys(QUESTIONS));
  const ask = QUESTIONS[question];
  if (ask === undefined || projects.length === 0) throw new RangeError('There is nothing to ask.');
  return { question, ...(await ask(store, dice, projects)) };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

function digested(question: string, answer: Envelope<unknown> | undefined): Omit<Asked, 'question'> {
  if (answer === undefined) return { faults: [], digests: [] };
  const faults = answer.items.length > answer.total ? [`${question}: more items than there are`] : [];
  const { generation, total, items } = answer;
  return { faults, digests: [[`${generation} ${question}`, digestOf({ total, items })]] };
}

/** A name that the project does not have at the moment is no fault. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SYMBOL_NOT_FOUND') return undefined;
    throw error;
  }
}

/** All pages of an impact. Where no commit came between them, they are the whole answer. */
async function walkPages(store: Store, name: string, project: string): Promise<Omit<Asked, 'question'>> {
  const keys: string[] = [];
  const generations = new Set<number>();
  let cursor: string | null = null;
  let total = 0;
  do {
    const page: Envelope<ImpactItem> | undefined = await orNothing(
      store.traversal.impact(name, { project, limit: PAGE, depth: 2, ...(cursor === null ? {} : { cursor }) }),
    );
    if (page === undefined) return { faults: [], digests: [] };
    generations.add(page.generation);
    total = page.total;
    keys.push(...page.items.map(({ symbol }) => `${symbol.project}//${symbol.key}`));
    cursor = page.cursor;
  } while (cursor !== null);
  if (generations.size > 1) return { faults: [], digests: [] };
  const isWhole = keys.length === total && new Set(keys).size === keys.length;
  const [generation = 0] = generations;
  return {
    faults: isWhole ? [] : [`impact of ${name}: ${keys.length} items of ${total} in the pages of one generation`],
    digests: [[`${generation} impact ${project} ${name}`, digestOf(keys)]],
  };
}

/** Edges of the dump whose ends are not among its nodes. */
async function danglingEdges(store: Store, project: string): Promise<string[]> {
  const keys = new Set<string>();
  const faults: string[] = [];
  for await (const line of store.dump({ project, isWithinProjects: true })) {
    const [kind, , first = '', , to = ''] = line.split('\t');
    if (kind === 'node') keys.add(first);
    else if (!keys.has(first) || !keys.has(to)) faults.push(`an edge without its end: ${line}`);
  }
  return faults;
}

async function wholeGraph(store: Store, project: string): Promise<Omit<Asked, 'question'>> {
  if (!(await store.pdg.pdgExists(project))) return { faults: [], digests: [] };
  const pdg = await store.pdg.loadPdg(project);
  const ends = new Uint32Array(2);
  for (const edge of pdg.edgeIndices()) {
    const [from = 0, to = 0] = pdg.edgeEndpoints(edge, ends);
    if (from >= pdg.nodeCount || to >= pdg.nodeCount) return { faults: ['an edge to no node'], digests: [] };
  }
  return { faults: [], digests: [] };
}
