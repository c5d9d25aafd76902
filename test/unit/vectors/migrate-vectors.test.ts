import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { NodeId } from '../../../src/model/index.js';
import { openStore, type Store } from '../../../src/store/index.js';
import { GIVEN_MODEL } from '../../../src/vectors/index.js';
import { failureOf, testStore } from '../../support/indexing.js';
import { nodeInput } from '../../support/records.js';
import { emptyServer, serverForTests } from '../../support/servers/in-tests.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { V1_NODES } from '../../support/v1-database.js';

const GIVEN = { model: GIVEN_MODEL, dimension: 3 };
const OWN = { model: 'own', dimension: 2 };
const COUNT = 600;
const QUERY = Float32Array.of(1, 0.5, 0.25);

const server = serverForTests();
const fresh = (): string => join(temporaryFolder(), 'store.db');

function bytesOf(at: number): Uint8Array {
  return new Uint8Array(Float32Array.of(Math.sin(at), Math.cos(at), at % 7).buffer);
}

/** Nodes with vectors in their rows, two of them no vectors, and some vectors in the table. */
async function fill(path: string): Promise<NodeId[]> {
  const store = await openStore({ path });
  const nodes = await store.nodes.batchInsert([
    ...Array.from({ length: COUNT }, (_, at) => nodeInput(`n${at}`, { embedding: bytesOf(at) })),
    nodeInput('zero', { embedding: new Uint8Array(12) }),
    nodeInput('odd', { embedding: Uint8Array.of(1, 2, 3) }),
  ]);
  const entries = nodes.slice(0, 100).map((nodeId, at) => ({ nodeId, vector: Float32Array.of(at, 1) }));
  await store.embeddings.put('p', OWN, entries);
  // One was given another vector before: what lies in its row counts.
  await store.embeddings.put('p', GIVEN, [{ nodeId: nodes[5] as NodeId, vector: Float32Array.of(9, 9, 9) }]);
  await store.close();
  return nodes;
}

/** Everything that can be asked about vectors. */
async function answers(store: Store, nodes: readonly NodeId[]): Promise<object> {
  const given = await store.vectors.nearest(QUERY, { k: 50, model: GIVEN });
  const own = await store.vectors.nearest(Float32Array.of(1, 0), { k: 50, model: OWN });
  const all: (readonly [NodeId, string])[] = [];
  for (const id of nodes) all.push([id, Buffer.from((await store.nodes.get(id))?.embedding ?? []).toString('hex')]);
  const loaded = await store.pdg.loadPdg('p', { embeddings: true });
  return { given: given.matches, own: own.matches, all, loaded: [...loaded.embeddings.entries()] };
}

function inRows(path: string): number {
  const file = new Sqlite(path, { readonly: true });
  try {
    return file.prepare('SELECT count(*) FROM intel_nodes WHERE embedding IS NOT NULL').pluck().get() as number;
  } finally {
    file.close();
  }
}

for (const target of ['the table of vectors', 'another file', 'a server'] as const) {
  describe(`the migration of vectors to ${target}`, { timeout: 60_000 }, () => {
    const optionsFor = async (path: string): Promise<{ path: string; vectors?: string }> => {
      if (target === 'the table of vectors') return { path };
      if (target === 'another file') return { path, vectors: fresh() };
      await emptyServer(server().url);
      return { path, vectors: server().url };
    };
    const isMoved = target !== 'the table of vectors';

    it('[V4] copies, compares and frees them, and every answer stays what it was', async () => {
      const path = fresh();
      const nodes = await fill(path);
      const plain = await openStore({ path });
      const before = await answers(plain, nodes);
      await plain.close();
      const store = await testStore(await optionsFor(path));
      const total = COUNT + (isMoved ? 101 : 0);
      const counted = await store.vectors.migrate({ mode: 'dry-run' });
      expect(counted).toMatchObject({ state: 'counted', left: 2, stats: { nodes: COUNT + 2, embeddings: total } });
      expect((await store.vectors.migrate({ mode: 'dry-run' })).stats).toEqual(counted.stats);
      const copied = await store.vectors.migrate();
      expect(copied).toMatchObject({
        state: 'copied',
        left: 2,
        checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      });
      expect(await answers(store, nodes)).toEqual(before);
      expect(inRows(path)).toBe(COUNT + 2);
      expect((await store.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(await store.vectors.migrate()).toMatchObject({ state: 'copied', checksum: copied.checksum });
      const done = await store.vectors.migrate({ mode: 'finalize' });
      // Equal vectors of several nodes are one in the table.
      expect(done.stats.embeddings).toBe(isMoved ? COUNT + 101 : COUNT);
      expect(done).toMatchObject({ state: 'finalized', left: 2, checksum: copied.checksum });
      expect(inRows(path)).toBe(2);
      expect(await answers(store, nodes)).toEqual(before);
      expect((await store.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(await store.vectors.migrate()).toMatchObject({ state: 'nothing' });
      expect((await store.status()).vectors?.isMigrationDue ?? false).toBe(false);
      if (!isMoved) return;
      const alone = await testStore({ path });
      expect(await failureOf(alone.vectors.nearest(QUERY, { k: 1, model: GIVEN }))).toBe('VECTORS_ELSEWHERE');
    });

    it('[V4] is rolled back to the same bytes until it is finalised', async () => {
      const path = fresh();
      const nodes = await fill(path);
      const plain = await openStore({ path });
      const before = await answers(plain, nodes);
      await plain.close();
      const options = await optionsFor(path);
      const store = await testStore(options);
      expect(await failureOf(store.vectors.migrate({ mode: 'rollback' }))).toBe('VECTORS_MIGRATION');
      expect(await failureOf(store.vectors.migrate({ mode: 'finalize' }))).toBe('VECTORS_MIGRATION');
      await store.vectors.migrate();
      expect(await store.vectors.migrate({ mode: 'rollback' })).toMatchObject({ state: 'rolled-back' });
      expect(await answers(store, nodes)).toEqual(before);
      expect(inRows(path)).toBe(COUNT + 2);
      const vectors = (await store.embeddings.statistics()).map(({ model, vectors: stored }) => [model, stored]);
      expect(vectors).toEqual([
        [GIVEN_MODEL, 1],
        ['own', 100],
      ]);
      expect((await store.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
      // And once more, to the end.
      await store.vectors.migrate();
      await store.vectors.migrate({ mode: 'finalize' });
      expect(await failureOf(store.vectors.migrate({ mode: 'rollback' }))).toBe('VECTORS_MIGRATION');
      expect(await answers(store, nodes)).toEqual(before);
    });
  });
}

describe('the migration of vectors', { timeout: 60_000 }, () => {
  it('[V4] tells a part that is not what was copied, and gives nothing up', async () => {
    const [path, vectors] = [fresh(), fresh()];
    const nodes = await fill(path);
    const store = await testStore({ path, vectors });
    await store.vectors.migrate();
    const before = await answers(store, nodes);
    for (const [file, stage] of [
      [path, 'rows'],
      [vectors, 'home'],
    ] as const) {
      const other = new Sqlite(file);
      const pick = 'SELECT id FROM embeddings WHERE length(vector) = 12 ORDER BY id LIMIT 1 OFFSET 300';
      const id = other.prepare(pick).pluck().get() as number;
      const whole = other.prepare('SELECT vector FROM embeddings WHERE id = ?').pluck().get(id) as Buffer;
      const altered = Buffer.from(whole);
      altered[3] = (altered[3] ?? 0) ^ 1;
      other.prepare('UPDATE embeddings SET vector = ? WHERE id = ?').run(altered, id);
      await expect(store.vectors.migrate({ mode: 'finalize' })).rejects.toMatchObject({
        code: 'VECTORS_DIFFER',
        details: { stage, location: file },
      });
      expect(inRows(path)).toBe(COUNT + 2);
      other.prepare('UPDATE embeddings SET vector = ? WHERE id = ?').run(whole, id);
      other.close();
    }
    await store.vectors.migrate({ mode: 'finalize' });
    expect(await answers(store, nodes)).toEqual(before);
  });

  it('[V4] takes over what is changed, deleted and stored while it is under way', async () => {
    const [path, vectors] = [fresh(), fresh()];
    const nodes = await fill(path);
    const store = await testStore({ path, vectors });
    const stop = new AbortController();
    const cut = store.vectors.migrate({
      signal: stop.signal,
      onProgress: ({ stage }) => stage === 'home' && stop.abort(),
    });
    expect(await failureOf(cut)).toBe('CANCELLED');
    const [changed, gone] = nodes as [NodeId, NodeId];
    await store.nodes.update(changed, { embedding: bytesOf(5000) });
    await store.nodes.delete(gone);
    const late = await store.nodes.insert(nodeInput('late', { embedding: bytesOf(6000) }));
    await store.embeddings.put('p', OWN, [{ nodeId: late, vector: Float32Array.of(4, 4) }]);
    await store.vectors.migrate();
    const before = await answers(store, [...nodes, late]);
    await store.vectors.migrate({ mode: 'finalize' });
    expect(await answers(store, [...nodes, late])).toEqual(before);
    await store.vectors.send();
    expect(await answers(store, [...nodes, late])).toEqual(before);
    expect((await store.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(inRows(path)).toBe(2);
  });

  it('[V4] [V5] moves those of a database of version 1', async () => {
    const path = fresh();
    copyFileSync(new URL('../../fixtures/v1.db', import.meta.url), path);
    const expected = V1_NODES.filter(({ embedding }) => embedding !== null);
    const store = await testStore({ path, vectors: fresh() });
    expect(await store.vectors.migrate()).toMatchObject({ stats: { embeddings: expected.length } });
    await store.vectors.migrate({ mode: 'finalize' });
    expect(inRows(path)).toBe(0);
    for (const { id, embedding } of expected) {
      const node = await store.nodes.get(id as NodeId);
      expect(Buffer.from(node?.embedding ?? []).equals(embedding ?? new Uint8Array())).toBe(true);
    }
  });
});
