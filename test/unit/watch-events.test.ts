import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventListener, FolderEvents } from '../../src/ingest/watch/folder-events.js';
import { QueueGuard } from '../../src/ingest/watch/queue-guard.js';
import { openWatchedFolders } from '../../src/ingest/watch/watched-folders.js';
import { dumpFromScratch, dumpOf, failureOf, sourceFolder, testStore } from '../support/indexing.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

// The law: what happens in a real folder is told, or a loss is.

describe('the guard of the queue', () => {
  it('[U4] takes a turn that delivers a good part of the queue for a loss', async () => {
    const guard = new QueueGuard(400);
    let alarms = 0;
    const unsubscribe = guard.subscribe(() => alarms++);
    const deliver = async (events: number): Promise<void> => {
      for (let n = 0; n < events; n++) guard.count();
      await nextTurn();
    };
    await deliver(99);
    await deliver(99);
    expect(alarms).toBe(0);
    await deliver(100);
    expect(alarms).toBe(1);
    unsubscribe();
    await deliver(400);
    expect(alarms).toBe(1);
  });
});

/** Listens to a real folder; `until` waits for what it tells. */
class RealEvents implements EventListener {
  readonly told: string[] = [];
  readonly source: FolderEvents;
  #check: () => void = () => undefined;

  constructor(root: string, guard?: QueueGuard) {
    this.source = openWatchedFolders(root, this, guard);
    onTestFinished(() => this.source.close());
  }

  onFile(path: string): void {
    this.#tell(`file ${path}`);
  }
  onFolder(path: string): void {
    this.#tell(`folder ${path}`);
  }
  onLost(): void {
    this.#tell('lost');
  }

  /** Waits for an event; gives all that were told since the last one that was waited for. */
  async until(event: string): Promise<string[]> {
    await new Promise<void>((resolve) => {
      this.#check = () => {
        if (this.told.includes(event)) resolve();
      };
      this.#check();
    });
    return this.told.splice(0);
  }

  #tell(event: string): void {
    this.told.push(event);
    this.#check();
  }
}

describe('events of a real folder', () => {
  it('tell of files and folders, also in folders made all at once and in renamed ones', async () => {
    const root = sourceFolder();
    const events = new RealEvents(root);
    await events.source.refresh();
    writeFileSync(join(root, 'lib/c.ts'), 'export const c = 3;\n');
    await events.until('file lib/c.ts');
    writeTree(root, { 'n/x/y/deep.ts': '1' });
    await events.until('folder n');
    await events.source.refresh();
    writeFileSync(join(root, 'n/x/y/deep.ts'), '2');
    await events.until('file n/x/y/deep.ts');
    renameSync(join(root, 'n'), join(root, 'm'));
    await events.until('folder m');
    await events.source.refresh();
    writeFileSync(join(root, 'm/x/y/deep.ts'), '3');
    await events.until('file m/x/y/deep.ts');
    // The same names again, but other folders.
    renameSync(join(root, 'm'), join(root, 'o'));
    writeTree(root, { 'm/x/y/deep.ts': '4' });
    await events.until('folder o');
    await events.until('folder m');
    await events.source.refresh();
    writeFileSync(join(root, 'm/x/y/deep.ts'), '5');
    await events.until('file m/x/y/deep.ts');
    rmSync(join(root, 'm'), { recursive: true });
    await events.until('folder m');
    mkdirSync(join(root, 'm'));
    await events.until('folder m');
    await events.source.refresh();
    writeFileSync(join(root, 'm/again.ts'), '4');
    await events.until('file m/again.ts');
  });

  it('tell nothing of ignored folders and of what lies behind links', async () => {
    const root = sourceFolder({ '.gitignore': 'build/\n', 'build/a.ts': '1', 'node_modules/x/a.ts': '1', 'a.ts': '1' });
    const outside = temporaryFolder();
    symlinkSync(outside, join(root, 'link'));
    const events = new RealEvents(root);
    await events.source.refresh();
    writeFileSync(join(outside, 'far.ts'), '2');
    writeTree(root, { 'build/a.ts': '2', 'build/more/b.ts': '2', 'node_modules/x/a.ts': '2', 'a.ts': '2' });
    expect(new Set(await events.until('file a.ts'))).toEqual(new Set(['file a.ts']));
  });

  it('tell of ignore rules above the folder', async () => {
    const top = sourceFolder({ '.git/HEAD': 'ref: x\n', '.git/info/exclude': '', 'packages/p/a.ts': '1' });
    const events = new RealEvents(join(top, 'packages/p'));
    await events.source.refresh();
    writeFileSync(join(top, '.gitignore'), 'b.ts\n');
    await events.until('folder ');
    writeFileSync(join(top, '.git/info/exclude'), 'c.ts\n');
    await events.until('folder ');
  });

  it('[U4] watch all folders anew after a loss', async () => {
    const root = sourceFolder();
    const events = new RealEvents(root, new QueueGuard(4));
    await events.source.refresh();
    writeFileSync(join(root, 'a.ts'), '1');
    await events.until('lost');
    await events.source.refresh();
    writeFileSync(join(root, 'lib/c.ts'), '2');
    await events.until('file lib/c.ts');
  });
});

/** How many events the kernel holds; more than a test can make in short time, where it is not Linux. */
function queueLength(): number {
  try {
    return Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

describe.runIf(queueLength() <= 50_000)('a queue that overflows', () => {
  it('[U4] is told as a loss, and what it swallowed is watched again', async () => {
    const root = sourceFolder();
    const events = new RealEvents(root);
    await events.source.refresh();
    const logs = ['one.log', 'two.log'].map((name) => openSync(join(root, name), 'w'));
    // Nothing is delivered before this loop gives up its turn. Equal events in a row would count as one.
    for (let n = 0; n < queueLength(); n++) for (const log of logs) writeSync(log, 'x');
    for (const log of logs) closeSync(log);
    renameSync(join(root, 'lib'), join(root, 'other'));
    writeTree(root, { 'lib/c.ts': '1' });
    expect(await events.until('lost')).not.toContain('folder lib');
    await events.source.refresh();
    writeFileSync(join(root, 'lib/c.ts'), '2');
    await events.until('file lib/c.ts');
  });
});

describe('Store.watch', () => {
  it('[U4] keeps the store equal to a clean rebuild, and can be left', async () => {
    const root = sourceFolder();
    const store = await testStore();
    const edits = [
      () => writeTree(root, { 'b.ts': 'export function b() { return 3; }\nexport function more() { return b(); }\n' }),
      () => renameSync(join(root, 'lib'), join(root, 'src')),
      () => rmSync(join(root, 'src/c.ts')),
    ];
    for await (const report of store.watch({ root, workers: 0 })) {
      expect(report.project).toBe('p');
      expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
      const edit = edits.shift();
      if (edit === undefined) break;
      edit();
    }
    expect(edits).toEqual([]);
  });

  it.each<[string, (root: string) => void]>([
    ['is deleted', (root) => rmSync(root, { recursive: true })],
    ['is moved', (root) => renameSync(root, `${root}-elsewhere`)],
  ])('[U4] ends with a typed error when the folder %s', async (_, go) => {
    const root = sourceFolder();
    const store = await testStore();
    const watch = store.watch({ root, workers: 0 });
    await watch.next();
    go(root);
    // The files may be seen to go before the folder does.
    const drain = async (): Promise<void> => {
      for await (const report of watch) expect(report.files.removed).toBeGreaterThan(0);
    };
    expect(await failureOf(drain())).toBe('FOLDER_NOT_FOUND');
    expect(await failureOf(store.watch({ root }).next())).toBe('FOLDER_NOT_FOUND');
  });

  it('[U4] goes on with a folder that took the place of the first one', async () => {
    const root = sourceFolder();
    const store = await testStore();
    for await (const report of store.watch({ root, workers: 0 })) {
      if (report.files.seen === 1) break;
      renameSync(root, `${root}-before`);
      writeTree(root, { 'lib/only.ts': 'export const only = 1;\n' });
    }
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  });
});
