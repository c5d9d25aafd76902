import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashedSubWords, queryInput } from '../../../src/vectors/index.js';
import { stemOf, subWordsOf, wordsOf } from '../../../src/model/index.js';
import { cosine, symbolInput } from '../../support/embedders.js';

const embedder = new HashedSubWords();

async function vectorOf(input: Parameters<typeof embedder.embed>[0][number]): Promise<Float32Array> {
  const [vector] = await embedder.embed([input]);
  if (vector === undefined) throw new Error('There is no vector.');
  return vector;
}

describe('sub-words', () => {
  it.each([
    ['parseHTTPRequest', ['parse', 'http', 'request']],
    ['snake_case_name', ['snake', 'case', 'name']],
    ['SCREAMING_CASE', ['screaming', 'case']],
    ['utf8Decode2', ['utf', '8', 'decode', '2']],
    ['größeÄndern', ['größe', 'ändern']],
    ['名前を読む', ['名前を読む']],
    ['$el', ['el']],
    ['', []],
  ])('of %s are its parts by case, digits and underscores', (text, expected) => {
    expect(wordsOf(text).flatMap(subWordsOf)).toEqual(expected);
  });

  it.each([
    ['removes', 'remov'],
    ['removed', 'remov'],
    ['removing', 'remov'],
    ['queries', 'query'],
    ['classes', 'class'],
    ['headers', 'head'],
    ['header', 'head'],
    ['boxes', 'box'],
    ['running', 'run'],
    ['class', 'class'],
    ['io', 'io'],
  ])('lose number and tense: %s', (word, stem) => {
    expect(stemOf(word)).toBe(stem);
  });
});

describe('the built-in embedder', () => {
  it('gives the same vectors of length 1 in every process', async () => {
    const input = symbolInput('parseConfig', {
      signature: 'parseConfig(path: string)',
      body: 'return JSON.parse(read(path))',
    });
    const vector = await vectorOf(input);
    expect(vector).toHaveLength(384);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    expect(await new HashedSubWords().embed([input])).toEqual([vector]);
    // The first places are written down: who changes them changes the model, and must rename it.
    expect(embedder.id).toBe('hashed-sub-words-1');
    expect([...vector.keys()].filter((at) => Math.abs(vector[at] ?? 0) > 0.18)).toMatchInlineSnapshot(`
      [
        152,
        161,
        168,
        215,
        250,
        270,
        283,
        292,
        322,
        334,
        347,
        348,
      ]
    `);
  });

  it('[U3] finds the symbol that a question is about, whatever the words are called', async () => {
    const symbols = [
      symbolInput('removeUser', { body: 'this.users.delete(id); await this.store.save()' }),
      symbolInput('parse_http_headers', { body: 'for line in text.splitlines(): name, value = line.split(":")' }),
      symbolInput('RenderTree', { body: 'for child of node.children render(child)' }),
    ];
    const vectors = await embedder.embed(symbols);
    const best = async (text: string): Promise<number> => {
      const question = await vectorOf(queryInput(text));
      const scores = vectors.map((vector) => cosine(vector, question));
      return scores.indexOf(Math.max(...scores));
    };
    expect(await best('delete an account of a user')).toBe(0);
    expect(await best('reading the header of a request')).toBe(1);
    expect(await best('draw the nodes of a tree')).toBe(2);
  });

  it('[V6] has a direction for every text, however long, empty or strange', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        for (const input of [queryInput(text), symbolInput(text, { body: text, signature: text })]) {
          const vector = await vectorOf(input);
          expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        }
      }),
    );
    for (const text of ['', '_', '"" AND (', 'the of', 'a'.repeat(1_000_000), '😀'.repeat(1000)]) {
      expect(Math.hypot(...(await vectorOf(queryInput(text))))).toBeCloseTo(1, 5);
    }
  });

  it('gives one vector whatever was embedded before', async () => {
    const long = Array.from({ length: 60_000 }, (_, at) => `word${at.toString(36)}x`);
    const worn = new HashedSubWords();
    for (let at = 0; at < long.length; at += 1000) {
      await worn.embed([queryInput(long.slice(at, at + 1000).join(' '))]);
    }
    const input = symbolInput('listOpenFiles', { documentation: 'Lists the files that are open.' });
    expect(await worn.embed([input])).toEqual(await new HashedSubWords().embed([input]));
  });

  it('takes other dimensions, and refuses those that it cannot have', async () => {
    const [vector] = await new HashedSubWords({ dimension: 64 }).embed([queryInput('read a file')]);
    expect(vector).toHaveLength(64);
    for (const dimension of [0, 15, 4097, 1.5, Number.NaN]) {
      expect(() => new HashedSubWords({ dimension })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    }
  });

  it('stops when it is told to', async () => {
    const stopped = AbortSignal.abort();
    await expect(embedder.embed([queryInput('a file')], stopped)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
