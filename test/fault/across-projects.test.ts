import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Indexer, linkNames, type LinkReport } from '../../src/ingest/index.js';
import type { NameLink, WaitingNames } from '../../src/symbols/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { worldOf } from '../support/across/across.js';
import { PROGRAMS } from '../support/across/programs.js';
import { acrossOf, expectSound, linesOf, linkLines, World, type Projects } from '../support/across/world.js';
import { failureOf, indexFolder, testStore } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: what was not linked waits and is linked next; what was linked holds for one state of the store. */

const PROJECTS: Projects = PROGRAMS['TypeScript'] ?? {};
const IDS = Object.keys(PROJECTS);

/** Links while somebody else does something: before names are staged, or between that and their edges. */
async function linkBeside(store: Store, moment: 'stage' | 'finish', act: () => Promise<void>): Promise<LinkReport> {
  const stores = store.indexerStores();
  const { externals } = stores;
  let isDone = false;
  const once = async (at: 'stage' | 'finish'): Promise<void> => {
    if (at !== moment || isDone) return;
    isDone = true;
    await act();
  };
  const beside = Object.create(externals, {
    stage: {
      value: async (waiting: WaitingNames, links: readonly NameLink[]) => {
        await once('stage');
        return externals.stage(waiting, links);
      },
    },
    finish: {
      value: async (...args: Parameters<typeof externals.finish>) => {
        await once('finish');
        return externals.finish(...args);
      },
    },
  }) as typeof externals;
  return linkNames({ ...stores, externals: beside });
}

describe('a run that ended between its commit and the linking', () => {
  it('[X2] leaves names that wait, and the store sound', async () => {
    const world = await worldOf(PROJECTS);
    for (const id of IDS) await indexFolder(world.store, world.rootOf(id), { projectId: id });
    expect(await acrossOf(world.store)).toEqual([]);
    expect((await linkLines(world.store)).every((line) => line.endsWith(' waits'))).toBe(true);
    await expectSound(world.store);
    // Whatever project is looked at next, all that waits is linked.
    await world.index('core');
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(IDS));
    await expectSound(world.store);
  });

  it('[X2] leaves it sound, too, when some names were linked before', async () => {
    const world = await worldOf(PROJECTS);
    await world.indexAll();
    world.change('app', 'use.ts', '  before().walk();\n', '  before().walk();\n  new Base();\n  deep.unused();\n');
    world.change('core', 'src/base.ts', 'walk()', 'stroll()');
    for (const id of ['app', 'core']) await indexFolder(world.store, world.rootOf(id), { projectId: id });
    expect((await linkLines(world.store)).some((line) => line.endsWith(' waits'))).toBe(true);
    await expectSound(world.store);
    await world.store.link();
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(IDS));
    await expectSound(world.store);
  });

  it('[X2] leaves links without edges when it ended between the two', async () => {
    const world = await worldOf(PROJECTS);
    for (const id of IDS) await indexFolder(world.store, world.rootOf(id), { projectId: id });
    const run = linkBeside(world.store, 'finish', async () => Promise.reject(new RangeError('killed')));
    expect(await failureOf(run)).toBe('RangeError: killed');
    expect(await acrossOf(world.store)).toEqual([]);
    await expectSound(world.store);
    await world.store.link();
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(IDS));
  });
});

describe.each(['stage', 'finish'] as const)('while names are linked, before the %s', (moment) => {
  it('[X2] a provider may be deleted', async () => {
    const world = await worldOf(PROJECTS);
    for (const id of IDS) await indexFolder(world.store, world.rootOf(id), { projectId: id });
    await linkBeside(world.store, moment, async () => {
      await world.store.projects.delete('core');
    });
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(IDS.filter((id) => id !== 'core')));
    await expectSound(world.store);
  });

  it('[X2] the project itself may be deleted', async () => {
    const world = await worldOf(PROJECTS);
    for (const id of IDS) await indexFolder(world.store, world.rootOf(id), { projectId: id });
    const first = (await world.store.indexerStores().externals.waiting(1))?.project ?? '';
    await linkBeside(world.store, moment, async () => {
      await world.store.projects.delete(first);
    });
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(IDS.filter((id) => id !== first)));
    await expectSound(world.store);
  });

  it('[X2] a provider may change, and another one may link the same names', async () => {
    const world = await worldOf(PROJECTS);
    await world.indexAll();
    world.change('app', 'use.ts', '  entry();\n', '  entry();\n  deep.unused();\n');
    await indexFolder(world.store, world.rootOf('app'), { projectId: 'app' });
    await linkBeside(world.store, moment, async () => {
      world.change('core', 'src/make.ts', 'unused', 'used');
      await world.index('core');
    });
    expect(await linesOf(world.store)).toEqual(await world.fromScratch(IDS));
    await expectSound(world.store);
  });
});

describe('an index run beside which others link', () => {
  it('[X2] counts the edges that there are', async () => {
    const world = await worldOf(PROJECTS);
    for (const id of IDS) await indexFolder(world.store, world.rootOf(id), { projectId: id });
    world.change('tool', 'tool.ts', '  missing();\n', '');
    const stores = world.store.indexerStores();
    const beside = {
      ...stores,
      // Asked for after the edges were compared and before they are committed.
      cache: new Proxy(stores.cache, {
        get: (cache, property) => {
          const value: unknown = Reflect.get(cache, property);
          if (typeof value !== 'function') return value;
          const bound = value.bind(cache) as (...args: unknown[]) => unknown;
          if (property !== 'getMany') return bound;
          return async (...args: unknown[]) => {
            await world.store.link();
            return bound(...args);
          };
        },
      }),
    };
    await new Indexer(beside).index({ root: world.rootOf('tool'), projectId: 'tool', workers: 0 });
    await world.store.link();
    const { projects } = await world.store.status();
    const edges = (await linesOf(world.store)).filter((line) => line.startsWith('edge\ttool\t')).length;
    expect(projects.find(({ project }) => project === 'tool')?.edges).toBe(edges);
    expect(await world.store.projects.counts('tool')).toMatchObject({ edges });
  });
});

describe('a store that is only read', () => {
  it('[X2] answers with what was linked, leaves the rest waiting, and says that it cannot be written', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const world = new World(await testStore(path), join(temporaryFolder(), 'w'), PROJECTS);
    await world.indexAll();
    const lines = await linesOf(world.store);
    world.change('tool', 'tool.ts', '  missing();\n', '  missing();\n  all.make();\n');
    await indexFolder(world.store, world.rootOf('tool'), { projectId: 'tool' });
    await world.store.close();
    const reader = await openStore({ path, readOnly: true });
    try {
      const left = new Set(await linesOf(reader));
      expect(lines.filter((line) => line.includes('//') && line.startsWith('edge') && !left.has(line))).toEqual([]);
      expect(await failureOf(reader.link())).not.toBe('none');
      expect((await reader.verify()).ok).toBe(true);
    } finally {
      await reader.close();
    }
  });
});
