import { Fingerprinter, type Expression, type Fingerprint } from '../model/index.js';
import type { SymbolIndex } from './program.js';

/** What an expression can be worked out to be. */
export type Value =
  /** The symbol itself: a function, a class, a module, a variable's place. */
  | { readonly kind: 'symbol'; readonly symbol: SymbolIndex }
  /** A value of the type. */
  | { readonly kind: 'instance'; readonly type: SymbolIndex }
  /** Something that holds values of the element. */
  | { readonly kind: 'elements'; readonly element: Value }
  /** One of several values, or all of them at once: at least two, none of them of this kind. */
  | { readonly kind: 'either'; readonly values: readonly Value[] }
  /** A function that is known by its type alone; the type is an expression in the code of `scope`. */
  | { readonly kind: 'function'; readonly type: Expression; readonly scope: SymbolIndex }
  /** A package or namespace that spans files; the path is written with dots. */
  | { readonly kind: 'namespace'; readonly path: string; readonly modules: readonly SymbolIndex[] }
  /**
   * Something outside the project: no edge inside it, and no guess either. The module text that an import
   * names, empty when none does, and the steps from there (`parseOutsidePath`).
   */
  | { readonly kind: 'external'; readonly specifier: string; readonly path: string };

export function symbolValue(symbol: SymbolIndex): Value {
  return { kind: 'symbol', symbol };
}

/** More alternatives than this say nothing of use. */
const ALTERNATIVES_LIMIT = 24;

/** What several possible values are together; undefined for none, and for too many. */
export function eitherOf(values: readonly Value[]): Value | undefined {
  const different = new Map<Fingerprint, Value>();
  for (const value of values) {
    for (const one of value.kind === 'either' ? value.values : [value]) different.set(fingerprintOfValue(one), one);
  }
  if (different.size > ALTERNATIVES_LIMIT) return undefined;
  const [first, second] = different.values();
  return second === undefined ? first : { kind: 'either', values: [...different.values()] };
}

/** The same asked of each of several: what those that have an answer say together, with the weakest of their reasons. */
export function eitherFound(found: readonly (Found | undefined)[]): Found | undefined {
  const known = found.filter((one) => one !== undefined);
  const inside = known.filter(({ value }) => value.kind !== 'external');
  const kept = inside.length > 0 ? inside : known;
  const value = eitherOf(kept.map((one) => one.value));
  const [first, ...others] = kept;
  if (value === undefined || first === undefined) return undefined;
  return { value, evidence: others.reduce((weakest, one) => weaker(weakest, one.evidence), first.evidence) };
}

/** The rule that bound a name, and how sure it is. Recorded on every edge. */
export interface Evidence {
  readonly strategy: Strategy;
  /** From 0 to 1. */
  readonly confidence: number;
}

/** Confidence by strategy: what is certain by the language's own rules, and what is inferred. */
export const STRATEGIES = {
  /** Defined in an enclosing scope of the same file. */
  scope: 1,
  /** Named by an import that was followed to its definition. */
  import: 1,
  /** Told by a compiler, in an index that was imported. */
  scip: 1,
  /** A member of the class the code belongs to. */
  self: 0.95,
  /** Visible through the package or namespace both files declare. */
  namespace: 0.95,
  /** Visible through an included file. */
  include: 0.95,
  /** Visible through an import of everything a module offers. */
  wildcard: 0.9,
  /** A member of a base of the class the code belongs to. */
  inheritance: 0.9,
  /** A member of the declared or inferred type of the receiver. */
  receiver: 0.85,
  /** A definition with external linkage that no other file defines. */
  linkage: 0.8,
  /** A name of the language's global scope that one file defines. */
  global: 0.7,
  /** The only member of that name that the file could mean, though the receiver's type is unknown. */
  'unique-member': 0.4,
} as const;

export type Strategy = keyof typeof STRATEGIES;

const EVIDENCE = Object.fromEntries(
  Object.entries(STRATEGIES).map(([strategy, confidence]) => [strategy, Object.freeze({ strategy, confidence })]),
) as Readonly<Record<Strategy, Evidence>>;

/** One and the same object for one strategy. */
export function evidence(strategy: Strategy): Evidence {
  return EVIDENCE[strategy];
}

/** The weaker of two pieces of evidence: a chain is as sure as its weakest step. */
export function weaker(a: Evidence, b: Evidence): Evidence {
  return b.confidence < a.confidence ? b : a;
}

/** A compiler's word goes first. Of equally sure ones the first by name, so that the order of finding does not matter. */
export function isStronger(a: Evidence, b: Evidence): boolean {
  if (a.strategy === 'scip' || b.strategy === 'scip') return b.strategy !== 'scip';
  return a.confidence > b.confidence || (a.confidence === b.confidence && a.strategy < b.strategy);
}

/** A value together with why the binder believes in it. */
export interface Found {
  readonly value: Value;
  readonly evidence: Evidence;
}

/** Equal for equal values; null stands for none. */
export function fingerprintOfFound(found: Found | null): Fingerprint {
  const hasher = new Fingerprinter();
  addFound(hasher, found);
  return hasher.digest();
}

export function addFound(hasher: Fingerprinter, found: Found | null): void {
  if (found === null) hasher.number(0);
  else addValue(hasher.text(found.evidence.strategy), found.value);
}

export function fingerprintOfValue(value: Value | null): Fingerprint {
  const hasher = new Fingerprinter();
  if (value !== null) addValue(hasher, value);
  return hasher.digest();
}

function addValue(hasher: Fingerprinter, value: Value): void {
  hasher.text(value.kind);
  switch (value.kind) {
    case 'symbol':
      hasher.number(value.symbol);
      break;
    case 'instance':
      hasher.number(value.type);
      break;
    case 'elements':
      addValue(hasher, value.element);
      break;
    case 'either':
      hasher.number(value.values.length);
      for (const one of value.values) addValue(hasher, one);
      break;
    case 'function':
      hasher.text(value.type).number(value.scope);
      break;
    case 'namespace':
      hasher.text(value.path).number(value.modules.length);
      for (const module of value.modules) hasher.number(module);
      break;
    case 'external':
      hasher.text(value.specifier).text(value.path);
      break;
  }
}
