import { describe, expect, it } from 'vitest';
import { dumpLines } from '../../src/graph/index.js';
import type { Database } from '../../src/sql/index.js';
import { graphDatabase, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';

async function dump(database: Database, project?: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of dumpLines(database, project === undefined ? {} : { project })) lines.push(line);
  return lines;
}

const NODES: readonly FixtureNode[] = [
  { id: 1, name: 'm', qualifiedName: '', type: 'module', visibility: 'public' },
  { id: 2, name: 'b', parentId: 1, complexity: 3, signature: 'b(\n\tx: "\\d"\n)', documentation: 'Tab\there.' },
  { id: 3, name: 'a', parentId: 1 },
  { id: 4, name: 'c', project: 'q' },
];
const EDGES: readonly FixtureEdge[] = [
  { from: 2, to: 3, metadata: { strategy: 'import', callCount: 2, nested: { z: 1, a: [{ y: 1, b: 2 }] } } },
  { from: 2, to: 4, type: 'reference' },
  { from: 4, to: 4 },
];

describe('the canonical form', () => {
  it('has one line per node and then one per edge, in order, with everything escaped', async () => {
    const lines = await dump(await graphDatabase(NODES, EDGES));
    const hash = (id: number): string => Buffer.alloc(32, id).toString('hex');
    const tail = (id: number): string => `content=${hash(id)}\tinterface=${hash(id)}\tbytes=0-10\tlines=1-2`;
    expect(lines).toEqual([
      `node\tp\ta.ts#(module)\ttype=module\tlanguage=typescript\tvisibility=public\t${tail(1)}`,
      `node\tp\ta.ts#a(function)\tparent=a.ts#(module)\ttype=function\tlanguage=typescript\tvisibility=public\t${tail(3)}`,
      'node\tp\ta.ts#b(function)\tparent=a.ts#(module)\ttype=function\tlanguage=typescript\tvisibility=public\t' +
        `signature=b(\\n\\tx: "\\\\d"\\n)\tcomplexity=3\t${tail(2)}\tdocumentation=Tab\\there.`,
      `node\tq\ta.ts#c(function)\ttype=function\tlanguage=typescript\tvisibility=public\t${tail(4)}`,
      'edge\tp\ta.ts#b(function)\tcall\ta.ts#a(function)\t' +
        '{"callCount":2,"nested":{"a":[{"b":2,"y":1}],"z":1},"strategy":"import"}',
      'edge\tp\ta.ts#b(function)\treference\tq//a.ts#c(function)\t',
      'edge\tq\ta.ts#c(function)\tcall\ta.ts#c(function)\t',
    ]);
  });

  it('limits itself to a project and the edges that start in it', async () => {
    const lines = await dump(await graphDatabase(NODES, EDGES), 'q');
    expect(lines.map((line) => line.split('\t').slice(0, 3).join(' '))).toEqual([
      'node q a.ts#c(function)',
      'edge q a.ts#c(function)',
    ]);
  });

  it('is the same for the same graph with other ids, times and order of insertion', async () => {
    const moved = [...NODES].reverse().map((node) => ({
      ...node,
      // The fixture's hashes follow the id, so ids move by what a byte cannot show.
      id: node.id + 256,
      parentId: node.parentId === undefined || node.parentId === null ? null : node.parentId + 256,
      createdAt: 99,
    }));
    const movedEdges = [...EDGES].reverse().map((edge) => ({ ...edge, from: edge.from + 256, to: edge.to + 256 }));
    expect(await dump(await graphDatabase(moved, movedEdges))).toEqual(await dump(await graphDatabase(NODES, EDGES)));
  });

  it('orders nodes by the bytes of their UTF-8 text', async () => {
    const names = ['\u{1F600}', '\uFF41', 'z', 'ä', 'Z'];
    const lines = await dump(await graphDatabase(names.map((name, at) => ({ id: at + 1, name }))));
    const bytes = lines.map((line) => Buffer.from(line));
    expect(bytes).toEqual([...bytes].sort((a, b) => Buffer.compare(a, b)));
  });

  it('lets go of the store when the reader stops early', async () => {
    const database = await graphDatabase(NODES, EDGES);
    for await (const line of dumpLines(database)) {
      expect(line).toContain('node');
      break;
    }
    await database.close();
    await expect(dump(database)).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it('reports metadata that is not JSON as corruption', async () => {
    const database = await graphDatabase(NODES, EDGES);
    await database.write([{ sql: "UPDATE intel_edges SET metadata = '[1' WHERE caller_id = 2" }]);
    await expect(dump(database)).rejects.toMatchObject({ code: 'DATABASE_CORRUPT' });
    await database.close();
  });
});
