import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { IndexOptions, Store } from '../../src/index.js';

// Threads run compiled files only, so these are the modules that the package is joined from, which have the types of the sources.
const built = new URL('../../.cache/modules/index.js', import.meta.url).href;
const { isLestockageError, openStore } = (await import(built)) as typeof import('../../src/index.js');

/** A real library: rxjs as it is published. */
const SOURCES = fileURLToPath(new URL('../../node_modules/rxjs/src', import.meta.url));

const pool = new URL('../../.cache/modules/ingest/parse-pool.js', import.meta.url).href;
const { parseFiles } = (await import(pool)) as typeof import('../../src/ingest/parse-pool.js');

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(':memory:');
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function dumpOf(store: Store): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of store.dump()) lines.push(line);
  return lines;
}

async function failureOf(store: Store, options: Omit<IndexOptions, 'root'>): Promise<string> {
  return store.index({ root: SOURCES, ...options }).then(
    () => 'none',
    (error: unknown) => (isLestockageError(error) ? error.code : String(error)),
  );
}

describe('threads', () => {
  it('[U1] give the same symbols and edges of a real library, however many there are', async () => {
    const dumps: string[][] = [];
    for (const workers of [0, 1, 2, 4]) {
      await withStore(async (store) => {
        const report = await store.index({ root: SOURCES, workers });
        expect(report.files.parsed).toBeGreaterThan(200);
        // The configuration beside the sources extends one of the folder above, which is not of the project.
        expect(report.warnings).toMatchObject([{ file: 'tsconfig.base.json', code: 'MANIFEST' }]);
        dumps.push(await dumpOf(store));
      });
    }
    const [first = []] = dumps;
    expect(first.filter((line) => /^edge\t\w+\t.*\tcall\t/.test(line)).length).toBeGreaterThan(500);
    for (const dump of dumps) expect(dump).toEqual(first);
  });

  it('end when the run is cancelled while they parse, and leave nothing', async () => {
    await withStore(async (store) => {
      const abort = new AbortController();
      const onProgress: IndexOptions['onProgress'] = ({ phase, filesDone }) => {
        if (phase === 'parse' && filesDone > 10) abort.abort();
      };
      expect(await failureOf(store, { workers: 2, signal: abort.signal, onProgress })).toBe('CANCELLED');
      expect(await store.projects.list()).toEqual([]);
    });
  });

  it('end when the progress function throws, and the run fails with what it threw', async () => {
    await withStore(async (store) => {
      const onProgress: IndexOptions['onProgress'] = ({ phase }) => {
        if (phase === 'parse') throw new RangeError('of the caller');
      };
      expect(await failureOf(store, { workers: 2, onProgress })).toBe('RangeError: of the caller');
      expect(await store.projects.list()).toEqual([]);
    });
  });

  it('that take too long for a file are replaced, and the file is a warning', async () => {
    const tasks = Array.from({ length: 12 }, (_, at) => {
      const path = `file${at}.ts`;
      // The sizes are made up so that threads are worth their while and a batch has several files.
      const sizeBytes = at === 0 ? 200_000 : 40_000;
      return {
        entry: { path, absolutePath: `/absent/${path}`, language: 'typescript', sizeBytes, statKey: '' },
        knownHash: null,
      };
    });
    const outcomes: string[] = [];
    await parseFiles(tasks, {
      // One thread, so that the calling one does not parse too.
      workers: 1,
      limits: {},
      // No thread has started within this time.
      batchTimeoutMs: 1,
      onOutcome: (outcome) =>
        outcomes.push(`${outcome.path} ${outcome.kind === 'skipped' ? outcome.code : outcome.kind}`),
    });
    expect(outcomes.sort()).toEqual(tasks.map(({ entry }) => `${entry.path} PARSE_FAILED`).sort());
  });
});
