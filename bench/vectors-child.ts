/**
 * One side of the `vectors` suite in a process of its own:
 * `node vectors-child.js <prepare|build|query> <side> <folder> <count> <queries> <seed> <compiled modules> <peers>`.
 * Prints one JSON document.
 */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Sql from '../src/sql/index.js';
import type { VectorFilter, VectorIndex } from '../src/vectors/index.js';
import type * as Vectors from '../src/vectors/index.js';
import { SqlVectorSource } from '../test/support/vectors/sql-vector-source.js';
import { median, percentile } from './statistics.js';
import { DIMENSION, passes, readQueries, readTruth, readVectors, RESULTS, SHARES, writeData } from './vector-data.js';
import { peerSides } from './vector-sides.js';

export interface BuildFigures {
  readonly buildMs: number;
  readonly diskBytes: number;
  /** Of the project's own side: vectors made durable in the table and searchable, a second. */
  readonly insertsPerSecond?: number;
  /** From putting, replacing, deleting 100 vectors to the first answer that knows it, for each of them. */
  readonly changeMs?: { readonly put: number; readonly replace: number; readonly delete: number };
}

export interface QueryFigures {
  /** From nothing to the first answer. */
  readonly openMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly recall: number;
  readonly rssBytes: number;
  readonly strategy?: string;
  readonly filtered?: readonly { readonly share: number; readonly recall: number; readonly p95Ms: number }[];
}

const ROWS_PER_BATCH = 500;
const CHANGES = 100;
const CHANGE_ROUNDS = 5;

const [mode = '', side = '', folder = '', countText = '', queriesText = '', seed = '', modules = '', peers = ''] =
  process.argv.slice(2);
const count = Number(countText);

async function openOwn(): Promise<{ source: SqlVectorSource; index: VectorIndex; close: () => Promise<void> }> {
  const load = (room: string): Promise<unknown> => import(pathToFileURL(join(modules, room, 'index.js')).href);
  const [sql, vectors] = (await Promise.all([load('sql'), load('vectors')])) as [typeof Sql, typeof Vectors];
  const database = await sql.openDatabase({ path: join(folder, 'store', 'code.db') });
  const source = await SqlVectorSource.open(database, DIMENSION);
  const indexFolder = join(folder, 'store', 'code.db.vectors');
  const index = vectors.openVectorIndex({ source, model: 'bench', folder: indexFolder, maintenance: 'manual' });
  const close = async (): Promise<void> => {
    await index.close();
    await database.close();
  };
  return { source, index, close };
}

async function buildOwn(): Promise<BuildFigures> {
  mkdirSync(join(folder, 'store'), { recursive: true });
  const { source, index, close } = await openOwn();
  const startedAt = performance.now();
  for (const { from, vectors } of readVectors(folder, count)) {
    for (let row = 0; row * DIMENSION < vectors.length; row += ROWS_PER_BATCH) {
      const rows = Math.min(ROWS_PER_BATCH, vectors.length / DIMENSION - row);
      await source.put(
        Array.from({ length: rows }, (_, i) => [
          from + row + i,
          vectors.subarray((row + i) * DIMENSION, (row + i + 1) * DIMENSION),
        ]),
      );
    }
  }
  const storedAt = performance.now();
  await index.maintain();
  const builtAt = performance.now();
  const changeMs = await changes(source, index);
  await close();
  return {
    buildMs: builtAt - storedAt,
    insertsPerSecond: (count / (builtAt - startedAt)) * 1000,
    changeMs,
    diskBytes: sizeOf(join(folder, 'store')),
  };
}

/** Leaves the vectors as they were. */
async function changes(source: SqlVectorSource, index: VectorIndex): Promise<NonNullable<BuildFigures['changeMs']>> {
  const queries = readQueries(folder);
  const query = queries[0] ?? new Float32Array();
  const timed = async (act: () => Promise<void>): Promise<number> => {
    const startedAt = performance.now();
    await act();
    await index.search(query, { k: RESULTS });
    return (performance.now() - startedAt) / CHANGES;
  };
  await index.search(query);
  const samples = { put: [] as number[], replace: [] as number[], delete: [] as number[] };
  for (let round = 0; round < CHANGE_ROUNDS; round++) {
    const ids = Array.from({ length: CHANGES }, (_, i) => count + round * CHANGES + i);
    const vectorOf = (id: number): Float32Array => queries[id % queries.length] ?? query;
    samples.put.push(await timed(() => source.put(ids.map((id) => [id, vectorOf(id)]))));
    samples.replace.push(await timed(() => source.put(ids.map((id) => [id, vectorOf(id + 1)]))));
    samples.delete.push(await timed(() => source.delete(ids)));
  }
  return { put: median(samples.put), replace: median(samples.replace), delete: median(samples.delete) };
}

function sizeOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function filterOf(share: number): VectorFilter {
  const ids = Array.from({ length: count }, (_, id) => id).filter((id) => passes(id, share));
  return {
    estimate: async () => count * share,
    ids: async () => ids,
    test: async (some) => new Set(some.filter((id) => passes(id, share))),
  };
}

/** Runs all queries, after a few that warm up; `truth` has the right ids of each. */
async function ask(
  queries: readonly Float32Array[],
  truth: readonly (readonly number[])[],
  search: (query: Float32Array) => Promise<readonly number[]> | readonly number[],
): Promise<{ p50Ms: number; p95Ms: number; recall: number }> {
  for (const query of queries.slice(0, 5)) await search(query);
  const times: number[] = [];
  let [hits, total] = [0, 0];
  for (const [q, query] of queries.entries()) {
    const startedAt = performance.now();
    const found = await search(query);
    times.push(performance.now() - startedAt);
    const right = new Set(truth[q]);
    hits += found.filter((id) => right.has(id)).length;
    total += right.size;
  }
  return { p50Ms: median(times), p95Ms: percentile(times, 0.95), recall: total === 0 ? 1 : hits / total };
}

async function queryOwn(queries: readonly Float32Array[]): Promise<QueryFigures> {
  const truth = readTruth(folder);
  const startedAt = performance.now();
  const { index, close } = await openOwn();
  const { strategy } = await index.search(queries[0] ?? new Float32Array(), { k: RESULTS });
  const openMs = performance.now() - startedAt;
  const search =
    (filter?: VectorFilter) =>
    async (query: Float32Array): Promise<number[]> => {
      const { matches } = await index.search(query, { k: RESULTS, ...(filter === undefined ? {} : { filter }) });
      return matches.map(({ id }) => id);
    };
  const figures = await ask(queries, truth.all, search());
  const rssBytes = process.memoryUsage.rss();
  const filtered: { share: number; recall: number; p95Ms: number }[] = [];
  for (const [i, share] of SHARES.entries()) {
    filtered.push({ share, ...(await ask(queries, truth.byShare[i] ?? [], search(filterOf(share)))) });
  }
  await close();
  return { ...figures, openMs, rssBytes, strategy, filtered };
}

async function queryPeer(queries: readonly Float32Array[]): Promise<QueryFigures> {
  const startedAt = performance.now();
  const search = peer().open(folder, count);
  search(queries[0] ?? new Float32Array());
  const openMs = performance.now() - startedAt;
  const figures = await ask(queries, readTruth(folder).all, search);
  return { ...figures, openMs, rssBytes: process.memoryUsage.rss() };
}

function peer(): ReturnType<typeof peerSides>[string] {
  const found = peerSides(peers)[side];
  if (found === undefined) throw new Error(`There is no side ${side}.`);
  return found;
}

function buildPeer(): BuildFigures {
  const startedAt = performance.now();
  peer().build(folder, count);
  const buildMs = performance.now() - startedAt;
  return { buildMs, diskBytes: peer().files.reduce((sum, file) => sum + sizeOf(join(folder, file)), 0) };
}

async function run(): Promise<unknown> {
  if (mode === 'prepare') return writeData(folder, count, Number(queriesText), Number(seed));
  const isOwn = side === 'lestockage';
  if (mode === 'build') return isOwn ? buildOwn() : buildPeer();
  const queries = readQueries(folder).slice(0, Number(queriesText));
  return isOwn ? queryOwn(queries) : queryPeer(queries);
}

process.stdout.write(JSON.stringify((await run()) ?? null));
