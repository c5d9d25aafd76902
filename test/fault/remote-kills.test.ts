import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isLestockageError } from '../../src/model/index.js';
import { databaseOf } from '../../src/store/database-of.js';
import { openStore, pushStore, type Store } from '../../src/store/index.js';
import { dumpFromScratch, dumpOf, testStore } from '../support/indexing.js';
import { serverForTests } from '../support/servers/in-tests.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// The law: a server that is killed while it is indexed into or pushed to loses no generation that was acknowledged,
// and holds what a clean rebuild holds once the work was done again. `npm run test:faults-remote` does more of it.

const KILLS = Number(process.env['REMOTE_KILLS'] ?? 4);
const SEED = Number(process.env['REMOTE_SEED'] ?? 20_241_101);
const MODEL = fileURLToPath(new URL('../../src/model', import.meta.url));
const PER_KILL_MS = 60_000;
const server = serverForTests();

/** Numbers from 0 to below 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

function sources(name: string): string {
  const root = join(temporaryFolder(), name);
  mkdirSync(root);
  cpSync(MODEL, root, { recursive: true });
  return root;
}

/** Gives some files another function each, and takes those of earlier rounds away. */
function edit(root: string, round: number, random: () => number): void {
  const names = readdirSync(root).sort();
  for (let each = 0; each < 3; each++) {
    const file = join(root, names[Math.floor(random() * names.length)] ?? '');
    const text = readFileSync(file, 'utf8').replace(/\nexport function added\d+.*\n/g, '\n');
    writeFileSync(file, `${text}\nexport function added${round}() { return [${each}, ${round}].length; }\n`);
  }
}

/** What the server is used for while it is killed. */
interface Work {
  readonly project: string;
  readonly root: string;
  /** Does all of it, and gives the generation that it acknowledged. */
  run(): Promise<number>;
  /** What the server is to hold afterwards. */
  expected(): Promise<string[]>;
}

/** What came of work whose server was killed. */
interface Outcome {
  readonly failures: readonly string[];
  /** How long the work took when it was done at last. */
  readonly runMs: number;
}

/** Runs the work and kills the server at some moment of it; then again until it is done. */
async function killedDuring(work: Work, afterMs: number, acknowledged: number[]): Promise<Outcome> {
  const killing = pause(afterMs).then(async () => {
    await server().kill();
    await server().launch();
  });
  const failures: string[] = [];
  let runMs = 0;
  for (;;) {
    const startedAt = performance.now();
    try {
      acknowledged.push(await work.run());
      runMs = performance.now() - startedAt;
      break;
    } catch (error) {
      if (
        !isLestockageError(error) ||
        !/^(CONNECTION_FAILED|RESULT_LOST|PROJECT_BUSY|LEASE_LOST|DATABASE_BUSY|STALE_GENERATION)$/.test(error.code)
      ) {
        throw error;
      }
      failures.push(error.code);
      await killing;
    }
  }
  await killing;
  return { failures, runMs };
}

async function expectWhole(there: Store, work: Work, acknowledged: readonly number[], round: string): Promise<void> {
  const rows = await databaseOf(there).all<{ id: number }>('SELECT id FROM generations');
  const held = new Set(rows.map(({ id }) => id));
  expect(
    acknowledged.filter((each) => !held.has(each)),
    `${round}: missing generations`,
  ).toEqual([]);
  expect(await dumpOf(there, work.project), `${round}: dump`).toEqual(await work.expected());
  const report = await there.verify({ deep: true, project: work.project });
  expect(
    report.checks.filter(({ ok }) => !ok),
    `${round}: verify`,
  ).toEqual([]);
}

describe('a server that is killed while it is worked on', () => {
  it(
    `[U8] keeps every acknowledged generation and ends as a clean rebuild, over ${KILLS} kills`,
    { timeout: 60_000 + KILLS * PER_KILL_MS },
    async () => {
      const random = seeded(SEED);
      const there = await openStore({ path: server().url, busyTimeoutMs: 20_000, requestTimeoutMs: 20_000 });
      const local = await testStore();
      const [indexedRoot, pushedRoot] = [sources('indexed'), sources('pushed')];
      const works: readonly Work[] = [
        {
          project: 'indexed',
          root: indexedRoot,
          run: async () => (await there.index({ root: indexedRoot, projectId: 'indexed' })).generation,
          expected: () => dumpFromScratch(indexedRoot, 'indexed'),
        },
        {
          project: 'pushed',
          root: pushedRoot,
          run: async () =>
            (await pushStore(local, { path: server().url, busyTimeoutMs: 20_000 })).projects[0]?.generation ?? 0,
          expected: () => dumpOf(local, 'pushed'),
        },
      ];
      const acknowledged: number[] = [];
      const failed: Record<string, number> = {};
      const usualMs = [0, 0];
      try {
        for (let kill = 0; kill < KILLS; kill++) {
          const which = kill % 2;
          const work = works[which]!; // Both places are filled.
          edit(work.root, kill, random);
          if (which === 1) await local.index({ root: pushedRoot, projectId: 'pushed' });
          // The run before says how long one takes; kills fall anywhere in it.
          const { failures, runMs } = await killedDuring(work, random() * (usualMs[which] || 400), acknowledged);
          for (const code of failures) failed[code] = (failed[code] ?? 0) + 1;
          usualMs[which] = Math.min(runMs, 3000);
          await expectWhole(there, work, acknowledged, `kill ${kill} with seed ${SEED}`);
        }
      } finally {
        await there.close();
      }
      process.stderr.write(
        `${KILLS} kills, seed ${SEED}: ${acknowledged.length} runs acknowledged, failures ${JSON.stringify(failed)}\n`,
      );
    },
  );
});
