import { Fingerprinter, type Fingerprint } from '../model/index.js';

/** Version of what the binder concludes: grows when the same facts give other edges, so that they are bound again. */
export const BINDING_VERSION = 5;

/** A question of binding whose answer is kept: what it depends on is what it asked of the program and of other questions. */
export interface BindingQuery<V> {
  readonly name: string;
  readonly version: number;
  compute(reader: unknown, key: string): V;
  fingerprint(value: V): Fingerprint;
  /** The answer to a question that came up while it was being answered. */
  readonly onCycle: { readonly value: V };
}

/** Answers questions once, and may note what each of them asked. */
export interface QueryRunner {
  get<V>(query: BindingQuery<V>, key: string): V;
}

export function bindingQuery<V>(
  name: string,
  compute: (key: string) => V,
  fingerprint: (value: V) => Fingerprint,
  onCycle: V,
): BindingQuery<V> {
  return {
    name,
    version: BINDING_VERSION,
    compute: (_reader, key) => compute(key),
    fingerprint,
    onCycle: { value: onCycle },
  };
}

/** Joins the parts of a key. No part holds the character between them: a file that does is no source. */
export function keyOf(...parts: readonly (string | number)[]): string {
  return parts.join('\0');
}

export function partsOf(key: string): string[] {
  return key.split('\0');
}

export function fingerprintOfNumbers(numbers: Iterable<number>): Fingerprint {
  const hasher = new Fingerprinter();
  for (const number of numbers) hasher.number(number);
  return hasher.digest();
}
