import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IndexProgress } from '../../../src/ingest/index.js';
import type { Store } from '../../../src/store/index.js';
import { queryInput } from '../../../src/vectors/index.js';
import { failureOf, sourceFolder, testStore } from '../../support/indexing.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const FUNCTIONS = 120;

function program(count: number, name = 'f'): string {
  return Array.from({ length: count }, (_, at) => `export function ${name}${at}() { return ${at}; }`).join('\n');
}

async function openAt(path: string, exactBelow = 50): Promise<Store> {
  return testStore({ path, vectorIndex: { exactBelow, recentLimit: 30, threads: 1, maintenance: 'manual' } });
}

describe('a store that is indexed', () => {
  it('[V7] has an index file in step with its symbols, built and extended where that is due', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const root = sourceFolder({ 'a.ts': program(FUNCTIONS) });
    const store = await openAt(path);
    const phases: IndexProgress[] = [];
    await store.index({ root, workers: 0, onProgress: (progress) => void phases.push(progress) });
    expect(phases.filter(({ phase }) => phase === 'vectors').at(-1)).toMatchObject({ filesDone: FUNCTIONS + 1 });
    expect(await store.vectors.status()).toMatchObject([{ file: 'usable', rows: FUNCTIONS + 1, behind: 0 }]);
    const first = readdirSync(`${path}.vectors`);
    // Few changes wait beside the file, many are taken into it.
    writeFileSync(join(root, 'b.ts'), program(10, 'few'));
    await store.index({ root, workers: 0 });
    expect(readdirSync(`${path}.vectors`)).toEqual(first);
    expect(await store.vectors.status()).toMatchObject([{ rows: FUNCTIONS + 1, recent: 11 }]);
    writeFileSync(join(root, 'c.ts'), program(40, 'many'));
    await store.index({ root, workers: 0 });
    expect(await store.vectors.status()).toMatchObject([{ rows: FUNCTIONS + 53, recent: 0, behind: 0 }]);
    expect((await store.verify()).ok).toBe(true);
    const [vector] = await store.embedder.embed([queryInput('many 7')]);
    const { matches } = await store.vectors.nearest(vector as Float32Array, { k: 5, filter: { pathPrefix: 'c.ts' } });
    expect(matches).toHaveLength(5);
  });

  it('keeps no file and no journal while it is small', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await openAt(path, 1000);
    await store.index({ root: sourceFolder({ 'a.ts': program(FUNCTIONS) }), workers: 0 });
    expect(existsSync(`${path}.vectors`)).toBe(false);
    expect(await store.embeddingJournal.size()).toBe(0);
    expect(await store.vectors.status()).toMatchObject([{ strategy: 'exact', reason: 'small' }]);
  });

  it('[U8] is indexed all the same when the index file cannot be written, with a warning', async () => {
    const path = join(temporaryFolder(), 'code.db');
    writeFileSync(`${path}.vectors`, 'in the way');
    const store = await openAt(path);
    const report = await store.index({ root: sourceFolder({ 'a.ts': program(FUNCTIONS) }), workers: 0 });
    expect(report.recomputed.embeddings).toBe(FUNCTIONS + 1);
    expect(report.warnings).toMatchObject([{ code: 'VECTOR_INDEX' }]);
    expect(await store.vectors.status()).toMatchObject([
      { strategy: 'exact', maintenanceError: { code: 'INDEX_UNWRITABLE' } },
    ]);
    expect(await failureOf(store.vectors.rebuild())).toBe('INDEX_UNWRITABLE');
    expect((await store.verify()).ok).toBe(true);
  });

  it('gets its index while it is watched, without the runs waiting for it', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await openAt(path);
    const root = sourceFolder({ 'a.ts': program(FUNCTIONS) });
    for await (const report of store.watch({ root, workers: 0 })) {
      expect(report.nodes).toBe(FUNCTIONS + 1);
      // Calls at the same time share one run.
      expect(await store.vectors.maintain()).toMatchObject([{ model: store.embedder.id }]);
      expect(await store.vectors.status()).toMatchObject([{ file: 'usable', rows: FUNCTIONS + 1 }]);
      break;
    }
  });

  it('leaves the file of before when a rebuild is cancelled', async () => {
    const path = join(temporaryFolder(), 'code.db');
    const store = await openAt(path);
    await store.index({ root: sourceFolder({ 'a.ts': program(FUNCTIONS) }), workers: 0 });
    const before = readdirSync(`${path}.vectors`);
    const stop = new AbortController();
    const running = store.vectors.rebuild({ signal: stop.signal, onProgress: () => stop.abort() });
    expect(await failureOf(running)).toBe('CANCELLED');
    expect(readdirSync(`${path}.vectors`)).toEqual(before);
    expect(await store.vectors.status()).toMatchObject([{ file: 'usable', maintenanceError: null }]);
  });
});
