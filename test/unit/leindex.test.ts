import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/index.js';
import { dumpOf, failureOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import {
  floats,
  int8Embedding,
  leIndexDatabase,
  type LeIndexContent,
  type LeIndexNode,
} from '../support/leindex-database.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const VECTOR = Array.from({ length: 40 }, (_, at) => Math.sin(at) / 3);
const NODES: readonly LeIndexNode[] = [
  { id: 1, file: 'src/cart.rs', name: '__module__', type: 'module', range: [0, 0] },
  { id: 2, file: 'src/cart.rs', name: 'Cart', type: 'class' },
  { id: 3, file: 'src/cart.rs', name: 'Cart::add', type: 'method', embedding: floats(VECTOR), format: null },
  { id: 5, file: 'src/cart.rs', name: 'Cart::add', type: 'method', embedding: int8Embedding(VECTOR), format: 1 },
  { id: 8, file: 'src/größe.rs', name: 'größe', type: 'function' },
  {
    id: 9,
    file: 'src/cart.rs',
    name: '__external__:serde::Serialize@1.0',
    type: 'external',
    symbolName: 'serde::Serialize',
  },
];
const FLOW = '{"call_count":null,"variable_name":"total","confidence":0.5,"channel":"argument","position":1}';
const EDGES: LeIndexContent['edges'] = [
  [2, 3, 'containment', '{"call_count":null,"variable_name":null,"confidence":null,"channel":null,"position":null}'],
  [2, 5, 'containment', null],
  [3, 8, 'call', '{"call_count":2}'],
  [3, 8, 'data_dependency', FLOW],
  [1, 9, 'import', 'null'],
];

async function edgesOf(store: Store, project = 'shop'): Promise<string[]> {
  const { pdg } = await store.pdg.load(project);
  return [...pdg.edgeIndices()]
    .map((edge) => pdg.edge(edge))
    .map(({ from, to, edgeType, metadata }) => `${from} → ${to} ${edgeType} ${JSON.stringify(metadata)}`);
}

async function codesOf(store: Store, content: LeIndexContent): Promise<string[]> {
  const [report] = await store.importLeIndex({ path: leIndexDatabase(content) });
  expect(await store.verify()).toMatchObject({ ok: true });
  return (report?.warnings ?? []).map(({ code }) => code);
}

describe('a LeIndex database', () => {
  it('[U2] imports with nodes, edges, metadata and embeddings', async () => {
    const store = await testStore();
    const path = leIndexDatabase({ nodes: NODES, edges: EDGES });
    const reports = await store.importLeIndex({ path });
    expect(reports).toMatchObject([
      { project: 'shop', generation: 1, nodes: 6, edges: 5, warnings: [], files: { seen: 2 } },
    ]);

    const nodes = await store.nodes.getByFile('shop', 'src/cart.rs');
    expect(nodes.map(({ key }) => key).sort()).toEqual([
      'src/cart.rs#(module)',
      'src/cart.rs#Cart(class)',
      'src/cart.rs#Cart.add(method)',
      'src/cart.rs#Cart.add(method)~2',
      'src/cart.rs#__external__:serde.Serialize@1.0(external)',
    ]);
    const add = await store.nodes.getByKey('shop', 'src/cart.rs#Cart.add(method)');
    expect(add).toMatchObject({ symbolName: 'add', language: 'rust', complexity: 1, startByte: 30, endByte: 35 });
    expect(add).toMatchObject({ contentHash: '3'.padStart(64, '0') });
    expect(add?.parentId).toBe((await store.nodes.getByKey('shop', 'src/cart.rs#Cart(class)'))?.id);
    expect(await edgesOf(store)).toEqual([
      'src/cart.rs#(module) → src/cart.rs#__external__:serde.Serialize@1.0(external) import null',
      'src/cart.rs#Cart(class) → src/cart.rs#Cart.add(method) containment null',
      'src/cart.rs#Cart(class) → src/cart.rs#Cart.add(method)~2 containment null',
      'src/cart.rs#Cart.add(method) → src/größe.rs#größe(function) call {"callCount":2}',
      'src/cart.rs#Cart.add(method) → src/größe.rs#größe(function) data_dependency ' +
        '{"variableName":"total","confidence":0.5,"channel":"argument","position":1}',
    ]);
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true });
  });

  it('[U2] keeps float32 embeddings byte for byte and makes float32 of int8', async () => {
    const store = await testStore();
    await store.importLeIndex({ path: leIndexDatabase({ nodes: NODES }) });
    const first = await store.nodes.getByKey('shop', 'src/cart.rs#Cart.add(method)');
    expect(first?.embedding).toEqual(floats(VECTOR));
    const second = await store.nodes.getByKey('shop', 'src/cart.rs#Cart.add(method)~2');
    const bytes = second?.embedding ?? new Uint8Array();
    const values = [...new Float32Array(bytes.slice().buffer)];
    expect(values).toHaveLength(VECTOR.length);
    // The range is cut into 254 steps; a value is at most half a step off.
    const step = (Math.max(...VECTOR) - Math.min(...VECTOR)) / 254;
    for (const [at, value] of values.entries()) expect(Math.abs(value - (VECTOR[at] ?? 0))).toBeLessThan(step * 0.51);
  });

  it('keeps types that have no counterpart, under the nearest one', async () => {
    const store = await testStore();
    const types = ['state_transition', 'command_argument', 'environment', 'stdin', 'data_dependency', 'teleport'];
    const [report] = await store.importLeIndex({
      path: leIndexDatabase({
        nodes: [
          { id: 1, file: 'a.rs', name: '__file_summary__', type: 'file_summary' },
          { id: 2, file: 'a.rs', name: 'widget', type: 'widget' },
        ],
        edges: types.map((type, at) => [1, 2, type, `{"position":${at}}`] as const),
      }),
    });
    const nodes = await store.nodes.getByFile('shop', 'a.rs');
    expect(nodes.map(({ key, documentation }) => [key, documentation])).toEqual([
      ['a.rs#__file_summary__(module)', 'LeIndex node type: file_summary'],
      ['a.rs#widget(variable)', 'LeIndex node type: widget'],
    ]);
    const also = ['command_argument', 'environment', 'state_transition', 'stdin'].map((originalType) => ({
      position: types.indexOf(originalType),
      originalType,
    }));
    const [, id] = nodes.map((node) => node.id);
    expect((await store.edges.getByCallee(id!)).map(({ edgeType, metadata }) => [edgeType, metadata])).toEqual([
      ['data_dependency', { position: 4, also }],
      ['reference', { position: 5, originalType: 'teleport' }],
    ]);
    expect(report?.warnings.map(({ code, message }) => [code, Number.parseInt(message)])).toEqual([
      ['UNKNOWN_NODE_TYPES', 2],
      ['UNKNOWN_EDGE_TYPES', 5],
      ['MERGED_EDGES', 4],
    ]);
  });

  it('says what it has no place for, with counts', async () => {
    const store = await testStore();
    const also = `
      INSERT INTO global_symbols (symbol_id, project_id, symbol_name, symbol_type, file_path)
      VALUES ('a', 'shop', 'a', 'function', 'a.rs'), ('b', 'shop', 'b', 'function', 'a.rs'), ('c', 'other', 'c', 'x', 'c.rs');
      INSERT INTO external_refs VALUES ('r', 'shop', 'a', 'other', 'c', 'call');
      INSERT INTO project_deps VALUES ('d', 'shop', 'other', 'direct');`;
    const [report] = await store.importLeIndex({ path: leIndexDatabase({ nodes: NODES, also }) });
    expect(report?.warnings).toMatchObject([{ code: 'NOT_IMPORTED' }]);
    expect(report?.warnings[0]?.message).toContain('2 of global_symbols, 1 of external_refs, 1 of project_deps');
  });

  it('takes several projects, with the edges between them, or the one that is named', async () => {
    const nodes: LeIndexNode[] = [
      { id: 1, file: 'a.rs', name: 'a', type: 'function', project: 'one' },
      { id: 2, file: 'b.rs', name: 'b', type: 'function', project: 'two' },
    ];
    const path = leIndexDatabase({ nodes, edges: [[1, 2, 'call', '{"call_count":1}']] });
    const store = await testStore();
    const reports = await store.importLeIndex({ path });
    expect(reports.map(({ project, nodes: count }) => [project, count])).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    expect((await dumpOf(store)).at(-1)).toBe(
      'edge\tone\ta.rs#a(function)\tcall\ttwo//b.rs#b(function)\t{"callCount":1}',
    );
    expect(await store.verify()).toMatchObject({ ok: true });

    const other = await testStore();
    const [report] = await other.importLeIndex({ path, projectId: 'one' });
    expect(report?.warnings).toMatchObject([{ code: 'EDGES_TO_OTHERS' }]);
    expect((await other.projects.list()).map(({ id }) => id)).toEqual(['one']);
    expect(await failureOf(other.importLeIndex({ path, projectId: 'three' }))).toBe('INVALID_ARGUMENT');
  });

  it('imported again gives the same store, and under another name another project', async () => {
    const store = await testStore();
    const path = leIndexDatabase({ nodes: NODES, edges: EDGES });
    await store.importLeIndex({ path });
    const first = await dumpOf(store);
    await store.importLeIndex({ path });
    expect(await dumpOf(store)).toEqual(first);
    expect(await store.importLeIndex({ path, projectId: 'again' })).toMatchObject([{ project: 'again', nodes: 6 }]);
  });
});

describe('a LeIndex database with faults', () => {
  it('is imported without what is wrong, which is told with its place', async () => {
    const store = await testStore();
    const [report] = await store.importLeIndex({
      path: leIndexDatabase({
        nodes: [
          { id: 1, file: 'a.rs', name: 'a', type: 'function', hash: 'no hash', embedding: floats([1, Number.NaN]) },
          {
            id: 2,
            file: 'a.rs',
            name: '',
            type: 'function',
            range: [7, -1],
            embedding: Uint8Array.of(1, 2),
            format: 1,
          },
        ],
        edges: [
          [1, 77, 'call'],
          [88, 2, 'call'],
          [88, 99, 'call'],
          [1, 2, 'call', 'no json'],
          [2, 1, 'call', '[1e999]'],
        ],
      }),
    });
    expect(report).toMatchObject({ nodes: 2, edges: 2 });
    expect(report?.warnings.map(({ code, message }) => [code, message.split(': ')[1]])).toEqual([
      ['INVALID_HASHES', '"no hash" of node 1.'],
      ['INVALID_EMBEDDINGS', 'node 1 in format 0, node 2 in format 1.'],
      ['NAMELESS_NODES', 'node 2.'],
      ['INVALID_RANGES', '7–-1 of node 2.'],
      ['INVALID_METADATA', '1 → 2 call, 2 → 1 call.'],
      ['DANGLING_EDGES', '1 → 77 call, 88 → 2 call, 88 → 99 call.'],
    ]);
    expect(await store.verify()).toMatchObject({ ok: true });
  });

  it('may contain nodes in a circle', async () => {
    const store = await testStore();
    const nodes = [1, 2, 3].map((id) => ({ id, file: 'a.rs', name: `n${id}`, type: 'class' }));
    const edges = [
      [1, 2, 'containment'],
      [2, 3, 'containment'],
      [3, 1, 'containment'],
    ] as const;
    expect(await codesOf(store, { nodes, edges })).toEqual([]);
    expect((await edgesOf(store)).length).toBe(3);
  });

  it.each([
    [2, 'SCHEMA_TOO_OLD'],
    [4, 'SCHEMA_TOO_NEW'],
  ])('of schema version %d is refused', async (version, code) => {
    const store = await testStore();
    const run = store.importLeIndex({ path: leIndexDatabase({ version, nodes: NODES }) });
    await expect(run).rejects.toMatchObject({ code, details: { version, supported: 3 } });
    expect(await store.projects.list()).toEqual([]);
  });

  it('is refused when it is none, or damaged, and nothing is written or changed', async () => {
    const store = await testStore();
    const folder = temporaryFolder();
    const own = join(folder, 'own.db');
    await (await testStore(own)).close();
    const foreign = join(folder, 'foreign.db');
    new Sqlite(foreign).exec('CREATE TABLE t (a)').close();
    const text = join(folder, 'text.db');
    writeFileSync(text, 'no database\n'.repeat(100));
    const columns = leIndexDatabase({ nodes: NODES, also: 'ALTER TABLE intel_nodes DROP COLUMN node_id' });
    const empty = leIndexDatabase({});
    const many = leIndexDatabase({
      nodes: Array.from({ length: 2000 }, (_, id) => ({ id: id + 1, file: 'a.rs', name: `n${id}`, type: 'function' })),
    });
    const cut = join(folder, 'cut.db');
    copyFileSync(many, cut);
    truncateSync(cut, 40 * 4096);
    const cases = {
      [own]: 'SCHEMA_UNKNOWN',
      [foreign]: 'SCHEMA_UNKNOWN',
      [text]: 'NOT_A_DATABASE',
      [columns]: 'SCHEMA_UNKNOWN',
      [empty]: 'INVALID_ARGUMENT',
      [cut]: 'DATABASE_CORRUPT',
      [join(folder, 'absent.db')]: 'DATABASE_NOT_FOUND',
    };
    for (const [path, code] of Object.entries(cases)) {
      const before = code === 'DATABASE_NOT_FOUND' ? undefined : readFileSync(path);
      expect([path, await failureOf(store.importLeIndex({ path }))]).toEqual([path, code]);
      if (before !== undefined) expect(readFileSync(path).equals(before)).toBe(true);
    }
    expect(await store.projects.list()).toEqual([]);
  });

  it('does not go into a project that was indexed from its folder', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder({ 'a.ts': 'export const a = 1;\n' }, 'shop'));
    const before = await dumpOf(store);
    const path = leIndexDatabase({ nodes: NODES });
    expect(await failureOf(store.importLeIndex({ path }))).toBe('PROJECT_HAS_FOLDER');
    expect(await dumpOf(store)).toEqual(before);
    expect(await store.importLeIndex({ path, projectId: 'elsewhere' })).toMatchObject([{ project: 'elsewhere' }]);
    expect(await failureOf(store.importLeIndex({ path, signal: AbortSignal.abort() }))).not.toBe('none');
  });
});
