import { describe, expect, it } from 'vitest';
import { indexedWorld, linksWith, lock, npm, usesAcross } from '../../support/across/across.js';
import { acrossOf, evidenceOf, expectSound, linkLines } from '../../support/across/world.js';

/** The law: an edge into another project has evidence; where that means two things, there is none. */

const parser = (version: string, more: Readonly<Record<string, unknown>> = {}) =>
  npm(
    { name: 'parser', version, ...more },
    { 'index.ts': `export function parse(text: string): string {\n  return text + '${version}';\n}\n` },
  );
const uses = (name = 'parser') => ({
  'src/use.ts': `import { parse } from '${name}';\nexport function use() {\n  return parse('a');\n}\n`,
});
const consumer = (range: string, more: Readonly<Record<string, string>> = {}) =>
  npm({ name: 'consumer', version: '1.0.0', dependencies: { parser: range } }, { ...uses(), ...more });

describe('a package that is there at two versions', () => {
  it('[X3] is the one that the consumer locked', async () => {
    const world = await indexedWorld({
      old: parser('1.0.0'),
      new: parser('2.0.0'),
      a: consumer('>=1', lock({ parser: '1.0.0' })),
      b: consumer('>=1', lock({ parser: '2.0.0' })),
    });
    expect(await evidenceOf(world.store, 'reason', 'version', 'range', 'manifest', 'import', 'package')).toEqual([
      'a//src/use.ts#use -call-> old//index.ts#parse reason=locked version=1.0.0 range=>=1 manifest=package.json import=parser package=npm parser',
      'b//src/use.ts#use -call-> new//index.ts#parse reason=locked version=2.0.0 range=>=1 manifest=package.json import=parser package=npm parser',
    ]);
    expect(await linksWith(world, 'a: parser .parse is ')).toEqual([
      'linked, 1 locked old//index.ts#parse(function), 2 range new//index.ts#parse(function)',
    ]);
    await expectSound(world.store);
  });

  it('[X3] is the newest in the range without a lock, and the other one when the range says so', async () => {
    const world = await indexedWorld({
      old: parser('1.0.0'),
      new: parser('2.0.0'),
      a: consumer('>=1'),
      b: consumer('^1.0.0'),
    });
    expect(await evidenceOf(world.store, 'reason')).toEqual([
      'a//src/use.ts#use -call-> new//index.ts#parse reason=range',
      'b//src/use.ts#use -call-> old//index.ts#parse reason=range',
    ]);
    expect(await linksWith(world, 'b: parser .parse is ')).toEqual([
      'linked, 1 range old//index.ts#parse(function), 2 outside-range new//index.ts#parse(function)',
    ]);
  });

  it('[X3] says so when only a version is there that is not asked for', async () => {
    const world = await indexedWorld({ new: parser('2.0.0'), a: consumer('^1.0.0') });
    expect(await evidenceOf(world.store, 'reason', 'confidence', 'range', 'version')).toEqual([
      'a//src/use.ts#use -call-> new//index.ts#parse reason=outside-range confidence=0.6 range=^1.0.0 version=2.0.0',
    ]);
  });
});

describe('packages that are alike', () => {
  it('[X3] are ambiguous when one is a copy of the other, and both stay candidates', async () => {
    const world = await indexedWorld({ one: parser('1.0.0'), two: parser('1.0.0'), a: consumer('^1.0.0') });
    expect(await acrossOf(world.store)).toEqual([]);
    expect(await linksWith(world, 'a: parser .parse is ')).toEqual([
      'ambiguous, 1 range one//index.ts#parse(function), 1 range two//index.ts#parse(function)',
    ]);
    await world.store.projects.delete('two');
    expect(await usesAcross(world)).toEqual(['a//src/use.ts#use -call-> one//index.ts#parse']);
    await world.index('two');
    expect(await acrossOf(world.store)).toEqual([]);
    await expectSound(world.store);
  });

  it('[X3] are ambiguous, too, when one of them cannot tell what a call gives', async () => {
    const box = (type: string) =>
      npm(
        { name: 'parser', version: '1.0.0' },
        {
          'index.ts': `declare const any: unknown;\nexport class Box { open() { return 1; } }\nexport function parse()${type} { return any; }\n`,
        },
      );
    const world = await indexedWorld({
      one: box(': Box'),
      two: box(''),
      a: npm(
        { name: 'a', dependencies: { parser: '1' } },
        { 'use.ts': "import { parse } from 'parser';\nexport const n = () => parse().open();\n" },
      ),
    });
    expect(await acrossOf(world.store)).toEqual([]);
    expect(await linksWith(world, 'a: parser .parse().open is ')).toEqual([
      'ambiguous, 1 range one//index.ts#Box.open(method)',
    ]);
  });

  it('[X3] are told apart by their names when one is a fork', async () => {
    const world = await indexedWorld({
      fork: { ...parser('1.5.0'), 'package.json': '{"name":"parser-fork","version":"1.5.0"}' },
      real: parser('1.0.0'),
      a: consumer('^1.0.0'),
      b: npm({ name: 'b', dependencies: { parser: 'npm:parser-fork@^1.0.0' } }, uses()),
    });
    expect(await evidenceOf(world.store, 'package', 'import', 'range')).toEqual([
      'a//src/use.ts#use -call-> real//index.ts#parse package=npm parser import=parser range=^1.0.0',
      'b//src/use.ts#use -call-> fork//index.ts#parse package=npm parser-fork import=parser range=^1.0.0',
    ]);
  });

  it('[X3] that offer one name are told apart by the import', async () => {
    const other = (name: string) => npm({ name, version: '1.0.0' }, { 'index.ts': 'export function parse() {}\n' });
    const world = await indexedWorld({
      one: other('one'),
      two: other('two'),
      a: npm({ dependencies: { one: '1', two: '1' } }, uses('two')),
    });
    expect(await usesAcross(world)).toEqual(['a//src/use.ts#use -call-> two//index.ts#parse']);
  });
});

describe('names that exist everywhere', () => {
  const names = ['get', 'run', 'parse'];
  const everywhere = (name: string) =>
    npm(
      { name, version: '1.0.0' },
      {
        'index.ts': [
          ...names.map((each) => `export function ${each}() { return 1; }`),
          `export class Client {\n${names.map((each) => `  ${each}() { return 1; }`).join('\n')}\n}`,
        ].join('\n'),
      },
    );

  it('[X3] bind to nothing without an import', async () => {
    const world = await indexedWorld({
      one: everywhere('one'),
      two: everywhere('two'),
      a: npm(
        { dependencies: { one: '1' } },
        {
          'use.ts':
            'declare const client: any;\ndeclare const other: Client;\nexport function use(x: any) {\n  get(); run(); parse(); client.get(); x.run(); other.parse(); x.client.get();\n}\n',
          'imports.ts':
            "import 'one';\nimport { missing } from 'one';\nimport express from 'express';\nexport function go() { missing(); get(); express().get(); }\n",
        },
      ),
    });
    expect(await usesAcross(world)).toEqual([]);
    expect((await linkLines(world.store)).filter((line) => !line.includes('a: one is'))).toEqual([
      'a: express .default is not-indexed',
      'a: express .default().get is not-indexed',
      'a: express is not-indexed',
      'a: one .missing is not-found',
    ]);
  });

  it('[X2] bind with one, to what the import says and nothing else', async () => {
    const world = await indexedWorld({
      one: everywhere('one'),
      two: everywhere('two'),
      a: npm(
        { dependencies: { one: '1' } },
        {
          'use.ts':
            "import { get, Client } from 'one';\nimport * as all from 'one';\nexport function use(x: any, c: Client) {\n  get(); run(); x.parse(); c.run(); new Client().parse(); all.run();\n}\n",
        },
      ),
    });
    expect(await usesAcross(world)).toEqual([
      'a//use.ts#use -call-> one//index.ts#Client',
      'a//use.ts#use -call-> one//index.ts#Client.parse',
      'a//use.ts#use -call-> one//index.ts#Client.run',
      'a//use.ts#use -call-> one//index.ts#get',
      'a//use.ts#use -call-> one//index.ts#run',
      'a//use.ts#use -reference-> one//index.ts#Client',
    ]);
  });
});

describe('an import that no manifest declares', () => {
  it('[X3] is weaker evidence, which says so', async () => {
    const world = await indexedWorld({ one: parser('1.0.0'), two: parser('2.0.0'), a: npm({ name: 'a' }, uses()) });
    expect(await evidenceOf(world.store, 'reason', 'confidence', 'range', 'manifest', 'version')).toEqual([
      'a//src/use.ts#use -call-> two//index.ts#parse reason=import confidence=0.7 range=undefined manifest=undefined version=2.0.0',
    ]);
  });

  it('[X3] leads nowhere when the project holds a package of that name itself', async () => {
    const world = await indexedWorld({
      published: parser('1.0.0'),
      a: {
        ...npm({ name: 'root', private: true, workspaces: ['packages/*'] }, {}),
        'packages/parser/package.json': '{"name":"parser","version":"0.1.0"}',
        'packages/parser/index.ts': 'export function parse() {}\n',
        'packages/app/package.json': '{"name":"app"}',
        'packages/app/use.ts': uses()['src/use.ts'],
      },
    });
    expect(await acrossOf(world.store)).toEqual([]);
    await expectSound(world.store);
  });
});

describe('a package of the own project', () => {
  it('[X3] goes before a published one of that name', async () => {
    const app = (range: string) => ({
      ...npm({ name: 'root', private: true, workspaces: ['packages/*'] }, {}),
      'packages/parser/package.json': '{"name":"parser","version":"1.1.0"}',
      'packages/parser/index.ts': 'export function parse() {}\n',
      'packages/app/package.json': JSON.stringify({ name: 'app', dependencies: { parser: range } }),
      'packages/app/use.ts': uses()['src/use.ts'],
    });
    const world = await indexedWorld({ published: parser('1.0.0'), a: app('workspace:*'), b: app('^1.0.0') });
    expect(await acrossOf(world.store)).toEqual([]);
    world.replace('b', app('~1.0.0'));
    await world.index('b');
    expect(await usesAcross(world)).toEqual(['b//packages/app/use.ts#use -call-> published//index.ts#parse']);
    await expectSound(world.store);
  });

  it('[X3] that imports itself does not reach into a copy', async () => {
    const self = npm(
      { name: 'parser', version: '1.0.0', exports: './index.ts' },
      { 'index.ts': 'export function parse() {}\n', 'test.ts': uses()['src/use.ts'] },
    );
    const world = await indexedWorld({ one: self, two: self });
    expect(await acrossOf(world.store)).toEqual([]);
    await expectSound(world.store);
  });

  it('[X3] that asks for an older version of itself gets that', async () => {
    const world = await indexedWorld({
      old: parser('1.0.0'),
      self: npm(
        { name: 'parser', version: '2.0.0', devDependencies: { parser: '^1.0.0' } },
        { 'index.ts': 'export function parse() {}\n', 'test.ts': uses()['src/use.ts'] },
      ),
    });
    expect(await usesAcross(world)).toEqual(['self//test.ts#use -call-> old//index.ts#parse']);
    await expectSound(world.store);
  });

  it('[X2] that is passed on by another one makes no edge inside the project', async () => {
    const world = await indexedWorld({
      a: npm(
        { name: 'a', version: '1.0.0', dependencies: { b: '1' } },
        {
          'index.ts': "export function own() {}\nexport * from 'b';\n",
          'use.ts': "import { own, other } from 'b';\nexport function use() { own(); other(); }\n",
        },
      ),
      b: npm(
        { name: 'b', version: '1.0.0', dependencies: { a: '1' } },
        { 'index.ts': "export { own } from 'a';\nexport function other() {}\n" },
      ),
    });
    expect(await usesAcross(world)).toEqual(['a//use.ts#use -call-> b//index.ts#other']);
    await expectSound(world.store);
    world.edit('a', { 'use.ts': `// Again.\n${world.textOf('a', 'use.ts')}` });
    await world.index('a');
    await expectSound(world.store);
  });
});

describe('a folder with several packages', () => {
  it('[X3] resolves each by what it asks for itself', async () => {
    const app = (range: string) => JSON.stringify({ name: `app-${range}`, dependencies: { parser: range } });
    const world = await indexedWorld({
      old: parser('1.0.0'),
      new: parser('2.0.0'),
      a: {
        'one/package.json': app('^1.0.0'),
        'one/use.ts': uses()['src/use.ts'],
        'two/package.json': app('^2.0.0'),
        'two/use.ts': uses()['src/use.ts'],
        'use.ts': uses()['src/use.ts'],
      },
    });
    expect(await evidenceOf(world.store, 'reason', 'manifest')).toEqual([
      'a//one/use.ts#use -call-> old//index.ts#parse reason=range manifest=one/package.json',
      'a//two/use.ts#use -call-> new//index.ts#parse reason=range manifest=two/package.json',
      'a//use.ts#use -call-> new//index.ts#parse reason=import manifest=undefined',
    ]);
    await expectSound(world.store);
  });

  it('[X3] that declares one for the run and for development takes the former', async () => {
    const world = await indexedWorld({
      old: parser('1.0.0'),
      new: parser('2.0.0'),
      a: npm({ dependencies: { parser: '^1.0.0' }, devDependencies: { parser: '^2.0.0' } }, uses()),
    });
    expect(await evidenceOf(world.store, 'reason')).toEqual([
      'a//src/use.ts#use -call-> old//index.ts#parse reason=range',
    ]);
  });
});

describe('subpaths, barrels and defaults', () => {
  it('[X2] are followed through `exports` and through packages that pass on', async () => {
    const world = await indexedWorld({
      core: npm(
        { name: '@x/core', version: '1.0.0', exports: { '.': './src/index.ts', './deep/*': './src/deep/*.ts' } },
        {
          'src/index.ts':
            "export * from './base.js';\nexport { make as create } from './base.js';\nexport default class Main { go() {} }\n",
          'src/base.ts':
            'export class Base { walk(): Base { return this; } }\nexport function make(): Base { return new Base(); }\n',
          'src/deep/tool.ts': 'export const tool = { use() { return 1; } };\nexport function secret() {}\n',
        },
      ),
      barrel: npm(
        { name: 'barrel', version: '3.0.0', dependencies: { '@x/core': '1' } },
        {
          'index.ts':
            "export * from '@x/core';\nexport { default as Main } from '@x/core';\nexport * as deep from '@x/core/deep/tool';\n",
        },
      ),
      app: npm(
        { dependencies: { barrel: '3', core: 'npm:@x/core@1' } },
        {
          'use.ts':
            "import { create, Main, deep, Base } from 'barrel';\nimport Again from 'core';\nimport { secret } from 'core/deep/tool';\nimport { hidden } from 'core/src/base';\n" +
            'export class Sub extends Base { run() { this.walk(); } }\nexport function use() {\n  create().walk().walk(); new Main().go(); deep.secret(); new Again().go(); secret(); hidden(); new Sub().walk();\n}\n',
        },
      ),
    });
    expect(await usesAcross(world, 'app')).toEqual([
      'app//use.ts#Sub -inheritance-> core//src/base.ts#Base',
      'app//use.ts#Sub.run -call-> core//src/base.ts#Base.walk',
      'app//use.ts#use -call-> core//src/base.ts#Base.walk',
      'app//use.ts#use -call-> core//src/base.ts#make',
      'app//use.ts#use -call-> core//src/deep/tool.ts#secret',
      'app//use.ts#use -call-> core//src/index.ts#Main',
      'app//use.ts#use -call-> core//src/index.ts#Main.go',
    ]);
    await expectSound(world.store);
  });
});
