import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { sourceFolder } from '../support/indexing.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: what a store opened it closes. */

/** A thousand: `npm run test:memory`. */
const TIMES = 100;
const SETTLING = 5;

it('[U8] a store that is opened and closed again and again keeps no file and no thread', async (context) => {
  if (!existsSync('/proc/self/fd')) return context.skip('only Linux tells what a process has open');
  const path = join(temporaryFolder(), 'code.db');
  const root = sourceFolder();
  const once = async (): Promise<void> => {
    const store = await openStore({ path, durability: 'off', vectorIndex: { exactBelow: 1 } });
    await store.index({ root, workers: 0 });
    await store.search('other');
    await store.close();
  };
  for (let time = 0; time < SETTLING; time++) await once();
  // The library of the vector index gives its file back when its object is collected.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const held = async (): Promise<number[]> => {
    for (let round = 0; round < 3; round++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    return ['fd', 'task'].map((name) => readdirSync(`/proc/self/${name}`).length);
  };
  const [files = 0, threads = 0] = await held();
  for (let time = 0; time < TIMES; time++) await once();
  const [filesAfter = 0, threadsAfter = 0] = await held();
  expect(filesAfter).toBeLessThanOrEqual(files + 2);
  expect(threadsAfter).toBeLessThanOrEqual(threads + 2);
});
