import type { Node } from 'web-tree-sitter';
import { isContainerType, UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';

/**
 * What a file says about the members of the types around a place, for languages where a bare name
 * can be a member. It is kept in the scopes under names that start with a dot, which no source name
 * does, so that it ends where the type ends and never hides a real name.
 */

const SELF = '.this';
const BASE = '.base';

/** Notes the declared type of a field, so that containers among the fields are known as such. */
export function noteField(name: string, type: Expression | null, extraction: Extraction): void {
  if (type !== null) extraction.scope.declareLocal(`.${name}`, type);
}

/** Notes what `this` is in the scope of the walk: `this` in a named type, a base type in an anonymous one. */
export function noteSelf(type: Expression, extraction: Extraction): void {
  extraction.scope.declareLocal(SELF, type === UNKNOWN ? null : type);
}

/** The expression of `this` at the place of the walk. */
export function selfOf(extraction: Extraction): Expression {
  const found = extraction.scope.find(SELF);
  return found?.binding.kind === 'local' ? found.binding.type : 'this';
}

/** Notes the name of the base class, as `a.b.Base`. */
export function noteBase(path: string, extraction: Extraction): void {
  extraction.scope.declareLocal(BASE, path);
}

/** Dotted name of the base class of the type around the walk. */
export function baseOf(extraction: Extraction): string | undefined {
  const found = extraction.scope.find(BASE);
  return found?.binding.kind === 'local' && found.binding.type !== UNKNOWN ? found.binding.type : undefined;
}

/** An expression with the locals and fields at its start replaced by their types, as far as the walk knows them. */
export function knownType(expression: Expression, extraction: Extraction): Expression {
  const resolved = extraction.scope.resolve(expression);
  const match = /^(?:this\.)?([\w$]+)((?:\[\])*)$/.exec(resolved);
  if (match?.[1] === undefined || match[1] === 'this' || match[1] === 'super') return resolved;
  const field = extraction.scope.find(`.${match[1]}`);
  if (field?.binding.kind !== 'local' || field.binding.type === UNKNOWN) return resolved;
  const type = field.scope.resolve(field.binding.type);
  return type === UNKNOWN ? resolved : type + (match[2] ?? '');
}

/** Does the expression stand for a container of a known element type? */
export function isContainer(expression: Expression): boolean {
  return isContainerType(expression);
}

export function step(expression: Expression, suffix: string): Expression {
  return expression === UNKNOWN ? UNKNOWN : expression + suffix;
}

/** Marks every leaf of a node as handled: package names, labels and the like are no uses of anything. */
export function consumeAll(node: Node | null, extraction: Extraction): void {
  const open = node === null ? [] : [node];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    extraction.deadline.check();
    if (at.namedChildCount === 0) extraction.consume(at);
    else open.push(...at.namedChildren);
  }
}

/** `a.b.C` as its last name and what it is written on. */
export function splitPath(path: string): { readonly name: string; readonly owner: string | null } {
  const dot = path.lastIndexOf('.');
  return dot < 0 ? { name: path, owner: null } : { name: path.slice(dot + 1), owner: path.slice(0, dot) };
}
