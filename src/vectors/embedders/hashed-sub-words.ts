import { CancelledError, stemOf, STOP_WORDS, subWordsOf, UsageError, wordsOf } from '../../model/index.js';
import type { Embedder, EmbeddingInput } from '../embedder.js';
import { CONCEPTS, WORD_WEIGHTS } from './word-tables.js';

// The constants below were chosen by docstring→code retrieval, see docs/benchmarks.md. A change of one
// changes vectors: it needs a new id.
const MODEL = 'hashed-sub-words-1';
const DEFAULT_DIMENSION = 384;
const FIELD_WEIGHTS = { name: 2.5, qualifier: 1.5, signature: 1, documentation: 1, body: 0.7 } as const;
/** Counts grow towards this much: `c · k / (c + k - 1)`, the term frequency of BM25 (Robertson and Walker, 1994). */
const SATURATION = 2.2;
/** Two sub-words that follow each other in one word count half. */
const PAIR_WEIGHT = 0.5;
const CONCEPT_WEIGHT = 0.4;
const GRAM_WEIGHT = 0.6;
const GRAM_LENGTH = 3;
const GRAM_WORD_LENGTH = 4;
/** Longer ones are data. */
const STEM_LIMIT = 40;
/** Places of one feature in the vector; more of them make collisions smaller and more frequent. */
const PLACES = 6;
const GRAM_PLACES = 2;
/** Longer texts are cut. */
const TEXT_LIMIT = 20_000;
/** Words whose features are remembered; some ten megabytes. */
const REMEMBERED_WORDS = 40_000;
/** Inputs between two looks at the signal. */
const INPUTS_PER_LOOK = 64;

export interface HashedSubWordsOptions {
  /** Length of the vectors, 16 to 4096. Default 384. */
  readonly dimension?: number;
}

/** What one term adds to a vector: at each place a value. */
interface Term {
  readonly places: Uint16Array;
  readonly values: Float32Array;
}

/**
 * The built-in embedder: offline, deterministic and fast. Identifiers and words are split into sub-words and
 * stemmed; each sub-word, pair of sub-words, three letters of a longer one, and what programmers call it
 * otherwise is a feature, counted less the more frequent it is in code; the features of name, signature,
 * documentation and body are hashed with signs into a vector of length 1 ("Feature hashing for large scale
 * multitask learning", Weinberger and others, 2009).
 *
 * Equal texts give equal vectors on every machine.
 */
export class HashedSubWords implements Embedder {
  readonly id = MODEL;
  readonly dimension: number;
  readonly #terms = new Map<string, number>();
  readonly #features: Term[] = [];
  readonly #words = new Map<string, readonly number[]>();
  readonly #sums: Float64Array;
  /** By number of the term: how often it is in the field at hand, and its weight over all fields. */
  #counts = new Float64Array(1024);
  #weights = new Float64Array(1024);

  /** Throws UsageError `INVALID_OPTION`. */
  constructor({ dimension = DEFAULT_DIMENSION }: HashedSubWordsOptions = {}) {
    if (!Number.isInteger(dimension) || dimension < 16 || dimension > 4096) {
      throw new UsageError('INVALID_OPTION', `The dimension is a whole number from 16 to 4096; got ${dimension}.`, {
        details: { option: 'dimension', value: dimension },
      });
    }
    this.dimension = dimension;
    this.#sums = new Float64Array(dimension);
  }

  async embed(batch: readonly EmbeddingInput[], signal?: AbortSignal): Promise<readonly Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const [at, input] of batch.entries()) {
      if (at % INPUTS_PER_LOOK === 0 && signal?.aborted === true) throw new CancelledError();
      vectors.push(this.#vectorOf(input));
    }
    return vectors;
  }

  #vectorOf(input: EmbeddingInput): Float32Array {
    if (this.#words.size > REMEMBERED_WORDS) this.#forget();
    const qualifier = input.qualifiedName.slice(0, Math.max(0, input.qualifiedName.length - input.name.length));
    const found: number[] = [];
    this.#count(input.name, FIELD_WEIGHTS.name, found);
    this.#count(qualifier, FIELD_WEIGHTS.qualifier, found);
    this.#count(input.signature, FIELD_WEIGHTS.signature, found);
    this.#count(input.documentation, FIELD_WEIGHTS.documentation, found);
    this.#count(input.body, FIELD_WEIGHTS.body, found);
    // Punctuation and single letters alone still need a direction.
    if (found.length === 0) this.#add(this.#term(`=${rawText(input)}`, [], 1), 1, found);
    return this.#summed(found);
  }

  /** Adds the terms of a text with their saturated counts; those that are new are put into `found`. */
  #count(text: string | null, weight: number, found: number[]): void {
    if (text === null || text === '') return;
    const inText: number[] = [];
    for (const word of wordsOf(text.length > TEXT_LIMIT ? text.slice(0, TEXT_LIMIT) : text)) {
      for (const term of this.#termsOf(word)) {
        const count = this.#counts[term] ?? 0;
        if (count === 0) inText.push(term);
        this.#counts[term] = count + 1;
      }
    }
    for (const term of inText) {
      const count = this.#counts[term] ?? 0;
      this.#counts[term] = 0;
      this.#add(term, (weight * count * SATURATION) / (count + SATURATION - 1), found);
    }
  }

  #add(term: number, weight: number, found: number[]): void {
    const sum = this.#weights[term] ?? 0;
    if (sum === 0) found.push(term);
    this.#weights[term] = sum + weight;
  }

  #summed(found: readonly number[]): Float32Array {
    const sums = this.#sums.fill(0);
    for (const term of found) {
      const weight = this.#weights[term] ?? 0;
      this.#weights[term] = 0;
      const { places, values } = this.#features[term] ?? NO_TERM;
      for (let at = 0; at < places.length; at++) {
        const place = places[at] ?? 0;
        sums[place] = (sums[place] ?? 0) + weight * (values[at] ?? 0);
      }
    }
    let square = 0;
    for (const sum of sums) square += sum * sum;
    // Terms may cancel each other out.
    if (square === 0) square = sums[0] = 1;
    const length = Math.sqrt(square);
    const vector = new Float32Array(this.dimension);
    for (let at = 0; at < vector.length; at++) vector[at] = (sums[at] ?? 0) / length;
    return vector;
  }

  /** The numbers of the terms of a word. */
  #termsOf(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const terms: number[] = [];
    let previous = '';
    for (const part of subWordsOf(word)) {
      if (part.length < 2) continue;
      const stem = stemOf(part).slice(0, STEM_LIMIT);
      if (!STOP_STEMS.has(stem)) terms.push(this.#term(stem, featuresOf(stem), WORD_WEIGHTS.get(stem) ?? 1));
      if (previous !== '') terms.push(this.#term(`${previous} ${stem}`, [], PAIR_WEIGHT));
      previous = stem;
    }
    this.#words.set(word, terms);
    return terms;
  }

  /** The number of a term, which is given out when the term is first seen. */
  #term(text: string, features: readonly Feature[], weight: number): number {
    const known = this.#terms.get(text);
    if (known !== undefined) return known;
    const number = this.#features.length;
    const all = [{ text, weight: 1, places: PLACES }, ...features];
    const size = all.reduce((sum, { places }) => sum + places, 0);
    const term = { places: new Uint16Array(size), values: new Float32Array(size) };
    let at = 0;
    for (const feature of all) {
      const value = (weight * feature.weight) / Math.sqrt(feature.places);
      for (let place = 0; place < feature.places; place++) {
        const hash = hashOf(feature.text, place);
        term.places[at] = hash % this.dimension;
        term.values[at++] = (hash >>> 16) & 1 ? value : -value;
      }
    }
    this.#features.push(term);
    this.#terms.set(text, number);
    if (number >= this.#counts.length) this.#grow();
    return number;
  }

  #grow(): void {
    const counts = new Float64Array(this.#counts.length * 2);
    const weights = new Float64Array(counts.length);
    counts.set(this.#counts);
    weights.set(this.#weights);
    this.#counts = counts;
    this.#weights = weights;
  }

  #forget(): void {
    this.#words.clear();
    this.#terms.clear();
    this.#features.length = 0;
  }
}

/** A part of a term that other terms may share. */
interface Feature {
  readonly text: string;
  readonly weight: number;
  readonly places: number;
}

const NO_TERM: Term = { places: new Uint16Array(0), values: new Float32Array(0) };
const STOP_STEMS: ReadonlySet<string> = new Set(STOP_WORDS.map(stemOf));
const CONCEPTS_BY_STEM = conceptsByStem();

function conceptsByStem(): ReadonlyMap<string, readonly number[]> {
  const concepts = new Map<string, number[]>();
  for (const [number, words] of CONCEPTS.entries()) {
    for (const stem of new Set(words.map(stemOf))) {
      const list = concepts.get(stem);
      if (list === undefined) concepts.set(stem, [number]);
      else list.push(number);
    }
  }
  return concepts;
}

/** What a stem shares with others: groups of letters, and concepts. */
function featuresOf(stem: string): Feature[] {
  const features: Feature[] = [];
  if (stem.length >= GRAM_WORD_LENGTH) {
    const marked = `<${stem}>`;
    const count = marked.length - GRAM_LENGTH + 1;
    for (let at = 0; at < count; at++) {
      const text = `#${marked.slice(at, at + GRAM_LENGTH)}`;
      features.push({ text, weight: GRAM_WEIGHT / Math.sqrt(count), places: GRAM_PLACES });
    }
  }
  for (const concept of CONCEPTS_BY_STEM.get(stem) ?? []) {
    features.push({ text: `@${concept}`, weight: CONCEPT_WEIGHT, places: PLACES });
  }
  return features;
}

function rawText({ kind, name, documentation, body }: EmbeddingInput): string {
  const text = kind === 'query' ? (documentation ?? '') : `${name} ${body}`;
  return text.trim().slice(0, 200);
}

/** FNV-1a with the finaliser of MurmurHash3 (Appleby), 32 bits. */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ (seed * 7919 + 17);
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
