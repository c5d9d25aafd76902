import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CODE_LIKE, GeneratedVectors } from '../../bench/generated-vectors.js';
import { NodeHash, type NodeId } from '../../src/model/index.js';
import { Store } from '../../src/store/index.js';
import {
  noteHome,
  GIVEN_MODEL,
  type ModelChoice,
  type NearestOptions,
  type VectorStrategy,
} from '../../src/vectors/index.js';
import { nodeInput } from '../support/records.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { cosine } from '../support/embedders.js';
import { putVectors } from '../support/vectors/store-with-vectors.js';
import type { Backend } from './backends.js';

const MODEL: ModelChoice = { model: 'tested', dimension: 32 };
const SMALL: ModelChoice = { model: 'small', dimension: 2 };
const QUERY = Float32Array.of(1, 0);

/** Where an index over the vectors is kept: in a file of this machine, or by the server itself. */
interface IndexPlace {
  readonly title: string;
  readonly folder: () => string | null | undefined;
  readonly strategy: VectorStrategy;
  /** Of an index that is there. */
  readonly status: object;
}

const IN_A_FILE: IndexPlace = {
  title: 'with an index file',
  folder: temporaryFolder,
  strategy: 'hnsw',
  status: { file: 'usable', behind: 0 },
};
const ON_THE_SERVER: IndexPlace = {
  title: 'with the index of the server',
  folder: () => null,
  strategy: 'server-index',
  status: { file: null, behind: null, isMaintenanceDue: false },
};

/** The law of search by vectors, over one backend. */
export function describeNearestSymbols(backend: Backend): void {
  if (backend.home !== undefined) {
    const isThere = backend.homeHasVectorSearch === true;
    describeIndex(backend, isThere ? { ...ON_THE_SERVER, title: 'with the vectors on it' } : IN_A_FILE);
    return;
  }
  describeIndex(backend, IN_A_FILE);
  if (backend.hasVectorSearch) describeIndex(backend, ON_THE_SERVER);
}

function describeIndex(backend: Backend, place: IndexPlace): void {
  describe(`nearest symbols on the backend ${backend.title}, ${place.title}`, () => {
    let store: Store;
    beforeEach(async () => {
      const vectorIndex = { exactBelow: 100, threads: 1, recentLimit: 50, maintenance: 'manual' } as const;
      const folder = backend.homeHasVectorSearch === true ? undefined : place.folder();
      const database = await backend.open();
      const home = await backend.home?.();
      if (home !== undefined) await noteHome(database, home.location);
      store = new Store(database, {
        ...(folder === undefined ? {} : { vectorFolder: folder }),
        vectorIndex,
        ...(home === undefined ? {} : { home }),
      });
    });
    afterEach(() => store.close());

    const nearest = async (model: ModelChoice, query: Float32Array, options: NearestOptions): Promise<NodeId[]> =>
      (await store.vectors.nearest(query, { model, ...options })).matches.map(({ nodeId }) => nodeId);

    it('[V2] [V5] gives the symbols of the nearest vectors with their exact cosines', async () => {
      const vectors = [Float32Array.of(0, 2), Float32Array.of(3, 3), Float32Array.of(-1, 0), Float32Array.of(9, 0)];
      const [a, b, c, d] = await putVectors(store, SMALL, vectors);
      const answer = await store.vectors.nearest(QUERY, { k: 10, model: SMALL });
      expect(answer).toMatchObject({ strategy: 'exact', recallTarget: 1, reason: 'small' });
      expect(answer.matches.map(({ nodeId }) => nodeId)).toEqual([d, b, a, c]);
      const similarities = answer.matches.map(({ similarity }) => similarity);
      expect(similarities.map((value) => value.toFixed(6))).toEqual(['1.000000', '0.707107', '0.000000', '-1.000000']);
      expect(await nearest(SMALL, QUERY, { k: 1 })).toEqual([d]);
    });

    it('gives every symbol that shares a vector, and equal ones in the order of their ids', async () => {
      const shared = Float32Array.of(1, 1);
      const vectors = [shared, Float32Array.of(2, 2), shared, Float32Array.of(1, 0), shared];
      const [a, b, c, d, e] = await putVectors(store, SMALL, vectors);
      expect(await nearest(SMALL, QUERY, { k: 5 })).toEqual([d, a, b, c, e]);
      expect(await nearest(SMALL, QUERY, { k: 3 })).toEqual([d, a, b]);
      expect(await nearest(SMALL, shared, { k: 2 })).toEqual([a, b]);
    });

    it('[V7] lets pass what a filter names by project, type, language and path', async () => {
      const vectors = Array.from({ length: 6 }, (_, at) => Float32Array.of(6 - at, 1));
      const places = [
        { project: 'p', filePath: 'src/a.ts' },
        { project: 'q', filePath: 'src/b.ts', type: 'class' },
        { project: 'p', filePath: 'src/lib/c.py', language: 'python' },
        { project: 'q', filePath: 'srv/d.ts' },
        { project: 'r', filePath: 'src/a.ts', type: 'method' },
        { project: 'p', filePath: 'src/\u{1f600}.ts' },
      ] as const;
      const nodes = await putVectors(store, SMALL, vectors, (at) => places[at] ?? {});
      const found = async (filter: NonNullable<NearestOptions['filter']>): Promise<number[]> =>
        (await nearest(SMALL, QUERY, { k: 10, filter })).map((id) => nodes.indexOf(id));
      expect(await found({})).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await found({ projects: ['p'] })).toEqual([0, 2, 5]);
      expect(await found({ projects: ['q', 'r'] })).toEqual([1, 3, 4]);
      expect(await found({ types: ['class', 'method'] })).toEqual([1, 4]);
      expect(await found({ languages: ['python'] })).toEqual([2]);
      expect(await found({ pathPrefix: 'src/' })).toEqual([0, 1, 2, 4, 5]);
      expect(await found({ pathPrefix: 'src/a' })).toEqual([0, 4]);
      expect(await found({ projects: ['p'], pathPrefix: 'src/lib' })).toEqual([2]);
      expect(await found({ projects: [] })).toEqual([]);
      expect(await found({ projects: ['absent'] })).toEqual([]);
      expect(await found({ projects: ["'; DROP TABLE embeddings; --"] })).toEqual([]);
    });

    it('[V7] sees what is put, replaced and deleted at once, with and without an index', async () => {
      const vectors = new GeneratedVectors(3, { ...CODE_LIKE, dimension: 32, latent: 8, clusters: 6 }).list(160);
      const nodes = await putVectors(store, MODEL, vectors);
      for (const done of ['nothing', 'built'] as const) {
        if (done === 'built') expect(await store.vectors.maintain()).toMatchObject([{ ...MODEL, done }]);
        const query = vectors[7] as Float32Array;
        const strategy = done === 'built' ? place.strategy : 'exact';
        const answer = await store.vectors.nearest(query, { k: 3, model: MODEL });
        expect(answer).toMatchObject({ strategy, matches: [{ nodeId: nodes[7] }, {}, {}] });
        // The best one gets another vector, the next one goes, and a new one comes.
        const opposite = query.map((value) => -value);
        await store.embeddings.put('p', MODEL, [{ nodeId: nodes[7] as NodeId, vector: opposite }]);
        const gone = answer.matches[1]?.nodeId as NodeId;
        await store.nodes.delete(gone);
        const changed = answer.matches[2]?.nodeId as NodeId;
        await store.nodes.update(changed, { contentHash: NodeHash.of(`changed ${done}`) });
        const come = await store.nodes.insert(nodeInput(`come ${done}`));
        await store.embeddings.put('p', MODEL, [{ nodeId: come, vector: query.map((value) => value * 2) }]);
        const after = await nearest(MODEL, query, { k: 20 });
        expect(after[0]).toBe(come);
        for (const absent of [nodes[7], gone, changed]) expect(after).not.toContain(absent);
        expect((await nearest(MODEL, opposite, { k: 1 }))[0]).toBe(nodes[7]);
        // As it was, for the second round.
        await store.nodes.delete(come);
        await store.embeddings.put('p', MODEL, [{ nodeId: nodes[7] as NodeId, vector: query }]);
      }
      const [check] = (await store.verify()).checks.filter(({ name }) => name === 'vector-indexes');
      expect(check).toMatchObject({ ok: true });
    });

    it('[V2] finds by the index what comparing with all finds, filtered or not', async () => {
      const generated = new GeneratedVectors(5, { ...CODE_LIKE, dimension: 32, latent: 8, clusters: 6 });
      const vectors = generated.list(400);
      const nodes = await putVectors(store, MODEL, vectors, (at) => ({ project: at % 2 === 0 ? 'p' : 'q' }));
      expect(await store.vectors.rebuild({ model: 'tested' })).toMatchObject([{ done: 'built', added: 400 }]);
      const [status] = await store.vectors.status();
      expect(status).toMatchObject({ ...MODEL, nodes: 400, count: 400, strategy: place.strategy, ...place.status });
      for (const query of generated.list(5)) {
        for (const project of ['p', undefined]) {
          const filter = project === undefined ? {} : { projects: [project] };
          const truth = vectors
            .map((vector, at) => ({ at, score: cosine(query, vector) }))
            .filter(({ at }) => project === undefined || at % 2 === 0)
            .sort((x, y) => y.score - x.score)
            .slice(0, 10);
          const found = await nearest(MODEL, query, { k: 10, filter });
          const hits = truth.filter(({ at }) => found.includes(nodes[at] as NodeId)).length;
          expect(hits).toBeGreaterThanOrEqual(9);
        }
      }
    });

    it('[V5] [V6] searches vectors in the rows of nodes beside those that were put, each node with its newest', async () => {
      const bytes = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.of(...values).buffer);
      const given: ModelChoice = { model: GIVEN_MODEL, dimension: 2 };
      const [a, b] = await store.nodes.batchInsert([
        nodeInput('a', { embedding: bytes(1, 0) }),
        nodeInput('b', { embedding: bytes(0, 1) }),
        nodeInput('of another length', { embedding: bytes(1, 0, 0) }),
        nodeInput('no vector at all', { embedding: Uint8Array.of(1, 2, 3) }),
        nodeInput('zero', { embedding: bytes(0, 0) }),
      ]);
      expect(await nearest(given, QUERY, { k: 10 })).toEqual([a, b]);
      expect(await nearest(given, QUERY, { k: 10, filter: { types: ['class'] } })).toEqual([]);
      const [c] = await putVectors(store, given, [Float32Array.of(1, 0.1)]);
      await store.embeddings.put('p', given, [{ nodeId: b as NodeId, vector: Float32Array.of(1, 0) }]);
      // What lies in the row of b counts before what is linked to it, as when it is read.
      expect(await nearest(given, QUERY, { k: 10 })).toEqual([a, c, b]);
      expect(await store.embeddings.get(b as NodeId, given)).toEqual(Float32Array.of(0, 1));
    });

    it('[V6] keeps several models apart', async () => {
      const [a] = await putVectors(store, SMALL, [Float32Array.of(1, 0)]);
      const other: ModelChoice = { model: 'other', dimension: 2 };
      const b = await store.nodes.insert(nodeInput('other'));
      await store.embeddings.put('p', other, [{ nodeId: b, vector: Float32Array.of(1, 0) }]);
      expect(await nearest(SMALL, QUERY, { k: 10 })).toEqual([a]);
      expect(await nearest(other, QUERY, { k: 10 })).toEqual([b]);
    });
  });
}
