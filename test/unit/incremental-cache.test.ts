import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IncrementalCache, type AnalysisEntry } from '../../src/incremental/incremental-cache.js';
import { NodeHash } from '../../src/model/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const [A, B, C] = ['a', 'b', 'c'].map((text) => NodeHash.of(text)) as [NodeHash, NodeHash, NodeHash];
const CFG = Uint8Array.from([0, 1, 255]);
const METRICS = new Uint8Array(Buffer.from('{"analyzer":1,"cyclomatic":7}'));

async function fileDatabase(path = join(temporaryFolder(), 'a.db')): Promise<Database> {
  const database = await openDatabase({ path });
  onTestFinished(() => database.close());
  return database;
}

/** Counts the batches that are written. */
function countingWrites(database: Database): { batches: number } {
  const counted = { batches: 0 };
  const write = database.write.bind(database);
  database.write = (...call) => {
    counted.batches++;
    return write(...call);
  };
  return counted;
}

describe('the cache of analyses', () => {
  it('[I2] keeps what was put, across a restart', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const database = await openDatabase({ path });
    await new IncrementalCache(database, () => 5000).put(A, { cfgData: CFG, complexityMetrics: METRICS });
    await database.close();
    const cache = new IncrementalCache(await fileDatabase(path));
    expect(await cache.isCached(A)).toBe(true);
    expect(await cache.isCached(B)).toBe(false);
    expect(await cache.get(A)).toEqual({ cfgData: CFG, complexityMetrics: METRICS, timestamp: 5000 });
    expect(await cache.get(A.toUpperCase() as NodeHash)).toBeDefined();
    expect(await cache.get(B)).toBeUndefined();
  });

  it('[I2] deletes strictly older entries and says how many', async () => {
    let now = 1000;
    const cache = new IncrementalCache(await fileDatabase(), () => now);
    for (const hash of [A, B, C]) {
      await cache.put(hash, { complexityMetrics: METRICS });
      now += 1000;
    }
    expect(await cache.invalidateBefore(1000)).toBe(0);
    expect(await cache.invalidateBefore(2000)).toBe(1);
    expect([...(await cache.getMany([A, B, C])).keys()].sort()).toEqual([B, C].sort());
    expect(await cache.invalidateBefore(3000.5)).toBe(2);
  });

  it('[I2] counts hits, misses and writes in memory, and reads write nothing', async () => {
    const database = await fileDatabase();
    const cache = new IncrementalCache(database);
    await cache.putMany([A, B].map((hash) => ({ hash, complexityMetrics: METRICS })));
    const counted = countingWrites(database);
    await cache.get(A);
    await cache.get(C);
    await cache.getMany([A, B, C, A]);
    await cache.isCached(A);
    expect(cache.counters).toEqual({ hits: 3, misses: 2, writes: 2 });
    expect(counted.batches).toBe(0);
  });

  it('[I2] never takes the time of an entry back when the clock goes backwards', async () => {
    let now = 9000;
    const cache = new IncrementalCache(await fileDatabase(), () => now);
    await cache.put(A, { cfgData: CFG });
    now = 4000;
    await cache.put(A, { cfgData: METRICS });
    await cache.put(B, { cfgData: CFG });
    expect(await cache.get(A)).toMatchObject({ cfgData: METRICS, timestamp: 9000 });
    expect(await cache.invalidateBefore(9000)).toBe(1);
    expect(await cache.isCached(A)).toBe(true);
  });

  it('leaves a field that is not given as it was, and forgets one that is null', async () => {
    const cache = new IncrementalCache(await fileDatabase());
    await cache.put(A, { cfgData: CFG });
    await cache.put(A, { complexityMetrics: METRICS });
    expect(await cache.get(A)).toMatchObject({ cfgData: CFG, complexityMetrics: METRICS });
    await cache.put(A, { cfgData: null });
    expect(await cache.get(A)).toMatchObject({ cfgData: null, complexityMetrics: METRICS });
    await cache.put(B, {});
    expect(await cache.get(B)).toMatchObject({ cfgData: null, complexityMetrics: null });
  });

  it('deletes one entry', async () => {
    const cache = new IncrementalCache(await fileDatabase());
    await cache.put(A, { cfgData: CFG });
    expect([await cache.delete(A), await cache.delete(A), await cache.isCached(A)]).toEqual([true, false, false]);
  });

  it('reads many entries in parts', async () => {
    const cache = new IncrementalCache(await fileDatabase());
    const hashes = Array.from({ length: 2500 }, (_, at) => NodeHash.of(String(at)));
    await cache.putMany(hashes.map((hash, at) => ({ hash, complexityMetrics: Uint8Array.from([at & 255]) })));
    const found = await cache.getMany(hashes);
    expect(found.size).toBe(2500);
    expect(found.get(hashes[2049] as NodeHash)?.complexityMetrics).toEqual(Uint8Array.from([1]));
  });

  it('reads as bytes what another program wrote as a text', async () => {
    const database = await fileDatabase();
    await database.write([
      {
        sql: 'INSERT INTO analysis_cache VALUES (?, NULL, \'{"cyclomatic":7}\', 1)',
        parameters: [NodeHash.toBytes(A)],
      },
    ]);
    const found = await new IncrementalCache(database).get(A);
    expect(Buffer.from(found?.complexityMetrics ?? []).toString()).toBe('{"cyclomatic":7}');
  });

  it('joins a symbol with its metrics in plain SQL', async () => {
    const database = await fileDatabase();
    await new IncrementalCache(database).put(A, { complexityMetrics: METRICS });
    const row = await database.first<{ cyclomatic: number }>(
      "SELECT json_extract(CAST(complexity_metrics AS TEXT), '$.cyclomatic') AS cyclomatic FROM analysis_cache WHERE node_hash = ?",
      [NodeHash.toBytes(A)],
    );
    expect(row?.cyclomatic).toBe(7);
  });

  it('refuses what is no hash, no bytes or no time, and writes nothing of its batch', async () => {
    const cache = new IncrementalCache(await fileDatabase());
    const bad = 'not a hash' as NodeHash;
    const notText = 5 as unknown as NodeHash;
    for (const call of [
      cache.get(bad),
      cache.isCached(bad),
      cache.delete(bad),
      cache.get(notText),
      cache.put(bad, {}),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'INVALID_HASH' });
    }
    await expect(cache.getMany([A, bad])).rejects.toMatchObject({ code: 'INVALID_HASH', details: { row: 1 } });
    const text = { hash: B, cfgData: 'text' } as unknown as AnalysisEntry;
    await expect(cache.putMany([{ hash: A, cfgData: CFG }, text])).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'cfgData', row: 1 },
    });
    await expect(cache.invalidateBefore(NaN)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await cache.isCached(A)).toBe(false);
  });
});
