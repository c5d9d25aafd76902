import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, type TestContext } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { dumpFromScratch, dumpOf, failureOf, indexFolder } from '../support/indexing.js';
import { SmallDisk } from '../support/small-disk.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { realSources } from '../support/trust/source-tree.js';

/** The law: on a disk that is full a write fails with an error that says so, changes nothing, and succeeds once there is room. */

const MEGABYTES = 16;
/** What is left in each round, in bytes. */
const ROOM = [0, 4096, 64 * 1024, 256 * 1024];

/** A small disk for the database, and sources on another one; skips the test, with the reason, where there can be none. */
function place(context: TestContext): { readonly disk: SmallDisk; readonly root: string; readonly path: string } {
  const base = temporaryFolder();
  const [root, folder] = [join(base, 'src'), join(base, 'disk')];
  cpSync(realSources('internal/operators'), root, { recursive: true, filter: (path) => !/\/[c-z]\w*\.ts$/.test(path) });
  mkdirSync(folder);
  const disk = SmallDisk.mount(folder, MEGABYTES);
  if (typeof disk === 'string') return context.skip(disk);
  onTestFinished(() => disk.unmount());
  return { disk, root, path: join(folder, 'code.db') };
}

function editAll(root: string, round: number): void {
  for (const name of readdirSync(root)) {
    const file = join(root, name);
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nexport const round${round} = '${name}'.length;\n`);
  }
}

async function expectSound(store: Store): Promise<void> {
  const { checks } = await store.verify();
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
}

it('[U8] a commit on a full disk fails as such and leaves what was there', { timeout: 120_000 }, async (context) => {
  const { disk, root, path } = place(context);
  let store = await openStore(path);
  onTestFinished(() => store.close());
  await indexFolder(store, root, { embed: false });
  const codes: string[] = [];
  for (const [round, room] of ROOM.entries()) {
    const before = await dumpOf(store);
    editAll(root, round);
    disk.fill(room);
    const code = await failureOf(indexFolder(store, root));
    codes.push(code);
    if (code !== 'none') expect(await dumpOf(store)).toEqual(before);
    // Also who opens it while there is no room reads it, or is told why not.
    await store.close();
    const other = await failureOf(openStore(path).then((opened) => opened.close()));
    expect(['none', 'DISK_FULL', 'DATABASE_UNWRITABLE']).toContain(other);
    disk.free();
    store = await openStore(path);
    await expectSound(store);
    await indexFolder(store, root);
    expect(await dumpOf(store)).toEqual(await dumpFromScratch(root));
  }
  expect(new Set(codes)).toContain('DISK_FULL');
  expect([...new Set(codes)].filter((code) => code !== 'none' && code !== 'DISK_FULL')).toEqual([]);
  await expectSound(store);
});

it('[U8] a store, and an index over vectors, that do not fit are told as such', async (context) => {
  const { disk, root, path } = place(context);
  disk.fill(16 * 1024);
  const opening = await failureOf(openStore(path).then((opened) => opened.close()));
  expect(['DISK_FULL', 'DATABASE_UNWRITABLE']).toContain(opening);
  disk.free();
  const store = await openStore({ path, vectorIndex: { exactBelow: 1, maintenance: 'manual' } });
  onTestFinished(() => store.close());
  await store.index({ root, workers: 0 });
  disk.fill(0);
  expect(await failureOf(store.vectors.rebuild())).toBe('DISK_FULL');
  await expectSound(store);
  disk.free();
  expect(await store.vectors.rebuild()).toMatchObject([{ done: 'built' }]);
  await expectSound(store);
});
