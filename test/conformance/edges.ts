import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EdgeStore, NodeStore } from '../../src/graph/index.js';
import type { EdgeMetadata, NodeId } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { ABSENT, nodeInput } from '../support/records.js';
import type { Backend } from './backends.js';

export function describeEdges(backend: Backend): void {
  describe(`edges on the backend ${backend.title}`, () => {
    let database: Database;
    let edges: EdgeStore;
    let a: NodeId;
    let b: NodeId;
    let other: NodeId;
    beforeEach(async () => {
      database = await backend.open();
      edges = new EdgeStore(database);
      const inputs = [nodeInput('a'), nodeInput('b'), nodeInput('other', { projectId: 'q' })];
      [a, b, other] = (await new NodeStore(database).batchInsert(inputs)) as [NodeId, NodeId, NodeId];
    });
    afterEach(() => database.close());

    const countEdges = async (): Promise<number> => (await database.all('SELECT 1 FROM intel_edges')).length;

    it('[S5] round-trips metadata as JSON', async () => {
      const metadata: EdgeMetadata = {
        callCount: 3,
        confidence: 0.1,
        strategy: 'import "x" ü 😀 \ud800 \0',
        custom: { list: [1, null, [], {}, 'x', true, -1e300] },
      };
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'call', metadata });
      expect(await edges.getByCaller(a)).toEqual([{ callerId: a, calleeId: b, edgeType: 'call', metadata }]);
      const row = await database.first<{ count: number }>(`SELECT metadata ->> 'callCount' AS count FROM intel_edges`);
      expect(row?.count).toBe(3);
    });

    it('[S5] keeps no metadata and empty metadata apart', async () => {
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'call' });
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'import', metadata: {} });
      expect((await edges.getByCaller(a)).map((edge) => edge.metadata)).toEqual([null, {}]);
    });

    it('[S5] replaces the metadata of an edge with the same ends and type', async () => {
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'call', metadata: { callCount: 1, strategy: 'x' } });
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'call', metadata: { callCount: 2 } });
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'reference', metadata: null });
      await edges.insert({ callerId: b, calleeId: a, edgeType: 'call', metadata: null });
      expect(await countEdges()).toBe(3);
      expect((await edges.getByCaller(a))[0]?.metadata).toEqual({ callCount: 2 });
    });

    it.each([
      ['the callee', (node: NodeId) => [node, ABSENT] as const, [ABSENT]],
      ['the caller', (node: NodeId) => [ABSENT, node] as const, [ABSENT]],
      ['both ends', () => [ABSENT, (ABSENT + 1) as NodeId] as const, [ABSENT, ABSENT + 1]],
    ])('[S5] refuses an edge that lacks %s with an error that names both', async (_, ends, missing) => {
      const [callerId, calleeId] = ends(a);
      const refused = { code: 'FOREIGN_KEY', details: { callerId, calleeId, missing } };
      const edge = { callerId, calleeId, edgeType: 'call' } as const;
      await expect(edges.insert(edge)).rejects.toMatchObject(refused);
      const good = { callerId: a, calleeId: b, edgeType: 'call' } as const;
      const batch = edges.batchInsert([good, edge, { ...good, calleeId: other }]);
      await expect(batch).rejects.toMatchObject({ ...refused, details: { ...refused.details, row: 1 } });
      expect(await countEdges()).toBe(0);
    });

    it('[S6] finds the edges among some nodes', async () => {
      await edges.batchInsert([
        { callerId: b, calleeId: a, edgeType: 'call', metadata: { callCount: 2 } },
        { callerId: a, calleeId: b, edgeType: 'import' },
        { callerId: other, calleeId: b, edgeType: 'call' },
        { callerId: a, calleeId: a, edgeType: 'call' },
      ]);
      const ends = (found: readonly { callerId: NodeId; calleeId: NodeId }[]): NodeId[][] =>
        found.map((edge) => [edge.callerId, edge.calleeId]);
      expect(ends(await edges.getAmong([b, a, a, ABSENT]))).toEqual([
        [a, a],
        [a, b],
        [b, a],
      ]);
      expect(await edges.getAmong([a, b], ['call'])).toMatchObject([{ calleeId: a }, { metadata: { callCount: 2 } }]);
      expect(await edges.getAmong([])).toEqual([]);
      await expect(edges.getAmong([0 as NodeId])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('[S6] finds edges by caller, by callee and by type', async () => {
      await edges.batchInsert([
        { callerId: a, calleeId: b, edgeType: 'call' },
        { callerId: b, calleeId: a, edgeType: 'call' },
        { callerId: other, calleeId: b, edgeType: 'call' },
        { callerId: a, calleeId: b, edgeType: 'import' },
      ]);
      const ends = (found: readonly { callerId: NodeId; calleeId: NodeId }[]): NodeId[][] =>
        found.map((edge) => [edge.callerId, edge.calleeId]);
      expect(ends(await edges.getByCaller(a))).toEqual([
        [a, b],
        [a, b],
      ]);
      expect(ends(await edges.getByCallee(b))).toEqual([
        [a, b],
        [a, b],
        [other, b],
      ]);
      expect(ends(await edges.getByType('call'))).toEqual([
        [a, b],
        [b, a],
        [other, b],
      ]);
      expect(ends(await edges.getByType('call', { project: 'q' }))).toEqual([[other, b]]);
      expect(await edges.getByType('inheritance')).toEqual([]);
      expect(await edges.getByCaller(ABSENT)).toEqual([]);
    });

    it('[S6] writes a batch whole, in a number of rows that no statement could hold', async () => {
      const callers = await new NodeStore(database).batchInsert(
        Array.from({ length: 3000 }, (_, at) => nodeInput(`caller${at}`)),
      );
      await edges.batchInsert(callers.map((callerId) => ({ callerId, calleeId: b, edgeType: 'call' })));
      expect(await edges.getByCallee(b)).toHaveLength(3000);
    });

    it('deletes an edge by its key', async () => {
      const key = { callerId: a, calleeId: b, edgeType: 'call' } as const;
      await edges.insert(key);
      expect([await edges.delete(key), await edges.delete(key)]).toEqual([true, false]);
    });

    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    it.each<[string, unknown, string]>([
      ['NaN', { confidence: Number.NaN }, 'metadata.confidence'],
      ['infinity', { deep: [{ x: Infinity }] }, 'metadata.deep[0].x'],
      ['undefined', { callCount: undefined }, 'metadata.callCount'],
      ['a hole', { list: Array<number>(1) }, 'metadata.list[0]'],
      ['a function', { run: () => 1 }, 'metadata.run'],
      ['a bigint', { big: 1n }, 'metadata.big'],
      ['a date', { at: new Date(0) }, 'metadata.at'],
      ['a list', [1], 'metadata'],
      ['a text', 'text', 'metadata'],
    ])('[S6] refuses %s in metadata by its path and keeps nothing of its batch', async (_, metadata, field) => {
      const good = { callerId: a, calleeId: b, edgeType: 'call' } as const;
      const bad = { ...good, edgeType: 'import', metadata: metadata as EdgeMetadata } as const;
      await expect(edges.batchInsert([good, bad])).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { field, row: 1 },
      });
      expect(await countEdges()).toBe(0);
    });

    it('[S6] refuses a cycle, an unknown type and an id that is none', async () => {
      const good = { callerId: a, calleeId: b, edgeType: 'call' } as const;
      const refused = { code: 'INVALID_ARGUMENT' };
      await expect(edges.insert({ ...good, metadata: cycle })).rejects.toMatchObject(refused);
      await expect(edges.insert({ ...good, edgeType: 'calls' as 'call' })).rejects.toMatchObject(refused);
      await expect(edges.insert({ ...good, calleeId: 1.5 as NodeId })).rejects.toMatchObject(refused);
      await expect(edges.getByType('calls' as 'call')).rejects.toMatchObject(refused);
    });

    it('calls metadata that is no JSON object corruption and names the edge', async () => {
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'call' });
      for (const damaged of ['{"half":', '[1]', '3']) {
        await database.write([{ sql: 'UPDATE intel_edges SET metadata = ?', parameters: [damaged] }]);
        await expect(edges.getByCaller(a)).rejects.toMatchObject({
          code: 'DATABASE_CORRUPT',
          details: { callerId: a, calleeId: b, edgeType: 'call' },
        });
      }
    });
  });
}
