import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { dumpFromScratch, dumpOf } from '../support/indexing.js';
import { ended, runCli, startCli, type CliResult } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: whoever indexes a project at the same time waits its turn, and the last one leaves what the files say. */

const SOURCES = fileURLToPath(new URL('../../node_modules/rxjs/src/internal/operators', import.meta.url));
const ROUNDS = 4;

it('[U8] [I5] two processes that index one project while it is edited both succeed, and end in the state of the files', async () => {
  const base = temporaryFolder();
  const [root, database] = [join(base, 'src'), join(base, 'code.db')];
  cpSync(SOURCES, root, { recursive: true });
  const names = readdirSync(root).sort();
  const edit = (at: number): void => {
    const file = join(root, names[at % names.length] ?? '');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nexport function added${at}() { return ${at}; }\n`);
  };
  for (let round = 0; round < ROUNDS; round++) {
    const running = [0, 1].map(() => startCli(['index', root, '--db', database, '--workers', '1', '--json']));
    edit(round * 7);
    const results = await Promise.all(running.map(async (child): Promise<CliResult> => ended(child)));
    edit(round * 7 + 3);
    expect(results.map(({ status, stderr }) => [status, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
  }
  expect(await runCli(['index', root, '--db', database])).toMatchObject({ status: 0, stderr: '' });
  const store = await openStore(database);
  expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  const { checks } = await store.verify();
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  await store.close();
}, 120_000);
