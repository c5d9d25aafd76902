import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { memberName } from './ecmascript-members.js';

/**
 * What the code around a value says that it must be. It types the parameters of callbacks and the keys of
 * object literals, which say nothing themselves.
 */

/** Kept in the scope of a function, under a name that no source has: what it is to return. */
const RETURNED = '.return';
const DEPTH_LIMIT = 6;

const expected = new WeakMap<Extraction, Map<number, Expression>>();

/** What is expected of an object literal, a list or a function value; UNKNOWN when nothing is known. */
export function expectedOf(node: Node, extraction: Extraction): Expression {
  return expected.get(extraction)?.get(node.id) ?? UNKNOWN;
}

/** Notes what is expected of a value: of the literals in it that are walked later. */
export function expect(value: Node | null, type: Expression | null, extraction: Extraction, depth = 0): void {
  if (value === null || type === null || type === UNKNOWN || depth > DEPTH_LIMIT) return;
  switch (value.type) {
    case 'object':
    case 'array':
    case 'arrow_function':
    case 'function_expression':
    case 'generator_function': {
      let types = expected.get(extraction);
      if (types === undefined) expected.set(extraction, (types = new Map<number, Expression>()));
      types.set(value.id, type);
      return;
    }
    case 'parenthesized_expression':
    case 'await_expression':
    case 'as_expression':
    case 'non_null_expression':
      return expect(value.firstNamedChild, type, extraction, depth + 1);
    case 'ternary_expression':
      expect(value.childForFieldName('consequence'), type, extraction, depth + 1);
      return expect(value.childForFieldName('alternative'), type, extraction, depth + 1);
    case 'binary_expression':
      if (!/^(\?\?|\|\||&&)$/.test(value.childForFieldName('operator')?.type ?? '')) return;
      expect(value.childForFieldName('left'), type, extraction, depth + 1);
      return expect(value.childForFieldName('right'), type, extraction, depth + 1);
    default:
      return;
  }
}

/** Notes what a call expects of its arguments, where one of them is a literal or a function. */
export function expectArguments(call: Node, callee: Expression, extraction: Extraction): void {
  if (callee === UNKNOWN) return;
  const list = call.childForFieldName('arguments');
  if (list === null || list.endIndex - list.startIndex < 4) return;
  const text = extraction.text.slice(list.startIndex, list.endIndex);
  if (!text.includes('{') && !text.includes('=>')) return;
  list.namedChildren
    .filter((argument) => argument.type !== 'comment')
    .forEach((argument, position) => expect(argument, `${callee}(${position})`, extraction));
}

/** States what the function that the walk has just entered is to return. */
export function declareReturned(type: Expression | null, extraction: Extraction): void {
  extraction.scope.declareLocal(RETURNED, type);
}

export function expectReturned(value: Node | null, extraction: Extraction): void {
  const found = extraction.scope.find(RETURNED)?.binding;
  if (found?.kind === 'local') expect(value, found.type, extraction);
}

/**
 * The keys of an object literal are members of what is expected of it.
 *
 * @param isOwnSymbol is the value a symbol, which refers to the member itself?
 */
export function keysOf(node: Node, extraction: Extraction, isOwnSymbol: (value: Node) => boolean): void {
  const type = expectedOf(node, extraction);
  if (type === UNKNOWN) return;
  for (const part of node.namedChildren) {
    switch (part.type) {
      case 'pair': {
        const name = memberName(part, extraction);
        if (name === undefined || !/^[\w$]+$/.test(name)) break;
        const value = part.childForFieldName('value');
        if (value === null || !isOwnSymbol(value)) extraction.refer('write', name, type, part);
        expect(value, `${type}.${name}`, extraction);
        break;
      }
      case 'shorthand_property_identifier':
        extraction.refer('write', extraction.textOf(part), type, part);
        break;
      case 'method_definition': {
        const name = memberName(part, extraction);
        if (name !== undefined && !isOwnSymbol(part)) extraction.refer('write', name, type, part);
        break;
      }
      default:
        break;
    }
  }
}

export function listLiteral(node: Node, extraction: Extraction): void {
  const type = expectedOf(node, extraction);
  if (type === UNKNOWN) return;
  for (const element of node.namedChildren) expect(element, `${type}[]`, extraction);
}
