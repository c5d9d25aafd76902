import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Indexer, type IndexProgress } from '../../src/ingest/index.js';
import type { Store } from '../../src/store/index.js';
import {
  dumpFromScratch,
  dumpOf,
  failureOf,
  indexFolder,
  SOURCES,
  sourceFolder,
  testStore,
} from '../support/indexing.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

// Runs that do not have the folder, the store or the time to themselves.

describe('an interrupted run', () => {
  it.each(['scan', 'parse', 'bind', 'commit'] as const)('leaves the last committed state: %s', async (phase) => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    const before = [await dumpOf(store), await store.projects.list(), await store.files.list('p')];
    writeTree(root, { 'b.ts': 'export const b = () => 2;\n', 'd.ts': 'export const d = 1;\n' });
    rmSync(join(root, 'lib/c.ts'));
    const abort = new AbortController();
    const phases = new Set<string>();
    const onProgress = (progress: IndexProgress): void => {
      phases.add(progress.phase);
      if (progress.phase === phase) abort.abort();
    };
    const run = indexFolder(store, root, { signal: abort.signal, onProgress });
    expect(await failureOf(run)).toBe('CANCELLED');
    expect([...phases].at(-1)).toBe(phase);
    expect([await dumpOf(store), await store.projects.list(), await store.files.list('p')]).toEqual(before);
    await indexFolder(store, root);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });

  it('was never begun when the signal had fired before', async () => {
    const root = sourceFolder();
    const store = await testStore();
    expect(await failureOf(indexFolder(store, root, { signal: AbortSignal.abort() }))).toBe('CANCELLED');
    expect(await store.projects.list()).toEqual([]);
  });

  it('fails with what the progress function throws', async () => {
    const store = await testStore();
    const onProgress = (): void => {
      throw new RangeError('of the caller');
    };
    expect(await failureOf(indexFolder(store, sourceFolder(), { onProgress }))).toBe('RangeError: of the caller');
    expect(await store.projects.list()).toEqual([]);
  });
});

describe('two indexers', () => {
  it('of one project at once end in the state of the folder', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const root = sourceFolder();
    const stores = [await testStore(path), await testStore(path)];
    const reports = await Promise.all(stores.map((store) => indexFolder(store, root)));
    expect(reports.map((report) => report.generation).sort()).toEqual([1, 1]);
    for (const store of stores) expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });

  it('of two folders with one name at once make two projects', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const roots = [sourceFolder(SOURCES, 'app'), sourceFolder({ 'x.ts': 'export const x = 1;\n' }, 'app')];
    const open = await Promise.all(roots.map(async (root) => ({ root, store: await testStore(path) })));
    const runs = open.map(async ({ root, store }) => ({
      root,
      store,
      project: (await indexFolder(store, root)).project,
    }));
    const done = await Promise.all(runs);
    expect(new Set(done.map(({ project }) => project)).size).toBe(2);
    for (const { root, store, project } of done) {
      expect(await dumpOf(store, project)).toEqual(await dumpFromScratch(root, project));
    }
  });

  it('retry when the other one has committed meanwhile, and give up with a retryable error', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    let commits = 0;
    const interfering = (times: number): Indexer => {
      const projects = Object.create(store.projects) as Store['projects'];
      projects.commit = async (delta) => {
        if (commits++ < times) {
          writeTree(root, { 'other.ts': `export const other = ${commits};\n` });
          await indexFolder(store, root);
          writeTree(root, { 'b.ts': `export const b = ${commits};\n` });
        }
        return store.projects.commit(delta);
      };
      // Both are short, so that neither keeps the other from working.
      return new Indexer({ ...store.indexerStores(), projects });
    };
    writeTree(root, { 'b.ts': 'export const b = () => 2;\n' });
    expect((await interfering(2).index({ root, workers: 0 })).generation).toBe(4);
    expect(commits).toBe(3);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    commits = 0;
    writeTree(root, { 'b.ts': 'export const b = () => 3;\n' });
    expect(await failureOf(interfering(Infinity).index({ root, workers: 0 }))).toBe('STALE_GENERATION');
    expect(commits).toBe(5);
  });
});

describe('a file that is edited', () => {
  it('to the same size within the grain of the clock is noticed', async () => {
    const root = sourceFolder();
    const store = await testStore();
    // The file was written just before the run: its times cannot tell a later state from this one.
    await indexFolder(store, root, {}, Date.now);
    expect((await store.files.get('p', 'b.ts'))?.statKey).toBeNull();
    const { atime, mtime } = statSync(join(root, 'b.ts'));
    writeFileSync(join(root, 'b.ts'), SOURCES['b.ts'].replace('2', '7'));
    utimesSync(join(root, 'b.ts'), atime, mtime);
    expect((await indexFolder(store, root, {}, Date.now)).files.parsed).toBe(1);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });

  it('while the run goes on is noticed by the next one', async () => {
    const root = sourceFolder();
    const store = await testStore();
    let edited = false;
    const onProgress = ({ phase, filesDone }: IndexProgress): void => {
      if (phase !== 'parse' || filesDone !== 3 || edited) return;
      edited = true;
      writeFileSync(join(root, 'b.ts'), SOURCES['b.ts'].replace('function b', 'function d'));
    };
    await indexFolder(store, root, { onProgress }, Date.now);
    expect(await store.nodes.getByKey('p', 'b.ts#b(function)')).toBeDefined();
    expect((await indexFolder(store, root, {}, Date.now)).files.parsed).toBe(1);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });

  it('between the walk and the parse is indexed as it is then', async () => {
    const root = sourceFolder();
    const store = await testStore();
    const onProgress = ({ phase }: IndexProgress): void => {
      if (phase === 'scan') writeFileSync(join(root, 'b.ts'), 'export function b() {}\nexport function later() {}\n');
    };
    await indexFolder(store, root, { onProgress });
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
    expect((await indexFolder(store, root)).files.parsed).toBe(0);
  });

  it('goes unread when it vanishes between the walk and the parse: a warning, and nothing of it is lost', async () => {
    const root = sourceFolder();
    const store = await testStore();
    await indexFolder(store, root);
    writeTree(root, { 'b.ts': 'export const changed = 1;\n', 'a.ts': `${SOURCES['a.ts']}export const more = 1;\n` });
    const onProgress = ({ phase }: IndexProgress): void => {
      if (phase === 'scan') rmSync(join(root, 'b.ts'), { force: true });
    };
    const report = await indexFolder(store, root, { onProgress });
    expect(report.warnings).toMatchObject([{ file: 'b.ts', code: 'FILE_UNREADABLE' }]);
    expect(await store.nodes.getByKey('p', 'b.ts#b(function)')).toBeDefined();
    expect(await store.nodes.getByKey('p', 'a.ts#more(variable)')).toBeDefined();
    await indexFolder(store, root);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });
});
