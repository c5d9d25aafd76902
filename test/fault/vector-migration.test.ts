import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../bench/statistics.js';
import type { NodeId } from '../../src/model/index.js';
import { openStore } from '../../src/store/index.js';
import { GIVEN_MODEL } from '../../src/vectors/index.js';
import { compileChildPrograms, startChildProgram } from '../support/child-program.js';
import { nodeInput } from '../support/records.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const COUNT = 4000;
const KILLS = 20;
const DIMENSION = 6;
const GIVEN = { model: GIVEN_MODEL, dimension: DIMENSION };
const SEED = Number(process.env['MIGRATION_SEED'] ?? 11);

let programs: string;
beforeAll(() => {
  programs = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-programs-')));
  compileChildPrograms(programs);
}, 60_000);
afterAll(() => rmSync(programs, { recursive: true, force: true }));

interface Line {
  readonly stage: string;
}

/** Runs the program until it ends, or kills it after so many lines; says whether it ended. */
async function run(places: readonly string[], mode: string, lines: number): Promise<boolean> {
  const child = startChildProgram(programs, 'migrate-vectors', ...places, mode);
  for (let line = 0; line < lines; line++) {
    if (((await child.next()) as Line).stage !== 'ended') continue;
    expect(await child.ended).toBe(0);
    return true;
  }
  child.process.kill('SIGKILL');
  await child.ended;
  return false;
}

describe('a migration of vectors that is killed', () => {
  it(
    `[V4] [U8] goes on where it was, ${KILLS} times, and answers the same throughout`,
    { timeout: 240_000 },
    async () => {
      const random = seededRandom(SEED);
      const folder = temporaryFolder();
      const [graph, vectors] = [join(folder, 'graph.db'), join(folder, 'vectors.db')];
      const numbers = (at: number): Float32Array =>
        Float32Array.from({ length: DIMENSION }, (_, i) => Math.sin(at * 7 + i));
      const first = await openStore({ path: graph });
      const bytes = (at: number): Uint8Array => new Uint8Array(numbers(at).buffer);
      const nodes = await first.nodes.batchInsert(
        Array.from({ length: COUNT }, (_, at) => nodeInput(`n${at}`, { embedding: bytes(at) })),
      );
      const entries = nodes.map((nodeId, at) => ({ nodeId, vector: Float32Array.of(at + 1, 1) }));
      await first.embeddings.put('p', { model: 'own', dimension: 2 }, entries);
      const query = numbers(1234.5);
      const asked = { k: 30, model: GIVEN };
      const { matches: expected } = await first.vectors.nearest(query, asked);
      await first.close();
      const look = async (): Promise<void> => {
        const store = await openStore({ path: graph, vectors, vectorFolder: null });
        expect((await store.vectors.nearest(query, asked)).matches).toEqual(expected);
        const at = Math.floor(random() * COUNT);
        const node = await store.nodes.get(nodes[at] as NodeId);
        expect(Buffer.from(node?.embedding ?? []).equals(bytes(at))).toBe(true);
        await store.close();
      };
      let kills = 0;
      for (const mode of ['copy', 'finalize']) {
        for (;;) {
          // Mostly at once or after a part or two; when all kills are done, to the end.
          const lines = kills < KILLS ? 1 + Math.floor(random() * 3) : Infinity;
          if (await run([graph, vectors], mode, lines)) break;
          kills++;
          await look();
        }
      }
      expect(kills, `with the seed ${SEED}`).toBe(KILLS);
      const store = await openStore({ path: graph, vectors, vectorFolder: null });
      for (const [at, id] of nodes.entries()) {
        const vector = await store.embeddings.get(id, GIVEN);
        if (vector === undefined || !Buffer.from(vector.buffer).equals(bytes(at)))
          throw new Error(`Node ${at} lost its vector.`);
      }
      expect(await store.vectors.migrate()).toMatchObject({ state: 'nothing' });
      expect((await store.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
      await store.close();
    },
  );
});
