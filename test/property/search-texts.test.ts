import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { NodeId, SearchAnswer, SearchMode, Store } from '../../src/index.js';
import { cases } from '../support/cases.js';
import { storeWith } from '../support/search-stores.js';

const MODES: readonly SearchMode[] = ['hybrid', 'name', 'text', 'semantic'];
const NAMES = [
  'parseHeader',
  'HTTPServer2',
  'NEAR',
  'a"b',
  "it's",
  'x*',
  '😀emoji',
  '設定値',
  'name',
  'AND',
  '$',
  'nul\0name',
];

/** What users type, and what would mean something to FTS5, LIKE or JSON. */
const pieces = fc.oneof(
  fc.constantFrom('"', "'", '*', '^', '+', '-', ':', '(', ')', '{', '}', '%', '_', '\\', '\0', '.', '::', '\n', ' '),
  fc.constantFrom(
    'AND',
    'OR',
    'NOT',
    'NEAR',
    'NEAR(a b, 2)',
    'name :',
    '{name humps} :',
    '- name',
    'rowid',
    'rank',
    'MATCH',
  ),
  fc.constantFrom('😀', '\ud800', '\u202e', '\ufeff', 'é', 'ß', '設'),
  fc.constantFrom(...NAMES),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const texts = fc
  .oneof(
    fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
    fc.array(pieces, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(' ')),
    pieces.map((piece) => piece.repeat(10_000).slice(0, 10_000)),
  )
  .filter((text) => text.trim() !== '');

describe('any text', () => {
  let store: Store;
  let ids: readonly NodeId[];
  beforeAll(async () => {
    ({ store, ids } = await storeWith(NAMES.map((name) => ({ name, documentation: `About ${name}.` }))));
    const vectors = ids.map((nodeId, at) => ({
      nodeId,
      vector: Float32Array.from({ length: store.embedder.dimension }, (_, place) => Math.sin(at + place)),
    }));
    await store.embeddings.put('p', { model: store.embedder.id, dimension: store.embedder.dimension }, vectors);
  });
  afterAll(() => store.close());

  const isSound = (answer: SearchAnswer): boolean =>
    answer.items.length === answer.total &&
    answer.items.every(({ score, why }) => Number.isFinite(score) && why !== '') &&
    new Set(answer.items.map(({ id }) => id)).size === answer.items.length;

  it('[U3] is a question and never syntax: it is answered, and finds the name it is', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom(...MODES), async (text, mode) => {
        const answer = await store.search(text, { mode, k: 100 });
        return isSound(answer);
      }),
      cases(150),
    );
  });

  it('finds a symbol by its own name, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NAMES), async (name) => {
        const answer = await store.search(name, { mode: 'name' });
        return answer.items.some((item) => item.name === name && item.score === 1);
      }),
    );
  });
});
