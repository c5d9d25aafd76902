import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CODE_LIKE, GeneratedVectors } from './generated-vectors.js';

export const DIMENSION = CODE_LIKE.dimension;
export const BYTES_PER_VECTOR = DIMENSION * 4;
/** Results that are asked for. */
export const RESULTS = 10;
/** Shares of all vectors that pass a filter. */
export const SHARES = [0.5, 0.1, 0.01, 0.001] as const;
const ROWS_PER_CHUNK = 1000;
const FILES = { vectors: 'vectors.f32', queries: 'queries.f32', truth: 'truth.json' } as const;

/** Whether a vector passes the filter of a share: one in so many, spread by a multiplication as a hash does. */
export function passes(id: number, share: number): boolean {
  return (Math.imul(id + 1, 0x9e3779b1) >>> 0) / 4_294_967_296 < share;
}

/** The true best ids for each query: of all vectors, and of those that pass each share. */
export interface Truth {
  readonly all: readonly (readonly number[])[];
  readonly byShare: readonly (readonly (readonly number[])[])[];
}

/** Writes generated vectors, queries of the same distribution, and the answers, found by comparing with all. */
export function writeData(folder: string, count: number, queries: number, seed: number): void {
  const generated = new GeneratedVectors(seed, {
    ...CODE_LIKE,
    clusters: Math.max(20, Math.round(Math.sqrt(count) / 2)),
  });
  const asked = generated.list(queries);
  writeFileSync(join(folder, FILES.queries), Buffer.concat(asked.map((query) => new Uint8Array(query.buffer))));
  const best = asked.map(() => [1, ...SHARES].map((share) => ({ share, found: [] as [number, number][] })));
  const file = openSync(join(folder, FILES.vectors), 'w');
  for (let from = 0; from < count; from += ROWS_PER_CHUNK) {
    const chunk = generated.next(Math.min(ROWS_PER_CHUNK, count - from));
    writeSync(file, new Uint8Array(chunk.buffer));
    asked.forEach((query, q) => noteBest(query, chunk, from, best[q] ?? []));
  }
  closeSync(file);
  const idsOf = (list: number): number[][] => best.map((lists) => (lists[list]?.found ?? []).map(([, id]) => id));
  const truth: Truth = { all: idsOf(0), byShare: SHARES.map((_, i) => idsOf(i + 1)) };
  writeFileSync(join(folder, FILES.truth), JSON.stringify(truth));
}

/** Writes vectors that somebody else made, each of length 1, in the same form; nothing is filtered. */
export function writeOwnData(folder: string, vectors: readonly Float32Array[], queries: readonly Float32Array[]): void {
  const best = queries.map(() => [{ share: 1, found: [] as [number, number][] }]);
  const bytes = (list: readonly Float32Array[]): Buffer =>
    Buffer.concat(list.map((each) => new Uint8Array(each.buffer, each.byteOffset, each.byteLength)));
  writeFileSync(join(folder, FILES.queries), bytes(queries));
  writeFileSync(join(folder, FILES.vectors), bytes(vectors));
  for (const [at, vector] of vectors.entries()) {
    queries.forEach((query, q) => noteBest(query, vector, at, best[q] ?? []));
  }
  const all = best.map(([list]) => (list?.found ?? []).map(([, id]) => id));
  writeFileSync(join(folder, FILES.truth), JSON.stringify({ all, byShare: [] } satisfies Truth));
}

function noteBest(
  query: Float32Array,
  chunk: Float32Array,
  from: number,
  lists: readonly { readonly share: number; readonly found: [number, number][] }[],
): void {
  for (let row = 0; row * DIMENSION < chunk.length; row++) {
    const score = dot(query, chunk, row * DIMENSION);
    for (const { share, found } of lists) {
      if (found.length === RESULTS && score <= (found[RESULTS - 1]?.[0] ?? 0)) continue;
      if (!passes(from + row, share)) continue;
      found.push([score, from + row]);
      found.sort((a, b) => b[0] - a[0]);
      if (found.length > RESULTS) found.pop();
    }
  }
}

/** Sum of products; both hold a whole vector from where they start. */
export function dot(query: Float32Array, matrix: Float32Array, offset: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < DIMENSION; i += 4) {
    a += query[i]! * matrix[offset + i]!; // The dimension is a multiple of four.
    b += query[i + 1]! * matrix[offset + i + 1]!; // As above.
    c += query[i + 2]! * matrix[offset + i + 2]!; // As above.
    d += query[i + 3]! * matrix[offset + i + 3]!; // As above.
  }
  return a + b + c + d;
}

export function readQueries(folder: string): Float32Array[] {
  const bytes = readFileSync(join(folder, FILES.queries));
  const all = new Float32Array(Uint8Array.from(bytes).buffer);
  return Array.from({ length: all.length / DIMENSION }, (_, q) => all.slice(q * DIMENSION, (q + 1) * DIMENSION));
}

export function readTruth(folder: string): Truth {
  return JSON.parse(readFileSync(join(folder, FILES.truth), 'utf8')) as Truth;
}

/** The vectors in chunks, each with the id of its first. */
export function* readVectors(folder: string, count: number): Generator<{ from: number; vectors: Float32Array }> {
  const file = openSync(join(folder, FILES.vectors), 'r');
  try {
    for (let from = 0; from < count; from += ROWS_PER_CHUNK) {
      const vectors = new Float32Array(Math.min(ROWS_PER_CHUNK, count - from) * DIMENSION);
      readSync(file, new Uint8Array(vectors.buffer), 0, vectors.byteLength, from * BYTES_PER_VECTOR);
      yield { from, vectors };
    }
  } finally {
    closeSync(file);
  }
}
