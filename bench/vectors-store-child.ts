/**
 * The search of a whole store, in a process of its own:
 * `node vectors-store-child.js <build|query|export> <generated|code> <folder> <count> <queries> <dist> <source folder…>`.
 * For generated vectors the folder has what `vectors-child.js prepare` writes; code is indexed from its folders. Prints one
 * JSON document.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { NodeFilter, NodeId, Store } from '../src/index.js';
import { median, percentile } from './statistics.js';
import {
  DIMENSION,
  passes,
  readQueries,
  readTruth,
  readVectors,
  RESULTS,
  SHARES,
  writeOwnData,
} from './vector-data.js';

export interface StoreBuild {
  readonly count: number;
  readonly buildMs: number;
  readonly insertsPerSecond: number;
  readonly diskBytes: number;
}

export interface StoreFigures {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly recall: number;
}

export interface StoreQueries extends StoreFigures {
  readonly openMs: number;
  readonly strategy: string;
  readonly rssBytes: number;
  /** What passes is a path prefix; `share` is what it really lets pass. */
  readonly filtered: readonly (StoreFigures & { readonly wanted: number; readonly share: number })[];
}

interface Case {
  readonly wanted: number;
  readonly share: number;
  readonly filter: NodeFilter;
  /** For each query the least similarity of a right answer, and how many there are. */
  readonly least: readonly { readonly similarity: number; readonly count: number }[];
}

/** Similarities that differ by rounding alone are equally right. */
const TOLERANCE = 1e-6;
const MODEL = { model: 'bench', dimension: DIMENSION };

const [mode = '', kind = '', folder = '', countText = '', queriesText = '', dist = '', ...sources] =
  process.argv.slice(2);
const library = (await import(pathToFileURL(join(dist, 'index.js')).href)) as typeof Library;
const path = join(folder, kind, 'code.db');
const isCode = kind === 'code';

async function open(): Promise<Store> {
  return library.openStore({ path, vectorIndex: { maintenance: 'manual' } });
}

function modelOf(store: Store): Library.ModelChoice {
  return isCode ? { model: store.embedder.id, dimension: store.embedder.dimension } : MODEL;
}

/** `x/` for half of all, `x/x/` for a tenth, and so on. */
function pathOf(id: number): string {
  return `${SHARES.map((share) => (passes(id, share) ? 'x/' : '')).join('')}f.ts`;
}

async function build(): Promise<StoreBuild> {
  mkdirSync(join(folder, kind), { recursive: true });
  const store = await open();
  const startedAt = performance.now();
  if (isCode) for (const root of sources) await store.index({ root, projectId: basename(root) });
  else await putGenerated(store);
  const storedAt = performance.now();
  await store.vectors.rebuild();
  const endedAt = performance.now();
  const [model] = await store.vectors.status(modelOf(store));
  await store.close();
  const count = model?.count ?? 0;
  return {
    count,
    buildMs: endedAt - storedAt,
    insertsPerSecond: (count / (endedAt - startedAt)) * 1000,
    diskBytes: sizeOf(join(folder, kind)),
  };
}

async function putGenerated(store: Store): Promise<void> {
  for (const { from, vectors } of readVectors(folder, Number(countText))) {
    const rows = vectors.length / DIMENSION;
    const nodes = await store.nodes.batchInsert(
      Array.from({ length: rows }, (_, row) => ({
        projectId: 'p',
        filePath: pathOf(from + row),
        symbolName: `f${from + row}`,
        nodeType: 'function' as const,
        contentHash: library.NodeHash.of(`f${from + row}`),
      })),
    );
    const entries = nodes.map((nodeId, row) => ({
      nodeId,
      vector: vectors.slice(row * DIMENSION, (row + 1) * DIMENSION),
    }));
    await store.embeddings.put('p', MODEL, entries);
    for (const [row, nodeId] of nodes.entries()) writeId(from + row, nodeId);
  }
  writeFileSync(join(folder, 'nodes.json'), JSON.stringify(ids));
}

const ids: NodeId[] = [];
function writeId(at: number, id: NodeId): void {
  ids[at] = id;
}

function sizeOf(place: string): number {
  if (!statSync(place).isDirectory()) return statSync(place).size;
  return readdirSync(place).reduce((sum, name) => sum + sizeOf(join(place, name)), 0);
}

async function query(): Promise<StoreQueries> {
  const prepared = await prepareCases();
  const { queries, cases } = prepared;
  const startedAt = performance.now();
  const store = await open();
  const model = modelOf(store);
  const { strategy } = await store.vectors.nearest(queries[0] as Float32Array, { k: RESULTS, model });
  const openMs = performance.now() - startedAt;
  const figures: (StoreFigures & { wanted: number; share: number })[] = [];
  let rssBytes = 0;
  for (const { wanted, share, filter, least } of cases) {
    figures.push({ wanted, share, ...(await ask(store, model, queries, filter, least)) });
    if (rssBytes === 0) rssBytes = process.memoryUsage.rss();
  }
  await store.close();
  const [all, ...filtered] = figures;
  if (all === undefined) throw new Error('Nothing was asked.');
  return { ...all, openMs, strategy, rssBytes, filtered };
}

async function ask(
  store: Store,
  model: Library.ModelChoice,
  queries: readonly Float32Array[],
  filter: NodeFilter,
  least: Case['least'],
): Promise<StoreFigures> {
  for (const vector of queries.slice(0, 5)) await store.vectors.nearest(vector, { k: RESULTS, model, filter });
  const times: number[] = [];
  let [hits, total] = [0, 0];
  for (const [q, vector] of queries.entries()) {
    const startedAt = performance.now();
    const { matches } = await store.vectors.nearest(vector, { k: RESULTS, model, filter });
    times.push(performance.now() - startedAt);
    const { similarity = 2, count = 0 } = least[q] ?? {};
    hits += matches.filter((match) => match.similarity >= similarity - TOLERANCE).length;
    total += count;
  }
  return { p50Ms: median(times), p95Ms: percentile(times, 0.95), recall: total === 0 ? 1 : hits / total };
}

/** The queries and the truth, found by comparing with all before the store is opened to be measured. */
async function prepareCases(): Promise<{ queries: readonly Float32Array[]; cases: readonly Case[] }> {
  const store = await open();
  const model = modelOf(store);
  const vectors = new Map<NodeId, Float32Array>();
  for await (const { nodeId, vector } of store.embeddings.vectors(model)) vectors.set(nodeId, vector);
  const queries = isCode ? await questionsOf(store) : readQueries(folder).slice(0, Number(queriesText));
  const cases: Case[] = [];
  for (const { wanted, filter, nodes } of await choicesOf(store, vectors)) {
    const least = queries.map((vector, q) => leastOf(vector, vectors, nodes, wanted, q));
    cases.push({ wanted, filter, share: nodes === null ? 1 : nodes.size / vectors.size, least });
  }
  scoresOf.length = 0;
  await store.close();
  return { queries, cases };
}

/** By query; they are the same for every filter. */
const scoresOf: Map<NodeId, number>[] = [];

function leastOf(
  vector: Float32Array,
  vectors: ReadonlyMap<NodeId, Float32Array>,
  nodes: ReadonlySet<NodeId> | null,
  wanted: number,
  q: number,
): Case['least'][number] {
  if (isCode) {
    scoresOf[q] ??= new Map([...vectors].map(([id, other]) => [id, cosine(vector, other)]));
    const scores: number[] = [];
    for (const [id, score] of scoresOf[q] ?? []) if (nodes?.has(id) !== false) scores.push(score);
    scores.sort((x, y) => y - x);
    const count = Math.min(RESULTS, scores.length);
    return { similarity: scores[count - 1] ?? 2, count };
  }
  const truth = readTruth(folder);
  const right =
    (wanted === 1 ? truth.all : (truth.byShare[SHARES.findIndex((share) => share === wanted)] ?? []))[q] ?? [];
  const worst = Math.min(...right.map((at) => cosine(vector, vectors.get(nodeAt(at)) ?? vector)));
  return { similarity: worst, count: right.length };
}

let known: readonly NodeId[] | undefined;
function nodeAt(at: number): NodeId {
  known ??= JSON.parse(readFileSync(join(folder, 'nodes.json'), 'utf8')) as NodeId[];
  return known[at] as NodeId;
}

interface Choice {
  readonly wanted: number;
  readonly filter: NodeFilter;
  /** Null when all pass. */
  readonly nodes: ReadonlySet<NodeId> | null;
}

async function choicesOf(store: Store, vectors: ReadonlyMap<NodeId, Float32Array>): Promise<Choice[]> {
  const choices: Choice[] = [{ wanted: 1, filter: {}, nodes: null }];
  if (!isCode) {
    return [
      ...choices,
      ...SHARES.map((wanted, level) => ({
        wanted,
        filter: { pathPrefix: 'x/'.repeat(level + 1) },
        nodes: new Set([...vectors.keys()].filter((_, at) => passes(at, wanted))),
      })),
    ];
  }
  const byPlace = new Map<string, Set<NodeId>>();
  for (const id of vectors.keys()) {
    const node = await store.nodes.get(id);
    if (node === undefined) continue;
    const parts = node.filePath.split('/');
    const prefixes = ['', ...parts.slice(0, -1).map((_, at) => `${parts.slice(0, at + 1).join('/')}/`), node.filePath];
    for (const prefix of prefixes) {
      const key = `${node.projectId}\n${prefix}`;
      const place = byPlace.get(key) ?? new Set<NodeId>();
      byPlace.set(key, place.add(id));
    }
  }
  for (const wanted of SHARES) {
    const distance = (nodes: ReadonlySet<NodeId>): number => Math.abs(Math.log(nodes.size / vectors.size / wanted));
    const [best] = [...byPlace].sort(([, a], [, b]) => distance(a) - distance(b));
    if (best === undefined) continue;
    const [project = '', pathPrefix = ''] = best[0].split('\n');
    choices.push({ wanted, filter: { projects: [project], pathPrefix }, nodes: best[1] });
  }
  return choices;
}

/** Sentences that programmers wrote about some of the symbols. */
async function questionsOf(store: Store): Promise<Float32Array[]> {
  const texts: string[] = [];
  for (const project of await store.projects.list()) {
    for (const { path: file } of await store.files.list(project.id)) {
      for (const node of await store.nodes.getByFile(project.id, file)) {
        const text = (node.documentation ?? '').split('\n')[0] ?? '';
        if (text.split(/\s+/).length >= 5) texts.push(text);
      }
    }
  }
  const step = Math.max(1, Math.floor(texts.length / Number(queriesText)));
  const asked = texts.filter((_, at) => at % step === 0).slice(0, Number(queriesText));
  return [...(await store.embedder.embed(asked.map((text) => library.queryInput(text))))];
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x = 0, y = 0] = [a[i], b[i]];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}

/** What is stored and what is asked as plain files, for whoever measures graphs by themselves. */
async function exportData(): Promise<{ readonly count: number }> {
  const store = await open();
  const model = await store.embeddings.findModel(modelOf(store));
  const vectors: Float32Array[] = [];
  for await (const { vector } of store.embeddings.stored(model?.id ?? 0)) vectors.push(unit(vector));
  const queries = (await questionsOf(store)).map(unit);
  await store.close();
  writeOwnData(folder, vectors, queries);
  return { count: vectors.length };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const run = { build, query, export: exportData }[mode];
if (run === undefined) throw new Error(`There is no mode ${mode}.`);
process.stdout.write(JSON.stringify(await run()));
