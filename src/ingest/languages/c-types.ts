import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { isContainer, knownType, step } from './member-types.js';

/** Types, declarators and value expressions of C and C++. */

const DEPTH_LIMIT = 12;

/** Class templates that hold many values of their first, and of their second argument. */
// prettier-ignore
const SEQUENCES = new Set([
  'vector', 'list', 'deque', 'forward_list', 'array', 'set', 'multiset', 'unordered_set', 'unordered_multiset', 'span',
  'queue', 'stack', 'priority_queue', 'initializer_list', 'valarray', 'QList', 'QVector', 'QSet', 'SmallVector',
  'SmallVectorImpl', 'ArrayRef', 'InlinedVector', 'Vector',
]);
// prettier-ignore
const MAPS = new Set([
  'map', 'multimap', 'unordered_map', 'unordered_multimap', 'flat_map', 'flat_hash_map', 'QMap', 'QHash', 'DenseMap',
]);

/** Class templates that stand for one value of their first, and of their second argument. */
// prettier-ignore
const POINTERS = new Set([
  'unique_ptr', 'shared_ptr', 'weak_ptr', 'optional', 'reference_wrapper', 'future', 'intrusive_ptr', 'scoped_refptr',
  'not_null', 'observer_ptr', 'RefPtr', 'QPointer', 'QSharedPointer', 'Local', 'MaybeLocal', 'Persistent', 'Ref',
]);
const PAIRS = new Set(['pair']);

// prettier-ignore
const ELEMENT_RESULTS = new Set([
  'at', 'front', 'back', 'top', 'begin', 'end', 'cbegin', 'cend', 'rbegin', 'rend', 'find', 'data', 'lower_bound',
  'upper_bound', 'emplace_back', 'value', 'first', 'last',
]);

/** Methods of smart pointers and optionals that give the value. */
const UNWRAPPERS = new Set(['get', 'lock', 'value', 'release']);

/** Function templates whose result is a value of their type argument. */
// prettier-ignore
const TYPED_RESULTS = new Set([
  'static_cast', 'dynamic_cast', 'reinterpret_cast', 'const_cast', 'make_unique', 'make_shared', 'make_optional',
  'static_pointer_cast', 'dynamic_pointer_cast', 'const_pointer_cast', 'any_cast', 'bit_cast', 'dyn_cast', 'cast',
  'dyn_cast_or_null', 'cast_or_null', 'qobject_cast', 'down_cast', 'checked_cast', 'get_if',
]);

/** Functions that give back what they are given. */
const PASS_THROUGH = new Set(['move', 'forward', 'ref', 'cref', 'as_const', 'addressof']);

/** What a declarator declares: a name, and how the type before it is changed on the way to it. */
export interface Declarator {
  readonly name: Node | null;
  /** The declarator of the function, when the name is a function's (not a pointer to one). */
  readonly signature: Node | null;
  readonly isArray: boolean;
}

export function declaratorOf(node: Node | null): Declarator {
  let signature: Node | null = null;
  let isArray = false;
  let at = node;
  for (;;) {
    switch (at?.type) {
      case 'function_declarator':
        signature = at;
        at = at.childForFieldName('declarator');
        break;
      case 'pointer_declarator':
      case 'array_declarator':
        // What was a function so far is a pointer to one, or an array of them.
        signature = null;
        isArray ||= at.type === 'array_declarator';
        at = at.childForFieldName('declarator');
        break;
      case 'init_declarator':
        at = at.childForFieldName('declarator');
        break;
      case 'reference_declarator':
      case 'parenthesized_declarator':
        at = at.lastNamedChild;
        break;
      case 'attributed_declarator':
        at = at.firstNamedChild;
        break;
      case 'operator_cast':
        return { name: at, signature: at.childForFieldName('declarator'), isArray };
      default:
        return { name: at ?? null, signature, isArray };
    }
  }
}

/** The value expression of a declared name: its type, as often an array as the declarator says. */
export function declaredType(type: Node | null, declarator: Declarator, extraction: Extraction): Expression | null {
  const expression = typeExpression(type, extraction);
  return expression !== null && declarator.isArray ? `${expression}[]` : expression;
}

/** The value expression of a value of the given type; null when the type says nothing useful. */
export function typeExpression(node: Node | null, extraction: Extraction, depth = 0): Expression | null {
  if (node === null || depth > DEPTH_LIMIT) return null;
  switch (node.type) {
    case 'type_identifier':
      return extraction.language.builtins.has(extraction.textOf(node)) ? null : `@${extraction.textOf(node)}`;
    case 'struct_specifier':
    case 'union_specifier':
    case 'enum_specifier':
    case 'class_specifier':
      return typeExpression(node.childForFieldName('name'), extraction, depth + 1);
    case 'type_descriptor':
      return typeExpression(node.childForFieldName('type'), extraction, depth + 1);
    case 'template_type':
      return templateType(node, extraction, depth) ?? namedType(node, extraction);
    case 'qualified_identifier': {
      const name = lastName(node);
      const known = name?.type === 'template_type' ? templateType(name, extraction, depth) : null;
      return known ?? namedType(node, extraction);
    }
    default:
      return null;
  }
}

function namedType(node: Node, extraction: Extraction): Expression {
  return `@${pathOf(node, extraction).join('::')}`;
}

/** The type inside a well-known container or pointer; null for other templates. */
function templateType(node: Node, extraction: Extraction, depth: number): Expression | null {
  const name = node.childForFieldName('name');
  const text = name === null ? '' : extraction.textOf(name);
  const isSecond = MAPS.has(text) || PAIRS.has(text);
  const isMany = MAPS.has(text) || SEQUENCES.has(text);
  if (!isSecond && !isMany && !POINTERS.has(text)) return null;
  const argument = node.childForFieldName('arguments')?.namedChild(isSecond ? 1 : 0) ?? null;
  const held = typeExpression(argument, extraction, depth + 1);
  if (held === null) return UNKNOWN;
  return isMany ? `${held}[]` : held;
}

/** Is the type a smart pointer, whose own methods are written with a dot and those of the value with an arrow? */
export function isSmartPointer(type: Node | null, extraction: Extraction): boolean {
  const named = type?.type === 'qualified_identifier' ? lastName(type) : type;
  const name = named?.type === 'template_type' ? named.childForFieldName('name') : null;
  return name !== null && POINTERS.has(extraction.textOf(name));
}

/** Is the member one of a smart pointer itself, as `get` in `held.get()`, and not of what it points to? */
export function isPointersOwn(node: Node, extraction: Extraction): boolean {
  if (node.childForFieldName('operator')?.type !== '.') return false;
  const pointer = expressionOf(node.childForFieldName('argument'), extraction).replace(/^this\./, '');
  return extraction.scope.find(`*${pointer}`) !== undefined;
}

/** The last name of `a::b::c`. */
export function lastName(node: Node): Node | null {
  let at: Node | null = node;
  while (at?.type === 'qualified_identifier') at = at.childForFieldName('name');
  return at;
}

/** The names of `a :: b`. */
export function namesOf(path: string): string[] {
  return path.split('::').map((name) => name.trim());
}

/** The names of `a::b<T>::c` without template arguments. */
export function pathOf(node: Node, extraction: Extraction): string[] {
  const path: string[] = [];
  let at: Node | null = node;
  while (at?.type === 'qualified_identifier') {
    const scope = at.childForFieldName('scope');
    if (scope !== null) path.push(...namesOf(plainName(scope, extraction)));
    at = at.childForFieldName('name');
  }
  if (at !== null) path.push(plainName(at, extraction));
  return path;
}

/** A name without template arguments; operators and destructors as they are written, without layout. */
export function plainName(node: Node, extraction: Extraction): string {
  if (/^(template_(type|function|method)|dependent_name)$/.test(node.type)) {
    const name = node.childForFieldName('name') ?? node.firstNamedChild;
    return name === null ? '' : plainName(name, extraction);
  }
  if (node.type === 'operator_cast') {
    const type = node.childForFieldName('type');
    return `operator ${type === null ? '' : extraction.textOf(type)}`;
  }
  const text = extraction.textOf(node);
  return node.namedChildCount === 0 && node.childCount === 0 ? text : text.replace(/\s+/g, '');
}

/** The value expression of a syntax node. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
      return extraction.textOf(node);
    case 'this':
      return 'this';
    case 'qualified_identifier':
      return pathOf(node, extraction).join('.');
    case 'template_function':
      return plainName(node, extraction);
    case 'field_expression':
      return field(node, '', extraction, depth);
    case 'pointer_expression':
    case 'co_await_expression':
      return inner(node.childForFieldName('argument'));
    case 'parenthesized_expression':
      return inner(node.firstNamedChild);
    case 'subscript_expression':
      return element(inner(node.childForFieldName('argument')), extraction);
    case 'call_expression':
      return callResult(node, extraction, depth);
    case 'cast_expression':
      return typeExpression(node.childForFieldName('type'), extraction) ?? inner(node.childForFieldName('value'));
    case 'new_expression':
    case 'compound_literal_expression':
      return typeExpression(node.childForFieldName('type'), extraction) ?? UNKNOWN;
    case 'assignment_expression':
      return inner(node.childForFieldName('right'));
    case 'conditional_expression': {
      const consequence = inner(node.childForFieldName('consequence'));
      return consequence === UNKNOWN ? inner(node.childForFieldName('alternative')) : consequence;
    }
    default:
      return UNKNOWN;
  }
}

/** A pointer to one and a pointer to the first of many look the same: an element of either is the value. */
function element(expression: Expression, extraction: Extraction): Expression {
  const resolved = extraction.scope.resolve(expression);
  return extraction.language.name === 'c' && /^@[\w:]+$/.test(resolved) ? resolved : step(expression, '[]');
}

function field(node: Node, suffix: string, extraction: Extraction, depth: number): Expression {
  const receiver = expressionOf(node.childForFieldName('argument'), extraction, depth + 1);
  const name = node.childForFieldName('field');
  if (name === null || receiver === UNKNOWN) return UNKNOWN;
  const text = plainName(lastName(name) ?? name, extraction);
  // Pairs are written as their second part, which is what maps hold.
  if (text === 'second' && suffix === '') return receiver;
  if (suffix !== '' && UNWRAPPERS.has(text) && isPointersOwn(node, extraction)) return receiver;
  if (suffix !== '' && ELEMENT_RESULTS.has(text)) {
    const known = knownType(receiver, extraction);
    if (isContainer(known)) return `${known}[]`;
  }
  return `${receiver}.${text}${suffix}`;
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const callee = node.childForFieldName('function');
  if (callee?.type === 'field_expression') return field(callee, '()', extraction, depth);
  const template = callee === null ? null : lastName(callee);
  const name = template === null ? '' : plainName(template, extraction);
  if (template?.type === 'template_function' && TYPED_RESULTS.has(name)) {
    const type = template.childForFieldName('arguments')?.firstNamedChild ?? null;
    return typeExpression(type, extraction) ?? UNKNOWN;
  }
  if (PASS_THROUGH.has(name))
    return expressionOf(node.childForFieldName('arguments')?.firstNamedChild ?? null, extraction, depth + 1);
  return step(expressionOf(callee, extraction, depth + 1), '()');
}
