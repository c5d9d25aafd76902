import { once } from 'node:events';
import type { Envelope } from '../index.js';

/** Where a command writes. `json` decides between one JSON document and lines for people. */
export interface Output {
  readonly json: boolean;
  /** One line for people, on stdout. Nothing in JSON mode. */
  line(text: string): void;
  /** The command's JSON document, on stdout. Nothing for people. */
  document(value: object): void;
  /** What the document says besides, whatever the command makes of it. */
  add(fields: object): void;
  /** Something to be aware of, on stderr. */
  warn(text: string): void;
  /** Lines of an answer that is the same for people and programs, no faster than the reader takes them. */
  stream(lines: AsyncIterable<string>): Promise<void>;
}

const STREAM_CHUNK_LENGTH = 64 * 1024;

export function createOutput(json: boolean, stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): Output {
  let added: object = {};
  return {
    json,
    line: (text) => void (json || stdout.write(`${text}\n`)),
    document: (value) => void (json && stdout.write(`${JSON.stringify({ ...value, ...added })}\n`)),
    add: (fields) => void (added = { ...added, ...fields }),
    warn: (text) => void stderr.write(`${text}\n`),
    stream: async (lines) => {
      let chunk = '';
      for await (const line of lines) {
        chunk += `${line}\n`;
        if (chunk.length < STREAM_CHUNK_LENGTH) continue;
        if (!stdout.write(chunk)) await once(stdout, 'drain');
        chunk = '';
      }
      stdout.write(chunk);
    },
  };
}

/** Says on the last line that an answer goes on, and how to read on. */
export function showRest(output: Output, answer: Envelope<unknown>, limitOption = '--limit'): void {
  if (!answer.truncated) return;
  const next = answer.cursor === null ? '' : `, or go on with --cursor ${answer.cursor}`;
  output.line(`… ${answer.items.length} of ${answer.total} shown; raise ${limitOption}${next}`);
}
