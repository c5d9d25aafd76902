import type { Node } from 'web-tree-sitter';
import type { Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Scope } from '../extract/scope.js';

/** What the rules of one file remember between the nodes they run for. Positions are UTF-16 indexes. */
export interface PythonState {
  /** `from m import *` makes names visible that the file does not say. */
  hasStarImport: boolean;
  /** Scopes of class bodies: functions inside do not see their names. */
  readonly classScopes: WeakSet<Scope>;
  /** Classes whose members written in the body are values of the class itself. */
  readonly enumerations: Set<number>;
  /** Starts of member names, statements and patterns that a rule around them took care of. */
  readonly handled: Set<number>;
  /** Functions that return a value of a built-in type. */
  readonly plainReturns: Map<number, Expression>;
  /** Starts of the assignments inside an assignment: `a = b = c`. */
  readonly chained: Set<number>;
  /** Names that a function assigns for the whole file, with the first place where one does. */
  readonly globals: Map<string, Node>;
  /** Type hints that start before this position were taken care of. */
  typesUntil: number;
  /** Start of the definition that its decorators already opened, and the scope around it. */
  decorated: { readonly start: number; readonly outer: Scope } | null;
  /** What a local is known to be inside the block that starts at the position. */
  readonly narrowings: Map<number, { readonly name: string; readonly type: Expression }>;
}

const states = new WeakMap<Extraction, PythonState>();

export function stateOf(extraction: Extraction): PythonState {
  let state = states.get(extraction);
  if (state === undefined) {
    state = {
      hasStarImport: false,
      classScopes: new WeakSet(),
      enumerations: new Set(),
      handled: new Set(),
      plainReturns: new Map(),
      chained: new Set(),
      globals: new Map(),
      typesUntil: 0,
      decorated: null,
      narrowings: new Map(),
    };
    states.set(extraction, state);
  }
  return state;
}
