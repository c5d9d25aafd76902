import { describe, expect, it } from 'vitest';
import { embedChecked, queryInput, transformersEmbedder, type FeaturePipeline } from '../../../src/vectors/index.js';
import { symbolInput } from '../../support/embedders.js';

const inputs = [symbolInput('one'), queryInput('two')];

describe('an embedder of a local model', () => {
  it('[V6] says that its package is not installed', async () => {
    const embedder = transformersEmbedder({ folder: 'models/none', dimension: 3 });
    await expect(embedChecked(embedder, inputs)).rejects.toMatchObject({
      code: 'EMBEDDER_NOT_INSTALLED',
      details: { package: '@huggingface/transformers' },
    });
  });

  it('loads its model once and cuts its tensor into vectors', async () => {
    const loaded: string[] = [];
    const calls: unknown[] = [];
    const pipeline: FeaturePipeline = async (texts, options) => {
      calls.push([texts, options]);
      return { data: Float32Array.from(texts.flatMap((text, at) => [text.length, at, 1])), dims: [texts.length, 3] };
    };
    const load = async (folder: string): Promise<FeaturePipeline> => (loaded.push(folder), pipeline);
    const prefixes = { symbol: 'passage: ', query: 'query: ' };
    const embedder = transformersEmbedder({ folder: '/models/small', dimension: 3, pooling: 'cls', prefixes, load });
    expect(embedder.id).toBe('small');
    const first = await embedChecked(embedder, inputs);
    expect(first).toEqual([Float32Array.of(32, 0, 1), Float32Array.of(10, 1, 1)]);
    await embedChecked(embedder, inputs);
    expect(loaded).toEqual(['/models/small']);
    expect(calls[0]).toEqual([['passage: typescript function one', 'query: two'], { pooling: 'cls', normalize: true }]);
  });

  it('[V6] tells what is wrong with a model, and tries to load it again', async () => {
    let attempts = 0;
    const load = async (): Promise<FeaturePipeline> => {
      if (attempts++ === 0) throw new Error('no tokenizer.json');
      return async () => ({ data: [1, 2, 3, 4], dims: [1, 4] });
    };
    const embedder = transformersEmbedder({ folder: 'm', dimension: 3, load });
    const failure = await embedder.embed(inputs).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EMBEDDER_FAILED', details: { model: 'm' } });
    await expect(embedChecked(embedder, inputs)).rejects.toMatchObject({ code: 'EMBEDDER_INVALID' });
    const flat = transformersEmbedder({
      folder: 'm',
      dimension: 3,
      load: async () => async () => ({ data: [1], dims: [1] }),
    });
    await expect(embedChecked(flat, inputs)).rejects.toMatchObject({
      code: 'EMBEDDER_INVALID',
      details: { shape: [1] },
    });
    expect(() => transformersEmbedder({ folder: '', dimension: 3 })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});
