import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ConnectionError } from '../../src/model/index.js';
import { openDatabase, type SqlRow } from '../../src/sql/index.js';
import { serverForTests } from '../support/servers/in-tests.js';

const server = serverForTests();
const KILLS = 12;
const INSERT = 'INSERT INTO id_blocks (name, next_id) VALUES (?, ?)';

describe('a server that is killed again and again', () => {
  it(
    'loses nothing that was acknowledged, and has nothing twice and nothing by halves',
    { timeout: 60_000 },
    async () => {
      const writer = await openDatabase({ path: server().url, busyTimeoutMs: 5000 });
      const acknowledged: number[] = [];
      const refused: number[] = [];
      const unknown: number[] = [];
      let isKilling = true;
      const killing = (async () => {
        // Seeded, so that a failure can be had again.
        let random = 20_240_607;
        for (let kill = 0; kill < KILLS; kill++) {
          random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
          await pause(20 + (random % 120));
          await server().kill();
          await server().launch();
        }
        isKilling = false;
      })();
      for (let batch = 0; isKilling; batch++) {
        const rows = Array.from({ length: 40 }, (_, at): SqlRow => [`${batch}.${at}`, batch]);
        try {
          const { changes } = await writer.write([
            { sql: INSERT, rows },
            { sql: `UPDATE id_blocks SET next_id = next_id + 1 WHERE name = 'node'` },
          ]);
          expect(changes).toBe(41);
          acknowledged.push(batch);
        } catch (error) {
          if (!(error instanceof ConnectionError)) throw error;
          (error.outcome === 'unknown' ? unknown : refused).push(batch);
        }
      }
      await killing;
      const found = await writer.all<{ batch: number; count: number }>(
        `SELECT next_id AS batch, count(*) AS count FROM id_blocks WHERE name <> 'node' GROUP BY next_id`,
      );
      expect(found.every(({ count }) => count === 40)).toBe(true);
      const batches = new Set(found.map(({ batch }) => batch));
      expect(acknowledged.filter((batch) => !batches.has(batch))).toEqual([]);
      expect(refused.filter((batch) => batches.has(batch))).toEqual([]);
      const applied = await writer.first<{ next_id: number }>(`SELECT next_id FROM id_blocks WHERE name = 'node'`);
      expect(applied?.next_id).toBe(1 + batches.size);
      expect(batches.size).toBeLessThanOrEqual(acknowledged.length + unknown.length);
      expect(await writer.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      await writer.close();
    },
  );
});
