import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { combine, resultOf, type Findings } from './findings.js';
import type { Suite, SuiteOptions, SuiteResult } from './harness.js';
import { indexOnce } from './ingest.js';
import type { BenchPaths } from './machine.js';
import { installPeers, PEERS, runPeer, type Peer } from './peers.js';
import { formatBytes, formatCount } from './report.js';
import { copyTree, fetchTree, TREES, type TreeSource } from './trees.js';

const GOAL_BYTES = 700;
const WITHOUT = 'lestockage, without embeddings';
const WITH = 'lestockage, with embeddings';

/** What one side keeps of a tree. */
interface Kept {
  readonly side: string;
  readonly nodes: number | null;
  readonly edges: number | null;
  readonly bytes: number;
}

/** How much room the index of a real tree takes, all of its files together. */
export function sizeSuite(paths: BenchPaths): Suite {
  return { name: 'size', run: (options) => runSize(paths, options) };
}

async function runSize(paths: BenchPaths, options: SuiteOptions): Promise<SuiteResult> {
  const { peers, missing } = await installPeers(paths, options.progress);
  const findings: Findings[] = [];
  for (const source of options.quick ? TREES.slice(0, 1) : TREES) {
    findings.push(findingsOf(source.label, await keptOf(source, peers, paths, options)));
  }
  const versions = Object.fromEntries(PEERS.map((peer) => [peer.packageName, peer.version]));
  const notes = missing.map(({ source, reason }) => `${source.packageName} could not be installed: ${reason}`);
  const about = { suite: 'size', lane: 'end-to-end', seeds: {}, versions } as const;
  // Sizes do not depend on the machine; one index of each side is enough.
  return resultOf(about, combine([...findings, { measurements: [], goals: [], tables: [], notes }]), {
    ...options,
    runs: 1,
  });
}

async function keptOf(
  source: TreeSource,
  peers: readonly Peer[],
  paths: BenchPaths,
  options: SuiteOptions,
): Promise<Kept[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    const folder = join(scratch, source.id);
    await copyTree(await fetchTree(source, join(paths.cacheFolder, 'trees')), folder);
    const kept: Kept[] = [];
    for (const [side, more] of [
      [WITHOUT, ['--no-embed']],
      [WITH, []],
    ] as const) {
      options.progress(`${source.id}: ${side}`);
      const { nodes, edges, sizeBytes } = await indexOnce(folder, join(scratch, side), paths, more);
      kept.push({ side, nodes, edges, bytes: sizeBytes ?? Number.NaN });
    }
    for (const peer of peers) {
      options.progress(`${source.id}: ${peer.source.name}`);
      const { nodes, edges, sizeBytes } = await runPeer(peer, folder);
      kept.push({ side: peer.source.name, nodes, edges, bytes: sizeBytes });
    }
    return kept;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function findingsOf(work: string, kept: readonly Kept[]): Findings {
  const perNode = ({ bytes, nodes }: Kept): number => bytes / (nodes ?? Number.NaN);
  const shown = (count: number | null): string => (count === null ? '–' : formatCount(count));
  return {
    measurements: kept.map((each) => ({
      ...{ work, side: each.side, metric: 'size', unit: 'bytes', values: [each.bytes] },
    })),
    goals: kept
      .filter(({ side }) => side === WITHOUT)
      .map((each) => ({
        work,
        goal: `≤${GOAL_BYTES} bytes a node without embeddings`,
        measured: `${formatCount(perNode(each))} bytes`,
        met: perNode(each) <= GOAL_BYTES,
      })),
    tables: [
      {
        title: work,
        columns: ['side', 'files of the index', 'nodes', 'edges', 'bytes a node', 'bytes a node or edge'],
        rows: kept.map((each) => [
          each.side,
          formatBytes(each.bytes),
          shown(each.nodes),
          shown(each.edges),
          each.nodes === null ? '–' : formatCount(perNode(each)),
          each.nodes === null || each.edges === null ? '–' : formatCount(each.bytes / (each.nodes + each.edges)),
        ]),
      },
    ],
  };
}
