/**
 * The grid of settings over one data set, on a server:
 * `node server-vectors-child.js <folder> <count> <url> <dist> <settings as JSON>`.
 * The folder has the vectors, queries and truth that `vectors-child.js prepare` writes. Prints one JSON document.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { NodeId, ServerIndexSettings, Store } from '../src/index.js';
import { generateNodes } from './records.js';
import { median, percentile } from './statistics.js';
import { DIMENSION, readQueries, readTruth, readVectors, RESULTS } from './vector-data.js';

export interface ServerPoint {
  /** Null: compared with all. */
  readonly settings: ServerIndexSettings | null;
  readonly insertMs: number;
  readonly bytesPerVector: number;
  readonly recall: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const MODEL = { model: 'bench', dimension: DIMENSION };
const SEED = 7;

const [folder = '', countText = '', url = '', dist = '', grid = '[]'] = process.argv.slice(2);
const count = Number(countText);
const library = (await import(pathToFileURL(join(dist, 'index.js')).href)) as typeof Library;
const queries = readQueries(folder);
const truth = readTruth(folder).all;

/** Stores the vectors; gives their nodes in order. */
async function fill(): Promise<NodeId[]> {
  const store = await library.openStore({ path: url });
  try {
    const nodes: NodeId[] = [];
    const records = generateNodes(count, SEED);
    for (const { vectors } of readVectors(folder, count)) {
      const size = vectors.length / DIMENSION;
      const batch = Array.from({ length: size }, () => records.next().value as Library.NodeRecord);
      const ids = await store.nodes.batchInsert(batch);
      const entries = ids.map((nodeId, row) => ({
        nodeId,
        vector: vectors.slice(row * DIMENSION, (row + 1) * DIMENSION),
      }));
      await store.embeddings.put(batch[0]?.projectId ?? '', MODEL, entries);
      nodes.push(...ids);
    }
    return nodes;
  } finally {
    await store.close();
  }
}

async function sizeBytes(): Promise<number> {
  const store = await library.openStore({ path: url });
  try {
    return (await store.status()).sizeBytes;
  } finally {
    await store.close();
  }
}

async function ask(store: Store, nodes: readonly NodeId[]): Promise<Pick<ServerPoint, 'recall' | 'p50Ms' | 'p95Ms'>> {
  const numbers = new Map(nodes.map((id, at) => [id, at]));
  const times: number[] = [];
  const hits = { found: 0, all: 0 };
  for (const [q, query] of queries.entries()) {
    const startedAt = performance.now();
    const { matches } = await store.vectors.nearest(query, { k: RESULTS, model: MODEL });
    times.push(performance.now() - startedAt);
    const right = new Set(truth[q]);
    hits.found += matches.filter(({ nodeId }) => right.has(numbers.get(nodeId) ?? -1)).length;
    hits.all += right.size;
  }
  return { recall: hits.found / hits.all, p50Ms: median(times), p95Ms: percentile(times, 0.95) };
}

/** `bareBytes` is the size of the database without an index. */
async function measure(
  nodes: readonly NodeId[],
  settings: ServerIndexSettings,
  bareBytes: number,
): Promise<ServerPoint> {
  const store = await library.openStore({ path: url, vectorIndex: { exactBelow: 1, server: settings } });
  try {
    const startedAt = performance.now();
    await store.vectors.rebuild(MODEL);
    const insertMs = (performance.now() - startedAt) / count;
    const bytesPerVector = ((await store.status()).sizeBytes - bareBytes) / count;
    return { settings, insertMs, bytesPerVector, ...(await ask(store, nodes)) };
  } finally {
    await store.close();
  }
}

async function compareWithAll(nodes: readonly NodeId[]): Promise<ServerPoint> {
  const store = await library.openStore({ path: url, vectorIndex: { exactBelow: Number.MAX_SAFE_INTEGER } });
  try {
    return { settings: null, insertMs: 0, bytesPerVector: 0, ...(await ask(store, nodes)) };
  } finally {
    await store.close();
  }
}

const nodes = await fill();
const bareBytes = await sizeBytes();
const points = [await compareWithAll(nodes)];
for (const settings of JSON.parse(grid) as ServerIndexSettings[]) {
  points.push(await measure(nodes, settings, bareBytes));
}
process.stdout.write(JSON.stringify(points));
