import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/index.js';
import { dumpOf, indexFolder, testStore } from '../../support/indexing.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** The indexes were made by the indexers themselves, see the README beside them. */
const FIXTURES = fileURLToPath(new URL('../../fixtures/scip/', import.meta.url));

async function overlaid(fixture: string): Promise<{ store: Store; before: string[] }> {
  const root = join(temporaryFolder(), 'shapes');
  cpSync(join(FIXTURES, fixture), root, { recursive: true });
  const store = await testStore();
  await indexFolder(store, root);
  const before = await edgesIn(store);
  const report = await store.importScip({ path: join(root, 'index.scip') });
  expect(report).toMatchObject({ project: 'shapes', generation: 2, warnings: [] });
  expect(report.recomputed).toMatchObject({ parse: 0, analysis: 0 });
  return { store, before };
}

/** `caller type callee strategy`, without containment. */
async function edgesIn(store: Store): Promise<string[]> {
  const edges = (await dumpOf(store)).filter((line) => line.startsWith('edge\t') && !line.includes('\tcontainment\t'));
  return edges.map((line) => {
    const [, , from, type, to, metadata = '{}'] = line.split('\t');
    const { strategy, confidence } = JSON.parse(metadata) as { strategy: string; confidence: number };
    expect(strategy === 'scip' ? confidence : 1).toBe(1);
    return `${from} ${type} ${to} ${strategy}`;
  });
}

describe('an index of scip-typescript over the sources that it describes', () => {
  it('[U2] tells what the binder does not find, and leaves to it what it does not tell', async () => {
    const { store, before } = await overlaid('typescript');
    const edges = await edgesIn(store);
    // What a looked-up factory gives the binder can only guess.
    const guessed = 'src/main.ts#report(function) call src/shape.ts#Base.describe(method)';
    expect(before).toContain(`${guessed} unique-member`);
    expect(edges).toContain(`${guessed} scip`);
    const found = 'src/box.ts#Box.area(method) inheritance src/shape.ts#Base.area(method) scip';
    expect(before.map(withoutStrategy)).not.toContain(withoutStrategy(found));
    expect(edges).toContain(found);
    const told = [
      'src/box.ts#Box(class) inheritance src/shape.ts#Base(class) scip',
      'src/box.ts#(module) import src/shape.ts#(module) scip',
      'src/box.ts#(module) import src/shape.ts#round(function) scip',
      'src/box.ts#Box.area(method) call src/shape.ts#round(function) scip',
      'src/box.ts#Box.area(method) call src/box.ts#Box.area.product(function) scip',
      'src/box.ts#Box.area.product(function) data_dependency src/box.ts#Box.width(variable) scip',
      'src/box.ts#Box.constructor(method) data_dependency src/box.ts#Box.made(variable) scip',
      'src/box.ts#largest(function) call src/shape.ts#Shape.area(method) scip',
      'src/box.ts#largest(function) reference src/shape.ts#Shape(interface) scip',
    ];
    expect(edges).toEqual(expect.arrayContaining(told));
    // The indexer has no word for `super(…)`.
    expect(edges).toContain(
      'src/box.ts#Box.constructor(method) call src/shape.ts#Base.constructor(method) inheritance',
    );
    expect(edges.map(withoutStrategy)).toEqual(expect.arrayContaining(before.map(withoutStrategy)));
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true, differences: [] });
  });

  it('keeps references to other packages with the names that importers give them', async () => {
    const { store } = await overlaid('typescript');
    const files = await store.precise.list('shapes');
    expect(files.map(({ path, tool, folder }) => [path, tool, folder])).toEqual([
      ['src/box.ts', 'scip-typescript', ''],
      ['src/main.ts', 'scip-typescript', ''],
      ['src/shape.ts', 'scip-typescript', ''],
    ]);
    const round = files.at(-1)?.references.get('#round(function)') ?? [];
    expect(round).toContainEqual({
      target: {
        kind: 'external',
        moniker: {
          manager: 'npm',
          packageName: 'typescript',
          version: expect.stringMatching(/^\d/) as string,
          descriptors: 'lib/`lib.es5.d.ts`/Math#round().',
        },
      },
      edgeType: 'call',
      name: 'round',
      count: 1,
      access: null,
    });
  });
});

describe('an index of scip-python over the sources that it describes', () => {
  it('[U2] tells what the binder does not find', async () => {
    const { store, before } = await overlaid('python');
    const edges = await edgesIn(store);
    const told = [
      'shapes/box.py#Box(class) inheritance shapes/base.py#Shape(class) scip',
      'shapes/box.py#Box.area(method) inheritance shapes/base.py#Shape.area(method) scip',
      'shapes/box.py#Box.area(method) call shapes/base.py#shorten(function) scip',
      'shapes/box.py#Box.area.product(function) data_dependency shapes/box.py#Box.width(variable) scip',
      'shapes/box.py#Box.__init__(method) data_dependency shapes/box.py#Box.width(variable) scip',
      'shapes/box.py#largest(function) call shapes/base.py#Shape.area(method) scip',
      'shapes/report.py#report(function) call shapes/box.py#Box(class) scip',
      'shapes/report.py#report(function) call shapes/box.py#Box.__init__(method) scip',
      'shapes/report.py#report(function) call shapes/base.py#Shape.describe(method) scip',
      'shapes/report.py#report(function) data_dependency shapes/base.py#Shape.name(variable) scip',
    ];
    expect(edges).toEqual(expect.arrayContaining(told));
    expect(edges.map(withoutStrategy)).toEqual(expect.arrayContaining(before.map(withoutStrategy)));
    const externals = (await store.precise.list('shapes')).flatMap(({ references }) => [...references.values()].flat());
    expect(externals).toContainEqual(
      expect.objectContaining({
        target: expect.objectContaining({
          kind: 'external',
          moniker: expect.objectContaining({
            manager: 'pypi',
            packageName: 'python-stdlib',
            descriptors: 'abc/ABC#',
          }) as unknown,
        }) as unknown,
        edgeType: 'inheritance',
      }),
    );
    expect(await store.verify({ deep: true })).toMatchObject({ ok: true, differences: [] });
  });
});

function withoutStrategy(edge: string): string {
  return edge.slice(0, edge.lastIndexOf(' '));
}
