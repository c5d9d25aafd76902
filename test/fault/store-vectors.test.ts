import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../bench/generated-vectors.js';
import { seededRandom } from '../../bench/statistics.js';
import { openStore, type Store } from '../../src/store/index.js';
import type { ModelChoice } from '../../src/vectors/index.js';
import { compileChildPrograms, startChildProgram } from '../support/child-program.js';
import { cosine } from '../support/embedders.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { putVectors } from '../support/vectors/store-with-vectors.js';

/** More when asked for: `KILLS=200 npx vitest run test/fault/store-vectors.test.ts`. */
const KILLS = Number(process.env['KILLS'] ?? 6);
const DAMAGES = Number(process.env['DAMAGES'] ?? 24);
const MODEL: ModelChoice = { model: 'tested', dimension: 32 };
const COUNT = 1500;
const K = 10;

let programs = '';
beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'lestockage-programs-'));
  compileChildPrograms(programs);
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const generated = new GeneratedVectors(31, { ...CODE_LIKE, dimension: 32, latent: 12, clusters: 20 });
const VECTORS = generated.list(COUNT);
const QUERIES = generated.list(12);

async function open(path: string): Promise<Store> {
  return openStore({ path, vectorIndex: { exactBelow: 100, recentLimit: 60, threads: 1, maintenance: 'manual' } });
}

async function made(path: string): Promise<void> {
  const store = await open(path);
  await putVectors(store, MODEL, VECTORS);
  expect(await store.vectors.maintain()).toMatchObject([{ done: 'built' }]);
  await store.close();
}

/** The share of the true best symbols that are found; as good as these are those that are exactly as similar. */
async function recallOf(store: Store): Promise<number> {
  const all: Float32Array[] = [];
  for await (const { vector } of store.embeddings.vectors(MODEL)) all.push(vector);
  let [hits, total] = [0, 0];
  for (const query of QUERIES) {
    const scores = all.map((vector) => cosine(query, vector)).sort((a, b) => b - a);
    const least = (scores[K - 1] ?? -1) - 1e-6;
    const { matches } = await store.vectors.nearest(query, { k: K, model: MODEL });
    hits += matches.filter(({ similarity }) => similarity >= least).length;
    total += Math.min(K, all.length);
  }
  return hits / total;
}

describe('a process that is killed while it changes the vectors of symbols and maintains their index', () => {
  it(
    `[U8] [V7] leaves a store that is sound and finds what comparing with all finds, ${KILLS} times`,
    { timeout: KILLS * 20_000 },
    async () => {
      const seed = 20_261;
      const random = seededRandom(seed);
      const path = join(temporaryFolder(), 'code.db');
      await made(path);
      const files = new Set<unknown>();
      for (let round = 0; round < KILLS; round++) {
        const child = startChildProgram(programs, 'index-vectors', path, String(round));
        const steps = 1 + Math.floor(random() * 20);
        for (let step = 0; step < steps; step++) await child.next();
        child.process.kill('SIGKILL');
        expect(await child.ended).toBe('SIGKILL');
        const store = await open(path);
        files.add((await store.vectors.status())[0]?.file);
        expect(await recallOf(store), `seed ${seed}, kill ${round}`).toBeGreaterThanOrEqual(0.97);
        expect(await store.verify(), `seed ${seed}, kill ${round}`).toMatchObject({ ok: true });
        await store.close();
      }
      // What is between the commit and the saving of the file comes from the journal: nothing is built anew.
      expect([...files]).toEqual(['usable']);
    },
  );
});

/** Alters the index file or its manifest at random places. */
function damage(folder: string, random: () => number): void {
  const names = readdirSync(folder);
  const ending = random() < 0.2 ? '.json' : '.usearch';
  const target = join(folder, names.find((name) => name.endsWith(ending)) ?? '');
  const bytes = readFileSync(target);
  const at = (length: number): number => Math.floor(random() * length);
  const kind = at(4);
  if (kind === 0) truncateSync(target, at(bytes.length));
  else if (kind === 1)
    bytes[at(bytes.length)]! ^= 1 << at(8); // A position below the length.
  else if (kind === 2) for (let i = 0; i < 30; i++) bytes[at(bytes.length)] = at(256);
  else bytes.fill(at(2) * 255, at(bytes.length));
  if (kind > 0) writeFileSync(target, bytes);
}

describe('the index files of a store', () => {
  it('[U8] are sound for who has the one open that another process replaced', async () => {
    const path = join(temporaryFolder(), 'code.db');
    await made(path);
    const [store, other] = [await open(path), await open(path)];
    expect(await recallOf(store)).toBeGreaterThanOrEqual(0.97);
    await other.vectors.rebuild();
    expect(await store.verify()).toMatchObject({ ok: true });
    await other.vectors.rebuild();
    expect(await store.vectors.maintain()).toMatchObject([{ done: 'nothing' }]);
    await Promise.all([store.close(), other.close()]);
  });

  it(`[U8] are noticed or do no harm when bytes of them change, ${DAMAGES} times`, { timeout: 120_000 }, async () => {
    const seed = 99;
    const random = seededRandom(seed);
    const root = temporaryFolder();
    const path = join(root, 'code.db');
    await made(path);
    const noticed = { damaged: 0, harmless: 0 };
    for (let trial = 0; trial < DAMAGES; trial++) {
      const copy = join(root, `${trial}.db`);
      copyFileSync(path, copy);
      cpSync(`${path}.vectors`, `${copy}.vectors`, { recursive: true });
      damage(`${copy}.vectors`, random);
      const store = await open(copy);
      expect(await recallOf(store), `seed ${seed}, trial ${trial}`).toBeGreaterThanOrEqual(0.97);
      const { ok } = await store.verify();
      const isAltered = readdirSync(`${copy}.vectors`).some(
        (name) => !readFileSync(join(`${copy}.vectors`, name)).equals(readFileSync(join(`${path}.vectors`, name))),
      );
      expect(ok, `seed ${seed}, trial ${trial}`).toBe(!isAltered);
      noticed[ok ? 'harmless' : 'damaged']++;
      if (!ok) {
        expect(await store.vectors.maintain()).toMatchObject([{ done: 'built' }]);
        expect((await store.verify()).ok).toBe(true);
      }
      await store.close();
      rmSync(`${copy}.vectors`, { recursive: true });
    }
    expect(noticed.damaged).toBeGreaterThan(DAMAGES / 2);
  });

  it('[U8] that are those of another store are told apart and built anew', async () => {
    const root = temporaryFolder();
    const [path, other] = [join(root, 'code.db'), join(root, 'other.db')];
    await made(path);
    await made(other);
    rmSync(`${path}.vectors`, { recursive: true });
    cpSync(`${other}.vectors`, `${path}.vectors`, { recursive: true });
    const store = await open(path);
    expect(await store.vectors.status()).toMatchObject([{ file: 'foreign', strategy: 'exact' }]);
    expect(await recallOf(store)).toBe(1);
    expect(await store.vectors.maintain()).toMatchObject([{ done: 'built' }]);
    expect(await store.vectors.status()).toMatchObject([{ file: 'usable' }]);
    await store.close();
  });
});
