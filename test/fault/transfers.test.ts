import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { databaseOf } from '../../src/store/database-of.js';
import { openStore, pullStore, pushStore, type Store } from '../../src/store/index.js';
import { dumpOf, failureOf, indexFolder, SOURCES, sourceFolder, testStore } from '../support/indexing.js';
import { emptyServer, serverForTests } from '../support/servers/in-tests.js';
import { FaultProxy } from '../support/servers/proxy.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// The law: a project is there as it was or as it is to be, whatever happens on the way; doing it again completes it.

const server = serverForTests();
const FIXTURE = fileURLToPath(new URL('../fixtures/v6.db', import.meta.url));

beforeEach(async () => {
  await emptyServer(server().url);
});

async function indexed(files: Readonly<Record<string, string>> = SOURCES): Promise<Store> {
  const store = await testStore();
  await indexFolder(store, sourceFolder(files), { projectId: 'p' });
  return store;
}

async function witness(): Promise<Store> {
  const store = await openStore(server().url);
  onTestFinished(() => store.close());
  return store;
}

async function proxied(): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(server().port);
  onTestFinished(() => proxy.stop());
  return proxy;
}

async function countOf(store: Store, table: string): Promise<number> {
  const row = await databaseOf(store).first<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
  return row?.count ?? 0;
}

describe('a push whose connection breaks', () => {
  it.each([
    ['when the parts are sent', 'INSERT OR REPLACE INTO transfer_parts'],
    ['at the swap', 'INSERT INTO transfer_ids'],
    ['when the mark is confirmed', 'digest = excluded.digest'],
  ])('is applied once all the same: %s', async (_, text) => {
    const store = await indexed();
    const proxy = await proxied();
    const there = await witness();
    for (const fate of ['refuse', 'lose', 'silence'] as const) {
      await there.projects.delete('p');
      const generation = await there.projects.generation();
      const met = proxy.once(text, fate);
      const target = { path: proxy.url, requestTimeoutMs: 1500, busyTimeoutMs: 5000 };
      const report = await pushStore(store, target);
      await met;
      expect(report.generation, fate).toBe(generation + 1);
      expect(await dumpOf(there), fate).toEqual(await dumpOf(store));
      expect(await countOf(there, 'transfer_parts')).toBe(0);
    }
  });

  it('leaves what was there when it is cut off, and goes on with what has arrived', async () => {
    const before = await indexed({ 'a.ts': 'export function a() {\n  return 1;\n}\n' });
    const there = await witness();
    await pushStore(before, server().url);
    const was = await dumpOf(there);
    const store = await indexed();
    const stop = new AbortController();
    const cut = pushStore(store, server().url, {
      signal: stop.signal,
      onProgress: ({ phase }) => void (phase === 'parts' && stop.abort()),
    });
    expect(await failureOf(cut)).toBe('CANCELLED');
    expect(await dumpOf(there)).toEqual(was);
    expect(await countOf(there, 'transfer_parts')).toBeGreaterThan(3);
    const { projects } = await pushStore(store, server().url);
    expect(projects).toMatchObject([{ parts: { sent: 0 } }]);
    expect(projects[0]?.parts.found).toBeGreaterThan(3);
    expect(await dumpOf(there)).toEqual(await dumpOf(store));
  });

  it('sends nothing again when only the comparison was not done', async () => {
    const store = await indexed();
    const stop = new AbortController();
    const cut = pushStore(store, server().url, {
      signal: stop.signal,
      onProgress: ({ phase }) => {
        if (phase === 'verify') throw new Error('cut off');
      },
    });
    await expect(cut).rejects.toThrow('cut off');
    const { projects } = await pushStore(store, server().url);
    expect(projects).toMatchObject([{ skipped: false, bytes: 0, generation: 1 }]);
    expect(await pushStore(store, server().url)).toMatchObject({ skipped: ['p'], generation: 1 });
  });

  it('survives a server that is killed before and after the swap', async () => {
    const store = await indexed();
    for (const phase of ['results', 'parts', 'swap', 'verify'] as const) {
      await emptyServer(server().url);
      let restarted: Promise<void> | undefined;
      const report = await pushStore(
        store,
        { path: server().url, busyTimeoutMs: 15_000 },
        {
          onProgress: (progress) => {
            if (progress.phase !== phase) return;
            restarted ??= server()
              .kill()
              .then(() => server().launch());
          },
        },
      );
      await restarted;
      expect(report, phase).toMatchObject({ verified: true, generation: 1 });
      expect(await dumpOf(await witness()), phase).toEqual(await dumpOf(store));
    }
  });
});

describe('readers', () => {
  it('see a project as it was or as it is to be, never in between', async () => {
    const first = await indexed({ 'a.ts': 'export function a() {\n  return 1;\n}\n' });
    const second = await indexed();
    await pushStore(first, server().url);
    const states = [await dumpOf(first), await dumpOf(second)].map(String);
    const there = await witness();
    let isPushing = true;
    const seen = new Set<number>();
    const reading = (async () => {
      while (isPushing) seen.add(states.indexOf(String(await dumpOf(there))));
    })();
    await pushStore(second, server().url);
    isPushing = false;
    await reading;
    expect(seen.has(-1)).toBe(false);
    expect(String(await dumpOf(there))).toBe(states[1]);
  });
});

describe('two pushers', () => {
  it('of the same both end equal, and one of them sends', async () => {
    const store = await indexed();
    const reports = await Promise.all([pushStore(store, server().url), pushStore(store, server().webSocketUrl)]);
    expect(reports.map(({ skipped }) => skipped.length).sort()).toEqual([0, 1]);
    expect(await dumpOf(await witness())).toEqual(await dumpOf(store));
  });

  it('of different states: one waits or is told so, and the last one holds', async () => {
    const first = await indexed({ 'a.ts': 'export function a() {\n  return 1;\n}\n' });
    const second = await indexed();
    let other: Promise<string> | undefined;
    await pushStore(first, server().url, {
      onProgress: () => {
        other ??= failureOf(pushStore(second, server().url, { waitMs: 0 }));
      },
    });
    expect(await other).toBe('PROJECT_BUSY');
    expect(await dumpOf(await witness())).toEqual(await dumpOf(first));
    await pushStore(second, server().url);
    expect(await dumpOf(await witness())).toEqual(await dumpOf(second));
  });
});

describe('a transfer is refused, and nothing is touched,', () => {
  it('when the other store has a newer schema', async () => {
    const store = await indexed();
    const there = await witness();
    const newer = `INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (999, 'later', '', 0)`;
    await databaseOf(there).write([{ sql: newer }]);
    try {
      expect(await failureOf(pushStore(store, server().url))).toBe('SCHEMA_TOO_NEW');
      expect(await failureOf(pullStore(store, server().url))).toBe('SCHEMA_TOO_NEW');
    } finally {
      await databaseOf(there).write([{ sql: 'DELETE FROM schema_migrations WHERE version = 999' }]);
    }
    expect(await there.projects.list()).toEqual([]);
  });

  it('when a store to pull from has an older one, unless it may be upgraded', async () => {
    const path = join(temporaryFolder(), 'old.db');
    copyFileSync(FIXTURE, path);
    const store = await testStore();
    expect(await failureOf(pullStore(store, path))).toBe('SCHEMA_TOO_OLD');
    expect(await store.projects.list()).toEqual([]);
    const { projects } = await pullStore(store, path, { upgrade: true });
    expect(projects.length).toBeGreaterThan(0);
    expect((await store.verify()).ok).toBe(true);
  });

  it('when both ends are one, or a project is not there', async () => {
    const store = await testStore(server().url);
    expect(await failureOf(pushStore(store, server().url))).toBe('INVALID_ARGUMENT');
    expect(await failureOf(pullStore(await indexed(), server().url, { projects: ['none'] }))).toBe('PROJECT_NOT_FOUND');
  });
});
