import { join } from 'node:path';
import { createClient } from '@libsql/client/http';
import { describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../../bench/generated-vectors.js';
import type { NodeId } from '../../../src/model/index.js';
import { openDatabase } from '../../../src/sql/index.js';
import { openStore, Store } from '../../../src/store/index.js';
import type { ModelChoice } from '../../../src/vectors/index.js';
import { cosine } from '../../support/embedders.js';
import { failureOf } from '../../support/indexing.js';
import { RecordedDatabase } from '../../support/recorded-database.js';
import { emptyServer, serverForTests } from '../../support/servers/in-tests.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { putVectors } from '../../support/vectors/store-with-vectors.js';

const MODEL: ModelChoice = { model: 'tested', dimension: 48 };
const COUNT = 600;
const SETTINGS = { searchL: 100 };
const generated = new GeneratedVectors(21, { ...CODE_LIKE, dimension: 48, latent: 12, clusters: 12 });
const VECTORS = generated.list(COUNT);
const QUERIES = generated.list(10);

const server = serverForTests();

interface World {
  readonly store: Store;
  readonly database: RecordedDatabase;
  readonly nodes: readonly NodeId[];
}

/** A store with vectors on the server; every second one lies in the folder `even`, every fiftieth in `even/few`. */
async function world(exactBelow: number, use: (world: World) => Promise<void>): Promise<void> {
  await emptyServer(server().url);
  const database = new RecordedDatabase(await openDatabase({ path: server().url }));
  const store = new Store(database, { vectorIndex: { exactBelow, server: SETTINGS } });
  try {
    const place = (at: number): string => (at % 50 === 0 ? 'even/few/' : at % 2 === 0 ? 'even/' : 'odd/');
    const nodes = await putVectors(store, MODEL, VECTORS, (at) => ({ filePath: `${place(at)}f${at}.ts` }));
    await use({ store, database, nodes });
  } finally {
    await store.close();
  }
}

function truth(query: Float32Array, k: number, passes: (at: number) => boolean = () => true): number[] {
  return VECTORS.map((vector, at) => ({ at, score: cosine(query, vector) }))
    .filter(({ at }) => passes(at))
    .sort((a, b) => b.score - a.score)
    .slice(0, k)
    .map(({ at }) => at);
}

async function statement(sql: string): Promise<void> {
  const client = createClient({ url: server().url });
  try {
    await client.execute(sql);
  } finally {
    client.close();
  }
}

describe('vectors that are searched on a server', { timeout: 60_000 }, () => {
  it('[V2] are compared by one statement, with the filter in it, which gives the best rows alone', async () => {
    await world(10_000, async ({ store, database, nodes }) => {
      for (const query of QUERIES) {
        database.take();
        const answer = await store.vectors.nearest(query, { k: 5, model: MODEL, filter: { pathPrefix: 'even/' } });
        const reads = database.take().filter((sql) => sql.includes('vector'));
        expect(reads.filter((sql) => sql.includes('vector_distance_cos'))).toHaveLength(1);
        expect(reads.filter((sql) => /SELECT e\.id, e\.vector/.test(sql))).toEqual([]);
        expect(answer).toMatchObject({ strategy: 'exact', recallTarget: 1, reason: 'small' });
        const right = truth(query, 5, (at) => at % 2 === 0);
        expect(answer.matches.map(({ nodeId }) => nodes.indexOf(nodeId))).toEqual(right);
        const exact = right.map((at) => cosine(query, VECTORS[at] as Float32Array));
        for (const [at, { similarity }] of answer.matches.entries()) expect(similarity).toBeCloseTo(exact[at] ?? 2, 6);
      }
      expect(await store.vectors.status()).toMatchObject([{ strategy: 'exact', reason: 'small', count: COUNT }]);
    });
  });

  it('[V2] [V7] are found by the index of the server from a size on, which says why when it is not asked', async () => {
    await world(100, async ({ store, nodes }) => {
      const near = async (query: Float32Array, k: number, pathPrefix = ''): Promise<object> =>
        store.vectors.nearest(query, { k, model: MODEL, filter: { pathPrefix } });
      const [query] = QUERIES as [Float32Array];
      expect(await near(query, 5)).toMatchObject({ strategy: 'exact', reason: 'no-index' });
      expect(await store.vectors.status()).toMatchObject([{ reason: 'no-index', isMaintenanceDue: true }]);
      expect(await store.vectors.maintain()).toMatchObject([{ done: 'built', added: COUNT }]);
      expect(await store.vectors.maintain()).toMatchObject([{ done: 'nothing' }]);
      expect(await store.vectors.status()).toMatchObject([{ strategy: 'server-index', rows: COUNT, reason: null }]);
      expect(await near(query, 5)).toMatchObject({ strategy: 'server-index', reason: null, recallTarget: null });
      expect(await near(query, 101)).toMatchObject({ strategy: 'exact', reason: 'many-results' });
      expect(await near(query, 5, 'even/few/')).toMatchObject({ strategy: 'exact', reason: 'selective-filter' });
      let hits = 0;
      for (const each of QUERIES) {
        const answer = await store.vectors.nearest(each, { k: 10, model: MODEL, filter: { pathPrefix: 'even/' } });
        expect(answer.strategy).toBe('server-index');
        const right = truth(each, 10, (at) => at % 2 === 0);
        hits += answer.matches.filter(({ nodeId }) => right.includes(nodes.indexOf(nodeId))).length;
      }
      expect(hits / (QUERIES.length * 10)).toBeGreaterThanOrEqual(0.98);
    });
  });

  it('go into an index that was interrupted where that ended, and those that come meanwhile as well', async () => {
    await world(100, async ({ store, nodes }) => {
      const stop = new AbortController();
      const error = await failureOf(
        store.vectors.maintain({ signal: stop.signal, onProgress: ({ done }) => done >= 200 && stop.abort() }),
      );
      expect(error).toBe('CANCELLED');
      const [query] = QUERIES as [Float32Array];
      expect(await store.vectors.nearest(query, { k: 5, model: MODEL })).toMatchObject({ reason: 'no-index' });
      const vector = query.map((value) => value * 3);
      await store.embeddings.put('p', MODEL, [{ nodeId: nodes[500] as NodeId, vector }]);
      await store.nodes.delete(nodes[100] as NodeId);
      await store.nodes.delete(nodes[400] as NodeId);
      expect(await store.vectors.maintain()).toMatchObject([{ done: 'built', added: 398 }]);
      const { strategy, matches } = await store.vectors.nearest(query, { k: 1, model: MODEL });
      expect([strategy, matches[0]?.nodeId]).toEqual(['server-index', nodes[500]]);
      expect((await store.verify()).checks).toContainEqual(
        expect.objectContaining({ name: 'vector-indexes', ok: true }) as object,
      );
    });
  });

  it('are found without an index that somebody took away, and its faults are told', async () => {
    await world(100, async ({ store }) => {
      await store.vectors.rebuild({ model: MODEL.model });
      await statement('DELETE FROM vector_index_1 WHERE id IN (SELECT id FROM vector_index_1 LIMIT 2)');
      const { checks } = await store.verify();
      expect(checks).toContainEqual({
        name: 'vector-indexes',
        ok: false,
        detail: expect.stringContaining('lacks 2 vectors') as string,
      });
      await statement('DROP TABLE vector_index_1');
      const [query] = QUERIES as [Float32Array];
      const answer = await store.vectors.nearest(query, { k: 5, model: MODEL });
      expect(answer).toMatchObject({ strategy: 'exact', reason: 'no-index' });
      expect(await store.vectors.rebuild()).toMatchObject([{ done: 'built', added: COUNT }]);
      expect(await store.vectors.nearest(query, { k: 5, model: MODEL })).toMatchObject({ strategy: 'server-index' });
    });
  });

  it('[V1] [V2] leave a replica of the server as sound and as searchable as it was', async () => {
    await world(100, async ({ store, nodes }) => {
      await store.vectors.rebuild({ model: MODEL.model });
      const [query] = QUERIES as [Float32Array];
      const { matches } = await store.vectors.nearest(query, { k: 5, model: MODEL });
      const replica = await openStore({ path: server().url, replicaPath: join(temporaryFolder(), 'replica.db') });
      try {
        const vector = query.map((value) => value * 2);
        expect(await replica.vectors.nearest(query, { k: 5, model: MODEL })).toMatchObject({ matches });
        await replica.embeddings.put('p', MODEL, [{ nodeId: nodes[3] as NodeId, vector }]);
        const after = await replica.vectors.nearest(query, { k: 1, model: MODEL });
        expect(after.matches[0]?.nodeId).toBe(nodes[3]);
        expect((await replica.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
      } finally {
        await replica.close();
      }
      const here = await store.vectors.nearest(query, { k: 1, model: MODEL });
      expect([here.strategy, here.matches[0]?.nodeId]).toEqual(['server-index', nodes[3]]);
    });
  });

  it('refuses settings that no index has, by name', async () => {
    for (const bad of [{ searchL: 0 }, { maxNeighbors: 1.5 }, { compressNeighbors: 'i8' }, { m: 3 }]) {
      await expect(openWith(bad)).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringContaining(Object.keys(bad)[0] ?? '') as string,
      });
    }
  });
});

async function openWith(bad: object): Promise<unknown> {
  return openStore({ vectorIndex: { server: bad } });
}
