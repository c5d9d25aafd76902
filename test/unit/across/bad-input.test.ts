import { describe, expect, it } from 'vitest';
import { linkNames } from '../../../src/ingest/index.js';
import { indexedWorld, linksWith, npm, usesAcross, worldOf } from '../../support/across/across.js';
import { PROGRAMS } from '../../support/across/programs.js';
import { acrossOf, expectSound, linesOf, linkLines } from '../../support/across/world.js';
import { indexFolder } from '../../support/indexing.js';

/** The law: what is odd, large or circular is followed as far as it leads, and nothing hangs, throws or is guessed. */

describe('odd texts', () => {
  it('in specifiers and names lead nowhere, and what is beside them is linked', async () => {
    const odd = [
      '',
      ' ',
      'lib/',
      'lib//deep',
      'lib/../../etc/passwd',
      'lib/./deep',
      'lib?raw',
      'lib#hash',
      '@',
      '@/x',
      '@scope',
      '@scope/',
      'l\u0000ib',
      'liß/ünï',
      "quo'te",
      'per%cent_',
      'data:text/plain,hi',
      'https://example.org/x.js',
      'x'.repeat(5000),
      '*',
      'lib/*',
      'constructor',
      '__proto__',
      'toString/valueOf',
      'json_each(?)',
    ];
    const world = await indexedWorld({
      lib: npm(
        { name: 'lib', version: '1.0.0' },
        { 'index.ts': 'export function run() {}\nexport function $y() {}\nexport function été() {}\n' },
      ),
      app: npm(
        { dependencies: { lib: '1', constructor: '1', __proto__: '1' } },
        {
          'use.ts': `${odd.map((each, at) => `import { run as r${at} } from ${JSON.stringify(each)};`).join('\n')}
import { run, $y, été } from 'lib';
export function use() {
  ${odd.map((_, at) => `r${at}();`).join(' ')}
  run(); $y(); été();
}
`,
          'odd.ts':
            "import * as lib from 'lib';\nexport function odd() {\n  lib['a.b()'](); lib['run'](); lib.__proto__(); lib.constructor();\n}\n",
        },
      ),
    });
    const uses = await usesAcross(world);
    for (const name of ['run', '$y', 'été']) expect(uses).toContain(`app//use.ts#use -call-> lib//index.ts#${name}`);
    expect(uses.every((line) => /-> lib\/\/index\.ts#(run|\$y|été)$/.test(line))).toBe(true);
    await expectSound(world.store);
  });

  it('in versions and ranges cannot be compared, which is no reason for a guess', async () => {
    const lib = (version: unknown) => npm({ name: 'lib', version }, { 'index.ts': 'export function run() {}\n' });
    const app = (range: string) =>
      npm(
        { dependencies: { lib: range } },
        { 'use.ts': "import { run } from 'lib';\nexport const used = () => run();\n" },
      );
    const world = await indexedWorld({ one: lib('banana'), two: lib('1.0.0-x.y'), three: lib(3) });
    const answers: string[] = [];
    for (const range of ['git+https://example.org/lib.git', 'latest', '>=1 <', '', '^'.repeat(2000), '1.0.0-x.y']) {
      const other = await indexedWorld({ one: lib('banana'), two: lib('banana'), app: app(range) });
      answers.push((await linksWith(other, 'app: lib .run is '))[0]?.split(',')[0] ?? '');
      await expectSound(other.store);
    }
    expect(answers).toEqual(['ambiguous', 'ambiguous', 'ambiguous', 'ambiguous', 'ambiguous', 'ambiguous']);
    await expectSound(world.store);
  });
});

describe('circles', () => {
  it('of packages that pass on each other end, and what is in them is found', async () => {
    const ring = (name: string, next: string, own: string) =>
      npm(
        { name, version: '1.0.0', dependencies: { [next]: '1' } },
        { 'index.ts': `export * from '${next}';\nexport { loop } from '${next}';\nexport function ${own}() {}\n` },
      );
    const world = await indexedWorld({
      a: ring('a', 'b', 'inA'),
      b: ring('b', 'c', 'inB'),
      c: ring('c', 'a', 'inC'),
      use: npm(
        { dependencies: { a: '1' } },
        {
          'use.ts':
            "import { inA, inB, inC, loop, nowhere } from 'a';\nexport function use() {\n  inA(); inB(); inC(); loop(); nowhere();\n}\n",
        },
      ),
    });
    expect(await usesAcross(world)).toEqual([
      'use//use.ts#use -call-> a//index.ts#inA',
      'use//use.ts#use -call-> b//index.ts#inB',
      'use//use.ts#use -call-> c//index.ts#inC',
    ]);
    expect(await linksWith(world, 'use: a .loop is ')).toEqual(['not-found']);
    expect(await linksWith(world, 'use: a .nowhere is ')).toEqual(['not-found']);
    await expectSound(world.store);
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(['use', 'c', 'b', 'a']));
  });

  it('of classes that extend each other across packages end', async () => {
    const half = (name: string, other: string) =>
      npm(
        { name, version: '1.0.0', dependencies: { [other]: '1' } },
        {
          'index.ts': `import { C as Other } from '${other}';\nexport class C extends Other {\n  ${name}() { this.${other}(); this.none(); }\n}\n`,
        },
      );
    const world = await indexedWorld({ a: half('a', 'b'), b: half('b', 'a') });
    expect(await usesAcross(world)).toEqual([
      'a//index.ts#C -inheritance-> b//index.ts#C',
      'a//index.ts#C.a -call-> b//index.ts#C.b',
      'b//index.ts#C -inheritance-> a//index.ts#C',
      'b//index.ts#C.b -call-> a//index.ts#C.a',
    ]);
    await expectSound(world.store);
  });
});

describe('long chains', () => {
  it('of packages are followed to a limit', async () => {
    const chain = (length: number) =>
      Object.fromEntries(
        Array.from({ length }, (_, at) => [
          `p${at}`,
          npm(
            { name: `p${at}`, version: '1.0.0' },
            { 'index.ts': at === 0 ? 'export function end() {}\n' : `export * from 'p${at - 1}';\n` },
          ),
        ]),
      );
    const world = await indexedWorld({
      ...chain(12),
      use: npm(
        {},
        {
          'use.ts':
            "import { end as near } from 'p6';\nimport { end as far } from 'p11';\nexport function use() {\n  near(); far();\n}\n",
        },
      ),
    });
    expect(await usesAcross(world)).toEqual(['use//use.ts#use -call-> p0//index.ts#end']);
    expect(await linksWith(world, 'use: p11 .end is ')).toEqual(['not-found']);
    await expectSound(world.store);
  });

  it('of copies that pass on copies are not looked into without end', async () => {
    const copies = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [
        `copy${at}`,
        npm({ name: 'copy', version: '1.0.0' }, { 'index.ts': "export * from 'copy';\nexport * from 'other';\n" }),
      ]),
    );
    const others = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [
        `other${at}`,
        npm({ name: 'other', version: '1.0.0' }, { 'index.ts': "export * from 'copy';\n" }),
      ]),
    );
    const world = await indexedWorld({
      use: npm({}, { 'use.ts': "import { it } from 'copy';\nexport function use() {\n  it().it().it();\n}\n" }),
      ...copies,
      ...others,
    });
    expect(await acrossOf(world.store, 'use')).toEqual([]);
    expect((await linkLines(world.store, 'use')).filter((line) => line.includes('.it'))).toEqual([
      'use: copy .it is not-found',
      'use: copy .it().it is untyped',
      'use: copy .it().it().it is untyped',
    ]);
  });

  it('of calls end where nobody can tell any more', async () => {
    const world = await indexedWorld({
      lib: npm(
        { name: 'lib', version: '1.0.0' },
        { 'index.ts': 'export class B { go(): B { return this; } }\nexport function b(): B { return new B(); }\n' },
      ),
      app: npm(
        { dependencies: { lib: '1' } },
        { 'use.ts': `import { b } from 'lib';\nexport function use() {\n  b()${'.go()'.repeat(150)};\n}\n` },
      ),
    });
    expect(await usesAcross(world)).toEqual([
      'app//use.ts#use -call-> lib//index.ts#B.go',
      'app//use.ts#use -call-> lib//index.ts#b',
    ]);
    await expectSound(world.store);
  });
});

describe('many names', () => {
  it('are linked, each once', async () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `n${at}`);
    const world = await indexedWorld({
      app: npm(
        { dependencies: { lib: '1' } },
        {
          'use.ts': `import {\n${names.join(',\n')}\n} from 'lib';\nexport function use() {\n${names.map((name) => `  ${name}();`).join('\n')}\n}\n`,
        },
      ),
      lib: npm(
        { name: 'lib', version: '1.0.0' },
        { 'index.ts': names.map((name) => `export function ${name}() {}`).join('\n') },
      ),
    });
    expect(await usesAcross(world)).toHaveLength(10_000);
    world.change('lib', 'index.ts', 'function n77()', 'function m77()');
    // Two edges went with the node of n77: nothing else is written.
    expect(await world.index('lib')).toMatchObject({ names: 10_001, edges: 0 });
    const uses = await usesAcross(world);
    expect([uses.length, uses.filter((line) => line.endsWith('#n77'))]).toEqual([9_999, []]);
  }, 120_000);

  it.each([1, 2, 5])('are linked to the same in batches of %i', async (namesPerBatch) => {
    const projects = PROGRAMS['TypeScript'] ?? {};
    const world = await worldOf(projects);
    for (const id of world.projects) await indexFolder(world.store, world.rootOf(id), { projectId: id });
    const { names } = await linkNames(world.store.indexerStores(), {}, namesPerBatch);
    const lines = await linkLines(world.store);
    expect(names).toBe(lines.length);
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(world.projects));
  });
});
