import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpLines, PdgBuilder, PdgStore, pdgLines } from '../../src/graph/index.js';
import { EDGE_TYPES, type Pdg } from '../../src/model/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { cases } from '../support/cases.js';
import { everythingOf, ingredients, keyOf, pdgNode, pdgOf } from '../support/pdgs.js';
import { serverForTests } from '../support/servers/in-tests.js';

const server = serverForTests();

describe.each([
  { place: 'in memory', path: () => ':memory:', numRuns: 100 },
  // Each case is some dozen round trips.
  { place: 'on a server', path: () => server().url, numRuns: 5 },
])('a graph that is stored $place', ({ path, numRuns }) => {
  let database: Database;
  let store: PdgStore;
  beforeAll(async () => {
    database = await openDatabase({ path: path() });
    store = new PdgStore(database, () => 1000);
  });
  afterAll(() => database.close());

  const snapshots = async (): Promise<number> => (await database.all('SELECT 1 FROM graph_snapshots')).length;

  it('[P1] comes back equal from the tables and from the snapshot, whatever was there before', async () => {
    await fc.assert(
      fc.asyncProperty(ingredients, async (parts) => {
        const pdg = pdgOf(parts);
        // The project has the graph of the case before; a node that has the same key by chance may not lend its embedding.
        await store.savePdg('p', pdgOf({ nodes: [], edges: [] }));
        await store.savePdg('p', pdg);
        const fromTables = await store.loadPdg('p', { embeddings: true });
        expect(await snapshots()).toBe(1);
        const fromSnapshot = await store.loadPdg('p', { embeddings: true });
        expect(everythingOf(fromTables)).toEqual(everythingOf(pdg));
        expect(everythingOf(fromSnapshot)).toEqual(everythingOf(pdg));
        const dumped: string[] = [];
        for await (const line of dumpLines(database, { project: 'p' })) dumped.push(line);
        expect(dumped).toEqual([...pdgLines(pdg, 'p')]);
      }),
      cases(numRuns),
    );
  });

  it('[P1] takes the place of another one that shares nodes with it', async () => {
    await fc.assert(
      fc.asyncProperty(ingredients, ingredients, async (first, second) => {
        const [before, after] = [pdgOf(first), pdgOf(second)];
        const merged = new PdgBuilder(before).merge(after).build();
        for (const graph of [before, merged, after]) {
          await store.savePdg('q', graph);
          expect([...pdgLines(await store.loadPdg('q'), 'q')]).toEqual([...pdgLines(graph, 'q')]);
        }
      }),
      cases(Math.ceil(numRuns / 2)),
    );
  });

  it('[P1] refuses a text with half a character by the name of the field, and takes nothing of the node', () => {
    const fields = ['filePath', 'symbolName', 'qualifiedName', 'language', 'signature', 'documentation'] as const;
    const more = ['valueType', 'ownerName', 'parentKey'] as const;
    const lone = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit));
    const around = fc.string({ unit: 'binary', maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...fields, ...more), around, lone, around, (field, before, half, after) => {
        const value = `${before}\0${half}\0${after}`;
        const builder = new PdgBuilder();
        const refused = expect.objectContaining({ field }) as unknown;
        expect(() => builder.addNode({ ...pdgNode('a'), [field]: value })).toThrow(
          expect.objectContaining({ code: 'INVALID_ARGUMENT', details: refused }) as Error,
        );
        expect(builder.build().nodeCount).toBe(0);
      }),
      cases(100),
    );
  });
});

describe('a graph', () => {
  it('is the same whatever order it was built in, and the same again when it is built from itself', () => {
    fc.assert(
      fc.property(ingredients, (parts) => {
        const pdg = pdgOf(parts);
        const reversed = pdgOf({ nodes: [...parts.nodes].reverse(), edges: [...parts.edges].reverse() });
        expect(everythingOf(reversed)).toEqual(everythingOf(pdg));
        expect(everythingOf(new PdgBuilder(pdg).merge(pdg).build())).toEqual(everythingOf(pdg));
      }),
      cases(100),
    );
  });

  it('[P3] says the same by edge, by neighbours and by its indexes', () => {
    fc.assert(
      fc.property(ingredients, (parts) => {
        const pdg = pdgOf(parts);
        const given = parts.edges.map(({ from, to, edgeType }) => JSON.stringify([from, edgeType, to])).sort();
        expect(edgesByIndex(pdg)).toEqual(given);
        expect(edgesByNeighbours(pdg, 'out')).toEqual(given);
        expect(edgesByNeighbours(pdg, 'in')).toEqual(given);
        for (const node of parts.nodes) {
          const index = pdg.indexOf(keyOf(node));
          expect(pdg.node(index)).toMatchObject(node);
          expect([...pdg.nodesByName(node.symbolName)]).toContain(index);
          expect([...pdg.nodesInFile(node.filePath)]).toContain(index);
        }
        const inFiles = [...pdg.filePaths()].flatMap((path) => [...pdg.nodesInFile(path)]);
        expect(inFiles.sort((a, b) => a - b)).toEqual([...pdg.nodeIndices()]);
      }),
      cases(100),
    );
  });
});

function edgesByIndex(pdg: Pdg): string[] {
  const edges = [...pdg.edgeIndices()].map((edge) => {
    const [caller = 0, callee = 0] = pdg.edgeEndpoints(edge);
    expect(pdg.edgeIndex(caller, callee, pdg.edgeType(edge))).toBe(edge);
    return JSON.stringify([pdg.nodeKey(caller), pdg.edgeType(edge), pdg.nodeKey(callee)]);
  });
  return edges.sort();
}

function edgesByNeighbours(pdg: Pdg, direction: 'out' | 'in'): string[] {
  const edges: string[] = [];
  for (const node of pdg.nodeIndices()) {
    let all = 0;
    for (const type of EDGE_TYPES) {
      const visit = (other: number, edge: number): void => {
        const [from, to] = direction === 'out' ? [node, other] : [other, node];
        expect([...pdg.edgeEndpoints(edge)]).toEqual([from, to]);
        edges.push(JSON.stringify([pdg.nodeKey(from), type, pdg.nodeKey(to)]));
        all++;
      };
      pdg.forEachNeighbour(node, direction, visit, type);
    }
    expect([pdg.neighbours(node, direction).length, pdg.neighbourTypes(node, direction).length]).toEqual([all, all]);
  }
  return edges.sort();
}
