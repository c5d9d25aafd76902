import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { dumpFromScratch, dumpOf } from '../support/indexing.js';
import { ended, runCli, startCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: a killed run leaves what was committed before it, whole, and the next run completes. */

const SOURCES = fileURLToPath(new URL('../../node_modules/rxjs/src/internal/operators', import.meta.url));

interface Place {
  readonly root: string;
  /** The database has a folder of its own, to see what happens in it. */
  readonly folder: string;
  readonly database: string;
}

function place(): Place {
  const base = temporaryFolder();
  const [root, folder] = [join(base, 'src'), join(base, 'db')];
  cpSync(SOURCES, root, { recursive: true });
  mkdirSync(folder);
  return { root, folder, database: join(folder, 'code.db') };
}

function walBytes({ database }: Place): number {
  return statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** Adds to, and takes from, some files: whole functions that others may call. */
function edit({ root }: Place, round: number): void {
  const names = readdirSync(root).sort();
  for (let each = 0; each < 4; each++) {
    const file = join(root, names[(round * 31 + each * 17) % names.length] ?? '');
    const text = readFileSync(file, 'utf8').replace(/\nexport function added\d+.*\n/, '\n');
    const other = (round * 31 + 5) % names.length;
    writeFileSync(
      file,
      `${text}\nexport function added${round}() { return [${other}].map((each) => each + ${each}); }\n`,
    );
  }
}

/** Runs `index` and kills it as soon as something happens beside the database and it is the moment. */
async function killedIndex(at: Place, isMoment: () => boolean): Promise<void> {
  const child = startCli(['index', at.root, '--db', at.database, '--workers', '1']);
  const kill = (): void => {
    if (isMoment()) child.kill('SIGKILL');
  };
  const watcher = watch(at.folder, kill);
  kill();
  await ended(child);
  watcher.close();
}

async function storedDump({ database }: Place): Promise<string[]> {
  if (!existsSync(database)) return [];
  const store = await openStore(database);
  try {
    return await dumpOf(store);
  } finally {
    await store.close();
  }
}

/** What SQLite itself finds wrong with the file. */
function faultsIn({ database }: Place): unknown[] {
  const file = new Sqlite(database);
  try {
    const faults = [...(file.pragma('foreign_key_check') as unknown[])];
    return [...faults, ...(file.pragma('integrity_check', { simple: true }) === 'ok' ? [] : ['integrity_check'])];
  } finally {
    file.close();
  }
}

async function completes(at: Place, expected: readonly string[]): Promise<void> {
  const { status, stderr } = await runCli(['index', at.root, '--db', at.database]);
  expect([status, stderr]).toEqual([0, '']);
  expect(faultsIn(at)).toEqual([]);
  expect(await storedDump(at)).toEqual(expected);
}

const KB = 1024;

describe('a killed index run', () => {
  it.each([
    ['at once', () => true],
    ['when the database appears', (at: Place) => existsSync(at.database)],
    ['when the log has begun', (at: Place) => walBytes(at) > 0],
    ['when the log has 256 KB', (at: Place) => walBytes(at) > 256 * KB],
    ['when the log has 1 MB', (at: Place) => walBytes(at) > 1024 * KB],
  ])('leaves nothing or all of a first run: killed %s', async (_moment, isMoment) => {
    const at = place();
    const whole = await dumpFromScratch(at.root);
    expect(whole.length).toBeGreaterThan(1000);
    await killedIndex(at, () => isMoment(at));
    const left = await storedDump(at);
    if (left.length > 0) expect(left).toEqual(whole);
    await completes(at, whole);
  });

  it.each([
    ['when it opens the database', 0],
    ['when the log has 64 KB', 64 * KB],
    ['when the log has 1 MB', 1024 * KB],
  ])('leaves the generation before or the one after: killed %s', async (_moment, bytes) => {
    const at = place();
    await runCli(['index', at.root, '--db', at.database]);
    const before = await storedDump(at);
    for (const name of readdirSync(at.root)) {
      const file = join(at.root, name);
      writeFileSync(file, `export const edited = ${name.length};\n${readFileSync(file, 'utf8')}`);
    }
    const after = await dumpFromScratch(at.root);
    await killedIndex(at, () => existsSync(`${at.database}-wal`) && walBytes(at) >= bytes);
    const left = await storedDump(at);
    expect(left).toEqual(left.length === before.length ? before : after);
    await completes(at, after);
  });

  it('[I5] [U8] leaves, killed again and again between small edits, what the next run can go on from', async () => {
    const at = place();
    await runCli(['index', at.root, '--db', at.database]);
    let kills = 0;
    for (let round = 0; round < 8; round++) {
      const before = await storedDump(at);
      edit(at, round);
      const after = await dumpFromScratch(at.root);
      // Something happens beside the database when it is opened and when the commit is written.
      let left = round % 5;
      await killedIndex(at, () => existsSync(`${at.database}-wal`) && left-- <= 0);
      const stored = await storedDump(at);
      kills += isSame(stored, after) ? 0 : 1;
      if (!isSame(stored, before)) expect(stored).toEqual(after);
      // Now and then the run after a killed one comes to its end, before there are more edits.
      if (round % 3 === 2) await completes(at, after);
    }
    expect(kills).toBeGreaterThan(2);
    await completes(at, await dumpFromScratch(at.root));
    const { status, stdout } = await runCli(['verify', '--deep', '--db', at.database]);
    expect([status, stdout]).toEqual([0, expect.stringContaining('memo-dependents') as string]);
  }, 120_000);
});

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}
