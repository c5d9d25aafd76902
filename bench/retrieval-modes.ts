import type * as Library from '../src/index.js';
import type { Embedder, SearchMode } from '../src/index.js';
import type { GoalResult, Measurement, Table } from './harness.js';
import type { Pair } from './retrieval.js';
import { formatCount } from './report.js';

const MODES = ['name', 'text', 'semantic', 'hybrid'] as const satisfies readonly SearchMode[];
/** Of more questions every n-th is asked. */
const MOST_QUESTIONS = 200;
/** A symbol further behind counts as not found. */
const RANKS = 100;

export interface ModeScore {
  readonly mode: SearchMode;
  readonly mrr: number;
  readonly recallAt10: number;
}

export interface ModeFindings {
  readonly work: string;
  readonly questions: number;
  readonly symbols: number;
  readonly scores: readonly ModeScore[];
}

/**
 * Asks a store of the whole repository, from which all documentation was taken away, for the symbols that the
 * questions were written for, by each mode of search.
 */
export async function searchByModes(
  library: typeof Library,
  { work, folder, pairs }: { readonly work: string; readonly folder: string; readonly pairs: readonly Pair[] },
): Promise<ModeFindings> {
  const store = await library.openStore({ embedder: withoutDocumentation(new library.HashedSubWords()) });
  try {
    const { project, nodes } = await store.index({ root: folder });
    for (const { path } of (await store.projects.files(project)).files.values()) {
      for (const { id, documentation } of await store.nodes.getByFile(project, path)) {
        if (documentation !== null) await store.nodes.update(id, { documentation: null });
      }
    }
    const step = Math.ceil(pairs.length / MOST_QUESTIONS);
    const asked = pairs.filter((_, at) => at % step === 0);
    const scores: ModeScore[] = [];
    for (const mode of MODES) {
      let reciprocal = 0;
      let found = 0;
      for (const { question, symbol } of asked) {
        const { items } = await store.search(question, { mode, k: RANKS });
        const at = items.findIndex(({ key }) => key === symbol.key);
        if (at >= 0) reciprocal += 1 / (at + 1);
        if (at >= 0 && at < 10) found++;
      }
      scores.push({ mode, mrr: reciprocal / asked.length, recallAt10: found / asked.length });
    }
    return { work, questions: asked.length, symbols: nodes, scores };
  } finally {
    await store.close();
  }
}

function withoutDocumentation(embedder: Embedder): Embedder {
  return {
    id: embedder.id,
    dimension: embedder.dimension,
    embed: (batch, signal) =>
      embedder.embed(
        batch.map((input) => (input.kind === 'query' ? input : { ...input, documentation: null })),
        signal,
      ),
  };
}

export function modeMeasurements({ work, scores }: ModeFindings): Measurement[] {
  return scores.flatMap(({ mode, mrr, recallAt10 }) => [
    { work, side: `search, ${mode}`, metric: 'MRR', unit: 'share', values: [mrr] },
    { work, side: `search, ${mode}`, metric: 'recall@10', unit: 'share', values: [recallAt10] },
  ]);
}

export function modesTable(findings: readonly ModeFindings[]): Table {
  const cells = (scores: readonly ModeScore[]): string[] =>
    scores.map(({ mrr, recallAt10 }) => `${mrr.toFixed(3)} / ${recallAt10.toFixed(3)}`);
  return {
    title: 'Search by mode: MRR / recall@10, documentation to code among all symbols',
    columns: ['repository', 'symbols', 'questions', ...MODES],
    rows: [
      ...findings.map(({ work, symbols, questions, scores }) => [
        work,
        formatCount(symbols),
        formatCount(questions),
        ...cells(scores),
      ]),
      ['mean', '', '', ...cells(meansOf(findings))],
    ],
  };
}

/** Does searching by everything at once find more than the best of its parts? */
export function modesGoal(findings: readonly ModeFindings[]): GoalResult {
  const means = meansOf(findings);
  const hybrid = means.find(({ mode }) => mode === 'hybrid');
  const best = means
    .filter(({ mode }) => mode !== 'hybrid')
    .reduce((a, b) => (b.mrr > a.mrr ? b : a), { mode: 'name', mrr: 0, recallAt10: 0 });
  return {
    work: 'search, mean of the repositories',
    goal: 'MRR of hybrid above every single mode',
    measured: `${(hybrid?.mrr ?? 0).toFixed(3)} against ${best.mrr.toFixed(3)} (${best.mode})`,
    met: hybrid === undefined || findings.length === 0 ? null : hybrid.mrr > best.mrr,
  };
}

function meansOf(findings: readonly ModeFindings[]): ModeScore[] {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return MODES.map((mode) => {
    const own = findings.flatMap(({ scores }) => scores.filter((score) => score.mode === mode));
    return { mode, mrr: mean(own.map(({ mrr }) => mrr)), recallAt10: mean(own.map((each) => each.recallAt10)) };
  });
}
