import Sqlite from 'better-sqlite3';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Usearch from 'usearch';
import { BYTES_PER_VECTOR, DIMENSION, dot, readVectors, RESULTS } from './vector-data.js';

/** The parameters that every graph is given, so that only the programs differ. */
export const GRAPH = { connectivity: 16, expansionAdd: 256, expansionSearch: 192 } as const;

/** What is used of hnswlib-node, which is installed beside the project only for this. */
interface Hnswlib {
  readonly HierarchicalNSW: new (
    space: 'cosine',
    dimension: number,
  ) => {
    initIndex(capacity: number, connectivity: number, expansionAdd: number): void;
    addPoint(vector: number[], id: number): void;
    writeIndexSync(path: string): void;
    readIndexSync(path: string): void;
    setEf(expansionSearch: number): void;
    searchKnn(vector: number[], k: number): { readonly neighbors: number[] };
  };
}

/** Finds the nearest ids of one query. */
export type Search = (query: Float32Array) => readonly number[];

/** Another way to search the same vectors. */
export interface PeerSide {
  /** Writes its file below the folder, from the vectors there. */
  build(folder: string, count: number): void;
  open(folder: string, count: number): Search;
  /** Its files below the folder. */
  readonly files: readonly string[];
}

/** Where the packages of the peers are installed; usearch is the project's own. */
export function peerSides(peers: string): Readonly<Record<string, PeerSide>> {
  const require = createRequire(join(peers, 'package.json'));
  return {
    usearch: usearchSide(),
    'hnswlib-node': hnswlibSide(() => require('hnswlib-node') as Hnswlib),
    'sqlite-vec': sqliteVecSide(() => require('sqlite-vec') as { load(database: Sqlite.Database): void }),
    'exact scan': exactSide(),
  };
}

function usearchSide(): PeerSide {
  const library = createRequire(import.meta.url)('usearch') as typeof Usearch;
  const create = (): Usearch.Index =>
    new library.Index({
      dimensions: DIMENSION,
      metric: library.MetricKind.Cos,
      quantization: library.ScalarKind.F32,
      connectivity: GRAPH.connectivity,
      expansion_add: GRAPH.expansionAdd,
      expansion_search: GRAPH.expansionSearch,
      multi: false,
    });
  return {
    files: ['bare.usearch'],
    build: (folder, count) => {
      const index = create();
      for (const { from, vectors } of readVectors(folder, count)) {
        const keys = BigUint64Array.from({ length: vectors.length / DIMENSION }, (_, row) => BigInt(from + row));
        index.add(keys, vectors, 0);
      }
      index.save(join(folder, 'bare.usearch'));
    },
    open: (folder) => {
      const index = create();
      index.view(join(folder, 'bare.usearch'));
      return (query) => Array.from(index.search(query, RESULTS, 1).keys, Number);
    },
  };
}

function hnswlibSide(load: () => Hnswlib): PeerSide {
  return {
    files: ['hnswlib.bin'],
    build: (folder, count) => {
      const index = new (load().HierarchicalNSW)('cosine', DIMENSION);
      index.initIndex(count, GRAPH.connectivity, GRAPH.expansionAdd);
      for (const { from, vectors } of readVectors(folder, count)) {
        for (let row = 0; row * DIMENSION < vectors.length; row++) {
          index.addPoint(Array.from(vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION)), from + row);
        }
      }
      index.writeIndexSync(join(folder, 'hnswlib.bin'));
    },
    open: (folder) => {
      const index = new (load().HierarchicalNSW)('cosine', DIMENSION);
      index.readIndexSync(join(folder, 'hnswlib.bin'));
      index.setEf(GRAPH.expansionSearch);
      return (query) => index.searchKnn(Array.from(query), RESULTS).neighbors;
    },
  };
}

function sqliteVecSide(load: () => { load(database: Sqlite.Database): void }): PeerSide {
  const connect = (folder: string): Sqlite.Database => {
    const database = new Sqlite(join(folder, 'sqlite-vec.db'));
    load().load(database);
    return database;
  };
  const bytesOf = (vectors: Float32Array, row: number): Buffer =>
    Buffer.from(vectors.buffer, vectors.byteOffset + row * BYTES_PER_VECTOR, BYTES_PER_VECTOR);
  return {
    files: ['sqlite-vec.db'],
    build: (folder, count) => {
      const database = connect(folder);
      database.exec(`CREATE VIRTUAL TABLE vectors USING vec0(embedding float[${DIMENSION}] distance_metric=cosine)`);
      const insert = database.prepare('INSERT INTO vectors (rowid, embedding) VALUES (?, ?)');
      const insertAll = database.transaction((from: number, vectors: Float32Array) => {
        for (let row = 0; row * DIMENSION < vectors.length; row++)
          insert.run(BigInt(from + row), bytesOf(vectors, row));
      });
      for (const { from, vectors } of readVectors(folder, count)) insertAll(from, vectors);
      database.close();
    },
    open: (folder) => {
      const select = connect(folder)
        .prepare('SELECT rowid FROM vectors WHERE embedding MATCH ? AND k = ? ORDER BY distance')
        .pluck();
      return (query) => select.all(bytesOf(query, 0), RESULTS) as number[];
    },
  };
}

/** What brute force takes: all vectors in one matrix in memory. The vectors have length 1. */
function exactSide(): PeerSide {
  return {
    files: [],
    build: () => undefined,
    open: (folder, count) => {
      const matrix = new Float32Array(count * DIMENSION);
      for (const { from, vectors } of readVectors(folder, count)) matrix.set(vectors, from * DIMENSION);
      return (query) => {
        const best: [score: number, id: number][] = [];
        for (let id = 0; id < count; id++) {
          const score = dot(query, matrix, id * DIMENSION);
          if (best.length === RESULTS && score <= (best[RESULTS - 1]?.[0] ?? 0)) continue;
          best.push([score, id]);
          best.sort((a, b) => b[0] - a[0]);
          if (best.length > RESULTS) best.pop();
        }
        return best.map(([, id]) => id);
      };
    },
  };
}
