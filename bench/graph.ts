import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  answerFindings,
  measureFindings,
  residentFindings,
  type Asked,
  type Measured,
  type Resident,
} from './graph-findings.js';
import { combine, suiteBySize, type Findings } from './findings.js';
import { alternate, runCommand, type Side, type Suite, type SuiteOptions } from './harness.js';
import { versionOf } from './machine.js';
import { EDGES_PER_NODE } from './records.js';
import { formatCount } from './report.js';

const SEED = 20_240_229;
const SIZES = { full: [100_000, 1_000_000], quick: [10_000] };
const QUESTIONS = 200;
const QUICK_QUESTIONS = 20;
/** Objects for each edge take a peer some gigabytes. */
const HEAP = '--max-old-space-size=12288';
const CHILD_TIMEOUT_MS = 3_600_000;
const PEERS = ['graphology', 'graphology-metrics', 'graphology-components'];

interface Work {
  readonly nodes: number;
  readonly label: string;
  readonly scratch: string;
  readonly file: string;
  readonly library: string;
}

/** Questions about generated graphs, by the tables, by the graph in memory and by bare SQL; and whole-graph measures. */
export function graphSuite(projectRoot: string): Suite {
  const library = join(projectRoot, 'dist', 'index.js');
  return suiteBySize(
    {
      suite: 'graph',
      lane: 'store-only',
      seeds: { records: SEED, questions: SEED },
      versions: Object.fromEntries(PEERS.map((name) => [name, versionOf(projectRoot, name)])),
    },
    SIZES,
    (nodes, options) => graphAt(nodes, library, options),
  );
}

async function graphAt(nodes: number, library: string, options: SuiteOptions): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const label = `${formatCount(nodes)} nodes + ${formatCount(nodes * EDGES_PER_NODE)} edges`;
  const work: Work = { nodes, label, scratch, file: join(scratch, 'store.db'), library };
  const progress = (line: string): void => options.progress(`${formatCount(nodes)} nodes: ${line}`);
  try {
    progress('writing them');
    await child('load-child.js', ['prepare', work.file, nodes, SEED, library]);
    // The first load packs the graph for those after it.
    await child('load-child.js', ['tables', work.file, nodes, SEED, library]);
    const told = { ...options, progress };
    return combine([await answersAt(work, told), await residentAt(work, told), ...(await measuresAt(work, told))]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function child(script: string, args: readonly (string | number)[]): Promise<string> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const command = ['--expose-gc', HEAP, path, ...args.map(String)];
  return (await runCommand(process.execPath, command, { timeoutMs: CHILD_TIMEOUT_MS })).stdout;
}

async function answersAt(work: Work, options: SuiteOptions): Promise<Findings> {
  const count = options.quick ? QUICK_QUESTIONS : QUESTIONS;
  const side = (name: string, mode: string): Side<Asked> => ({
    name,
    run: async () =>
      JSON.parse(await child('graph-child.js', [mode, work.file, work.nodes, SEED, count, work.library])) as Asked,
  });
  const sides = [
    side('lestockage, tables', 'tables'),
    side('lestockage, graph in memory', 'memory'),
    side('bare recursive SQL', 'bare'),
  ];
  return answerFindings(
    work.label,
    await alternate(
      sides,
      options,
      sides.map(({ name }) => name),
    ),
  );
}

async function residentAt(work: Work, options: SuiteOptions): Promise<Findings> {
  const side: Side<Resident> = {
    name: 'lestockage, graph in memory',
    run: async () =>
      JSON.parse(await child('graph-child.js', ['resident', work.file, work.nodes, SEED, 1, work.library])) as Resident,
  };
  const [outcome] = await alternate([side], options, [side.name]);
  return residentFindings(work.nodes, work.label, outcome?.results ?? []);
}

/** The two sides of each measure take turns; what they computed is compared once. */
async function measuresAt(work: Work, options: SuiteOptions): Promise<Findings[]> {
  const findings: Findings[] = [];
  for (const measure of ['pageRank', 'components', 'betweenness'] as const) {
    const outOf = (kind: string): string => join(work.scratch, `${measure}-${kind}`);
    const side = (name: string, kind: string): Side<Measured> => ({
      name,
      run: async () => {
        const args = [kind, measure, work.file, SEED, outOf(kind), work.library];
        return JSON.parse(await child('graph-algorithms-child.js', args)) as Measured;
      },
    });
    const sides = [side('lestockage', 'own'), side('graphology', 'peer')];
    const told = { ...options, progress: (line: string) => options.progress(`${measure}: ${line}`) };
    const outcomes = await alternate(sides, told, ['lestockage']);
    const isWhole = outcomes.every((outcome) => outcome.failure === null);
    const results = isWhole ? [await numbersOf(outOf('own')), await numbersOf(outOf('peer'))] : [];
    findings.push(measureFindings(work.nodes, measure, outcomes, results));
  }
  return findings;
}

async function numbersOf(path: string): Promise<Float64Array> {
  const bytes = await readFile(path);
  return new Float64Array(new Uint8Array(bytes).buffer);
}
