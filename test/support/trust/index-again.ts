import { pathToFileURL } from 'node:url';
import type * as Library from '../../../src/index.js';
import { AcknowledgementLog } from './acknowledgements.js';
import { Dice } from './dice.js';
import { SourceTree } from './source-tree.js';

/**
 * Indexes a folder again and again, edits it in between, and logs every generation that was acknowledged, until it is
 * killed or told `stop`. Prints a line of JSON when it begins, and one at its end.
 */

interface IndexAgain {
  /** The built library. */
  readonly library: string;
  readonly database: string;
  readonly root: string;
  readonly original: string;
  readonly project: string;
  readonly log: string;
  readonly seed: number;
  readonly embed: boolean;
}

let isStopped = false;
process.stdin.setEncoding('utf8').on('data', () => (isStopped = true));

async function run(given: IndexAgain): Promise<void> {
  const { openStore } = (await import(pathToFileURL(given.library).href)) as typeof Library;
  const dice = new Dice(given.seed);
  const tree = SourceTree.at(given.original, given.root);
  const log = new AcknowledgementLog(given.log);
  process.stdout.write('{"begun":true}\n');
  const store = await openStore(given.database);
  const latencies: number[] = [];
  while (!isStopped) {
    const started = performance.now();
    const { generation } = await store.index({
      root: given.root,
      projectId: given.project,
      embed: given.embed,
      workers: 0,
    });
    latencies.push(performance.now() - started);
    log.append({ project: given.project, generation });
    tree.edit(dice);
    // Lets in what comes over standard input.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await store.close();
  process.stdout.write(`${JSON.stringify({ latencies })}\n`);
  process.stdin.destroy();
}

await run(JSON.parse(process.argv[2] ?? '') as IndexAgain);
