import { parentPort, workerData } from 'node:worker_threads';
import { SourceParser } from './extract/grammars.js';
import { packOutcomes } from './packed-facts.js';
import { parseFile, ParserBroken, type ParseOutcome, type ParseTask } from './parse-file.js';
import type { ReadLimits } from './walk/index.js';

/** Entry of a parsing thread: takes lists of tasks, answers each with their outcomes, packed, or why it is of no use any more. */

const port = parentPort;
if (port === null) throw new Error('parse-worker runs as a worker thread only.');

const parser = new SourceParser();
const limits = workerData as ReadLimits;

port.on('message', (tasks: readonly ParseTask[]) => {
  void (async () => {
    const outcomes: ParseOutcome[] = [];
    try {
      for (const task of tasks) outcomes.push(await parseFile(parser, task, limits));
    } catch (error) {
      if (!(error instanceof ParserBroken)) throw error;
      // Whoever asked starts another thread.
      return port.postMessage({ failure: error.message });
    }
    port.postMessage(packOutcomes(outcomes));
  })();
});
