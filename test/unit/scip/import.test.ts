import { PositionEncoding } from '@c4312/scip/scip_pb.js';
import { describe, expect, it } from 'vitest';
import type { IndexReport } from '../../../src/index.js';
import type { Store } from '../../../src/store/index.js';
import { dumpOf, sourceFolder, testStore } from '../../support/indexing.js';
import {
  fileWith,
  markedDocument,
  named,
  scipBytes,
  unmarked,
  type DocumentOptions,
  type DocumentShape,
} from '../../support/scip-index.js';

const A = `import { «b.ts:g() g» } from '«b.ts: ./b»';
‹Box# class «=Box# Box» {
  get «=Box#\`<get>size\`() size»() { return «b.ts:g() g»(1); }
  ‹Box#open() «=Box#open() open»() {
    const alias = «b.ts:g() g»;
    return this.«Box#\`<get>size\`() size» + new «Box# Box»().«Box#\`<get>size\`() size»;
  }›
}›
let «=count. count» = 0;
‹f() export function «=f() f»() {
  «count. count» = «b.ts:g() g»(2);
  «b.ts:g() g»(3);
}›
«f() f»();
`;
const B = '‹g() export function «=g() g»(«=g().(n) n») { return «g().(n) n»; }›\n';

function documents(options: DocumentOptions = {}): DocumentShape[] {
  return [markedDocument('a.ts', A, options), markedDocument('b.ts', B, options)];
}

async function importInto(store: Store, bytes: Uint8Array, root?: string): Promise<IndexReport> {
  return store.importScip({ path: fileWith(bytes), ...(root === undefined ? {} : { root }) });
}

/** `caller → callee type`, and the fields of the metadata that are asked for; containment is left out. */
async function edges(store: Store, ...fields: readonly string[]): Promise<string[]> {
  const { pdg } = await store.pdg.load('p');
  return [...pdg.edgeIndices()]
    .map((edge) => pdg.edge(edge))
    .filter(({ edgeType }) => edgeType !== 'containment')
    .map(({ from, to, edgeType, metadata }) => {
      const shown = fields.map((field) => metadata?.[field]).filter((value) => value !== undefined);
      return [`${from} → ${to}`, edgeType, ...shown.map(String)].join(' ');
    });
}

describe('a SCIP index', () => {
  it('[U2] becomes symbols with the keys of the built-in extractor, in what they are written in', async () => {
    const store = await testStore();
    const report = await importInto(store, scipBytes(documents()));
    expect(report).toMatchObject({ project: 'p', nodes: 8, files: { seen: 2, parsed: 2, skipped: 0 }, warnings: [] });
    const { pdg } = await store.pdg.load('p');
    expect([...pdg.nodeIndices()].map((node) => [pdg.nodeKey(node), pdg.node(node).parentKey])).toEqual([
      ['a.ts#(module)', null],
      ['a.ts#Box(class)', 'a.ts#(module)'],
      ['a.ts#Box.open(method)', 'a.ts#Box(class)'],
      ['a.ts#Box.size(method)', 'a.ts#Box(class)'],
      ['a.ts#count(variable)', 'a.ts#(module)'],
      ['a.ts#f(function)', 'a.ts#(module)'],
      ['b.ts#(module)', null],
      ['b.ts#g(function)', 'b.ts#(module)'],
    ]);
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true });
  });

  it('attributes references to the symbols around them, by what the index says alone', async () => {
    const store = await testStore();
    await importInto(store, scipBytes(documents()));
    expect(await edges(store, 'callCount', 'confidence', 'strategy', 'attribution')).toEqual([
      'a.ts#(module) → a.ts#f(function) call 1 1 scip',
      'a.ts#(module) → b.ts#(module) import 1 scip',
      'a.ts#(module) → b.ts#g(function) import 1 scip',
      // Without a body of its own the accessor's reference is the class's, and a mention of a function a call.
      'a.ts#Box(class) → b.ts#g(function) call 1 1 scip',
      'a.ts#Box.open(method) → a.ts#Box(class) reference 1 scip',
      'a.ts#Box.open(method) → a.ts#Box.size(method) call 2 1 scip',
      'a.ts#Box.open(method) → b.ts#g(function) call 1 1 scip',
      'a.ts#f(function) → a.ts#count(variable) data_dependency 1 scip',
      'a.ts#f(function) → b.ts#g(function) call 2 1 scip',
    ]);
  });

  const PRECISE = [
    'a.ts#(module) → a.ts#f(function) call',
    'a.ts#(module) → b.ts#(module) import',
    'a.ts#(module) → b.ts#g(function) import',
    'a.ts#Box.open(method) → a.ts#Box(class) call',
    'a.ts#Box.open(method) → a.ts#Box.size(method) reference',
    'a.ts#Box.open(method) → b.ts#g(function) reference',
    'a.ts#Box.size(method) → b.ts#g(function) call extractor',
    'a.ts#f(function) → a.ts#count(variable) data_dependency write',
    'a.ts#f(function) → b.ts#g(function) call',
  ];

  it('tells calls from mentions, and finds missing bodies, when it holds its sources', async () => {
    const store = await testStore();
    await importInto(store, scipBytes(documents({ withText: true })));
    expect(await edges(store, 'access', 'attribution')).toEqual(PRECISE);
  });

  it('reads the sources in the project folder as long as they are the same', async () => {
    const root = sourceFolder({ 'a.ts': unmarked(A), 'b.ts': unmarked(B) });
    const store = await testStore();
    expect((await importInto(store, scipBytes(documents()), root)).warnings).toEqual([]);
    expect(await edges(store, 'access', 'attribution')).toEqual(PRECISE);

    const other = sourceFolder({ 'a.ts': `// moved\n${unmarked(A)}`, 'b.ts': unmarked(B) });
    const { warnings } = await importInto(store, scipBytes(documents()), other);
    expect(warnings).toMatchObject([{ file: 'a.ts', code: 'SOURCE_CHANGED' }]);
    expect(await edges(store)).toContain('a.ts#Box.open(method) → a.ts#Box(class) reference');
  });

  it('without any bodies goes by the extractor, else by order and says so', async () => {
    const store = await testStore();
    await importInto(store, scipBytes(documents({ withoutBodies: true, withText: true })));
    expect(await edges(store, 'confidence', 'attribution')).toContain(
      'a.ts#f(function) → b.ts#g(function) call 1 extractor',
    );
    const { warnings } = await importInto(store, scipBytes(documents({ withoutBodies: true })));
    expect(warnings.map(({ file, code }) => [file, code])).toEqual([
      ['a.ts', 'NO_ENCLOSING_RANGES'],
      ['b.ts', 'NO_ENCLOSING_RANGES'],
    ]);
    expect(await edges(store, 'confidence', 'attribution')).toContain(
      'a.ts#f(function) → b.ts#g(function) call 0.5 nearest',
    );
  });

  it.each(['UTF8', 'UTF16', 'UTF32'] as const)('counts columns in %s when it says so', async (unit) => {
    const marked = `/* é😀 */ ‹h() export function «=h() h»() { return '😀é' + «b.ts:g() g»(1); }›\n`;
    const encoding = PositionEncoding[`${unit}CodeUnitOffsetFromLineStart`];
    const store = await testStore();
    const shape = markedDocument('h.ts', marked, { encoding, withText: true });
    expect((await importInto(store, scipBytes([shape, markedDocument('b.ts', B)]))).warnings).toEqual([]);
    expect(await edges(store)).toEqual(['h.ts#h(function) → b.ts#g(function) call']);
    const text = unmarked(marked);
    const node = await store.nodes.getByKey('p', 'h.ts#h(function)');
    const bytes = Buffer.from(text).subarray(node?.startByte, node?.endByte).toString();
    expect(bytes).toBe(text.trimEnd().slice(text.indexOf('export')));
  });

  it('turns relationships into inheritance and references', async () => {
    const text =
      '‹C# class «=C# C» { ‹C#m() «=C#m() m»() {}› }›\n‹I# class «=I# I» { «=I#m() m»() {} }›\nlet «=v. v»;\n';
    const [c, i, m, im, v] = ['C#', 'I#', 'C#m().', 'I#m().', 'v.'].map((each) => named('c.ts', each));
    const shape = markedDocument('c.ts', text, {
      symbols: [
        { symbol: c ?? '', relationships: [{ symbol: i ?? '', isImplementation: true }] },
        { symbol: m ?? '', relationships: [{ symbol: im ?? '', isImplementation: true, isReference: true }] },
        {
          symbol: v ?? '',
          relationships: [
            { symbol: c ?? '', isTypeDefinition: true },
            { symbol: 'x x x x X#', isReference: true },
          ],
        },
      ],
    });
    const store = await testStore();
    const { warnings } = await importInto(store, scipBytes([shape]));
    expect(await edges(store, 'relationship')).toEqual([
      'c.ts#C(class) → c.ts#I(class) inheritance implementation',
      'c.ts#C.m(method) → c.ts#I.m(method) inheritance implementation',
      'c.ts#v(variable) → c.ts#C(class) reference type_definition',
    ]);
    expect(warnings).toMatchObject([{ code: 'EXTERNAL_SYMBOLS' }]);
  });

  it('takes kinds, signatures and documentation where the indexer gives them', async () => {
    const kinds = [
      ['T#', 21, 'interface'],
      ['S#', 49, 'struct'],
      ['R#', 53, 'trait'],
      ['E#', 11, 'enum'],
      ['A#', 55, 'type'],
      ['D#', 0, 'class'],
    ] as const;
    const marked = kinds.map(([descriptor]) => `«=${descriptor} ${descriptor[0]}»\n`).join('');
    const symbols = kinds.map(([descriptor, kind]) => ({
      symbol: named('k.rs', descriptor),
      kind,
      documentation: ['```rust\npub\n  x\n```', 'What it is.'],
    }));
    const store = await testStore();
    await importInto(store, scipBytes([markedDocument('k.rs', marked, { symbols })]));
    const nodes = (await store.nodes.getByFile('p', 'k.rs')).slice(1);
    expect(nodes.map(({ nodeType }) => nodeType).sort()).toEqual(kinds.map(([, , type]) => type).sort());
    expect(nodes[0]).toMatchObject({ signature: 'pub x', documentation: 'What it is.', language: 'rust' });
  });

  it('numbers symbols that come out with one key, and takes several definitions of one as one', async () => {
    const marked = '«=C#`<get>x`() x» «=C#`<set>x`() x» «=o() o» «=o() o»\n';
    const store = await testStore();
    await importInto(store, scipBytes([markedDocument('n.ts', marked)]));
    const keys = (await store.nodes.getByFile('p', 'n.ts')).map(({ key }) => key).sort();
    expect(keys).toEqual(['n.ts#(module)', 'n.ts#C.x(method)', 'n.ts#C.x(method)~2', 'n.ts#o(function)']);
  });

  it('imported again gives the same store, and replaces what was there', async () => {
    const store = await testStore();
    await importInto(store, scipBytes(documents()));
    const first = await dumpOf(store);
    expect((await importInto(store, scipBytes(documents()))).generation).toBe(2);
    expect(await dumpOf(store)).toEqual(first);
    await importInto(store, scipBytes([markedDocument('b.ts', B)]));
    expect(await edges(store)).toEqual([]);
    expect(await store.verify()).toMatchObject({ ok: true });
  });
});
