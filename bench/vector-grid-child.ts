/**
 * One graph of the grid, in a process of its own:
 * `node vector-grid-child.js <folder> <count> <quantization> <connectivity> <expansionAdd> <expansionSearch,…>`.
 * The folder has the vectors, queries and truth that `vectors-child.js prepare` writes. Prints one JSON document.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { statSync } from 'node:fs';
import type * as Usearch from 'usearch';
import { DIMENSION, dot, readQueries, readTruth, readVectors, RESULTS } from './vector-data.js';

export interface GridPoint {
  readonly quantization: string;
  readonly connectivity: number;
  readonly expansionAdd: number;
  readonly buildMs: number;
  readonly bytesPerVector: number;
  /** Share of the true best ten, in the order of the graph and after comparing 30 candidates exactly. */
  readonly recall: readonly {
    readonly expansionSearch: number;
    readonly alone: number;
    readonly compared: number;
    /** Of the search of the graph alone. */
    readonly medianMs: number;
  }[];
}

const CANDIDATES = 30;
const KINDS = { i8: 'I8', f16: 'F16', f32: 'F32' } as const;

const [folder = '', countText = '', quantization = '', connectivity = '', expansionAdd = '', searches = ''] =
  process.argv.slice(2);
const count = Number(countText);
const library = createRequire(import.meta.url)('usearch') as typeof Usearch;
if (quantization !== 'i8' && quantization !== 'f16' && quantization !== 'f32') throw new Error('Which quantization?');
const index = new library.Index({
  dimensions: DIMENSION,
  metric: library.MetricKind.Cos,
  quantization: library.ScalarKind[KINDS[quantization]],
  connectivity: Number(connectivity),
  expansion_add: Number(expansionAdd),
  expansion_search: 1,
  multi: true,
});

const matrix = new Float32Array(count * DIMENSION);
let buildMs = 0;
for (const { from, vectors } of readVectors(folder, count)) {
  matrix.set(vectors, from * DIMENSION);
  const keys = BigUint64Array.from({ length: vectors.length / DIMENSION }, (_, row) => BigInt(from + row));
  const startedAt = performance.now();
  index.add(keys, vectors, 0);
  buildMs += performance.now() - startedAt;
}
const file = join(folder, 'grid.usearch');
index.save(file);

const queries = readQueries(folder);
const truth = readTruth(folder).all.map((ids) => new Set(ids));

function recallAt(expansionSearch: number): GridPoint['recall'][number] {
  const hits = { alone: 0, compared: 0, all: 0 };
  const times: number[] = [];
  for (const [q, query] of queries.entries()) {
    const right = truth[q] ?? new Set<number>();
    const startedAt = performance.now();
    const { keys } = index.search(query, expansionSearch, 1);
    times.push(performance.now() - startedAt);
    const offered = Array.from(keys, Number);
    const best = offered
      .slice(0, CANDIDATES)
      .map((id) => ({ id, score: dot(query, matrix, id * DIMENSION) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, RESULTS);
    hits.alone += offered.slice(0, RESULTS).filter((id) => right.has(id)).length;
    hits.compared += best.filter(({ id }) => right.has(id)).length;
    hits.all += right.size;
  }
  times.sort((a, b) => a - b);
  const medianMs = times[Math.floor(times.length / 2)] ?? 0;
  return { expansionSearch, alone: hits.alone / hits.all, compared: hits.compared / hits.all, medianMs };
}

const point: GridPoint = {
  quantization,
  connectivity: Number(connectivity),
  expansionAdd: Number(expansionAdd),
  buildMs,
  bytesPerVector: statSync(file).size / count,
  recall: searches.split(',').map((each) => recallAt(Number(each))),
};
process.stdout.write(JSON.stringify(point));
