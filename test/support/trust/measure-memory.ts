import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Library from '../../../src/index.js';
import { Dice } from './dice.js';
import { SourceTree } from './source-tree.js';

/** Does one thing with a store in a process of its own, and prints what it took as a line of JSON. */

interface Measure {
  readonly library: string;
  readonly what: 'index' | 'watch' | 'open';
  readonly folder: string;
  readonly original: string;
  /** Lines to index, edits to follow, or times to open. */
  readonly amount: number;
  readonly seed: number;
}

const MEGABYTE = 1024 * 1024;

function residentMegabytes(): number {
  return Math.round(process.memoryUsage().rss / MEGABYTE);
}

/** Linux tells what a process has open; elsewhere nothing is counted. */
function held(): { readonly files: number; readonly threads: number } {
  const count = (name: string): number => {
    try {
      return readdirSync(`/proc/self/${name}`).length;
    } catch {
      return 0;
    }
  };
  return { files: count('fd'), threads: count('task') };
}

async function measured(given: Measure, { openStore }: typeof Library): Promise<object> {
  const path = join(given.folder, 'code.db');
  if (given.what === 'index') {
    // The command itself, which prints its report; it ends when it is done.
    process.argv.splice(2, Infinity, 'index', given.original, '--db', path, '--json');
    await import(pathToFileURL(join(dirname(given.library), 'cli', 'main.js')).href);
    return { peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) };
  }
  if (given.what === 'watch') return watched(given, await openStore(path));
  const root = SourceTree.copy(given.original, join(given.folder, 'small')).root;
  const before = [held(), residentMegabytes()] as const;
  for (let time = 0; time < given.amount; time++) {
    await using store = await openStore({ path, durability: 'off' });
    await store.index({ root, workers: 0 });
    await store.search('subscriber');
  }
  return { before, after: [held(), residentMegabytes()] };
}

async function watched({ folder, original, amount, seed }: Measure, store: Library.Store): Promise<object> {
  const tree = SourceTree.copy(original, join(folder, 'watched'));
  const dice = new Dice(seed);
  const abort = new AbortController();
  const megabytes: number[] = [];
  let edits = 0;
  for await (const _ of store.watch({ root: tree.root, signal: abort.signal })) {
    if (edits % Math.max(1, Math.floor(amount / 10)) === 0) megabytes.push(residentMegabytes());
    if (edits++ >= amount) break;
    // What is restored to what it was says nothing new; then another edit does.
    tree.edit(dice);
    writeFileSync(join(tree.root, 'counter.ts'), `export const counter = ${edits};\n`);
  }
  abort.abort();
  await store.close();
  return { edits: edits - 1, megabytes };
}

const given = JSON.parse(process.argv[2] ?? '') as Measure;
const library = (await import(pathToFileURL(given.library).href)) as typeof Library;
process.stdout.write('{"begun":true}\n');
process.stdout.write(`${JSON.stringify(await measured(given, library))}\n`);
