import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Scope } from '../extract/scope.js';
import { memberName } from './ecmascript-members.js';
import { isApiObject } from './ecmascript-places.js';

/**
 * What the code around a value says that it must be. It types the parameters of callbacks and the keys of
 * object literals, which say nothing themselves.
 */

interface Expectations {
  /** Of function values and of methods in object literals, by the id of their node. */
  readonly functions: Map<number, Expression>;
  /** What functions are to return, by their scope. */
  readonly returned: WeakMap<Scope, Expression>;
}

const DEPTH_LIMIT = 8;
const FUNCTION_TYPES: ReadonlySet<string> = new Set(['arrow_function', 'function_expression', 'generator_function']);
const states = new WeakMap<Extraction, Expectations>();

function stateOf(extraction: Extraction): Expectations {
  let state = states.get(extraction);
  if (state === undefined) {
    state = { functions: new Map<number, Expression>(), returned: new WeakMap<Scope, Expression>() };
    states.set(extraction, state);
  }
  return state;
}

/** What is expected of a function value or of a method of an object literal; UNKNOWN when nothing is known. */
export function expectedOf(node: Node, extraction: Extraction): Expression {
  return states.get(extraction)?.functions.get(node.id) ?? UNKNOWN;
}

/** Can a value of this syntax be told anything by what is expected of it? */
export function isExpectable(value: Node | null): value is Node {
  switch (value?.type) {
    case 'object':
    case 'array':
    case 'arrow_function':
    case 'function_expression':
    case 'generator_function':
    case 'parenthesized_expression':
    case 'await_expression':
    case 'as_expression':
    case 'non_null_expression':
    case 'ternary_expression':
    case 'binary_expression':
      return true;
    default:
      return false;
  }
}

/**
 * Says what is expected of a value: refers to the members that the keys of object literals name, and notes
 * it of the functions in the value, which are walked later. Call it where the value's own references belong.
 */
export function expect(value: Node | null, type: Expression | null, extraction: Extraction, depth = 0): void {
  if (type === null || type === UNKNOWN || depth > DEPTH_LIMIT || !isExpectable(value)) return;
  const inner = (part: Node | null, of = type): void => expect(part, of, extraction, depth + 1);
  switch (value.type) {
    case 'object':
      return expectKeys(value, type, extraction, depth);
    case 'array':
      for (const element of value.namedChildren) inner(element, `${type}[]`);
      return;
    case 'parenthesized_expression':
    case 'await_expression':
    case 'as_expression':
    case 'non_null_expression':
      return inner(value.firstNamedChild);
    case 'ternary_expression':
      inner(value.childForFieldName('consequence'));
      return inner(value.childForFieldName('alternative'));
    case 'binary_expression':
      if (!/^(\?\?|\|\||&&)$/.test(value.childForFieldName('operator')?.type ?? '')) return;
      inner(value.childForFieldName('left'));
      return inner(value.childForFieldName('right'));
    default:
      stateOf(extraction).functions.set(value.id, type);
  }
}

/** The keys of an object literal are members of what is expected of it. */
function expectKeys(object: Node, type: Expression, extraction: Extraction, depth: number): void {
  // Functions that become symbols refer to the member themselves.
  const isOutside = extraction.currentType === 'variable' || extraction.currentType === 'module';
  const isApi = isOutside && isApiObject(object, extraction);
  for (const part of object.namedChildren) {
    if (part.type === 'shorthand_property_identifier') {
      extraction.refer('write', extraction.textOf(part), type, part);
      continue;
    }
    if (part.type !== 'pair' && part.type !== 'method_definition') continue;
    const name = memberName(part, extraction);
    if (name === undefined || !/^[\w$]+$/.test(name)) continue;
    const value = part.type === 'pair' ? part.childForFieldName('value') : part;
    const isFunction = value === part || FUNCTION_TYPES.has(value?.type ?? '');
    if (!isApi || !isFunction) extraction.refer('write', name, type, part);
    if (value === part) stateOf(extraction).functions.set(part.id, `${type}.${name}`);
    else expect(value, `${type}.${name}`, extraction, depth + 1);
  }
}

/** A function in an object literal that is a symbol is what the type of the object has under its name. */
export function referToExpected(name: string, member: Node, expected: Expression, extraction: Extraction): void {
  const suffix = `.${name}`;
  if (expected.endsWith(suffix)) extraction.refer('write', name, expected.slice(0, -suffix.length), member);
}

/** Says what a call expects of its arguments, where one of them is a literal or a function. */
export function expectArguments(call: Node, callee: Expression, extraction: Extraction): void {
  if (callee === UNKNOWN) return;
  const list = call.childForFieldName('arguments');
  if (list === null || list.endIndex - list.startIndex < 4) return;
  const text = extraction.text.slice(list.startIndex, list.endIndex);
  if (!text.includes('{') && !text.includes('=>')) return;
  let position = 0;
  for (const argument of list.namedChildren) {
    if (argument.type === 'comment') continue;
    expect(argument, `${callee}(${position})`, extraction);
    position++;
  }
}

/** States what the function that the walk has just entered is to return. */
export function declareReturned(type: Expression | null, extraction: Extraction): void {
  if (type !== null && type !== UNKNOWN) stateOf(extraction).returned.set(extraction.scope, type);
}

export function expectReturned(value: Node | null, extraction: Extraction): void {
  if (!isExpectable(value)) return;
  const type = states.get(extraction)?.returned.get(extraction.scope.functionScope());
  if (type !== undefined) expect(value, type, extraction);
}
