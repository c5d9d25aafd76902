import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  dumpLines,
  EdgeStore,
  FileStore,
  NodeStore,
  PdgBuilder,
  PdgStore,
  ProjectStore,
} from '../../src/graph/index.js';
import { NodeHash, type Pdg } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { everythingOf, functionKey as key, pdgNode } from '../support/pdgs.js';
import { nodeInput } from '../support/records.js';
import type { Backend } from './backends.js';

const LARGE = 'größe 😀 '.repeat(90_000);

function graph(): Pdg {
  return new PdgBuilder()
    .addNode(pdgNode('a', { embedding: Uint8Array.of(1, 2, 3), ownerName: 'Box', signature: LARGE }))
    .addNode(pdgNode('b', { parentKey: key('a'), complexity: 0, documentation: '\0\t\\n' }))
    .addEdge({ from: key('a'), to: key('b'), edgeType: 'call', metadata: { confidence: 0.5, x: { y: [null] } } })
    .addEdge({ from: key('a'), to: key('b'), edgeType: 'reference' })
    .addEdge({ from: key('b'), to: key('b'), edgeType: 'call' })
    .build();
}

/** The law of the store of graphs, over one backend. */
export function describePdgs(backend: Backend): void {
  describe(`graphs on the backend ${backend.title}`, () => {
    let database: Database;
    let pdgs: PdgStore;
    let nodes: NodeStore;
    let edges: EdgeStore;
    beforeEach(async () => {
      database = await backend.open();
      pdgs = new PdgStore(database, () => 1000);
      nodes = new NodeStore(database, () => 1000);
      edges = new EdgeStore(database);
    });
    afterEach(() => database.close());

    const count = async (table: string): Promise<number> => (await database.all(`SELECT 1 FROM ${table}`)).length;
    const dump = async (project: string): Promise<string[]> => {
      const lines: string[] = [];
      for await (const line of dumpLines(database, { project })) lines.push(line);
      return lines;
    };

    it('[P1] saves a graph as one generation and loads the same', async () => {
      const saved = await pdgs.savePdg('p', graph());
      expect(saved).toEqual({ generation: 1, nodes: 2, edges: 3 });
      expect(everythingOf(await pdgs.loadPdg('p', { embeddings: true }))).toEqual(everythingOf(graph()));
      expect(everythingOf(await pdgs.loadPdg('p', { embeddings: true }))).toEqual(everythingOf(graph()));
      const [project] = await new ProjectStore(database).list();
      expect(project).toEqual({ id: 'p', root: null, generation: 1, indexedAt: 1000 });
      expect(await new ProjectStore(database).counts('p')).toEqual({ nodes: 2, edges: 3 });
      expect(await nodes.getByKey('p', key('a'))).toMatchObject({
        signature: LARGE,
        embedding: Uint8Array.of(1, 2, 3),
      });
    });

    it('[P1] leaves embeddings out unless they are asked for', async () => {
      await pdgs.savePdg('p', graph());
      expect((await pdgs.loadPdg('p')).embeddings.size).toBe(0);
    });

    it('[P1] replaces a graph whole; nodes that stay keep their ids and embeddings', async () => {
      await pdgs.savePdg('p', graph());
      const [a, b] = [await nodes.getByKey('p', key('a')), await nodes.getByKey('p', key('b'))];
      const loaded = await pdgs.loadPdg('p');
      const builder = new PdgBuilder(loaded);
      builder.removeNode(key('b'));
      builder.addNode(pdgNode('0 before all')).addNode(pdgNode('c'));
      builder.addEdge({ from: key('c'), to: key('a'), edgeType: 'call' });
      const changed = builder.build();
      expect(await pdgs.savePdg('p', changed)).toEqual({ generation: 2, nodes: 3, edges: 1 });
      expect(everythingOf(await pdgs.loadPdg('p'))).toEqual(everythingOf(changed));
      expect(await nodes.getByKey('p', key('a'))).toMatchObject({ id: a?.id, embedding: Uint8Array.of(1, 2, 3) });
      expect(b === undefined ? undefined : await nodes.get(b.id)).toBeUndefined();
      expect(await count('intel_edges')).toBe(1);
    });

    it('[P1] drops the embedding of content that changed', async () => {
      await pdgs.savePdg('p', graph());
      const builder = new PdgBuilder();
      builder.addNode(pdgNode('a', { contentHash: NodeHash.of('edited') }));
      await pdgs.savePdg('p', builder.build());
      expect((await pdgs.loadPdg('p', { embeddings: true })).embeddings.size).toBe(0);
    });

    it('[P1] keeps the graph that is there when a save fails', async () => {
      await pdgs.savePdg('p', graph());
      const before = await dump('p');
      const cancelled = pdgs.savePdg('p', new PdgBuilder().build(), { signal: AbortSignal.abort() });
      await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(await dump('p')).toEqual(before);
      expect(await new ProjectStore(database).generation()).toBe(1);
    });

    it('[P1] refuses to replace what another writer changed since it was read', async () => {
      await pdgs.savePdg('p', graph());
      // Both read the same state; the one that writes second finds another.
      const both = await Promise.allSettled([pdgs.savePdg('p', graph()), pdgs.savePdg('p', graph())]);
      const failed = both.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown);
      expect(failed).toMatchObject([{ code: 'STALE_GENERATION', retryable: true }]);
      expect(await count('intel_nodes')).toBe(2);
      expect(await count('batch_guards')).toBe(0);
    });

    it('[P1] loads what the stores of nodes and edges wrote, and every later change of theirs', async () => {
      const [a, b] = await nodes.batchInsert([nodeInput('a'), nodeInput('b')]);
      expect((await pdgs.loadPdg('p')).nodeCount).toBe(2);
      await pdgs.savePdg('p', await pdgs.loadPdg('p'));
      await pdgs.loadPdg('p');
      expect(await count('graph_snapshots')).toBe(1);
      if (a === undefined || b === undefined) throw new Error('Two nodes were inserted.');
      await edges.insert({ callerId: a, calleeId: b, edgeType: 'call' });
      expect((await pdgs.loadPdg('p')).edgeCount).toBe(1);
      await nodes.update(a, { complexity: 7 });
      expect((await pdgs.loadPdg('p')).complexity(0)).toBe(7);
      await nodes.delete(b);
      expect((await pdgs.loadPdg('p')).nodeCount).toBe(1);
    });

    it('[P1] does not take a change of a settled node for none', async () => {
      await pdgs.savePdg('p', graph());
      await pdgs.loadPdg('p');
      const b = await nodes.getByKey('p', key('b'));
      if (b === undefined) throw new Error('The node was saved.');
      await nodes.update(b.id, { complexity: 7 });
      expect((await pdgs.loadPdg('p')).complexity(1)).toBe(7);
    });

    it('[P1] keeps edges to and from other projects, and does not load them', async () => {
      await pdgs.savePdg('p', graph());
      const theirs = await nodes.insert(nodeInput('theirs', { projectId: 'q' }));
      const a = await nodes.getByKey('p', key('a'));
      if (a === undefined) throw new Error('The node was saved.');
      await edges.batchInsert([
        { callerId: theirs, calleeId: a.id, edgeType: 'call' },
        { callerId: a.id, calleeId: theirs, edgeType: 'import' },
      ]);
      expect((await pdgs.loadPdg('p')).edgeCount).toBe(3);
      await pdgs.savePdg('p', graph());
      expect((await edges.getByCaller(theirs)).map((edge) => edge.calleeId)).toEqual([a.id]);
      expect(await edges.getByCallee(theirs)).toHaveLength(1);
      expect(await new ProjectStore(database).counts('p')).toEqual({ nodes: 2, edges: 4 });
      expect((await pdgs.loadPdg('p')).edgeCount).toBe(3);
    });

    it('[P2] says what exists and refuses to load what does not', async () => {
      expect(await pdgs.pdgExists('p')).toBe(false);
      await expect(pdgs.loadPdg('p')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND', details: { project: 'p' } });
      await pdgs.savePdg('p', new PdgBuilder().build());
      expect(await pdgs.pdgExists('p')).toBe(true);
      expect((await pdgs.loadPdg('p')).nodeCount).toBe(0);
      await expect(pdgs.savePdg('', graph())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });

    it('[P2] deletes a graph with its edges, embeddings and derived rows, and nothing of another project', async () => {
      for (const project of ['p', 'q']) {
        await pdgs.savePdg(project, graph());
        await pdgs.loadPdg(project);
        const of = [project, 1, Buffer.from('x'), Buffer.from('y')];
        await database.write([
          { sql: "INSERT INTO graph_results VALUES (?, 'rank', ?, ?, ?)", parameters: of },
          {
            sql: `INSERT INTO metric_snapshots (project_id, label, taken_at, generation, data, checksum)
                  VALUES (?, 'v1', 0, ?, ?, ?)`,
            parameters: of,
          },
        ]);
      }
      const theirs = await dump('q');
      expect([await pdgs.deletePdg('p'), await pdgs.deletePdg('p'), await pdgs.pdgExists('p')]).toEqual([
        true,
        false,
        false,
      ]);
      const left = {
        intel_nodes: 2,
        intel_edges: 3,
        graph_snapshots: 1,
        graph_results: 1,
        metric_snapshots: 1,
        files: 1,
      };
      for (const [table, rows] of Object.entries(left)) expect(await count(table), table).toBe(rows);
      expect(await dump('q')).toEqual(theirs);
      expect(everythingOf(await pdgs.loadPdg('q', { embeddings: true }))).toEqual(everythingOf(graph()));
    });

    it('lists the files of a saved graph as files that were not read', async () => {
      await pdgs.savePdg('p', graph());
      expect(await new FileStore(database).list('p')).toMatchObject([
        { path: 'a.ts', language: null, factsVersion: 0, statKey: null },
      ]);
    });
  });
}
