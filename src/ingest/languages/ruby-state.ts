import type { Expression, Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { Scope } from '../extract/scope.js';

/** What the rules of one file remember between the nodes they run for. Positions are UTF-16 indexes. */
export interface RubyState {
  /** Constants and methods of the file: the only names that are seen across `def` and `class`. */
  readonly shared: Scope;
  /** Indexes of the classes and modules around the walk. */
  readonly types: number[];
  /** Starts of names, calls and blocks that a rule around them took care of. */
  readonly handled: Set<number>;
  /** What blocks are given, by their start. */
  readonly blocks: Map<number, { readonly method: string; readonly receiver: Expression }>;
  /** Visibility of the methods that start at a position, when it is not public. */
  readonly visibilities: Map<number, Visibility>;
  /** Visibility of members that is said away from them: `private :name`; the keys are `class name`. */
  readonly named: Map<string, Visibility>;
}

const states = new WeakMap<Extraction, RubyState>();

export function stateOf(extraction: Extraction): RubyState {
  let state = states.get(extraction);
  if (state === undefined) {
    state = {
      shared: new Scope(null, true),
      types: [],
      handled: new Set(),
      blocks: new Map(),
      visibilities: new Map(),
      named: new Map(),
    };
    states.set(extraction, state);
  }
  return state;
}

/** Index of the class or module around the walk, or undefined at the top level. */
export function typeAround(extraction: Extraction): number | undefined {
  const { types } = stateOf(extraction);
  return types[types.length - 1];
}

/** Is the walk in the body of a class, module or file, not in a method? */
export function inBody(extraction: Extraction): boolean {
  return extraction.current === (typeAround(extraction) ?? 0);
}

export function isLocal(name: string, extraction: Extraction): boolean {
  return extraction.scope.find(name)?.binding.kind === 'local';
}
