import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../bench/generated-vectors.js';
import { decodeManifest, encodeManifest, type IndexManifest } from '../../src/vectors/hnsw/index-manifest.js';
import {
  MemoryVectorSource,
  openVectorIndex,
  type VectorIndex,
  type VectorIndexOptions,
} from '../../src/vectors/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { recallOf } from '../support/vectors/recall.js';

const DIMENSION = 32;
const generated = new GeneratedVectors(4, { ...CODE_LIKE, dimension: DIMENSION, latent: 12, clusters: 20 });
const VECTORS = generated.list(600);
const QUERIES = generated.list(10);

function sourceOf(count = VECTORS.length, name = 'memory'): MemoryVectorSource {
  const source = new MemoryVectorSource(DIMENSION, name);
  source.put(VECTORS.slice(0, count).map((vector, id) => [id, vector]));
  return source;
}

function open(source: MemoryVectorSource, folder: string, options: Partial<VectorIndexOptions> = {}): VectorIndex {
  return openVectorIndex({
    source,
    model: 'a/model',
    folder,
    exactBelow: 50,
    threads: 1,
    maintenance: 'manual',
    ...options,
  });
}

/** A folder with the index of a source. */
async function builtFor(source: MemoryVectorSource, options: Partial<VectorIndexOptions> = {}): Promise<string> {
  const folder = join(temporaryFolder(), 'code.db.vectors');
  const index = open(source, folder, options);
  await index.maintain();
  await index.close();
  return folder;
}

function manifestIn(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? '');
}

function alterManifest(folder: string, alter: (manifest: IndexManifest) => object): void {
  const path = manifestIn(folder);
  const manifest = decodeManifest(readFileSync(path, 'utf8'));
  if (manifest === undefined || 'otherFormat' in manifest) throw new Error('There is no manifest.');
  writeFileSync(path, encodeManifest(alter(manifest) as IndexManifest));
}

/** The file is told to be of no use, answers are right, and maintenance makes a new one. */
async function expectRebuilt(index: VectorIndex, state: string, why: string): Promise<void> {
  expect(await index.status()).toMatchObject({
    file: state,
    strategy: 'exact',
    reason: 'no-index',
    isMaintenanceDue: true,
  });
  expect(await recallOf(index, QUERIES)).toBe(1);
  expect(await index.maintain()).toMatchObject({ done: 'built', why });
  expect(await index.status()).toMatchObject({ file: 'usable', strategy: 'hnsw', problem: null });
  expect(await recallOf(index, QUERIES)).toBeGreaterThanOrEqual(0.97);
  expect(await index.verify()).toEqual({ ok: true, problems: [] });
  await index.close();
}

describe('an index file', () => {
  it('is two files: the index under a name of its own, and a manifest named after model and dimension', async () => {
    const folder = await builtFor(sourceOf());
    expect(readdirSync(folder).sort()).toEqual([
      expect.stringMatching(/^a-model-[0-9a-f]{8}-32\.[0-9a-f]{12}\.usearch$/),
      expect.stringMatching(/^a-model-[0-9a-f]{8}-32\.json$/),
    ]);
  });

  it('is the same for the same vectors when one thread makes it', async () => {
    const [one, other] = [await builtFor(sourceOf()), await builtFor(sourceOf())];
    const bytes = [one, other].map((folder) => readFileSync(join(folder, readdirSync(folder)[0] ?? '')));
    expect(bytes[0]?.equals(bytes[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('of several models stands side by side with the others', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    const other = open(source, folder, { model: 'a-model' });
    expect(await other.status()).toMatchObject({ file: 'missing' });
    await other.maintain();
    await other.close();
    const first = open(source, folder);
    expect(await first.status()).toMatchObject({ file: 'usable' });
    expect(readdirSync(folder)).toHaveLength(4);
    await first.close();
  });
});

describe('an index file that cannot be used is told apart and built anew', () => {
  it('[V7] when there is none', async () => {
    await expectRebuilt(open(sourceOf(), join(temporaryFolder(), 'none')), 'missing', 'There was no index file.');
  });

  it('[U8] when its manifest is cut short', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    writeFileSync(manifestIn(folder), readFileSync(manifestIn(folder)).subarray(0, 100));
    await expectRebuilt(open(source, folder), 'damaged', 'The index file was damaged.');
  });

  it('[U8] when the file that the manifest names is gone', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    rmSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.usearch')) ?? ''));
    await expectRebuilt(open(source, folder), 'damaged', 'The index file was damaged.');
  });

  it('when another version of the library wrote it', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    alterManifest(folder, (manifest) => ({ ...manifest, library: '1.0.0' }));
    await expectRebuilt(open(source, folder), 'other-version', 'The index file was of another version.');
  });

  it('when it has another format', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    alterManifest(folder, (manifest) => ({ ...manifest, format: 99 }));
    await expectRebuilt(open(source, folder), 'other-version', 'The index file was of another version.');
  });

  it('when its settings are others', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    const index = open(source, folder, { settings: { connectivity: 8 } });
    await expectRebuilt(index, 'foreign', 'The index file was of another origin.');
  });

  it('when the database was made anew, although its journal is longer', async () => {
    const folder = await builtFor(sourceOf(400));
    await expectRebuilt(open(sourceOf(600, 'anew'), folder), 'foreign', 'The index file was of another origin.');
  });

  it('when the database was put back to an earlier state', async () => {
    const folder = await builtFor(sourceOf(600));
    const why = 'The vectors were put back to a state before that of the index file.';
    await expectRebuilt(open(sourceOf(500), folder), 'ahead', why);
  });

  it('when the journal no longer has what it lacks', async () => {
    const source = sourceOf(500);
    const folder = await builtFor(source);
    source.put(VECTORS.slice(500).map((vector, i) => [500 + i, vector]));
    source.trim(550);
    await expectRebuilt(open(source, folder), 'behind', 'The index file was too far behind the vectors.');
  });

  it('when more changed than may be held in memory', async () => {
    const source = sourceOf(100);
    const folder = await builtFor(source);
    source.put(VECTORS.slice(100).map((vector, i) => [100 + i, vector]));
    const index = open(source, folder, { recentLimit: 10 });
    await expectRebuilt(index, 'behind', 'The index file was too far behind the vectors.');
  });

  it('[V7] but is repaired by the journal when it is only behind', async () => {
    const source = sourceOf(500);
    const folder = await builtFor(source);
    // As if the process had ended between the commit of these and the saving of the index.
    source.put(VECTORS.slice(500).map((vector, i) => [500 + i, vector]));
    source.delete([1, 2, 3]);
    const index = open(source, folder);
    expect(await index.status()).toMatchObject({ file: 'usable', strategy: 'hnsw', rows: 500, recent: 100 });
    expect(await recallOf(index, QUERIES)).toBeGreaterThanOrEqual(0.97);
    await index.close();
  });
});

describe('two indexes on one folder', () => {
  it('use each other’s files, and the file that one has open stays', async () => {
    const source = sourceOf(400);
    const folder = await builtFor(source);
    const [one, other] = [open(source, folder, { recentLimit: 5 }), open(source, folder, { recentLimit: 5 })];
    await one.status();
    source.put(VECTORS.slice(400, 500).map((vector, i) => [400 + i, vector]));
    // For the first its file is too far behind now; the second makes a new one.
    expect((await other.maintain()).done).toBe('built');
    expect(await one.status()).toMatchObject({ file: 'usable', rows: 500, strategy: 'hnsw' });
    source.put(VECTORS.slice(500, 520).map((vector, i) => [500 + i, vector]));
    expect((await one.maintain()).done).toBe('extended');
    expect(await recallOf(other, QUERIES)).toBeGreaterThanOrEqual(0.97);
    await one.close();
    await other.close();
  });
});

describe('what a killed process left', () => {
  it('is removed by a later saving once it is old, and is left alone while it may be in use', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    const slug = readdirSync(folder)[0]?.split('.')[0] ?? '';
    const [old, fresh, foreign] = [`${slug}.0000.usearch`, `${slug}.1111.usearch`, 'other-12345678-32.2222.usearch'];
    for (const name of [old, fresh, foreign]) writeFileSync(join(folder, name), 'part of an index');
    for (const name of [old, foreign]) utimesSync(join(folder, name), 1000, 1000);
    const index = open(source, folder);
    await index.maintain({ mode: 'rebuild' });
    const names = readdirSync(folder);
    expect(names).not.toContain(old);
    expect(names).toEqual(expect.arrayContaining([fresh, foreign]));
    expect(names).toHaveLength(4);
    await index.close();
  });
});

describe('a folder that cannot be written', () => {
  it('[U8] is a typed error, and searches go on without a file', async () => {
    const source = sourceOf();
    const root = temporaryFolder();
    writeFileSync(join(root, 'taken'), '');
    const index = open(source, join(root, 'taken', 'vectors'));
    await expect(index.maintain()).rejects.toMatchObject({ code: 'INDEX_UNWRITABLE' });
    await index.close();
  });

  it('[U8] keeps the file of before, and leaves no part of a new one', async () => {
    const source = sourceOf();
    const folder = await builtFor(source);
    const index = open(source, folder);
    await index.status();
    const before = readdirSync(folder);
    // The manifest cannot be replaced by a file while a folder of its name stands there.
    const manifest = manifestIn(folder);
    rmSync(manifest);
    mkdirSync(join(manifest, 'in-the-way'), { recursive: true });
    await expect(index.maintain({ mode: 'rebuild' })).rejects.toMatchObject({ code: 'INDEX_UNWRITABLE' });
    expect(readdirSync(folder).sort()).toEqual(before.sort());
    expect(await recallOf(index, QUERIES)).toBeGreaterThanOrEqual(0.97);
    await index.close();
  });
});
