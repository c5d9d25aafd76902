import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { EDGE_TYPES, type Envelope } from '../../src/model/index.js';
import { openShards, type ShardedAnswer, type ShardedStore } from '../../src/shards/index.js';
import type { CodeSymbol } from '../../src/graph/index.js';
import { worldOf } from '../support/across/across.js';
import { PROGRAMS } from '../support/across/programs.js';
import { makeEdit, randomEdit } from '../support/across/random-edits.js';
import { acrossOf, linkLines, type World } from '../support/across/world.js';
import { cases, timeLimit } from '../support/cases.js';
import { dumpOf } from '../support/index-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: projects in databases of their own answer what one store with all of them answers. */

const LIMIT_MS = timeLimit(120_000);
const opened: ShardedStore[] = [];

afterEach(async () => {
  for (const shards of opened.splice(0)) await shards.close();
});

async function shardsIn(folder: string): Promise<ShardedStore> {
  const shards = await openShards({ template: join(folder, '{namespace}.db') });
  opened.push(shards);
  return shards;
}

/** The first two projects are a group, and every other one is alone. */
async function indexInto(shards: ShardedStore, world: World, id: string): Promise<void> {
  const isGrouped = world.projects.indexOf(id) < 2;
  const namespace = isGrouped ? { namespace: 'group' } : {};
  await shards.index({ root: world.rootOf(id), projectId: id, embed: false, workers: 0, ...namespace });
}

type Item = { readonly symbol: CodeSymbol };

/** An answer without what is another in another database. */
function plain<T extends Item>({ total, truncated, items }: Envelope<T> | ShardedAnswer<T>): object {
  return { total, truncated, items: items.map(({ symbol: { id: _, ...symbol }, ...rest }) => ({ symbol, ...rest })) };
}

async function expectSameAnswers(shards: ShardedStore, world: World): Promise<number> {
  const { store } = world;
  expect(await linkLines(shards.shared)).toEqual(await linkLines(store));
  expect(await acrossOf(shards.shared)).toEqual(await acrossOf(store));
  const names = new Set<string>();
  for (const line of await dumpOf(store)) {
    const [kind, project, key = ''] = line.split('\t');
    const name = /([\w]+)\([a-z]+\)(?:~\d+)?$/.exec(key)?.[1];
    if (kind === 'node') names.add(`${project}//${key}`).add(name ?? key);
  }
  let reached = 0;
  for (const name of names) {
    for (const options of [{}, { depth: 3, edgeTypes: EDGE_TYPES }]) {
      for (const question of ['callers', 'callees'] as const) {
        const expected = await store.traversal[question](name, options);
        const answer = await shards.traversal[question](name, options);
        expect(answer.behind).toEqual([]);
        expect(plain(answer), `${question} ${name}`).toEqual(plain(expected));
        reached += answer.total;
      }
    }
    for (const across of [true, false]) {
      const expected = await store.traversal.impact(name, { across });
      expect(plain(await shards.traversal.impact(name, { across })), `impact ${name}`).toEqual(plain(expected));
    }
  }
  return reached;
}

describe.each(Object.entries(PROGRAMS))('five projects of %s in four databases', (language, projects) => {
  it(
    '[V1] [X2] answer as one store does, whatever is edited',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(randomEdit, { minLength: 2, maxLength: 4 }), async (edits) => {
          const world = await worldOf(projects);
          await world.indexAll();
          const shards = await shardsIn(temporaryFolder());
          for (const id of [...world.projects].reverse()) await indexInto(shards, world, id);
          expect(await expectSameAnswers(shards, world)).toBeGreaterThan(0);
          for (const edit of edits) {
            const id = makeEdit(world, language, projects, edit);
            if (id === undefined) continue;
            await world.index(id);
            await indexInto(shards, world, id);
          }
          await expectSameAnswers(shards, world);
          const { checks } = await shards.verify({ deep: true });
          expect(checks.filter(({ ok }) => !ok)).toEqual([]);
        }),
        cases(1),
      );
    },
    LIMIT_MS,
  );
});
