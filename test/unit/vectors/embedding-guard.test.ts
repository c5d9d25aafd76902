import { describe, expect, it } from 'vitest';
import { embedChecked, requireEmbedder, type Embedder } from '../../../src/vectors/index.js';
import { symbolInput } from '../../support/embedders.js';

const inputs = [symbolInput('one'), symbolInput('two')];
const good = Float32Array.of(1, 2, 3);

function embedderThat(embed: (signal: AbortSignal | undefined) => unknown, timeoutMs?: number): Embedder {
  const run = async (_: unknown, signal?: AbortSignal): Promise<Float32Array[]> =>
    (await embed(signal)) as Float32Array[];
  return { id: 'bad', dimension: 3, embed: run, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('an embedder', () => {
  it.each([
    ['a vector too few', [good], 'two', /gave 1 vectors for 2/],
    ['a vector too many', [good, good, good], 'two', /gave 3 vectors for 2/],
    ['nothing', undefined, 'one', /gave 0 vectors/],
    ['a wrong dimension', [good, Float32Array.of(1, 2)], 'two', /2 values, not 3/],
    ['NaN', [Float32Array.of(1, Number.NaN, 1), good], 'one', /value 1 is NaN/],
    ['an infinite value', [good, Float32Array.of(1, 1, -Infinity)], 'two', /value 2 is -Infinity/],
    ['a zero vector', [good, new Float32Array(3)], 'two', /zero/],
    ['an array', [[1, 2, 3], good], 'one', /an array, not a Float32Array/],
    ['null', [null, good], 'one', /null, not a Float32Array/],
  ])('[V6] that gives %s is refused with model and symbol', async (_, answer, symbol, message) => {
    const failure = expect(
      embedChecked(
        embedderThat(() => answer),
        inputs,
      ),
    ).rejects;
    await failure.toMatchObject({
      code: 'EMBEDDER_INVALID',
      retryable: false,
      details: { model: 'bad', symbol: `a.ts#${symbol}(function)` },
    });
    await expect(
      embedChecked(
        embedderThat(() => answer),
        inputs,
      ),
    ).rejects.toThrow(message);
  });

  it('[V6] that throws fails with its error as the cause', async () => {
    const cause = new RangeError('no such token');
    const failing = embedderThat(() => Promise.reject(cause));
    await expect(embedChecked(failing, inputs)).rejects.toMatchObject({
      code: 'EMBEDDER_FAILED',
      cause,
      details: { model: 'bad', symbol: 'a.ts#one(function)', symbols: 2 },
    });
  });

  it('[V6] that hangs is given up, and told so', async () => {
    let told: AbortSignal | undefined;
    const hanging = embedderThat((signal) => ((told = signal), never()), 5);
    await expect(embedChecked(hanging, inputs)).rejects.toMatchObject({ code: 'EMBEDDER_TIMEOUT', retryable: true });
    expect(told?.aborted).toBe(true);
  });

  it('[V6] that does not listen is left alone when the caller cancels', async () => {
    const stop = new AbortController();
    const running = embedChecked(embedderThat(never), inputs, stop.signal);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(embedChecked(embedderThat(never), inputs, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each([
    ['id', { id: '' }],
    ['id', { id: 'a\nb' }],
    ['dimension', { dimension: 0 }],
    ['dimension', { dimension: 1.5 }],
    ['dimension', { dimension: 1e9 }],
    ['batchSize', { batchSize: 0 }],
    ['timeoutMs', { timeoutMs: -1 }],
  ])('[V6] with a bad %s is refused by name', (option, change) => {
    let failure: unknown;
    try {
      requireEmbedder({ ...embedderThat(never), ...change });
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'INVALID_OPTION', details: { option: `embedder.${option}` } });
  });
});
