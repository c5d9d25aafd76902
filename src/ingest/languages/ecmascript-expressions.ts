import type { Node } from 'web-tree-sitter';
import {
  alternatives,
  alternativesOf,
  declaredType,
  functionType,
  isContainerType,
  UNKNOWN,
  type Expression,
} from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';

const DEPTH_LIMIT = 12;
/** Types that are longer say nothing that could be followed. */
const TYPE_LENGTH_LIMIT = 500;

/** Generic types that hold many values of their last type argument. */
const CONTAINERS = new Set([
  'Array',
  'ReadonlyArray',
  'Set',
  'ReadonlySet',
  'Map',
  'ReadonlyMap',
  'WeakMap',
  'Record',
  'Iterable',
  'Iterator',
  'IterableIterator',
  'AsyncIterable',
  'AsyncIterableIterator',
  'Generator',
  'AsyncGenerator',
]);

/** Generic types whose value is used as if it were their first type argument. */
const WRAPPERS = new Set([
  'Promise',
  'PromiseLike',
  'Readonly',
  'Partial',
  'Required',
  'NonNullable',
  'Awaited',
  'Omit',
  'Pick',
]);

/** Array methods that call their first argument with an element. */
const ELEMENT_CALLBACKS = new Set([
  'forEach',
  'map',
  'filter',
  'find',
  'findLast',
  'findIndex',
  'some',
  'every',
  'flatMap',
  'sort',
]);

/** Array methods whose result holds or is an element of the receiver. */
const ELEMENT_RESULTS = new Map([
  ['find', '[]'],
  ['findLast', '[]'],
  ['at', '[]'],
  ['pop', '[]'],
  ['shift', '[]'],
  ['filter', ''],
  ['slice', ''],
  ['concat', ''],
  ['reverse', ''],
  ['sort', ''],
  ['values', ''],
]);

/** The value expression of a syntax node. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
      return extraction.textOf(node);
    case 'this':
    case 'super':
      return node.type;
    case 'member_expression':
      return member(inner(node.childForFieldName('object')), extraction, node.childForFieldName('property'));
    case 'subscript_expression':
      return step(inner(node.childForFieldName('object')), '[]');
    case 'call_expression':
      return callResult(node, extraction, depth);
    case 'new_expression':
      return instanceOf(node.childForFieldName('constructor'), extraction);
    case 'await_expression':
    case 'parenthesized_expression':
    case 'non_null_expression':
    case 'satisfies_expression':
      return inner(node.firstNamedChild);
    case 'as_expression':
      return typeExpression(node.namedChild(1), extraction) ?? inner(node.firstNamedChild);
    case 'type_assertion':
      return typeExpression(node.firstNamedChild?.firstNamedChild ?? null, extraction) ?? inner(node.namedChild(1));
    case 'assignment_expression':
      return inner(node.childForFieldName('right'));
    case 'binary_expression': {
      const operator = node.childForFieldName('operator')?.type;
      return operator === '??' || operator === '||' ? inner(node.childForFieldName('left')) : UNKNOWN;
    }
    case 'ternary_expression': {
      const consequence = inner(node.childForFieldName('consequence'));
      return consequence === UNKNOWN ? inner(node.childForFieldName('alternative')) : consequence;
    }
    default:
      return UNKNOWN;
  }
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const callee = node.childForFieldName('function');
  if (callee?.type === 'member_expression') {
    const property = callee.childForFieldName('property');
    const suffix = property === null ? undefined : ELEMENT_RESULTS.get(extraction.textOf(property));
    const object = expressionOf(callee.childForFieldName('object'), extraction, depth + 1);
    // Only where the receiver is written as a container can the method be the built-in one.
    if (suffix !== undefined && isContainerText(object)) return object + suffix;
  }
  return step(expressionOf(callee, extraction, depth + 1), '()');
}

function isContainerText(expression: Expression): boolean {
  return isContainerType(expression);
}

function member(object: Expression, extraction: Extraction, property: Node | null): Expression {
  return property === null ? UNKNOWN : step(object, `.${extraction.textOf(property)}`);
}

export function step(expression: Expression, suffix: string): Expression {
  return expression === UNKNOWN ? UNKNOWN : expression + suffix;
}

function instanceOf(constructor: Node | null, extraction: Extraction): Expression {
  if (constructor === null) return UNKNOWN;
  if (constructor.type === 'identifier') return `@${extraction.textOf(constructor)}`;
  if (constructor.type !== 'member_expression') return UNKNOWN;
  const text = extraction.textOf(constructor);
  return /^[\w$]+(\.[\w$]+)+$/.test(text) && !text.startsWith('this.') ? `@${text.replaceAll('.', '::')}` : UNKNOWN;
}

/** The value expression of a value of the given type; null when the type says nothing useful. */
export function typeExpression(node: Node | null, extraction: Extraction, depth = 0): Expression | null {
  if (node === null || depth > DEPTH_LIMIT) return null;
  const inner = (child: Node | null): Expression | null => typeExpression(child, extraction, depth + 1);
  switch (node.type) {
    case 'type_annotation':
    case 'parenthesized_type':
    case 'readonly_type':
    case 'optional_type':
      return inner(node.lastNamedChild);
    case 'type_identifier':
      return `@${extraction.textOf(node)}`;
    case 'nested_type_identifier':
      return `@${extraction.textOf(node).replace(/\s/g, '').replaceAll('.', '::')}`;
    case 'generic_type':
      return genericType(node, extraction, depth);
    case 'array_type':
    case 'tuple_type': {
      const element = inner(node.firstNamedChild);
      return element === null ? null : `${element}[]`;
    }
    case 'union_type':
    case 'intersection_type':
      return choiceType(node, extraction, depth);
    case 'function_type':
    case 'constructor_type':
      return functionTypeExpression(node, extraction, depth);
    case 'lookup_type':
      return lookupType(node, extraction, depth);
    case 'conditional_type':
      return inner(node.childForFieldName('consequence'));
    case 'this_type':
      return 'this';
    case 'type_query': {
      const subject = expressionOf(node.firstNamedChild, extraction, depth + 1);
      return subject === UNKNOWN ? null : subject;
    }
    default:
      return null;
  }
}

function genericType(node: Node, extraction: Extraction, depth: number): Expression | null {
  const name = node.childForFieldName('name');
  const parameters = node.childForFieldName('type_arguments');
  if (name === null) return null;
  const text = extraction.textOf(name);
  if (CONTAINERS.has(text)) {
    const element = typeExpression(parameters?.lastNamedChild ?? null, extraction, depth + 1);
    return element === null ? null : `${element}[]`;
  }
  if (WRAPPERS.has(text)) return typeExpression(parameters?.firstNamedChild ?? null, extraction, depth + 1);
  return typeExpression(name, extraction, depth + 1);
}

/** Unions and intersections: what is known of the parts. */
function choiceType(node: Node, extraction: Extraction, depth: number): Expression | null {
  const types: Expression[] = [];
  for (const member of node.namedChildren) {
    if (isNullish(member, extraction)) continue;
    const type = typeExpression(member, extraction, depth + 1);
    if (type === null) continue;
    const declared = declaredType(type);
    const parts = alternativesOf(declared);
    if (parts?.levels === 0) types.push(...parts.types);
    else types.push(declared);
  }
  const whole = types.length === 0 ? null : alternatives(types);
  return whole === null || whole.length > TYPE_LENGTH_LIMIT ? null : whole;
}

/** `(a: A) => R` */
export function functionTypeExpression(node: Node, extraction: Extraction, depth = 0): Expression | null {
  const parameters: Expression[] = [];
  for (const parameter of node.childForFieldName('parameters')?.namedChildren ?? []) {
    if (parameter.type === 'comment' || parameter.childForFieldName('pattern')?.type === 'this') continue;
    const type = typeExpression(parameter.childForFieldName('type'), extraction, depth + 1);
    parameters.push(type === null ? UNKNOWN : declaredType(type));
  }
  const returned = node.childForFieldName('return_type') ?? node.childForFieldName('type');
  const result = typeExpression(returned, extraction, depth + 1);
  if (result === null && parameters.every((type) => type === UNKNOWN)) return null;
  const whole = functionType({ parameters, result: result === null ? UNKNOWN : declaredType(result) });
  return whole.length > TYPE_LENGTH_LIMIT ? null : whole;
}

/** `T['member']`, and `T[number]` for an element. */
function lookupType(node: Node, extraction: Extraction, depth: number): Expression | null {
  const [subject = null, index = null] = node.namedChildren;
  const type = typeExpression(subject, extraction, depth + 1);
  if (type === null || index === null) return null;
  const name = memberOfLookup(index, extraction);
  return name === undefined ? `${declaredType(type)}[]` : `${declaredType(type)}.${name}`;
}

/** The member that a type in brackets names; undefined when it names none. */
export function memberOfLookup(index: Node, extraction: Extraction): string | undefined {
  if (index.type !== 'literal_type' || index.firstNamedChild?.type !== 'string') return undefined;
  const name = extraction.textOf(index.firstNamedChild).slice(1, -1);
  return /^[\w$~-]+$/.test(name) ? name : undefined;
}

function isNullish(node: Node, extraction: Extraction): boolean {
  const text = extraction.textOf(node);
  return text === 'null' || text === 'undefined' || text === 'void';
}

/** What an array's own method calls its callback with, from the call the callback is an argument of. */
export function callbackElement(callback: Node, extraction: Extraction): Expression | null {
  const parameters = callback.parent;
  const call = parameters?.type === 'arguments' ? parameters.parent : null;
  if (call?.type !== 'call_expression') return null;
  const callee = call.childForFieldName('function');
  if (callee?.type !== 'member_expression') return null;
  const property = callee.childForFieldName('property');
  if (property === null || !ELEMENT_CALLBACKS.has(extraction.textOf(property))) return null;
  const object = expressionOf(callee.childForFieldName('object'), extraction);
  return object === UNKNOWN ? null : `${object}[]`;
}
