import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { Embedder, EmbeddingInput } from '../src/index.js';
import type { GoalResult, Measurement, Suite, SuiteOptions, SuiteResult, Table } from './harness.js';
import { formatCount } from './report.js';
import { modeMeasurements, modesGoal, modesTable, searchByModes, type ModeFindings } from './retrieval-modes.js';
import { fetchTree, TREES } from './trees.js';

const BUILT_IN = 'built in';
const PLAIN = 'plain words, hashed';
const SEVERAL_WORDS = 4;
/** Of a larger repository every n-th pair is taken. */
const MOST_PAIRS = 1500;
/** Names folders to search as well, with `:` between them. */
const FOLDERS_VARIABLE = 'LESTOCKAGE_BENCH_FOLDERS';
/** What the better of the embedders that were tried before reached on pairs of Python. */
const MRR_GOAL = 0.565;

/** A sentence of documentation, and the symbol it was written for. */
export interface Pair {
  readonly question: string;
  readonly symbol: EmbeddingInput;
}

interface Score {
  readonly side: string;
  readonly mrr: number;
  readonly recallAt10: number;
}

interface Findings {
  readonly work: string;
  readonly pairs: number;
  readonly scores: readonly Score[];
}

/**
 * Whether the first paragraph of a symbol's documentation finds the symbol by its vector, among all
 * documented symbols of its repository, whose documentation is not embedded.
 */
export function retrievalSuite(paths: { readonly projectRoot: string; readonly cacheFolder: string }): Suite {
  return { name: 'retrieval', run: (options) => runRetrieval(paths, options) };
}

async function runRetrieval(
  { projectRoot, cacheFolder }: { readonly projectRoot: string; readonly cacheFolder: string },
  options: SuiteOptions,
): Promise<SuiteResult> {
  const library = (await import(pathToFileURL(join(projectRoot, 'dist', 'index.js')).href)) as typeof Library;
  const folders = [
    ['rxjs', join(projectRoot, 'node_modules', 'rxjs', 'src')],
    ['zod', join(projectRoot, 'node_modules', 'zod', 'src')],
  ];
  if (!options.quick) {
    for (const source of TREES)
      folders.push([source.label, (await fetchTree(source, join(cacheFolder, 'trees'))).folder]);
    for (const folder of (process.env[FOLDERS_VARIABLE] ?? '').split(':')) {
      if (existsSync(folder)) folders.push([basename(folder), folder]);
    }
  }
  const findings: Findings[] = [];
  const byMode: ModeFindings[] = [];
  for (const [work = '', folder = ''] of folders) {
    options.progress(work);
    const pairs = await pairsOf(library, folder);
    const sides: readonly Embedder[] = [new library.HashedSubWords(), new PlainWords()];
    const scores = await Promise.all(sides.map((embedder) => scoreOf(library, embedder, pairs)));
    if (pairs.length === 0) continue;
    findings.push({ work, pairs: pairs.length, scores });
    byMode.push(await searchByModes(library, { work, folder, pairs }));
  }
  return {
    suite: 'retrieval',
    lane: 'store-only',
    runs: 1,
    quick: options.quick,
    seeds: {},
    versions: {},
    measurements: [...findings.flatMap(measurementsOf), ...byMode.flatMap(modeMeasurements)],
    goals: [goalOf(findings), modesGoal(byMode)],
    tables: [tableOf(findings), modesTable(byMode)],
    notes: [
      'Nothing is timed and nothing is random: one run says all.',
      `${PLAIN}: words split by case, one place each, 384 places, logarithmic counts; neither stems nor weights.`,
    ],
  };
}

/** What the indexer gives an embedder, caught on the way. */
async function pairsOf(library: typeof Library, folder: string): Promise<Pair[]> {
  const caught: EmbeddingInput[] = [];
  const embedder: Embedder = {
    id: 'recorder',
    dimension: 1,
    embed: async (batch) => {
      caught.push(...batch);
      return batch.map(() => Float32Array.of(1));
    },
  };
  const store = await library.openStore({ embedder });
  try {
    await store.index({ root: folder });
  } finally {
    await store.close();
  }
  const questions = new Set<string>();
  const pairs: Pair[] = [];
  for (const symbol of caught.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const question = firstParagraph(symbol.documentation ?? '');
    const isAsked = question.split(/\s+/).length >= SEVERAL_WORDS && !questions.has(question);
    if (!isAsked || symbol.nodeType === 'module' || symbol.nodeType === 'variable' || symbol.body.length < 20) continue;
    questions.add(question);
    pairs.push({ question, symbol: { ...symbol, documentation: null } });
  }
  const step = Math.ceil(pairs.length / MOST_PAIRS);
  return pairs.filter((_, at) => at % step === 0);
}

/** Without the lines of tags, and without markup. */
function firstParagraph(documentation: string): string {
  const [first = ''] = documentation
    .replace(/^\s*@\w+.*$/gm, '')
    .trim()
    .split(/\n\s*\n/);
  return first.replace(/<[^>]+>/g, ' ').slice(0, 500);
}

async function scoreOf(library: typeof Library, embedder: Embedder, pairs: readonly Pair[]): Promise<Score> {
  const symbols = await embedder.embed(pairs.map(({ symbol }) => symbol));
  const questions = await embedder.embed(pairs.map(({ question }) => library.queryInput(question)));
  let reciprocal = 0;
  let found = 0;
  for (const [at, question] of questions.entries()) {
    const own = product(question, symbols[at]);
    // What scores the same counts as better.
    const rank = symbols.reduce(
      (sum, symbol, other) => sum + (other !== at && product(question, symbol) >= own ? 1 : 0),
      1,
    );
    reciprocal += 1 / rank;
    if (rank <= 10) found++;
  }
  const side = embedder instanceof PlainWords ? PLAIN : BUILT_IN;
  return { side, mrr: reciprocal / pairs.length, recallAt10: found / pairs.length };
}

function product(a: Float32Array, b: Float32Array | undefined): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b?.[at] ?? 0);
  return sum;
}

/** The floor: what feature hashing gives without any knowledge of words. */
class PlainWords implements Embedder {
  readonly id = 'plain-words';
  readonly dimension = 384;

  async embed(batch: readonly EmbeddingInput[]): Promise<Float32Array[]> {
    return batch.map(({ name, signature, documentation, body }) => {
      const counts = new Map<string, number>();
      for (const [word] of `${name} ${signature ?? ''} ${documentation ?? ''} ${body}`.matchAll(WORD)) {
        counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
      }
      const vector = new Float32Array(this.dimension);
      for (const [word, count] of counts) {
        const hash = hashOf(word);
        const place = hash % this.dimension;
        vector[place] = (vector[place] ?? 0) + ((hash >>> 16) & 1 ? 1 : -1) * (1 + Math.log(count));
      }
      const length = Math.hypot(...vector) || 1;
      return vector.map((value) => value / length);
    });
  }
}

const WORD = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu;

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function measurementsOf({ work, scores }: Findings): Measurement[] {
  return scores.flatMap(({ side, mrr, recallAt10 }) => [
    { work, side, metric: 'MRR', unit: 'share', values: [mrr] },
    { work, side, metric: 'recall@10', unit: 'share', values: [recallAt10] },
  ]);
}

function tableOf(findings: readonly Findings[]): Table {
  return {
    title: 'Documentation to code, 384 dimensions',
    columns: ['repository', 'pairs', ...[BUILT_IN, PLAIN].flatMap((side) => [`MRR, ${side}`, `recall@10, ${side}`])],
    rows: findings.map(({ work, pairs, scores }) => [
      work,
      formatCount(pairs),
      ...scores.flatMap(({ mrr, recallAt10 }) => [mrr.toFixed(3), recallAt10.toFixed(3)]),
    ]),
  };
}

function goalOf(findings: readonly Findings[]): GoalResult {
  const own = findings.flatMap(({ scores }) => scores.filter(({ side }) => side === BUILT_IN));
  const mean = own.reduce((sum, { mrr }) => sum + mrr, 0) / Math.max(1, own.length);
  return {
    work: 'mean of the repositories',
    goal: `MRR above ${MRR_GOAL}`,
    measured: mean.toFixed(3),
    met: own.length === 0 ? null : mean > MRR_GOAL,
  };
}
