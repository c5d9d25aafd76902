import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  EdgeStore,
  FileStore,
  NodeStore,
  ProjectStore,
  ReferenceStore,
  type DeltaNode,
  type FileRecord,
  type ProjectDelta,
  type ReferenceRow,
} from '../../src/graph/index.js';
import { NodeHash, type NodeId, type NodeRecord } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { completeNode } from '../../src/graph/node-input.js';
import { ABSENT, nodeInput } from '../support/records.js';
import type { Backend } from './backends.js';

const FILE_A: FileRecord = {
  path: 'a.ts',
  language: 'typescript',
  contentHash: NodeHash.of('a'),
  sizeBytes: 12,
  statKey: '12 34',
  errorCount: 1,
  firstErrorLine: 3,
  factsVersion: 1,
};

function delta(changes: Partial<ProjectDelta> = {}): ProjectDelta {
  return {
    projectId: 'p',
    root: '/code/p',
    expectedGeneration: 0,
    deletedNodes: [],
    nodes: [],
    references: [],
    deletedEdges: [],
    edges: [],
    deletedFiles: [],
    files: [],
    advancesGeneration: true,
    ...changes,
  };
}

function deltaNode(id: number, name: string, fields: Partial<NodeRecord> = {}): DeltaNode {
  return { id: id as NodeId, parentId: null, record: completeNode(nodeInput(name, fields)) };
}

function reference(name: string, fields: Partial<ReferenceRow> = {}): ReferenceRow {
  return { kind: 'call', name, receiver: null, alias: null, count: 1, line: 0, ...fields };
}

/** Rows that can be read only once, as the stream of a pipeline. */
function* once<T>(items: readonly T[]): Generator<T, void, void> {
  yield* items;
}

export function describeProjects(backend: Backend): void {
  describe(`projects on the backend ${backend.title}`, () => {
    let database: Database;
    let projects: ProjectStore;
    let nodes: NodeStore;
    let edges: EdgeStore;
    let files: FileStore;
    let references: ReferenceStore;
    let now = 1000;
    beforeEach(async () => {
      database = await backend.open();
      now = 1000;
      projects = new ProjectStore(database, () => now);
      nodes = new NodeStore(database, () => now);
      edges = new EdgeStore(database);
      files = new FileStore(database);
      references = new ReferenceStore(database);
    });
    afterEach(() => database.close());

    const [f, g] = [1, 2] as NodeId[] as [NodeId, NodeId];
    const first = (): ProjectDelta =>
      delta({
        nodes: once([deltaNode(f, 'f', { embedding: Uint8Array.of(1, 2) }), { ...deltaNode(g, 'g'), parentId: f }]),
        references: once([
          { sourceId: f, isNew: true, rows: [reference('g'), reference('h', { receiver: 'x', alias: 'y' })] },
          { sourceId: g, isNew: true, rows: [reference('f', { kind: 'import', count: 4, line: 7 })] },
        ]),
        edges: once([
          { callerId: f, calleeId: g, edgeType: 'call', metadata: { callCount: 1 } },
          { callerId: g, calleeId: f, edgeType: 'containment', metadata: null },
        ]),
        files: once([FILE_A, { ...FILE_A, path: 'b.bin', language: null, statKey: null }]),
      });
    const listReferences = async (): Promise<string[]> => {
      const found: string[] = [];
      for await (const row of references.listByProject('p')) found.push(`${row.sourceId} ${row.name}`);
      return found;
    };

    it('commits everything of a run as one generation', async () => {
      expect(await projects.generation()).toBe(0);
      expect(await projects.commit(first())).toEqual({ generation: 1 });
      expect(await projects.generation()).toBe(1);
      expect(await projects.list()).toEqual([{ id: 'p', root: '/code/p', generation: 1, indexedAt: 1000 }]);
      expect(await nodes.get(g)).toMatchObject({ symbolName: 'g', parentId: f });
      expect(await edges.getByCaller(f)).toHaveLength(1);
      expect((await edges.getByCaller(g))[0]?.metadata).toBeNull();
      expect(await files.get('p', 'a.ts')).toEqual(FILE_A);
      expect((await files.list('p')).map((file) => file.path)).toEqual(['a.ts', 'b.bin']);
      expect(await references.listBySource(f)).toEqual([reference('g'), reference('h', { receiver: 'x', alias: 'y' })]);
      expect(await listReferences()).toEqual(['1 g', '1 h', '2 f']);
    });

    it('commits the changes of a later run and leaves the rest', async () => {
      await projects.commit(first());
      now = 2000;
      const change = delta({
        root: null,
        expectedGeneration: 1,
        deletedNodes: [g],
        nodes: [deltaNode(f, 'f', { complexity: 5 }), deltaNode(3, 'k')],
        references: [{ sourceId: f, isNew: false, rows: [reference('k')] }],
        deletedEdges: [{ callerId: f, calleeId: g, edgeType: 'call' }],
        edges: [{ callerId: f, calleeId: 3 as NodeId, edgeType: 'call', metadata: null }],
        deletedFiles: ['b.bin'],
      });
      expect(await projects.commit(change)).toEqual({ generation: 2 });
      expect(await projects.get('p')).toEqual({ id: 'p', root: '/code/p', generation: 2, indexedAt: 2000 });
      expect(await nodes.get(g)).toBeUndefined();
      expect(await nodes.get(f)).toMatchObject({ complexity: 5, createdAt: 1000, updatedAt: 2000 });
      expect(await listReferences()).toEqual(['1 k']);
      expect((await edges.getByCaller(f)).map((edge) => edge.calleeId)).toEqual([3]);
      expect((await files.list('p')).map((file) => file.path)).toEqual(['a.ts']);
    });

    it('keeps the embedding of unchanged content and drops it with the content', async () => {
      await projects.commit(first());
      await projects.commit(delta({ expectedGeneration: 1, nodes: [deltaNode(f, 'f', { startLine: 3, endLine: 4 })] }));
      expect((await nodes.get(f))?.embedding).toEqual(Uint8Array.of(1, 2));
      const contentHash = NodeHash.of('edited');
      await projects.commit(delta({ expectedGeneration: 2, nodes: [deltaNode(f, 'f', { contentHash })] }));
      expect((await nodes.get(f))?.embedding).toBeNull();
    });

    it('refuses a commit on an outdated generation and changes nothing', async () => {
      await projects.commit(first());
      for (const expectedGeneration of [0, 2]) {
        const commit = projects.commit(delta({ expectedGeneration, deletedNodes: [f] }));
        await expect(commit).rejects.toMatchObject({ code: 'STALE_GENERATION', retryable: true });
      }
      expect(await nodes.get(f)).toBeDefined();
      expect(await projects.generation()).toBe(1);
      await expect(projects.commit(delta({ projectId: 'new', expectedGeneration: 4 }))).rejects.toMatchObject({
        code: 'STALE_GENERATION',
      });
      expect(await projects.get('new')).toBeUndefined();
    });

    it('guards each project by its own generation', async () => {
      await projects.commit(first());
      expect(await projects.commit(delta({ projectId: 'q' }))).toEqual({ generation: 2 });
      expect(await projects.commit(delta({ expectedGeneration: 1 }))).toEqual({ generation: 3 });
    });

    it('keeps the generation when only how files are recognised changes', async () => {
      await projects.commit(first());
      now = 5000;
      const touched = { ...FILE_A, statKey: '12 35' };
      const commit = projects.commit(delta({ expectedGeneration: 1, files: [touched], advancesGeneration: false }));
      expect(await commit).toEqual({ generation: 1 });
      expect(await files.get('p', 'a.ts')).toEqual(touched);
      expect(await projects.get('p')).toMatchObject({ generation: 1, indexedAt: 1000 });
    });

    it('keeps nothing of a commit with an edge to a missing node, and names its ends', async () => {
      const broken = delta({
        nodes: [deltaNode(f, 'f')],
        edges: [{ callerId: f, calleeId: ABSENT, edgeType: 'call', metadata: null }],
      });
      await expect(projects.commit(broken)).rejects.toMatchObject({
        code: 'FOREIGN_KEY',
        details: backend.namesFailingRow ? { callerId: f, calleeId: ABSENT } : {},
      });
      expect([await projects.list(), await nodes.get(f)]).toEqual([[], undefined]);
    });

    it('keeps nothing of a commit whose run fails while it is written', async () => {
      const mistake = new Error('parser died');
      function* failing(): Generator<DeltaNode> {
        yield deltaNode(f, 'f');
        throw mistake;
      }
      await expect(projects.commit(delta({ nodes: failing() }))).rejects.toBe(mistake);
      expect([await projects.list(), await nodes.get(f)]).toEqual([[], undefined]);
    });

    it('deletes a project with all that is its own and nothing else', async () => {
      await projects.commit(first());
      const theirs = await nodes.insert(nodeInput('theirs', { projectId: 'q' }));
      await files.put('q', FILE_A);
      await edges.batchInsert([
        { callerId: theirs, calleeId: f, edgeType: 'call' },
        { callerId: theirs, calleeId: theirs, edgeType: 'call' },
      ]);
      const before = await nodes.get(theirs);
      expect([await projects.delete('p'), await projects.delete('p')]).toEqual([true, false]);
      expect((await projects.list()).map((project) => project.id)).toEqual(['q']);
      expect(await nodes.get(theirs)).toEqual(before);
      expect(await edges.getByCaller(theirs)).toHaveLength(1);
      expect(await files.list('q')).toEqual([FILE_A]);
      for (const table of ['files', 'intel_nodes']) {
        expect(await database.all(`SELECT 1 FROM ${table} WHERE project_id = 'p'`)).toEqual([]);
      }
      expect(await database.all('SELECT 1 FROM symbol_refs')).toEqual([]);
      expect(await projects.generation()).toBe(2);
    });

    it('finds no project that is not there', async () => {
      expect(await projects.get('none')).toBeUndefined();
      await expect(projects.require('none')).rejects.toMatchObject({
        code: 'PROJECT_NOT_FOUND',
        details: { project: 'none' },
      });
    });

    it('lists the project of every node and file', async () => {
      await nodes.insert(nodeInput('f', { projectId: 'of a node' }));
      await files.put('of a file', FILE_A);
      expect((await projects.list()).map((project) => project.id)).toEqual(['of a file', 'of a node']);
    });

    it('deletes a file with its nodes, and refuses one that cannot be', async () => {
      await projects.commit(first());
      const elsewhere = await nodes.insert(nodeInput('k', { filePath: 'b.bin' }));
      expect([await files.delete('p', 'a.ts'), await files.delete('p', 'a.ts')]).toEqual([true, false]);
      expect(await nodes.getByFile('p', 'a.ts')).toEqual([]);
      expect(await nodes.get(elsewhere)).toBeDefined();
      expect(await listReferences()).toEqual([]);
      await expect(files.put('p', { ...FILE_A, sizeBytes: -1 })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { field: 'sizeBytes', value: -1 },
      });
    });
  });
}
