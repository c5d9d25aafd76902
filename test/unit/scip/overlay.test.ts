import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IndexReport } from '../../../src/index.js';
import type { Store } from '../../../src/store/index.js';
import { dumpFromScratch, dumpOf, failureOf, indexFolder, sourceFolder, testStore } from '../../support/indexing.js';
import { fileWith, markedDocument, named, scipBytes, unmarked, type DocumentShape } from '../../support/scip-index.js';
import { writeTree } from '../../support/temporary-folder.js';

/**
 * The law: for files as the index describes them, what the index says goes before what the binder finds; for
 * all others the binder decides; and everything that is written is written at once or not at all.
 */

/** The index says that `pick` calls `h`, which the code does not show. */
const A = `import { g, h } from '«b.ts: ./b.js»';
‹pick() export function «=pick() pick»() { return «b.ts:h() g»(); }›
‹other() export function «=other() other»() { return «b.ts:g() g»(); }›
`;
const B = `‹g() export function «=g() g»() { return 1; }›
‹h() export function «=h() h»() { return 2; }›
`;
const SOURCES = { 'a.ts': unmarked(A), 'b.ts': unmarked(B), 'c.ts': "import { g } from './b.js';\ng();\n" };
const DOCUMENTS = [markedDocument('a.ts', A), markedDocument('b.ts', B)];
const PICK = 'a.ts#pick(function) call b.ts#h(function) scip 1';

async function edges(store: Store): Promise<string[]> {
  const lines = (await dumpOf(store)).filter((line) => line.startsWith('edge\t') && line.includes('\tcall\t'));
  return lines.map((line) => {
    const [, , from, type, to, metadata = '{}'] = line.split('\t');
    const { strategy, confidence } = JSON.parse(metadata) as { strategy: string; confidence: number };
    return `${from} ${type} ${to} ${strategy} ${confidence}`;
  });
}

async function importInto(store: Store, documents: readonly DocumentShape[], tool = 'test'): Promise<IndexReport> {
  return store.importScip({ path: fileWith(scipBytes(documents, { tool })), projectId: 'p' });
}

async function overlaid(): Promise<{ store: Store; root: string; report: IndexReport }> {
  const root = sourceFolder(SOURCES);
  const store = await testStore();
  await indexFolder(store, root);
  return { store, root, report: await importInto(store, DOCUMENTS) };
}

describe('an index that is laid over an indexed project', () => {
  it('[U2] goes before what the binder finds, for the files that it covers', async () => {
    const { store, report } = await overlaid();
    expect(await edges(store)).toEqual(
      [
        PICK,
        'a.ts#other(function) call b.ts#g(function) scip 1',
        'c.ts#(module) call b.ts#g(function) import 1',
      ].sort(),
    );
    expect(report).toMatchObject({
      project: 'p',
      generation: 2,
      files: { seen: 2, parsed: 2, removed: 0, skipped: 0 },
      // Nothing is bound beyond the symbols of the two files.
      recomputed: { parse: 0, analysis: 0, bindings: 6, embeddings: 0 },
      warnings: [],
    });
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true, differences: [] });
  });

  it('[I6] stays as it is for comments and layout, and counts no more when the code differs, until that is undone', async () => {
    const { store, root } = await overlaid();
    const before = await edges(store);
    writeTree(root, { 'a.ts': `// a note\n\n${SOURCES['a.ts']}` });
    expect(await indexFolder(store, root)).toMatchObject({ recomputed: { analysis: 0, bindings: 0 } });
    expect(await edges(store)).toEqual(before);

    writeTree(root, { 'a.ts': SOURCES['a.ts'].replace('return g', 'return 1 + g') });
    await indexFolder(store, root);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect(await edges(store)).not.toContain(PICK);

    writeTree(root, { 'a.ts': SOURCES['a.ts'] });
    await indexFolder(store, root);
    expect(await edges(store)).toEqual(before);
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true });
  });

  it('gives no edge to what is gone, and leaves references by that name to the binder', async () => {
    const { store, root } = await overlaid();
    writeTree(root, { 'b.ts': SOURCES['b.ts'].replace('h()', 'renamed()') });
    await indexFolder(store, root);
    expect(await edges(store)).toContain('a.ts#pick(function) call b.ts#g(function) import 1');
    expect((await edges(store)).join()).not.toContain('#h(');
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true });
    writeTree(root, { 'b.ts': SOURCES['b.ts'] });
    await indexFolder(store, root);
    expect(await edges(store)).toContain(PICK);
  });

  it('is replaced by the next one of the same indexer, beside those of others', async () => {
    const { store } = await overlaid();
    const first = await dumpOf(store);
    expect(await importInto(store, DOCUMENTS)).toMatchObject({ generation: 2, recomputed: { bindings: 0 } });
    expect(await importInto(store, [markedDocument('b.ts', B)])).toMatchObject({ files: { removed: 1 } });
    expect(await edges(store)).not.toContain(PICK);
    await importInto(store, [markedDocument('a.ts', A), markedDocument('b.ts', B)]);
    expect(await dumpOf(store)).toEqual(first);
    await importInto(
      store,
      [markedDocument('c.ts', "import { g } from './b.js';\n«b.ts:g() g»();\n"), markedDocument('b.ts', B)],
      'other',
    );
    expect((await store.precise.list('p')).map(({ path, tool }) => [path, tool])).toEqual([
      ['a.ts', 'test'],
      ['b.ts', 'other'],
      ['c.ts', 'other'],
    ]);
    expect(await edges(store)).toContain('c.ts#(module) call b.ts#g(function) scip 1');
    expect(await edges(store)).toContain(PICK);
  });

  it('can be taken back, and goes with its project', async () => {
    const { store, root } = await overlaid();
    expect(await store.removeScip('p')).toMatchObject({
      generation: 3,
      files: { removed: 2 },
      recomputed: { bindings: 6 },
    });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect(await store.removeScip('p')).toMatchObject({ generation: 3, files: { removed: 0 } });
    await importInto(store, DOCUMENTS);
    await store.projects.delete('p');
    expect(await store.precise.list('p')).toEqual([]);
    expect(await failureOf(store.removeScip('p'))).toBe('PROJECT_NOT_FOUND');
  });

  it('describes a folder of the project when it names that', async () => {
    const root = sourceFolder({ 'sub/a.ts': SOURCES['a.ts'], 'sub/b.ts': SOURCES['b.ts'] });
    const store = await testStore();
    await indexFolder(store, root);
    const path = fileWith(scipBytes(DOCUMENTS, { root: `file://${root}/sub` }));
    // Without an id it is the project around the folder.
    expect(await store.importScip({ path })).toMatchObject({ project: 'p', files: { parsed: 2 } });
    expect(await edges(store)).toContain('sub/a.ts#pick(function) call sub/b.ts#h(function) scip 1');
    expect(await failureOf(store.importScip({ path, root: join(root, '..') }))).toBe('INVALID_ARGUMENT');
    const bare = fileWith(scipBytes(DOCUMENTS));
    expect(await store.importScip({ path: bare, root: join(root, 'sub') })).toMatchObject({ generation: 2 });
  });

  it('turns relationships and writes into edges, and keeps what lies in other packages', async () => {
    const text =
      `export interface I { m(): void }\n‹C# export class «=C# C» implements «I# I» {\n  «=C#v. v» = 1;\n  ‹C#m() «=C#m() m»() { this.«C#v. v» = «x x x 2 X#f(). f»(); }›\n}›\n`
        .replace('interface I', 'interface «=I# I»')
        .replace('m(): void', '«=I#m() m»(): void');
    const marked = text.replace('«x x x 2 X#f(). f»', 'f');
    const document = markedDocument('c.ts', marked, {
      symbols: [
        { symbol: named('c.ts', 'C#'), relationships: [{ symbol: named('c.ts', 'I#'), isImplementation: true }] },
        {
          symbol: named('c.ts', 'C#m().'),
          relationships: [{ symbol: named('c.ts', 'I#m().'), isImplementation: true, isReference: true }],
        },
      ],
    });
    const line = unmarked(marked).split('\n')[3] ?? '';
    const at = line.indexOf('f()');
    document.occurrences?.push({ symbol: 's npm far 2.0.0 `x.ts`/f().', range: [3, at, at + 1] });
    const store = await testStore();
    await indexFolder(store, sourceFolder({ 'c.ts': unmarked(marked) }));
    await importInto(store, [document]);
    const lines = (await dumpOf(store)).filter((each) => each.startsWith('edge') && !each.includes('containment'));
    expect(lines.map((each) => each.split('\t').slice(2).join(' '))).toEqual([
      'c.ts#C(class) inheritance c.ts#I(interface) {"confidence":1,"strategy":"scip"}',
      'c.ts#C.m(method) data_dependency c.ts#C.v(variable) {"access":"write","confidence":1,"strategy":"scip","variableName":"v"}',
      'c.ts#C.m(method) inheritance c.ts#I.m(method) {"confidence":1,"strategy":"scip"}',
    ]);
    const [file] = await store.precise.list('p');
    expect(file?.references.get('#C.m(method)')).toContainEqual({
      target: {
        kind: 'external',
        moniker: { manager: 'npm', packageName: 'far', version: '2.0.0', descriptors: '`x.ts`/f().' },
      },
      edgeType: 'call',
      name: 'f',
      count: 1,
      access: null,
    });
  });
});

describe('an index that does not fit', () => {
  it('is told of with the place, and changes nothing where it does not', async () => {
    const root = sourceFolder(SOURCES);
    const store = await testStore();
    await indexFolder(store, root);
    const before = await dumpOf(store);
    const { warnings, files } = await importInto(store, [
      markedDocument('../a.ts', A),
      markedDocument('absent.ts', A),
      // Another text than the file's, by what it says itself and by where the names stand.
      markedDocument('a.ts', `${A}// more\n`, { withText: true }),
      markedDocument('b.ts', `\n${B}`),
      markedDocument('c.ts', ''),
      markedDocument('c.ts', ''),
    ]);
    expect(warnings.map(({ file, code }) => [file.replace(/^.*\//, ''), code]).sort()).toEqual(
      [
        ['a.ts', 'SOURCE_CHANGED'],
        ['b.ts', 'SOURCE_CHANGED'],
        ['c.ts', 'DOCUMENT_REPEATED'],
        ['index.scip', 'FILE_NOT_INDEXED'],
        ['index.scip', 'INVALID_PATH'],
      ].sort(),
    );
    expect(files).toMatchObject({ seen: 6, parsed: 1, skipped: 5 });
    expect(await dumpOf(store)).toEqual(before);
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true });
  });

  it('does not describe a file that changed since it was indexed', async () => {
    const root = sourceFolder(SOURCES);
    const store = await testStore();
    await indexFolder(store, root);
    writeFileSync(join(root, 'a.ts'), `${SOURCES['a.ts']}// edited\n`);
    const { warnings } = await importInto(store, DOCUMENTS);
    expect(warnings).toMatchObject([{ file: 'a.ts', code: 'SOURCE_CHANGED' }]);
    // With the text in it, it describes what was indexed, whatever is on disk.
    const texts = [markedDocument('a.ts', A, { withText: true }), markedDocument('b.ts', B, { withText: true })];
    expect((await importInto(store, texts)).warnings).toEqual([]);
    expect(await edges(store)).toContain(PICK);
  });

  it('has ranges beyond the file left out', async () => {
    const { store } = await overlaid();
    const odd = markedDocument('a.ts', A);
    odd.occurrences?.push(
      { symbol: named('b.ts', 'g().'), range: [999, 0, 5] },
      { symbol: named('b.ts', 'g().'), range: [1, 2] },
    );
    const { warnings } = await importInto(store, [odd, markedDocument('b.ts', B)]);
    expect(warnings).toMatchObject([{ file: 'a.ts', code: 'INVALID_RANGE' }]);
    expect(await edges(store)).toContain(PICK);
  });

  it('is refused when it is cut short, of another protocol, or an export of this library', async () => {
    const { store } = await overlaid();
    const before = await dumpOf(store);
    const bytes = scipBytes(DOCUMENTS);
    const cut = fileWith(bytes.subarray(0, bytes.length - 3));
    expect(await failureOf(store.importScip({ path: cut, projectId: 'p' }))).toBe('INDEX_DAMAGED');
    const other = fileWith(scipBytes(DOCUMENTS, { version: 9 }));
    expect(await failureOf(store.importScip({ path: other, projectId: 'p' }))).toBe('INDEX_VERSION');
    expect(await failureOf(importInto(store, DOCUMENTS, 'lestockage'))).toBe('INVALID_ARGUMENT');
    expect(await dumpOf(store)).toEqual(before);
    expect((await store.projects.require('p')).generation).toBe(2);
  });

  it('is interrupted without a trace', async () => {
    const root = sourceFolder(SOURCES);
    const store = await testStore();
    await indexFolder(store, root);
    const before = await dumpOf(store);
    for (let at = 1; at <= 5; at++) {
      const controller = new AbortController();
      let reports = 0;
      const path = fileWith(scipBytes(DOCUMENTS));
      const { signal } = controller;
      const onProgress = (): void => void (++reports === at && controller.abort());
      expect(await failureOf(store.importScip({ path, projectId: 'p', signal, onProgress }))).toBe('CANCELLED');
      expect(await dumpOf(store)).toEqual(before);
      expect(await store.precise.list('p')).toEqual([]);
    }
  });
});
