import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileChildPrograms } from '../support/child-program.js';
import { realSources } from '../support/trust/source-tree.js';
import { runTraffic } from '../support/trust/traffic.js';

/** The law: readers never wait for writers or see half of a commit. More: `npm run test:concurrency -- --minutes 3`. */

const OPTIONS = { seed: 5, milliseconds: 2000, readers: 2 };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-programs-'));
  compileChildPrograms(folder, ['test/support/trust', 'bench']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('[S7] processes read whole generations while others write', { timeout: 120_000 }, async () => {
  const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
  const originals = { main: realSources('internal/observable'), other: realSources('internal/scheduler') };
  const report = await runTraffic({ folder, library }, originals, OPTIONS);
  expect(report.generations).toBeGreaterThan(2);
  expect(report.answers).toBeGreaterThan(2);
});
