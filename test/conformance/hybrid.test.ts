import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PdgBuilder } from '../../src/graph/index.js';
import { openStore, type Store, type StoreOptions } from '../../src/store/index.js';
import { openDatabase } from '../../src/sql/index.js';
import { GIVEN_MODEL, queryInput } from '../../src/vectors/index.js';
import { pdgNode } from '../support/pdgs.js';
import { failureOf, SOURCES, sourceFolder, testStore } from '../support/indexing.js';
import { FaultProxy } from '../support/servers/proxy.js';
import { emptyServer, serverForTests } from '../support/servers/in-tests.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { memoryAndServer, TWO_FILES } from './backends.js';
import { describeNearestSymbols } from './nearest-symbols.js';

const server = serverForTests();

describeNearestSymbols(TWO_FILES);
describeNearestSymbols(memoryAndServer(server));

interface Pair {
  readonly title: string;
  /** Where the graph and the vectors of a new store lie. */
  readonly places: () => Promise<{ readonly graph: string; readonly vectors: string }>;
}

const fresh = (): string => join(temporaryFolder(), 'store.db');
const onServer = async (): Promise<string> => {
  await emptyServer(server().url);
  return server().url;
};
const PAIRS: readonly Pair[] = [
  { title: 'a file and a file', places: async () => ({ graph: fresh(), vectors: fresh() }) },
  { title: 'a file and a server', places: async () => ({ graph: fresh(), vectors: await onServer() }) },
  { title: 'a server and a file', places: async () => ({ graph: await onServer(), vectors: fresh() }) },
];

async function vectorsIn(path: string): Promise<number> {
  const database = await openDatabase({ path });
  try {
    const row = await database.first<{ count: number }>(
      'SELECT count(*) AS count FROM embeddings WHERE length(vector) > 4',
    );
    return row?.count ?? 0;
  } finally {
    await database.close();
  }
}

async function answersOf(store: Store): Promise<object> {
  const [vector] = await store.embedder.embed([queryInput('open a box')]);
  const { matches } = await store.vectors.nearest(vector as Float32Array, { k: 20 });
  const similarities = matches.map(({ similarity }) => similarity);
  const similar = await store.similar('a', { k: 3 });
  const semantic = await store.search('number two', { mode: 'semantic', k: 20 });
  return {
    similarities,
    similar: similar.items.map(({ key, similarity }) => [key, similarity]),
    semantic: semantic.items.map(({ key, score }) => [key, score]),
    hybrid: (await store.search('box')).items.map(({ key, score }) => [key, score]),
    notes: semantic.notes,
  };
}

for (const { title, places } of PAIRS) {
  describe(`a store in ${title}`, { timeout: 60_000 }, () => {
    it('[V1] answers as a store that has its vectors itself, and none of them is left with the graph', async () => {
      const { graph, vectors } = await places();
      const root = sourceFolder();
      const whole = await testStore();
      await whole.index({ root, projectId: 'p', workers: 0 });
      const store = await testStore({ path: graph, vectors: { path: vectors } });
      const report = await store.index({ root, projectId: 'p', workers: 0 });
      expect(report.warnings).toEqual([]);
      expect(await answersOf(store)).toEqual(await answersOf(whole));
      const status = await store.status();
      expect(status.vectors).toEqual({ location: vectors, waiting: 0, isMigrationDue: false, problem: null });
      expect(status.projects[0]?.embeddings).toBe((await whole.status()).projects[0]?.embeddings);
      expect(await vectorsIn(graph)).toBe(0);
      expect(await vectorsIn(vectors)).toBe((await whole.embeddings.statistics())[0]?.vectors);
      const { ok, checks } = await store.verify();
      expect(checks.filter((check) => !check.ok)).toEqual([]);
      expect(ok).toBe(true);
      // A second run of a second store finds nothing to do.
      const again = await testStore({ path: graph, vectors });
      expect((await again.index({ root, projectId: 'p', workers: 0 })).recomputed.embeddings).toBe(0);
      expect(await answersOf(again)).toEqual(await answersOf(whole));
    });

    it('[V5] saves and loads graphs with their vectors, and gives up what nobody needs any more', async () => {
      const { graph, vectors } = await places();
      const store = await testStore({ path: graph, vectors });
      const bytes = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
      const nodes = ['a', 'b'].map((name) => pdgNode(name, name === 'a' ? { embedding: bytes } : {}));
      const pdg = nodes.reduce((builder, node) => builder.addNode(node), new PdgBuilder()).build();
      await store.pdg.savePdg('p', pdg);
      for (const sent of [0, 1]) {
        const loaded = await store.pdg.loadPdg('p', { embeddings: true });
        expect([...loaded.embeddings.values()].map((each) => [...each])).toEqual([[...bytes]]);
        const [node] = (await store.nodes.getByFile('p', 'a.ts')).filter(({ embedding }) => embedding !== null);
        expect([...(node?.embedding ?? [])]).toEqual([...bytes]);
        const nearest = await store.vectors.nearest(Float32Array.of(1, 2, 3), {
          k: 1,
          model: { model: GIVEN_MODEL, dimension: 3 },
        });
        expect(nearest.matches).toMatchObject([{ nodeId: node?.id, similarity: 1 }]);
        if (sent === 0) expect(await store.vectors.send()).toEqual({ sent: 1, released: 0 });
      }
      await store.pdg.savePdg('p', await store.pdg.loadPdg('p', { embeddings: true }));
      expect([...(await store.pdg.loadPdg('p', { embeddings: true })).embeddings.values()]).toHaveLength(1);
      await store.pdg.deletePdg('p');
      await store.embeddings.collect(0);
      expect(await store.vectors.send()).toEqual({ sent: 0, released: 1 });
      expect(await vectorsIn(vectors)).toBe(0);
    });

    it('shares vectors with other graphs, and leaves them what they need', async () => {
      const { graph, vectors } = await places();
      const root = sourceFolder();
      const one = await testStore({ path: graph, vectors });
      const other = await testStore({ path: fresh(), vectors });
      await one.index({ root, projectId: 'p', workers: 0 });
      const count = await vectorsIn(vectors);
      await other.index({ root, projectId: 'q', workers: 0 });
      expect(await vectorsIn(vectors)).toBe(count);
      await one.projects.delete('p');
      await one.embeddings.collect(0);
      expect((await one.vectors.send()).released).toBe(count);
      expect(await vectorsIn(vectors)).toBe(count);
      expect((await answersOf(other)) as { notes: string[] }).toMatchObject({ notes: [] });
      expect((await other.verify()).ok).toBe(true);
    });
  });
}

describe('a store whose vectors lie elsewhere', { timeout: 60_000 }, () => {
  it('[V1] [U8] has a typed error or a note when they cannot be reached, and loses none of them', async () => {
    const proxy = await FaultProxy.start(server().port);
    try {
      await emptyServer(server().url);
      const root = sourceFolder({ 'b.ts': SOURCES['b.ts'] });
      const options: StoreOptions = { path: fresh(), vectors: { path: proxy.url, busyTimeoutMs: 100 } };
      const store = await testStore(options);
      await store.index({ root, projectId: 'p', workers: 0 });
      proxy.fateOf = () => 'refuse';
      const { notes, items } = await store.search('b');
      expect(notes).toEqual([expect.stringContaining('Meaning was not compared')]);
      expect(items.length).toBeGreaterThan(0);
      expect(await failureOf(store.search('b', { mode: 'semantic' }))).toBe('CONNECTION_FAILED');
      expect(await failureOf(store.similar('b'))).toBe('CONNECTION_FAILED');
      expect((await store.status()).vectors?.problem).toContain(proxy.url);
      const more = sourceFolder({ 'c.ts': 'export function another() { return 3; }\n' }, 'q');
      const report = await store.index({ root: more, projectId: 'q', workers: 0 });
      expect(report.warnings).toMatchObject([{ code: 'VECTORS_WAIT' }]);
      expect((await store.status()).vectors?.waiting).toBeGreaterThan(0);
      proxy.fateOf = () => 'pass';
      expect((await store.search('another', { mode: 'semantic' })).items[0]?.name).toBe('another');
      expect((await store.vectors.send()).sent).toBeGreaterThan(0);
      expect((await store.search('another', { mode: 'semantic' })).items[0]?.name).toBe('another');
      expect((await store.verify()).ok).toBe(true);
    } finally {
      await proxy.stop();
    }
  });

  it('is not opened with the vectors of another one, nor searched without its own', async () => {
    const [graph, vectors] = [fresh(), fresh()];
    const root = sourceFolder();
    const first = await openStore({ path: graph, vectors });
    await first.index({ root, projectId: 'p', workers: 0 });
    await first.close();
    const without = await testStore({ path: graph });
    expect(await failureOf(without.search('box', { mode: 'semantic' }))).toBe('VECTORS_ELSEWHERE');
    expect((await without.search('box')).notes[0]).toContain(vectors);
    expect((await without.status()).vectors).toMatchObject({ location: vectors });
    expect((await without.verify()).ok).toBe(true);
    const wrong = await testStore({ path: graph, vectors: fresh() });
    expect(await failureOf(wrong.search('box', { mode: 'semantic' }))).toBe('VECTORS_MISMATCH');
    const same = fresh();
    expect(await failureOf((await testStore({ path: same, vectors: same })).vectors.reconcile())).toBe(
      'INVALID_OPTION',
    );
    expect(await failureOf(openStore({ path: fresh(), vectors: 'http://user:secret@host' }))).toBe('INVALID_OPTION');
  });

  it('[U8] says so when one of both was put back to an earlier state, until they are brought together', async () => {
    const [graph, vectors] = [fresh(), fresh()];
    const open = (): Promise<Store> => openStore({ path: graph, vectors });
    const root = sourceFolder();
    const index = async (): Promise<void> => {
      const store = await open();
      await store.index({ root, projectId: 'p', workers: 0 });
      await store.close();
    };
    await index();
    for (const path of [graph, vectors]) copyFileSync(path, `${path}.before`);
    writeFileSync(join(root, 'later.ts'), 'export function later() { return 4; }\n');
    await index();
    for (const behind of [vectors, graph]) {
      copyFileSync(behind, `${behind}.after`);
      copyFileSync(`${behind}.before`, behind);
      const store = await open();
      expect(await failureOf(store.search('later', { mode: 'semantic' }))).toBe('VECTORS_OUT_OF_STEP');
      expect((await store.search('later')).notes[0]).toContain(behind);
      expect((await store.verify()).ok).toBe(false);
      const { found, lost } = await store.vectors.reconcile();
      expect(found).toBeGreaterThan(0);
      expect(lost > 0).toBe(behind === vectors);
      await store.index({ root, projectId: 'p', workers: 0 });
      expect((await store.search('later', { mode: 'semantic' })).items[0]?.name).toBe('later');
      expect((await store.verify()).ok).toBe(true);
      await store.close();
    }
  });
});
