import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import type { SliceOptions } from '../../src/index.js';
import type { Store } from '../../src/store/index.js';
import { indexFolder, sourceFolder, testStore } from '../support/indexing.js';

// The law: a place that cannot be sliced is told by a code and what was asked, and nothing is kept of it.

const FILES = {
  'a.ts': 'const before = 1;\n\nfunction f(a: number) {\n  return a + before;\n}\n\nconst after = 2;\n',
  'b.ts': 'export function f() {\n  return 1;\n}\n',
  'c.rb': 'def f(a)\n  a\nend\n',
  'jump.go': 'package a\n\nfunc f() {\nagain:\n\tgoto again\n}\n',
};

let store: Store;
let root: string;
beforeEach(async () => {
  store = await testStore();
  root = sourceFolder(FILES);
  await indexFolder(store, root, { projectId: 'p' });
});

/** The code and the details of the error that a slice fails with. */
async function refusal(options: SliceOptions): Promise<unknown> {
  const failure = await store.slice(options).then(
    () => 'none',
    ({ code, details }: { code: string; details: Record<string, unknown> }) => [code, details],
  );
  expect(await keptFlows()).toBe(0);
  return failure;
}

async function keptFlows(): Promise<number> {
  const nodes = await Promise.all(Object.keys(FILES).map((path) => store.nodes.getByFile('p', path)));
  const entries = await Promise.all(nodes.flat().map(({ contentHash }) => store.cache.get(contentHash)));
  return entries.filter((entry) => (entry?.cfgData ?? null) !== null).length;
}

it.each([1, 2, 6, 7, 8, 1000])('[P4] line %i, which is in no function, is refused', async (line) => {
  expect(await refusal({ file: 'a.ts', line })).toEqual(['FUNCTION_NOT_FOUND', { file: 'a.ts', line }]);
});

it.each([0, -1, 1.5, NaN, Infinity, 2 ** 53])('a line %d, which no file has, is refused', async (line) => {
  expect(await refusal({ file: 'a.ts', line })).toEqual(['INVALID_ARGUMENT', { argument: 'line', value: line }]);
});

it('[P4] a line of a function without code, such as a closing brace, has an empty slice', async () => {
  expect((await store.slice({ file: 'a.ts', line: 5 })).lines).toEqual([]);
});

it('a direction that there is not is refused', async () => {
  const options = { file: 'a.ts', line: 4, direction: 'sideways' } as unknown as SliceOptions;
  expect(await refusal(options)).toEqual(['INVALID_ARGUMENT', { argument: 'direction', value: 'sideways' }]);
});

it('a project and a file that are not there are refused by name', async () => {
  expect(await refusal({ project: 'q', file: 'a.ts', line: 4 })).toMatchObject(['PROJECT_NOT_FOUND', { project: 'q' }]);
  for (const file of ['none.ts', '../a.ts', '', join(root, '..', 'a.ts')]) {
    expect(await refusal({ file, line: 4 }), file).toEqual(['FILE_NOT_FOUND', { file, project: null }]);
  }
});

it('a file that two projects have is refused until one is named', async () => {
  await indexFolder(store, sourceFolder({ 'a.ts': FILES['a.ts'] }, 'other'), { projectId: 'q' });
  expect(await refusal({ file: 'a.ts', line: 4 })).toEqual([
    'AMBIGUOUS_PROJECT',
    { file: 'a.ts', candidates: ['p', 'q'] },
  ]);
});

it('[P4] a file that changed since it was indexed is refused until it is indexed again', async () => {
  for (const text of [FILES['a.ts'] + '\n', FILES['a.ts'].replace('a + before', 'a - before'), '', 'a\0b']) {
    writeFileSync(join(root, 'a.ts'), text);
    expect(await refusal({ file: 'a.ts', line: 4 }), JSON.stringify(text)).toEqual(['FILE_CHANGED', { file: 'a.ts' }]);
  }
  writeFileSync(join(root, 'a.ts'), `\n${FILES['a.ts']}`);
  await indexFolder(store, root, { projectId: 'p' });
  expect((await store.slice({ file: 'a.ts', line: 5 })).lines).toEqual([4, 5]);
});

it('a file that is gone, or no file any more, is refused', async () => {
  rmSync(join(root, 'a.ts'));
  const gone = ['FILE_NOT_FOUND', { file: 'a.ts', project: 'p' }];
  expect(await refusal({ file: 'a.ts', line: 4 })).toMatchObject(gone);
  mkdirSync(join(root, 'a.ts'));
  expect(await refusal({ file: 'a.ts', line: 4 })).toMatchObject(gone);
});

it('a function whose flow is not known is refused with the reason', async () => {
  expect(await refusal({ file: 'c.rb', line: 2 })).toMatchObject(['FLOW_NOT_AVAILABLE', { language: 'ruby' }]);
  expect(await refusal({ file: 'jump.go', line: 5 })).toMatchObject([
    'FLOW_NOT_AVAILABLE',
    { key: 'jump.go#f(function)', reason: 'It has a goto.' },
  ]);
});

it('[P4] what is kept of a function is not believed when it is cut short or a bit of it flipped', async () => {
  const { function: symbol, lines } = await store.slice({ file: 'a.ts', line: 4 });
  const { contentHash } = await store.nodes.require(symbol.id);
  const kept = (await store.cache.get(contentHash))?.cfgData ?? new Uint8Array();
  expect(kept.length).toBeGreaterThan(40);
  const flipped = Array.from(kept, (byte, at) => kept.with(at, byte ^ (1 << (at % 8))));
  for (const damaged of [...flipped, kept.subarray(0, -1), new Uint8Array()]) {
    await store.cache.put(contentHash, { cfgData: damaged });
    expect((await store.slice({ file: 'a.ts', line: 4 })).lines).toEqual(lines);
    expect((await store.cache.get(contentHash))?.cfgData).toEqual(kept);
  }
});
