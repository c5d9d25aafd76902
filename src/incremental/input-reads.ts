import { CancelledError, fingerprintOf, type Fingerprint } from '../model/index.js';
import { invalidArgument } from './argument-checks.js';
import { jsonTextOf, valueOfJson } from './json-text.js';
import type { QueryInput } from './query-definition.js';

/** What an input was when it was read. */
export interface InputReading {
  readonly value: unknown;
  readonly fingerprint: Fingerprint;
}

/** Thrown where a computation needs what has not been fetched yet. One for all throws, so without a useful stack. */
export const NOT_FETCHED = new Error('What was asked for has not been fetched yet.');

/** The inputs of one run: each is read once, so that all computations see the same. */
export class InputReads {
  private readonly readings = new Map<string, InputReading | { readonly error: unknown }>();
  private readonly pending = new Map<string, Promise<unknown>>();

  /** Throws {@link NOT_FETCHED} while an input is being read, and what `read` of the input throws. */
  read(input: QueryInput, key: string): InputReading {
    const id = `${input.name}\0${key}`;
    const known = this.readings.get(id);
    if (known !== undefined) {
      if ('error' in known) throw known.error;
      return known;
    }
    if (this.pending.has(id)) throw NOT_FETCHED;
    const value = input.read(key);
    if (!isPromise(value)) return this.take(id, input, value);
    const taken = value.then(
      (awaited) => this.take(id, input, awaited),
      (error: unknown) => this.readings.set(id, { error }),
    );
    // A value that cannot be used is an error of whoever asks for it.
    this.pending.set(
      id,
      taken.catch((error: unknown) => this.readings.set(id, { error })),
    );
    throw NOT_FETCHED;
  }

  /** Waits for all that is being read. Throws CancelledError. */
  async load(signal: AbortSignal | undefined): Promise<void> {
    await unlessAborted(Promise.all(this.pending.values()), signal);
    this.pending.clear();
  }

  private take(id: string, input: QueryInput, value: unknown): InputReading {
    const reading = readingOf(input, value);
    this.readings.set(id, reading);
    return reading;
  }
}

function readingOf(input: QueryInput, value: unknown): InputReading {
  if (input.fingerprint !== undefined) {
    const text: unknown = input.fingerprint(value);
    if (typeof text === 'string') return { value, fingerprint: fingerprintOf('fingerprint', text) };
    throw invalidArgument(`fingerprint of input ${input.name}`, text, 'must be a text');
  }
  if (value === undefined) return { value, fingerprint: fingerprintOf('absent') };
  const text = jsonTextOf(value, `value of input ${input.name}`);
  return { value: valueOfJson(value, text), fingerprint: fingerprintOf('json', text) };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

async function unlessAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return void (await work);
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new CancelledError(undefined, { cause: signal.reason }));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
