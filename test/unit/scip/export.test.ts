import { fromBinary } from '@bufbuild/protobuf';
import { IndexSchema, type Index } from '@c4312/scip/scip_pb.js';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NodeHash, type IndexWarning } from '../../../src/index.js';
import type { Store } from '../../../src/store/index.js';
import { failureOf, indexFolder, SETTLED, sourceFolder, SOURCES, testStore } from '../../support/indexing.js';
import { leIndexDatabase } from '../../support/leindex-database.js';
import { fileWith } from '../../support/scip-index.js';

/** What a SCIP index can be hard to say in: merged declarations, one line, members outside of their type. */
const HARD = {
  'src/merged.ts':
    'export interface A { x: number }\nexport class A { m(): void {} }\nexport namespace A { export const y = 1; }\n' +
    'export type A2 = A;\nfunction f(a: string): void;\nfunction f(a: number): void;\nfunction f(a: unknown): void { f(a); }\n' +
    'export const one = () => two(); export const two = () => one();\nclass C { get v() { return 1; } set v(n) { two(); } }\n' +
    "const é = '😀', ü = () => é;\nexport default ü;\n",
  'src/index.ts':
    "import { A, one as uno } from './merged';\nexport * from './merged';\nuno();\nlet n = new A();\nn.m();\nn = n;\n",
  'shape.go':
    'package shapes\n\ntype Shape struct{ side int }\n\nfunc (s *Shape) Area() int { return s.side * double(s.side) }\n',
  'other.go':
    'package shapes\n\nfunc (s *Shape) Grow() { s.side = s.Area() }\n\nfunc double(n int) int { return 2 * n }\n',
  'lib.rs': 'pub trait T { fn t(&self); }\npub struct S;\nimpl T for S { fn t(&self) { helper() } }\nfn helper() {}\n',
  'k.py':
    'class K:\n    def __init__(self):\n        self.n = 0\n\n    def up(self):\n        self.n += 1\n        return self.up\n\n\nk = K()\nk.up()\n',
  'empty.py': '',
} as const;

async function exported(store: Store, project = 'p'): Promise<{ bytes: Uint8Array; warnings: IndexWarning[] }> {
  const pieces: Uint8Array[] = [];
  const warnings: IndexWarning[] = [];
  const options = { onWarning: (warning: IndexWarning): void => void warnings.push(warning) };
  for await (const piece of store.exportScip(project, options)) pieces.push(piece);
  return { bytes: Buffer.concat(pieces), warnings };
}

async function decoded(store: Store): Promise<Index> {
  return fromBinary(IndexSchema, (await exported(store)).bytes);
}

/** Keys of nodes with their parents' missing, and ends and types of edges. */
async function graphOf(store: Store, project = 'p'): Promise<string[]> {
  const { pdg } = await store.pdg.load(project);
  const edges = [...pdg.edgeIndices()].map((edge) => pdg.edge(edge));
  return [
    ...[...pdg.nodeIndices()].map((node) => pdg.nodeKey(node)),
    ...edges.map(({ from, to, edgeType }) => `${from} ${edgeType} ${to}`),
  ].sort();
}

async function reimported(bytes: Uint8Array, project = 'p'): Promise<Store> {
  const store = await testStore();
  await store.importScip({ path: fileWith(bytes), projectId: project });
  return store;
}

describe('the SCIP index of a project', () => {
  it('has definitions with their extent, references where they stand, kinds and relationships', async () => {
    const store = await testStore();
    const text = 'export class B {}\nexport class D extends B {\n  m() { return new B(); }\n}\n';
    await indexFolder(store, sourceFolder({ 'dir/a.ts': text }));
    const { metadata, documents } = await decoded(store);
    expect(metadata).toMatchObject({ version: 0, toolInfo: { name: 'lestockage' } });
    expect(documents).toMatchObject([{ relativePath: 'dir/a.ts', language: 'typescript', positionEncoding: 1 }]);
    const prefix = 'lestockage . p . dir/`a.ts`/';
    expect(
      documents[0]?.occurrences.map(({ symbol, range, symbolRoles, enclosingRange }) => [
        symbol,
        range,
        symbolRoles,
        enclosingRange,
      ]),
    ).toEqual([
      [prefix, [0, 0, 0], 1, []],
      [`${prefix}B#`, [0, 13, 14], 1, [0, 0, 17]],
      [`${prefix}D#`, [1, 13, 14], 1, [1, 0, 3, 1]],
      [`${prefix}D#m().`, [2, 2, 3], 1, [2, 2, 25]],
      [`${prefix}B#`, [2, 19, 20], 0, []],
    ]);
    const symbols = documents[0]?.symbols ?? [];
    expect(symbols.map(({ displayName, kind }) => [displayName, kind])).toEqual([
      ['a.ts', 29],
      ['B', 7],
      ['D', 7],
      ['m', 26],
    ]);
    expect(symbols[2]).toMatchObject({
      relationships: [{ symbol: `${prefix}B#`, isImplementation: true }],
      enclosingSymbol: prefix,
      signatureDocumentation: { text: 'export class D extends B' },
    });
  });

  it.each([
    ['plain', SOURCES],
    ['hard', HARD],
  ])('imports into another store with the same keys and edges: %s sources', async (_, files) => {
    const store = await testStore();
    await indexFolder(store, sourceFolder(files));
    const { bytes, warnings } = await exported(store);
    expect(warnings).toEqual([]);
    const copy = await reimported(bytes);
    expect(await graphOf(copy)).toEqual(await graphOf(store));
    expect(await copy.verify()).toMatchObject({ ok: true });
    // What came from an index is one again, from lines alone.
    expect((await exported(copy)).warnings.every(({ code }) => code === 'EDGES_WITHOUT_PLACE')).toBe(true);
  });

  it('goes by lines where the file is not the one that was indexed, and says so', async () => {
    const store = await testStore();
    const root = sourceFolder({ 'a.ts': 'export function f() {\n  g();\n}\nexport function g() {\n}\nf();\n' });
    await indexFolder(store, root, {}, SETTLED);
    writeFileSync(join(root, 'a.ts'), '// another file\n');
    const { bytes, warnings } = await exported(store);
    expect(warnings).toMatchObject([{ code: 'SOURCE_CHANGED' }]);
    expect(await graphOf(await reimported(bytes))).toEqual(await graphOf(store));
  });

  it('leaves out edges of callers whose place is not known, and counts them', async () => {
    const store = await testStore();
    const path = leIndexDatabase({
      nodes: [
        { id: 1, file: 'a.rs', name: 'a', type: 'function' },
        { id: 2, file: 'a.rs', name: 'b', type: 'external' },
        { id: 3, file: 'a.rs', name: 'S', type: 'class' },
        { id: 4, file: 'a.rs', name: 'S::m', type: 'method' },
      ],
      edges: [
        [1, 2, 'call'],
        [3, 4, 'containment'],
        [3, 1, 'inheritance'],
      ],
    });
    await store.importLeIndex({ path });
    const { bytes, warnings } = await exported(store, 'shop');
    expect(warnings).toMatchObject([
      { code: 'EDGES_WITHOUT_PLACE', message: expect.stringMatching(/^1 edges/) as unknown },
    ]);
    const lost = 'a.rs#a(function) call a.rs#b(external)';
    expect(await graphOf(await reimported(bytes, 'shop'), 'shop')).toEqual(
      (await graphOf(store, 'shop')).filter((line) => line !== lost),
    );
  });

  it('names symbols of other projects as external', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder({ 'a.ts': 'export function f() {\n}\n' }));
    const caller = await store.nodes.getByKey('p', 'a.ts#f(function)');
    const contentHash = NodeHash.of('x');
    const callee = await store.nodes.insert({
      projectId: 'q',
      filePath: 'b.ts',
      symbolName: 'g',
      nodeType: 'function',
      contentHash,
    });
    await store.edges.insert({ callerId: caller!.id, calleeId: callee, edgeType: 'call' });
    const { externalSymbols, documents } = await decoded(store);
    expect(externalSymbols).toMatchObject([{ symbol: 'lestockage . q . `b.ts`/g().', displayName: 'g', kind: 17 }]);
    expect(documents[0]?.occurrences.map(({ symbol }) => symbol)).toContain('lestockage . q . `b.ts`/g().');
  });

  it('is that of a project that is there', async () => {
    const store = await testStore();
    expect(await failureOf(exported(store, 'absent'))).toBe('PROJECT_NOT_FOUND');
    await indexFolder(store, sourceFolder());
    const iteration = store.exportScip('p', { signal: AbortSignal.abort() });
    // The metadata comes first.
    expect(await iteration.next()).toMatchObject({ done: false });
    expect(await failureOf(iteration.next())).toBe('CANCELLED');
  });
});
