import { describe, expect, it } from 'vitest';
import { indexedWorld } from '../../support/across/across.js';
import { PROGRAMS } from '../../support/across/programs.js';
import { acrossOf, evidenceOf, expectSound, type Projects, type World } from '../../support/across/world.js';

/** The law: what is looked up again, and what is written, is what an edit can be the reason for. */

const PROJECTS: Projects = PROGRAMS['TypeScript'] ?? {};

/** The edges that came and went with an edit of a project. */
async function changedEdges(
  world: World,
  project: string,
  edit: () => void,
): Promise<{ gone: string[]; come: string[] }> {
  const before = await acrossOf(world.store);
  edit();
  const { edges } = await world.index(project);
  const after = await acrossOf(world.store);
  const gone = before.filter((line) => !after.includes(line));
  const come = after.filter((line) => !before.includes(line));
  // What loses its node goes with that; nothing is written but what is new.
  expect(edges).toBeLessThanOrEqual(gone.length + come.length);
  return { gone, come };
}

describe('the edges between projects', () => {
  it('[X2] [I3] are not looked at when a body or a comment of a provider changes', async () => {
    const world = await indexedWorld(PROJECTS);
    world.change(
      'core',
      'src/make.ts',
      'return new Base();',
      '// Made anew.\n  const base = new Base();\n  return base;',
    );
    expect(await world.index('core')).toMatchObject({ names: 0, edges: 0 });
    world.change('core', 'src/base.ts', 'export class', '// A base.\nexport class');
    expect(await world.index('core')).toMatchObject({ names: 0, edges: 0, bindings: 0 });
    world.change('barrel', 'index.ts', 'return 1;', 'return 2;');
    expect(await world.index('barrel')).toMatchObject({ names: 0, edges: 0 });
    await expectSound(world.store);
  });

  it('[X2] are not written when an export changes that nobody uses', async () => {
    const world = await indexedWorld(PROJECTS);
    for (const to of [
      'export function renamed() {}',
      'export function renamed(a: number): string { return `${a}`; }',
      '',
    ]) {
      const from = to.includes('number')
        ? 'export function renamed() {}'
        : to === ''
          ? 'export function renamed(a: number): string { return `${a}`; }'
          : 'export function unused() {}';
      world.change('core', 'src/make.ts', from, to);
      expect(await world.index('core')).toMatchObject({ edges: 0 });
    }
    world.edit('core', { 'src/more.ts': 'export function more() {}\n' });
    expect(await world.index('core')).toMatchObject({ edges: 0 });
    await expectSound(world.store);
  });

  it('[X2] [X5] that used an export go when it is renamed, and those alone, and come back with it', async () => {
    const world = await indexedWorld(PROJECTS);
    const before = await acrossOf(world.store);
    const using = before.filter((line) => line.endsWith('core//src/base.ts#Base.walk'));
    expect(using.length).toBeGreaterThan(2);
    const renamed = await changedEdges(world, 'core', () => world.change('core', 'src/base.ts', 'walk()', 'stroll()'));
    expect(renamed).toEqual({ gone: using, come: [] });
    const back = await changedEdges(world, 'core', () => world.change('core', 'src/base.ts', 'stroll()', 'walk()'));
    expect(back).toEqual({ gone: [], come: using });
    expect(await acrossOf(world.store)).toEqual(before);
    await expectSound(world.store);
  });

  it('[X2] are not looked at when an edit in a consumer has nothing to do with them', async () => {
    const world = await indexedWorld(PROJECTS);
    world.edit('tool', { 'other.ts': 'export function other() {\n  return 1;\n}\n' });
    expect(await world.index('tool')).toMatchObject({ names: 0, edges: 0 });
    world.change('tool', 'tool.ts', '  missing();\n', '  other();\n  missing();\n');
    expect(await world.index('tool')).toMatchObject({ names: 0, edges: 0 });
  });

  it('[X2] are looked up by the names that an edit uses or ceases to use', async () => {
    const world = await indexedWorld(PROJECTS);
    world.change('tool', 'tool.ts', '  missing();\n', '  missing();\n  all.limit;\n');
    // The new name, and the module, which is used once more.
    expect(await world.index('tool')).toMatchObject({ names: 2, edges: 1 });
    world.change('tool', 'tool.ts', '  all.limit;\n', '');
    expect(await world.index('tool')).toMatchObject({ names: 1, edges: 1 });
    await expectSound(world.store);
  });

  it('[X3] follow a range through a package that passes on', async () => {
    const world = await indexedWorld({
      one: { 'package.json': '{"name":"base","version":"1.0.0"}', 'index.ts': 'export function run() {}\n' },
      two: { 'package.json': '{"name":"base","version":"2.0.0"}', 'index.ts': 'export function run() {}\n' },
      barrel: {
        'package.json': '{"name":"barrel","version":"1.0.0","dependencies":{"base":"^1.0.0"}}',
        'index.ts': "export * from 'base';\n",
      },
      app: {
        'package.json': '{"name":"app","dependencies":{"barrel":"1"}}',
        'use.ts': "import { run } from 'barrel';\nexport function use() {\n  run();\n}\n",
      },
    });
    expect(await evidenceOf(world.store, 'version')).toEqual([
      'app//use.ts#use -call-> one//index.ts#run version=1.0.0',
    ]);
    world.change('barrel', 'package.json', '^1.0.0', '^2.0.0');
    await world.index('barrel');
    expect(await evidenceOf(world.store, 'version')).toEqual([
      'app//use.ts#use -call-> two//index.ts#run version=2.0.0',
    ]);
    await expectSound(world.store);
    world.change('two', 'package.json', '2.0.0', '1.5.0');
    await world.index('two');
    world.change('barrel', 'package.json', '^2.0.0', '^1.0.0');
    await world.index('barrel');
    expect(await evidenceOf(world.store, 'version')).toEqual([
      'app//use.ts#use -call-> two//index.ts#run version=1.5.0',
    ]);
    await expectSound(world.store);
  });
});
