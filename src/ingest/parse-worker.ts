import { parentPort, workerData } from 'node:worker_threads';
import { SourceParser } from './extract/grammars.js';
import { parseFile, type ParseOutcome, type ParseTask } from './parse-file.js';
import type { ReadLimits } from './walk/index.js';

/** Entry of a parsing thread: takes lists of tasks, answers each with the list of their outcomes. */

const port = parentPort;
if (port === null) throw new Error('parse-worker runs as a worker thread only.');

const parser = new SourceParser();
const limits = workerData as ReadLimits;

port.on('message', (tasks: readonly ParseTask[]) => {
  void (async () => {
    const outcomes: ParseOutcome[] = [];
    for (const task of tasks) outcomes.push(await parseFile(parser, task, limits));
    port.postMessage(outcomes);
  })();
});
