import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EdgeStore, NodeStore } from '../../src/graph/index.js';
import { NodeHash, type NodeId, type NodeRecord } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { ABSENT, nodeInput } from '../support/records.js';
import type { Backend } from './backends.js';

const FULL: NodeRecord = {
  projectId: 'p',
  filePath: 'src/größe.ts',
  symbolName: 'größe',
  qualifiedName: 'Maß.größe',
  nodeType: 'method',
  ordinal: 2,
  language: 'typescript',
  signature: 'größe(): number',
  documentation: 'How big.\n\0 And "so" on 😀',
  visibility: 'protected',
  complexity: 7,
  contentHash: NodeHash.of('content'),
  interfaceHash: NodeHash.of('interface'),
  valueType: '@number',
  startByte: 100,
  endByte: 250,
  startLine: 4,
  endLine: 9,
  embedding: Uint8Array.from({ length: 1536 }, (_, at) => (at * 7) % 256),
};

export function describeNodes(backend: Backend): void {
  describe(`nodes on the backend ${backend.title}`, () => {
    let database: Database;
    let nodes: NodeStore;
    let now = 0;
    beforeEach(async () => {
      database = await backend.open();
      now = 1000;
      nodes = new NodeStore(database, () => now);
    });
    afterEach(() => database.close());

    const countNodes = async (): Promise<number> => (await database.all('SELECT id FROM intel_nodes')).length;

    it('[S3] returns the generated id and gives the record back, the embedding byte for byte', async () => {
      const id = await nodes.insert(FULL);
      expect(await nodes.get(id)).toEqual({
        ...FULL,
        id,
        key: 'src/größe.ts#Maß.größe(method)~2',
        parentId: null,
        createdAt: 1000,
        updatedAt: 1000,
      });
    });

    it('[S3] fills in what an input leaves out', async () => {
      const node = await nodes.require(await nodes.insert(nodeInput('f')));
      expect(node).toMatchObject({ qualifiedName: 'f', ordinal: 1, language: 'unknown', visibility: 'public' });
      expect(node).toMatchObject({ interfaceHash: NodeHash.of('f'), complexity: null, embedding: null, endLine: 0 });
    });

    it('[S3] finds nodes by hash, by key and by file in source order', async () => {
      const same = { contentHash: NodeHash.of('same') };
      const [last, inner, outer, elsewhere] = await nodes.batchInsert([
        nodeInput('last', { startByte: 50, endByte: 60 }),
        nodeInput('inner', { startByte: 0, endByte: 20, ...same }),
        nodeInput('outer', { startByte: 0, endByte: 40 }),
        nodeInput('inner', { filePath: 'b.ts', ...same }),
      ]);
      const ids = async (found: Promise<{ id: NodeId }[]>): Promise<NodeId[]> => (await found).map((node) => node.id);
      expect(await ids(nodes.getByFile('p', 'a.ts'))).toEqual([outer, inner, last]);
      expect(await ids(nodes.findByHash(same.contentHash))).toEqual([inner, elsewhere]);
      expect(await ids(nodes.findByHash(same.contentHash.toUpperCase() as NodeHash))).toEqual([inner, elsewhere]);
      expect((await nodes.getByKey('p', 'b.ts#inner(function)'))?.id).toBe(elsewhere);
    });

    it('[S3] answers undefined or an empty list for what is absent', async () => {
      expect(await nodes.get(ABSENT)).toBeUndefined();
      expect(await nodes.getByKey('p', 'a.ts#f(function)')).toBeUndefined();
      expect(await nodes.findByHash(NodeHash.of('nothing'))).toEqual([]);
      expect(await nodes.getByFile('p', 'none.ts')).toEqual([]);
      expect(await nodes.update(ABSENT, { complexity: 1 })).toBeUndefined();
      expect(await nodes.delete(ABSENT)).toBe(false);
      await expect(nodes.require(ABSENT)).rejects.toMatchObject({ code: 'NODE_NOT_FOUND', details: { id: ABSENT } });
      await expect(nodes.findByHash('beef' as NodeHash)).rejects.toMatchObject({ code: 'INVALID_HASH' });
    });

    it('[S3] replaces a node with the same key and keeps its id and time of creation', async () => {
      const id = await nodes.insert(nodeInput('f', { complexity: 1, embedding: Uint8Array.of(1) }));
      now = 2000;
      expect(await nodes.insert(nodeInput('f', { complexity: 2, embedding: Uint8Array.of(2) }))).toBe(id);
      expect(await nodes.get(id)).toMatchObject({ complexity: 2, createdAt: 1000, updatedAt: 2000 });
      expect(await countNodes()).toBe(1);
      expect(await nodes.insert(nodeInput('f', { projectId: 'q' }))).not.toBe(id);
    });

    it('[S3] updates the given fields alone, and the key with them', async () => {
      const id = await nodes.insert(FULL);
      now = 3000;
      const contentHash = NodeHash.of('new');
      const updated = await nodes.update(id, { complexity: null, ordinal: 3, contentHash, qualifiedName: 'g' });
      const expected = { ...FULL, complexity: null, ordinal: 3, contentHash, qualifiedName: 'g' };
      expect(updated).toMatchObject({ ...expected, key: 'src/größe.ts#g(method)~3', updatedAt: 3000 });
      expect(await nodes.get(id)).toEqual(updated);
      expect((await nodes.update(id, { ordinal: 1 }))?.key).toBe('src/größe.ts#g(method)');
    });

    it('[S3] refuses an update that takes the key of another node', async () => {
      const [first] = await nodes.batchInsert([nodeInput('f'), nodeInput('g')]);
      const before = await nodes.require(first!); // two records went in
      await expect(nodes.update(before.id, { qualifiedName: 'g' })).rejects.toMatchObject({ code: 'UNIQUE' });
      expect(await nodes.get(before.id)).toEqual(before);
    });

    it('[S3] deletes a node with its edges and leaves the rest', async () => {
      const [f, g] = (await nodes.batchInsert([nodeInput('f'), nodeInput('g')])) as [NodeId, NodeId];
      const edges = new EdgeStore(database);
      await edges.batchInsert([
        { callerId: f, calleeId: g, edgeType: 'call' },
        { callerId: g, calleeId: g, edgeType: 'call' },
      ]);
      await database.write([{ sql: 'UPDATE intel_nodes SET parent_id = ? WHERE id = ?', parameters: [f, g] }]);
      expect(await nodes.delete(f)).toBe(true);
      expect(await edges.getByCaller(f)).toEqual([]);
      expect(await edges.getByCallee(g)).toHaveLength(1);
      expect((await nodes.require(g)).parentId).toBeNull();
    });

    it('[S4] gives the ids of a large batch in input order, whether its records are new, known or both', async () => {
      const names = Array.from({ length: 100 }, (_, at) => `f${(at * 37) % 100}`);
      const ids = await nodes.batchInsert(names.map((name) => nodeInput(name)));
      expect(new Set(ids).size).toBe(100);
      for (const at of [0, 41, 99]) expect((await nodes.require(ids[at] as NodeId)).symbolName).toBe(names[at]);
      const mixed = await nodes.batchInsert([...names, 'new', 'new'].map((name) => nodeInput(name)));
      expect(mixed.slice(0, 100)).toEqual(ids);
      expect(mixed[100]).toBe(mixed[101]);
      expect(ids).not.toContain(mixed[100]);
    });

    it('[S4] gives the ids of a batch in input order, whatever is new in it', async () => {
      const [b] = await nodes.batchInsert([nodeInput('b')]);
      const [a, again, c, cAgain] = await nodes.batchInsert(['a', 'b', 'c', 'c'].map((name) => nodeInput(name)));
      expect(again).toBe(b);
      expect(cAgain).toBe(c);
      expect(new Set([a, b, c]).size).toBe(3);
      expect(await nodes.get(c as NodeId)).toMatchObject({ symbolName: 'c' });
      expect(await nodes.batchInsert([])).toEqual([]);
    });

    it.each<[string, object, unknown]>([
      ['projectId', { projectId: '' }, ''],
      ['projectId', { projectId: undefined }, undefined],
      ['filePath', { filePath: '' }, ''],
      ['symbolName', { symbolName: '' }, ''],
      ['symbolName', { symbolName: 'half \ud83d' }, 'half \ud83d'],
      ['symbolName', { symbolName: 7, qualifiedName: 'x' }, 7],
      ['nodeType', { nodeType: 'gadget' }, 'gadget'],
      ['ordinal', { ordinal: 0 }, 0],
      ['complexity', { complexity: -1 }, -1],
      ['complexity', { complexity: 1.5 }, 1.5],
      ['complexity', { complexity: Number.NaN }, Number.NaN],
      ['contentHash', { contentHash: 'abc' }, 'abc'],
      ['interfaceHash', { interfaceHash: 5 }, 5],
      ['visibility', { visibility: 'secret' }, 'secret'],
      ['embedding', { embedding: [1, 2] }, [1, 2]],
      ['startLine', { startLine: -3 }, -3],
      ['endByte', { startByte: 5, endByte: 4 }, 4],
      ['complexitty', { complexitty: 4 }, 4],
    ])('[S4] refuses a bad %s by name and keeps nothing of its batch (%j)', async (field, fields, value) => {
      const bad = nodeInput('bad', fields);
      const details = { field, value, row: 2 };
      const inserting = nodes.batchInsert([nodeInput('a'), nodeInput('b'), bad, nodeInput('c')]);
      await expect(inserting).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details });
      await expect(nodes.insert(bad)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { field, value } });
      expect(await countNodes()).toBe(0);
    });

    it('[S3] refuses a bad update by name and changes nothing', async () => {
      const id = await nodes.insert(FULL);
      const before = await nodes.get(id);
      const changes: object[] = [{ complexity: -1 }, { projectId: 'q' }, { id: 4 }, { contentHash: 'x' }];
      for (const change of changes) {
        await expect(nodes.update(id, change)).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
          details: { field: Object.keys(change)[0] },
        });
      }
      expect(await nodes.get(id)).toEqual(before);
    });

    it('sets aside ids that nobody else gets, above all that are in use', async () => {
      const first = await nodes.insert(nodeInput('a'));
      const block = await nodes.reserveIds(10);
      const next = await nodes.insert(nodeInput('b'));
      expect(block).toBeGreaterThan(first);
      expect(next).toBeGreaterThanOrEqual(block + 10);
      await database.write([{ sql: 'UPDATE intel_nodes SET id = 5000 WHERE id = ?', parameters: [next] }]);
      expect(await nodes.reserveIds(1)).toBe(5001);
      expect(await nodes.insert(nodeInput('c'))).toBe(5002);
      await nodes.delete(5002 as NodeId);
      expect(await nodes.insert(nodeInput('d'))).toBe(5003);
      await expect(nodes.reserveIds(0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('calls a damaged hash corruption and names the row', async () => {
      const id = await nodes.insert(nodeInput('a'));
      await database.write([{ sql: `UPDATE intel_nodes SET content_hash = x'00'` }]);
      await expect(nodes.get(id)).rejects.toMatchObject({
        code: 'DATABASE_CORRUPT',
        details: { table: 'intel_nodes', row: id },
      });
    });
  });
}
