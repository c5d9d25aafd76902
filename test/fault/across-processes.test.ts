import { existsSync, mkdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { PROGRAMS } from '../support/across/programs.js';
import { acrossOf, expectSound, linesOf, World, type Projects } from '../support/across/world.js';
import { testStore } from '../support/indexing.js';
import { ended, runCli, startCli, type CliResult } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: processes that index projects of one store, and are killed at it, leave what the files say in the end. */

const PROJECTS: Projects = PROGRAMS['TypeScript'] ?? {};
const IDS = Object.keys(PROJECTS);

interface Place {
  readonly world: World;
  readonly folder: string;
  readonly database: string;
}

async function place(): Promise<Place> {
  const folder = join(temporaryFolder(), 'db');
  mkdirSync(folder);
  // The store of the world is not used: processes have their own.
  const world = new World(await testStore(), join(temporaryFolder(), 'w'), PROJECTS);
  return { world, folder, database: join(folder, 'code.db') };
}

const commandLine = ({ world, database }: Place, id: string): string[] => {
  return ['index', world.rootOf(id), '--project', id, '--db', database, '--workers', '1'];
};

async function endsAsFromScratch({ world, database }: Place): Promise<void> {
  const store = await openStore(database);
  try {
    expect(await linesOf(store)).toEqual(await world.fromScratch(IDS));
    expect((await acrossOf(store)).length).toBeGreaterThan(7);
    await expectSound(store);
  } finally {
    await store.close();
  }
}

describe('processes that index projects of one store', () => {
  it('[X2] [U8] at once, in both directions, leave the same store', async () => {
    const at = await place();
    for (const [round, ids] of [IDS, [...IDS].reverse()].entries()) {
      const running = ids.map((id) => startCli(commandLine(at, id)));
      const results = await Promise.all(running.map(async (child): Promise<CliResult> => ended(child)));
      expect(results.map(({ status, stderr }) => [status, stderr])).toEqual(ids.map(() => [0, '']));
      await endsAsFromScratch(at);
      const [from = '', to = ''] = round === 0 ? ['limit', 'most'] : ['most', 'limit'];
      at.world.change('core', 'src/base.ts', from, to);
      at.world.change('app', 'use.ts', from, to);
      for (const id of ['core', 'app']) await runCli(commandLine(at, id));
    }
    await endsAsFromScratch(at);
  }, 180_000);

  it('[X2] [U8] killed again and again, leave what the next run can link', async () => {
    const at = await place();
    for (const id of IDS.slice(1)) await runCli(commandLine(at, id));
    let kills = 0;
    // Something happens in the folder when the database is opened, committed to, linked, and closed.
    for (let round = 0; round < 8; round++) {
      at.world.edit('core', { 'src/more.ts': `export function more${round}() {}\n` });
      at.world.change(
        'core',
        'src/base.ts',
        round % 2 === 0 ? 'walk()' : 'stroll()',
        round % 2 === 0 ? 'stroll()' : 'walk()',
      );
      const child = startCli(commandLine(at, 'core'));
      let left = round + 1;
      const watcher = watch(at.folder, () => {
        const hasLog = existsSync(`${at.database}-wal`) && statSync(`${at.database}-wal`).size > 0;
        if (hasLog && --left <= 0) child.kill('SIGKILL');
      });
      kills += (await ended(child)).status === null ? 1 : 0;
      watcher.close();
      const store = await openStore(at.database);
      expect((await store.verify()).checks.filter(({ ok }) => !ok)).toEqual([]);
      await store.close();
    }
    expect(kills).toBeGreaterThan(2);
    for (const id of ['core', 'tool'])
      expect(await runCli(commandLine(at, id))).toMatchObject({ status: 0, stderr: '' });
    await endsAsFromScratch(at);
  }, 180_000);
});
