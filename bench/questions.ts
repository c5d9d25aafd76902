import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { SearchMode } from '../src/index.js';
import type { GoalResult, Measurement, Suite, SuiteOptions, SuiteResult, Table } from './harness.js';
import { QUESTIONS, type Question } from './questions-asked.js';
import { fetchPackage, INSIDE } from './resolve-sources.js';
import { fetchTree, TREES } from './trees.js';

const MODES = ['name', 'text', 'semantic', 'hybrid'] as const satisfies readonly SearchMode[];
/** A symbol further behind counts as not found. */
const RANKS = 100;
const FIRST_PAGE = 10;

interface Answered extends Question {
  readonly work: string;
  /** Rank of the first expected symbol by mode, from 1; null when it is not among the first {@link RANKS}. */
  readonly ranks: Readonly<Record<(typeof MODES)[number], number | null>>;
  /** Which of the expected symbols the hybrid mode found first. */
  readonly found: string | null;
}

/** Where symbols that a user would expect stand in the answers to questions that were written down. */
export function questionsSuite(paths: { readonly projectRoot: string; readonly cacheFolder: string }): Suite {
  return { name: 'questions', run: (options) => runQuestions(paths, options) };
}

async function runQuestions(
  { projectRoot, cacheFolder }: { readonly projectRoot: string; readonly cacheFolder: string },
  options: SuiteOptions,
): Promise<SuiteResult> {
  const library = (await import(pathToFileURL(join(projectRoot, 'dist', 'index.js')).href)) as typeof Library;
  const answered: Answered[] = [];
  for (const [work, questions] of Object.entries(QUESTIONS)) {
    if (options.quick && work !== 'rxjs') continue;
    options.progress(work);
    answered.push(...(await answer(library, work, await folderOf(work, { projectRoot, cacheFolder }), questions)));
  }
  return {
    suite: 'questions',
    lane: 'end-to-end',
    runs: 1,
    quick: options.quick,
    seeds: {},
    versions: {},
    measurements: measurementsOf(answered),
    goals: [goalOf(answered)],
    tables: [summaryOf(answered), ...worksOf(answered).map((work) => detailsOf(work, answered))],
    notes: [
      'The questions stand in bench/questions-asked.ts and were written down before any of them was asked.',
      `The rank is that of the first symbol that a user would expect; – means behind ${RANKS}.`,
    ],
  };
}

async function folderOf(
  work: string,
  { projectRoot, cacheFolder }: { readonly projectRoot: string; readonly cacheFolder: string },
): Promise<string> {
  const tree = TREES.find(({ id }) => id === work);
  if (tree !== undefined) return (await fetchTree(tree, join(cacheFolder, 'trees'))).folder;
  const source = INSIDE.find(({ id }) => id === work && id !== 'rxjs');
  if (source !== undefined) return fetchPackage(source, join(cacheFolder, 'packages'));
  return join(projectRoot, 'node_modules', work, 'src');
}

async function answer(
  library: typeof Library,
  work: string,
  folder: string,
  questions: readonly Question[],
): Promise<Answered[]> {
  const store = await library.openStore();
  try {
    await store.index({ root: folder });
    const answered: Answered[] = [];
    for (const question of questions) {
      const ranks: Record<string, number | null> = {};
      let found: string | null = null;
      for (const mode of MODES) {
        const { items } = await store.search(question.text, { mode, k: RANKS });
        const isExpected = ({ name, qualifiedName }: { name: string; qualifiedName: string }): boolean =>
          question.expected.includes(name) || question.expected.includes(qualifiedName);
        const at = items.findIndex(isExpected);
        ranks[mode] = at < 0 ? null : at + 1;
        if (mode === 'hybrid') found = items[at]?.qualifiedName ?? null;
      }
      answered.push({ ...question, work, ranks: ranks as Answered['ranks'], found });
    }
    return answered;
  } finally {
    await store.close();
  }
}

function worksOf(answered: readonly Answered[]): string[] {
  return [...new Set(answered.map(({ work }) => work))];
}

interface Score {
  readonly mrr: number;
  readonly first: number;
  readonly onPage: number;
}

function scoreOf(answered: readonly Answered[], mode: (typeof MODES)[number]): Score {
  const ranks = answered.map((each) => each.ranks[mode]);
  return {
    mrr: ranks.reduce<number>((sum, rank) => sum + (rank === null ? 0 : 1 / rank), 0) / Math.max(1, ranks.length),
    first: ranks.filter((rank) => rank === 1).length,
    onPage: ranks.filter((rank) => rank !== null && rank <= FIRST_PAGE).length,
  };
}

function summaryOf(answered: readonly Answered[]): Table {
  const row = (label: string, own: readonly Answered[]): string[] => [
    label,
    String(own.length),
    ...MODES.map((mode) => {
      const { mrr, first, onPage } = scoreOf(own, mode);
      return `${first} / ${onPage} / ${mrr.toFixed(2)}`;
    }),
  ];
  return {
    title: `Questions answered: at rank 1 / among the first ${FIRST_PAGE} / MRR`,
    columns: ['repository', 'questions', ...MODES],
    rows: [
      ...worksOf(answered).map((work) =>
        row(
          work,
          answered.filter((each) => each.work === work),
        ),
      ),
      row('all', answered),
    ],
  };
}

function detailsOf(work: string, answered: readonly Answered[]): Table {
  const rankOf = (rank: number | null): string => (rank === null ? '–' : String(rank));
  return {
    title: `Rank of the expected symbol in ${work}`,
    columns: ['question', 'expected', ...MODES],
    rows: answered
      .filter((each) => each.work === work)
      .map(({ text, expected, found, ranks }) => [
        text,
        `\`${found ?? expected[0] ?? ''}\``,
        ...MODES.map((mode) => rankOf(ranks[mode])),
      ]),
  };
}

function measurementsOf(answered: readonly Answered[]): Measurement[] {
  return worksOf(answered).flatMap((work) =>
    MODES.map((mode) => ({
      work,
      side: `search, ${mode}`,
      metric: 'MRR',
      unit: 'share',
      values: [
        scoreOf(
          answered.filter((each) => each.work === work),
          mode,
        ).mrr,
      ],
    })),
  );
}

function goalOf(answered: readonly Answered[]): GoalResult {
  const hybrid = scoreOf(answered, 'hybrid');
  return {
    work: 'questions, all repositories',
    goal: `every expected symbol among the first ${FIRST_PAGE} of hybrid search`,
    measured: `${hybrid.onPage} of ${answered.length}`,
    met: hybrid.onPage === answered.length,
  };
}
