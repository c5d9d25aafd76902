import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseOf } from '../../src/store/database-of.js';
import { openStore, pullStore, pushStore, type Store } from '../../src/store/index.js';
import type { TransferReport } from '../../src/store/transfer/transfer-store.js';
import { indexedWorld } from '../support/across/across.js';
import { PROGRAMS } from '../support/across/programs.js';
import { linkLines, type Projects, type World } from '../support/across/world.js';
import { dumpOf, testStore } from '../support/indexing.js';

/** Where a test pushes to and pulls from. */
export interface TransferEnd {
  readonly title: string;
  /** Makes an empty database and gives what opens it. */
  make(): Promise<string>;
}

const TYPESCRIPT = PROGRAMS['TypeScript'] ?? {};
const PYTHON = PROGRAMS['Python'] ?? {};

/** Two stores are the same when all that is asked of them is. */
async function expectSame(there: Store, here: Store): Promise<void> {
  expect(await dumpOf(there)).toEqual(await dumpOf(here));
  expect(await linkLines(there)).toEqual(await linkLines(here));
  const vectors = await vectorsOf(here);
  expect(vectors.length).toBeGreaterThan(10);
  expect(await vectorsOf(there)).toEqual(vectors);
  for (const table of ['symbol_refs', 'analysis_cache', 'content_results', 'memo_packs', 'memo_dependents', 'files']) {
    expect([table, await rowsOf(there, table)]).toEqual([table, await rowsOf(here, table)]);
  }
}

async function rowsOf(store: Store, table: string): Promise<number> {
  const row = await databaseOf(store).first<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
  return row?.count ?? 0;
}

async function vectorsOf(store: Store): Promise<unknown[]> {
  return databaseOf(store).all(
    `SELECT n.project_id, n.node_key, m.model, hex(e.vector) AS vector FROM node_embeddings AS l
     JOIN intel_nodes AS n ON n.id = l.node_id JOIN embeddings AS e ON e.id = l.embedding_id
     JOIN embedding_models AS m ON m.id = e.model_id ORDER BY 1, 2, 3`,
  );
}

async function embeddedWorld(projects: Projects): Promise<World> {
  const world = await indexedWorld(projects);
  for (const id of world.projects) await world.store.embed(id);
  return world;
}

async function openedEnd(path: string): Promise<Store> {
  const store = await openStore(path);
  onTestFinished(() => store.close());
  return store;
}

function skippedOf({ projects }: TransferReport): boolean[] {
  return projects.map(({ skipped }) => skipped);
}

/** Another body, and one more symbol. */
async function edit(world: World): Promise<void> {
  world.change(
    'core',
    'src/make.ts',
    'export function unused',
    'export function more() {\n  return make();\n}\nexport function unused',
  );
  await world.index('core');
  await world.store.embed('core');
}

/** The laws of push and pull: the same at both ends, nothing sent that is there, nothing else touched. */
export function describeTransfers(end: TransferEnd): void {
  const { title } = end;
  const make = (): Promise<string> => end.make();
  describe(`a store that is pushed to ${title}`, () => {
    it('[V4] is the same there, and is indexed on without a rebuild', async () => {
      const world = await embeddedWorld(TYPESCRIPT);
      const path = await make();
      const report = await pushStore(world.store, path);
      expect(report).toMatchObject({ direction: 'push', verified: true, skipped: [] });
      expect(report.projects.map(({ project }) => project)).toEqual(['app', 'barrel', 'core', 'older', 'tool']);
      const there = await openedEnd(path);
      await expectSame(there, world.store);
      expect(await there.verify({ deep: true })).toMatchObject({ ok: true });
      for (const { id, root } of await there.projects.list()) {
        const again = await there.index({ root: root ?? '', projectId: id });
        expect(again.recomputed).toEqual({ parse: 0, analysis: 0, bindings: 0, embeddings: 0 });
      }
    });

    it('[V4] is not sent again while nothing changes, and only what changed afterwards', async () => {
      const world = await embeddedWorld(TYPESCRIPT);
      const path = await make();
      await pushStore(world.store, path);
      const again = await pushStore(world.store, path);
      expect([again.bytes, skippedOf(again)]).toEqual([0, [true, true, true, true, true]]);
      const there = await openedEnd(path);
      const idOf = async (): Promise<unknown> => (await there.symbols.find('make')).items.map(({ id }) => id);
      const before = await idOf();
      await edit(world);
      const more = await pushStore(world.store, path);
      expect(more.skipped).toEqual(['app', 'barrel', 'older', 'tool']);
      expect(more.bytes).toBeGreaterThan(0);
      await expectSame(there, world.store);
      expect(await idOf()).toEqual(before);
      expect(await there.verify({ deep: true })).toMatchObject({ ok: true });
    });

    it('[V4] comes back as it was, and is known to be the same', async () => {
      const world = await embeddedWorld(PYTHON);
      const path = await make();
      await pushStore(world.store, path);
      const nothing = await pullStore(world.store, path);
      expect([nothing.direction, nothing.bytes, new Set(skippedOf(nothing))]).toEqual(['pull', 0, new Set([true])]);
      const laptop = await testStore();
      const report = await pullStore(laptop, path);
      expect(report.projects.every(({ skipped }) => !skipped)).toBe(true);
      await expectSame(laptop, world.store);
      expect(await laptop.verify({ deep: true })).toMatchObject({ ok: true });
      expect(new Set(skippedOf(await pullStore(laptop, path)))).toEqual(new Set([true]));
    });

    it('[V4] leaves other projects there, and edges that were given between projects come along', async () => {
      const world = await embeddedWorld(TYPESCRIPT);
      const path = await make();
      const there = await openedEnd(path);
      const other = await indexedWorld({ other: { 'o.ts': 'export function o() {\n  return 1;\n}\n' } });
      await pushStore(other.store, path);
      const [from] = (await world.store.symbols.find('tool')).items;
      const [to] = (await world.store.symbols.find('limit')).items;
      await world.store.edges.insert({
        ...{ callerId: from?.id as never, calleeId: to?.id as never, edgeType: 'data_dependency' },
        metadata: { variableName: 'given' },
      });
      await pushStore(world.store, path, { projects: ['core'] });
      expect((await there.projects.list()).map(({ id }) => id)).toEqual(['core', 'other']);
      await pushStore(world.store, path);
      const dump = await dumpOf(there);
      expect(dump.filter((line) => !line.startsWith('node\tother') && !line.startsWith('edge\tother'))).toEqual(
        await dumpOf(world.store),
      );
      expect(dump).toEqual(expect.arrayContaining(await dumpOf(other.store)));
      expect(await there.verify()).toMatchObject({ ok: true });
    });
  });
}
