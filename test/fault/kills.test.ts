import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileChildPrograms } from '../support/child-program.js';
import { KillWorld } from '../support/trust/kill-world.js';
import { realSources } from '../support/trust/source-tree.js';

/** The law: whatever moment a process is killed at, what was acknowledged is there, and the next run converges. */

/** Many more: `npm run test:faults -- --runs 1000`. */
const KILLS = 3;
const SEED = 11;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-programs-'));
  compileChildPrograms(folder, ['test/support/trust', 'bench']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(
  '[U8] processes that are killed beside others lose nothing that was acknowledged',
  { timeout: 120_000 },
  async () => {
    const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
    const originals = { main: realSources('internal/operators'), other: realSources('internal/scheduler') };
    const world = new KillWorld({ folder, library }, originals, SEED);
    try {
      for (let kill = 1; kill <= KILLS; kill++) await world.step(kill === KILLS);
      expect(world.counts).toMatchObject({ kills: KILLS, rebuilds: 1 });
    } finally {
      world.delete();
    }
  },
);
