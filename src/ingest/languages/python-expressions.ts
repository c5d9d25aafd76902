import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { containerOf, elementOf, isContainer, knownAs } from './elements.js';
import { BUILTIN_CONTAINERS, BUILTIN_METHODS, BUILTIN_TYPES, BUILTINS } from './python-builtins.js';
import { readType, typeValue } from './python-types.js';

const DEPTH_LIMIT = 12;

/** Built-in functions whose result holds the elements of their first argument. */
const SAME_ELEMENTS = new Set(['list', 'sorted', 'reversed', 'set', 'tuple', 'iter', 'frozenset', 'aiter']);

/** Built-in functions whose result is an element of their first argument. */
const ONE_ELEMENT = new Set(['next', 'anext', 'min', 'max']);

const same = (container: Expression): Expression => container;

/** Methods of the built-in containers whose result holds or is an element. */
const ELEMENT_RESULTS = new Map<string, (container: Expression) => Expression>([
  ['get', elementOf],
  ['pop', elementOf],
  ['popleft', elementOf],
  ['popitem', elementOf],
  ['setdefault', elementOf],
  ['values', same],
  ['copy', same],
  ['union', same],
  ['difference', same],
  ['intersection', same],
]);

/** The value expression of a syntax node. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
      return extraction.textOf(node);
    case 'attribute':
      return member(inner(node.childForFieldName('object')), node.childForFieldName('attribute'), extraction);
    case 'call':
      return callResult(node, extraction, depth);
    case 'subscript': {
      const value = inner(node.childForFieldName('value'));
      if (node.childForFieldName('subscript')?.type === 'slice') return value;
      return itemOf(value, extraction);
    }
    case 'await':
    case 'parenthesized_expression':
      return inner(node.firstNamedChild);
    case 'named_expression':
      return inner(node.childForFieldName('value'));
    case 'assignment':
      return inner(node.childForFieldName('right'));
    case 'conditional_expression':
      return firstKnown([node.firstNamedChild, node.lastNamedChild], extraction, depth);
    case 'boolean_operator': {
      const right = node.childForFieldName('right');
      const isOr = node.childForFieldName('operator')?.type === 'or';
      return isOr ? firstKnown([node.childForFieldName('left'), right], extraction, depth) : inner(right);
    }
    default:
      return literal(node, extraction, depth);
  }
}

function literal(node: Node, extraction: Extraction, depth: number): Expression {
  switch (node.type) {
    case 'string':
    case 'concatenated_string':
      return /^[rR]?[bB]/.test(extraction.text.slice(node.startIndex, node.startIndex + 2)) ? '@bytes' : '@str';
    case 'integer':
      return '@int';
    case 'float':
      return '@float';
    case 'true':
    case 'false':
    case 'not_operator':
    case 'comparison_operator':
      return '@bool';
    case 'binary_operator': {
      const left = node.childForFieldName('left');
      return left?.type === 'string' || left?.type === 'concatenated_string'
        ? literal(left, extraction, depth)
        : UNKNOWN;
    }
    case 'list':
    case 'set':
    case 'tuple':
    case 'expression_list':
      return holder(node.type === 'expression_list' ? 'tuple' : node.type, node.firstNamedChild, extraction, depth);
    case 'list_comprehension':
    case 'set_comprehension':
    case 'generator_expression':
      return holder(
        node.type === 'set_comprehension' ? 'set' : 'list',
        node.childForFieldName('body'),
        extraction,
        depth,
      );
    case 'dictionary':
    case 'dictionary_comprehension': {
      const pair = node.type === 'dictionary' ? node.firstNamedChild : node.childForFieldName('body');
      return holder('dict', pair?.type === 'pair' ? pair.childForFieldName('value') : null, extraction, depth);
    }
    default:
      return UNKNOWN;
  }
}

/** `Box` or `shop.Box`, with a small letter in it: by convention only classes are written this way. */
function isClassName(path: string): boolean {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return /^\w[\w.]*$/.test(path) && /^[A-Z]/.test(last) && /[a-z]/.test(last);
}

/** A container display: `@T*` when its first element says what it holds, else the container itself. */
function holder(container: string, element: Node | null, extraction: Extraction, depth: number): Expression {
  if (element?.type === 'call') {
    const callee = element.childForFieldName('function');
    const name = callee === null ? '' : extraction.textOf(callee);
    if (isClassName(name)) return `@${name.replaceAll('.', '::')}*`;
  }
  const value = knownAs(expressionOf(element, extraction, depth + 1), extraction);
  const isKnown = value.startsWith('@') && !BUILTIN_TYPES.has(value.slice(1));
  return (isKnown ? containerOf(value) : null) ?? `@${container}`;
}

function firstKnown(nodes: readonly (Node | null)[], extraction: Extraction, depth: number): Expression {
  for (const node of nodes) {
    const expression = expressionOf(node, extraction, depth + 1);
    if (!knownAs(expression, extraction).startsWith(UNKNOWN)) return expression;
  }
  return UNKNOWN;
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const callee = node.childForFieldName('function');
  if (callee === null) return UNKNOWN;
  if (callee.type === 'identifier') return plainCallResult(extraction.textOf(callee), node, extraction, depth);
  const result = expressionOf(callee, extraction, depth + 1);
  // `type(self)(…)` and `self.__class__(…)` make another one.
  if (result === 'this' || knownAs(result, extraction) === 'this') return 'this';
  if (callee.type !== 'attribute') return step(result, '()');
  const name = extraction.textOf(callee.childForFieldName('attribute') ?? callee);
  if (name === '__new__') return 'this';
  const object = knownAs(expressionOf(callee.childForFieldName('object'), extraction, depth + 1), extraction);
  if (name === 'cast') return castResult(node, extraction);
  if (object === '@str' || object === '@bytes') return textMethodResult(name, object);
  const resultOf = ELEMENT_RESULTS.get(name);
  if (resultOf !== undefined && isContainer(object)) return resultOf(object);
  // On something that may be a mapping `values` is its method: what it holds is what the mapping holds.
  if (name === 'values' && object !== UNKNOWN && !object.startsWith('@')) return object;
  return step(result, '()');
}

function plainCallResult(name: string, node: Node, extraction: Extraction, depth: number): Expression {
  if (name === 'super') return 'super';
  const parameters = node.childForFieldName('arguments');
  const first = parameters?.firstNamedChild ?? null;
  if (name === 'cast') return castResult(node, extraction);
  if (extraction.scope.find(name)?.binding.kind !== 'named') {
    if (name === 'type') return typeOfValue(first, extraction, depth);
    if (first !== null && ONE_ELEMENT.has(name)) {
      const held = knownAs(expressionOf(first, extraction, depth + 1), extraction);
      return isContainer(held) ? elementOf(held) : UNKNOWN;
    }
    if (first !== null && SAME_ELEMENTS.has(name)) {
      const held = expressionOf(first, extraction, depth + 1);
      return knownAs(held, extraction).startsWith(UNKNOWN) ? '@list' : held;
    }
    if (BUILTIN_TYPES.has(name)) return name === 'object' || name === 'property' ? UNKNOWN : `@${name}`;
  }
  // `cls(…)` makes an instance of the class the code belongs to.
  return knownAs(name, extraction) === 'this' ? 'this' : `${name}()`;
}

function typeOfValue(value: Node | null, extraction: Extraction, depth: number): Expression {
  const expression = knownAs(expressionOf(value, extraction, depth + 1), extraction);
  return expression === 'this' ? 'this' : UNKNOWN;
}

function castResult(call: Node, extraction: Extraction): Expression {
  const type = call.childForFieldName('arguments')?.firstNamedChild;
  return type === null || type === undefined ? UNKNOWN : (typeValue(readType(extraction.textOf(type))) ?? UNKNOWN);
}

function textMethodResult(name: string, text: Expression): Expression {
  if (/^r?split(lines)?$|^r?partition$/.test(name)) return `${text}*`;
  if (name === 'encode') return '@bytes';
  return name === 'decode' ? '@str' : /^(is|starts|ends)/.test(name) ? '@bool' : text;
}

function member(object: Expression, attribute: Node | null, extraction: Extraction): Expression {
  if (attribute === null) return UNKNOWN;
  const name = extraction.textOf(attribute);
  return name === '__class__' ? object : step(object, `.${name}`);
}

export function step(expression: Expression, suffix: string): Expression {
  return expression === UNKNOWN ? UNKNOWN : expression + suffix;
}

/** What a subscript gives: an element of a container, or whatever the class says. */
function itemOf(value: Expression, extraction: Extraction): Expression {
  const held = knownAs(value, extraction);
  if (held === '@str' || held === '@bytes') return held;
  return held === 'this' || isInstance(held) ? step(value, '.__getitem__()') : partOf(value);
}

/** What a loop over `iterated` binds its variable to. */
export function loopVariable(iterated: Node | null, extraction: Extraction): Expression {
  const value = expressionOf(iterated, extraction);
  const held = knownAs(value, extraction);
  return held === 'this' || isInstance(held) ? step(value, '.__iter__()[]') : partOf(value);
}

/** An element of what the expression stands for; of a built-in container it can be anything. */
export function partOf(container: Expression): Expression {
  return container.startsWith('@') && BUILTIN_CONTAINERS.has(container.slice(1)) ? UNKNOWN : elementOf(container);
}

/** A value of one class of the project, as far as that can be told. */
function isInstance(expression: Expression): boolean {
  return /^@[\w:]+$/.test(expression) && !BUILTIN_TYPES.has(expression.slice(1));
}

/**
 * What a resolved receiver says about a member named `name`: undefined when that can only be a member
 * of a built-in type.
 */
export function receiverOf(receiver: Expression, name: string): Expression | undefined {
  if (name.startsWith('__') && BUILTINS.has(name)) return undefined;
  if (receiver === UNKNOWN) return BUILTIN_METHODS.has(name) ? undefined : UNKNOWN;
  if (!receiver.startsWith('@')) return receiver;
  // A container's own method.
  if (isContainer(receiver) && BUILTIN_METHODS.has(name)) return undefined;
  const type = /^@(\w+)/.exec(receiver)?.[1] ?? '';
  if (!BUILTIN_TYPES.has(type) || receiver.startsWith(`@${type}::`)) return receiver;
  // More steps to an element than levels of container lead into what a plain `list` or `dict` holds.
  const depth = receiver.split('[]').length - receiver.split('*').length;
  return BUILTIN_CONTAINERS.has(type) && depth > 0 && !BUILTIN_METHODS.has(name) ? UNKNOWN : undefined;
}
