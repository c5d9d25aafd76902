import { CancelledError, EmbedderError, isLestockageError, UsageError } from '../model/index.js';
import type { Embedder, EmbeddingInput } from './embedder.js';
import { vectorFault } from './embedding-codec.js';

const DEFAULT_TIMEOUT_MS = 120_000;
const MAX_DIMENSION = 65_536;

/** Throws UsageError `INVALID_OPTION` for an embedder without a name, with a dimension or a limit that is none. */
export function requireEmbedder(embedder: Embedder): void {
  const { id, dimension, batchSize = 1, timeoutMs = 1 } = embedder;
  const fault = (option: string, value: unknown, must: string): UsageError =>
    new UsageError('INVALID_OPTION', `The ${option} of an embedder is ${must}; got ${String(value)}.`, {
      details: { option: `embedder.${option}`, value },
    });
  if (typeof id !== 'string' || id === '' || /\p{Cc}/u.test(id)) {
    throw fault('id', id, 'a text without control characters');
  }
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > MAX_DIMENSION) {
    throw fault('dimension', dimension, `a whole number from 1 to ${MAX_DIMENSION}`);
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) throw fault('batchSize', batchSize, 'a whole number from 1 on');
  if (!Number.isFinite(timeoutMs) || timeoutMs <= 0) throw fault('timeoutMs', timeoutMs, 'a number above 0');
  if (typeof embedder.embed !== 'function') throw fault('embed', typeof embedder.embed, 'a function');
}

/**
 * Has a batch embedded and makes sure of what comes back: one vector for each input, of the embedder's
 * dimension, finite and not zero. An embedder that does not end in time or does not listen to its signal
 * is left to itself.
 *
 * Throws EmbedderError with the model and, where one can be named, the symbol: `EMBEDDER_INVALID`,
 * `EMBEDDER_TIMEOUT`, `EMBEDDER_FAILED` with the cause; CancelledError; and the typed errors of the embedder.
 */
export async function embedChecked(
  embedder: Embedder,
  inputs: readonly EmbeddingInput[],
  signal?: AbortSignal,
): Promise<readonly Float32Array[]> {
  if (inputs.length === 0) return [];
  const vectors = await withinTime(embedder, inputs, signal);
  if (!Array.isArray(vectors) || vectors.length !== inputs.length) {
    const count = Array.isArray(vectors) ? vectors.length : 0;
    throw new EmbedderError(
      'EMBEDDER_INVALID',
      `${embedder.id} gave ${count} vectors for ${inputs.length} symbols, the first without one is ${keyAt(inputs, count)}.`,
      { details: { model: embedder.id, expected: inputs.length, got: count, symbol: keyAt(inputs, count) } },
    );
  }
  for (const [at, vector] of vectors.entries()) {
    const reason = vectorFault(vector, embedder.dimension);
    if (reason === undefined) continue;
    throw new EmbedderError(
      'EMBEDDER_INVALID',
      `${embedder.id} gave no vector of dimension ${embedder.dimension} for ${keyAt(inputs, at)}: ${reason}.`,
      { details: { model: embedder.id, symbol: keyAt(inputs, at), dimension: embedder.dimension, reason } },
    );
  }
  return vectors as readonly Float32Array[];
}

function keyAt(inputs: readonly EmbeddingInput[], at: number): string {
  return inputs[Math.min(at, inputs.length - 1)]?.key ?? '';
}

async function withinTime(
  embedder: Embedder,
  inputs: readonly EmbeddingInput[],
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (signal?.aborted === true) throw new CancelledError();
  const { id, timeoutMs = DEFAULT_TIMEOUT_MS } = embedder;
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const symbols = { symbol: keyAt(inputs, 0), symbols: inputs.length };
  const ended = new Promise<never>((_, reject) => {
    onAbort = () => reject(new CancelledError());
    signal?.addEventListener('abort', onAbort, { once: true });
    timer = setTimeout(() => {
      const message = `${id} did not embed ${inputs.length} symbols from ${keyAt(inputs, 0)} on within ${timeoutMs} ms.`;
      reject(new EmbedderError('EMBEDDER_TIMEOUT', message, { details: { model: id, timeoutMs, ...symbols } }));
    }, timeoutMs);
  });
  try {
    return await Promise.race([embedder.embed(inputs, stop.signal), ended]);
  } catch (error) {
    if (isLestockageError(error)) throw error;
    throw new EmbedderError(
      'EMBEDDER_FAILED',
      `${id} failed at ${inputs.length} symbols from ${symbols.symbol} on: ${reasonOf(error)}`,
      {
        details: { model: id, ...symbols },
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    // Whoever still works on it may stop.
    stop.abort();
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
