import type { Node } from 'web-tree-sitter';
import { isContainerType, UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { pathText, typeExpression } from './rust-types.js';
import { rustFile } from './rust-file.js';

const DEPTH_LIMIT = 16;

/** Methods of the standard wrappers whose result is used like the receiver: `option.unwrap()`. */
const SAME = new Set([
  'unwrap', 'expect', 'unwrap_or', 'unwrap_or_else', 'unwrap_or_default', 'clone', 'cloned', 'copied', 'as_ref',
  'as_mut', 'as_deref', 'as_deref_mut', 'borrow', 'borrow_mut', 'to_owned', 'lock', 'ok', 'ok_or', 'ok_or_else',
  'context', 'with_context', 'map_err', 'as_slice', 'to_vec',
]); // prettier-ignore

/** Methods that begin an iteration over the receiver. */
const ITERATIONS = new Set([
  'iter',
  'iter_mut',
  'into_iter',
  'drain',
  'values',
  'values_mut',
  'into_values',
  'par_iter',
]);

/** Iterator methods that keep the elements. */
const ADAPTERS = new Set([
  'rev', 'skip', 'take', 'filter', 'skip_while', 'take_while', 'step_by', 'chain', 'peekable', 'inspect', 'by_ref',
  'cycle', 'fuse', 'cloned', 'copied', 'collect', 'enumerate',
]); // prettier-ignore

/** Methods of iterators and collections whose result is an element. */
const ELEMENTS = new Set([
  'next', 'next_back', 'last', 'first', 'nth', 'find', 'min_by', 'max_by', 'min_by_key', 'max_by_key', 'get',
  'get_mut', 'pop', 'pop_front', 'pop_back', 'front', 'back', 'front_mut', 'back_mut', 'last_mut', 'first_mut',
  'remove', 'swap_remove', 'peek', 'recv', 'try_recv',
]); // prettier-ignore

/** Those of them that only collections have: no need to know what the receiver is. */
const CERTAIN_ELEMENTS = new Set([
  'get_mut', 'pop_front', 'pop_back', 'front_mut', 'back_mut', 'last_mut', 'first_mut', 'swap_remove', 'next_back',
]); // prettier-ignore

/** Iterator methods that call their first argument with an element. */
const ELEMENT_CALLBACKS = new Set([
  'map', 'for_each', 'filter', 'find', 'any', 'all', 'position', 'flat_map', 'filter_map', 'take_while', 'skip_while',
  'inspect', 'partition', 'min_by_key', 'max_by_key', 'try_for_each', 'find_map', 'retain', 'sort_by_key', 'map_while',
]); // prettier-ignore

/** The value expression of a syntax node. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
      return extraction.textOf(node);
    case 'self':
      return 'this';
    case 'string_literal':
    case 'raw_string_literal':
      return '@str';
    case 'macro_invocation':
      return extraction.text.startsWith('format!', node.startIndex) ? '@String' : UNKNOWN;
    case 'field_expression': {
      const field = node.childForFieldName('field');
      return field === null ? UNKNOWN : step(inner(node.childForFieldName('value')), `.${extraction.textOf(field)}`);
    }
    case 'index_expression': {
      const index = node.lastNamedChild;
      return index?.type === 'range_expression' ? inner(node.firstNamedChild) : step(inner(node.firstNamedChild), '[]');
    }
    case 'reference_expression':
      return inner(node.childForFieldName('value'));
    case 'unary_expression':
      return node.child(0)?.type === '*' ? inner(node.firstNamedChild) : UNKNOWN;
    case 'parenthesized_expression':
    case 'try_expression':
    case 'await_expression':
      return inner(node.firstNamedChild);
    case 'call_expression':
      return callResult(node, extraction, depth);
    case 'struct_expression':
      return structResult(node.childForFieldName('name'), extraction);
    case 'scoped_identifier':
      return pathExpression(node, extraction) ?? UNKNOWN;
    case 'type_cast_expression':
      return typeExpression(node.childForFieldName('type'), extraction, depth + 1) ?? UNKNOWN;
    case 'if_expression': {
      const consequence = node.childForFieldName('consequence')?.lastNamedChild ?? null;
      return consequence?.type === 'expression_statement' ? UNKNOWN : inner(consequence);
    }
    default:
      return UNKNOWN;
  }
}

function step(expression: Expression, suffix: string): Expression {
  return expression === UNKNOWN ? UNKNOWN : expression + suffix;
}

/** `a::b::C` as a receiver, with `Self` replaced by its type; undefined for paths without plain names. */
export function pathExpression(node: Node, extraction: Extraction): Expression | undefined {
  const text = pathText(node, extraction);
  if (text === undefined) return undefined;
  const dotted = text.replaceAll('::', '.');
  if (dotted !== 'Self' && !dotted.startsWith('Self.')) return dotted;
  const self = rustFile(extraction).selfType();
  return self === undefined ? undefined : self + dotted.slice('Self'.length);
}

/** `Enum::Variant` and `Enum::Variant { … }` are values of the enum. */
function enumOf(path: Expression): Expression | undefined {
  const segments = path.split('.');
  const isType = (segment: string | undefined): boolean => segment !== undefined && /^[A-Z]\w*[a-z]/.test(segment);
  if (!isType(segments[segments.length - 1]) || !isType(segments[segments.length - 2])) return undefined;
  return `@${segments.slice(0, -1).join('::')}`;
}

function structResult(name: Node | null, extraction: Extraction): Expression {
  const variant = name?.type === 'scoped_type_identifier' ? pathExpression(name, extraction) : undefined;
  const whole = variant === undefined ? undefined : enumOf(variant);
  return whole ?? typeExpression(name, extraction) ?? UNKNOWN;
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const callee = calleeOf(node);
  if (callee?.type === 'field_expression') return methodResult(callee, extraction, depth);
  if (callee?.type === 'scoped_identifier') return associatedResult(node, callee, extraction, depth);
  if (callee?.type === 'identifier') {
    const name = extraction.textOf(callee);
    if (name === 'Some' || name === 'Ok') return firstArgument(node, extraction, depth);
    if (name === 'Self') return typeExpressionOfSelf(extraction);
    return `${name}()`;
  }
  return UNKNOWN;
}

function typeExpressionOfSelf(extraction: Extraction): Expression {
  const self = rustFile(extraction).selfType();
  return self === undefined ? UNKNOWN : `@${self.replaceAll('.', '::')}`;
}

/** `Box::new(x)` and its kin are used like what they hold. */
function associatedResult(node: Node, callee: Node, extraction: Extraction, depth: number): Expression {
  const path = pathExpression(callee, extraction);
  if (path === undefined) return UNKNOWN;
  if (/^(\w+\.)*(Box|Rc|Arc|RefCell|Cell|Mutex|RwLock|Pin)\.(new|clone|pin|downgrade|from)$/.test(path)) {
    return firstArgument(node, extraction, depth);
  }
  return enumOf(path) ?? `${path}()`;
}

function firstArgument(call: Node, extraction: Extraction, depth: number): Expression {
  return expressionOf(call.childForFieldName('arguments')?.firstNamedChild ?? null, extraction, depth + 1);
}

function methodResult(callee: Node, extraction: Extraction, depth: number): Expression {
  const field = callee.childForFieldName('field');
  if (field === null) return UNKNOWN;
  const method = extraction.textOf(field);
  const value = callee.childForFieldName('value');
  const object = expressionOf(value, extraction, depth + 1);
  if (object === UNKNOWN) return UNKNOWN;
  if (SAME.has(method) || ITERATIONS.has(method)) return object;
  if (CERTAIN_ELEMENTS.has(method)) return `${object}[]`;
  if ((ADAPTERS.has(method) || ELEMENTS.has(method)) && holdsMany(value, object, extraction, depth)) {
    return ADAPTERS.has(method) ? object : `${object}[]`;
  }
  return `${object}.${method}()`;
}

/** Is the value an iteration, or a local that was declared as a collection? */
function holdsMany(value: Node | null, object: Expression, extraction: Extraction, depth: number): boolean {
  const resolved = extraction.scope.resolve(object);
  return isContainerType(resolved) || resolved.endsWith('[]') ? true : isIteration(value, extraction, depth);
}

function isIteration(value: Node | null, extraction: Extraction, depth: number): boolean {
  if (value?.type !== 'call_expression' || depth > DEPTH_LIMIT) return false;
  const callee = calleeOf(value);
  const field = callee?.type === 'field_expression' ? callee.childForFieldName('field') : null;
  if (field === null) return false;
  const method = extraction.textOf(field);
  if (ITERATIONS.has(method)) return true;
  return ADAPTERS.has(method) && isIteration(callee?.childForFieldName('value') ?? null, extraction, depth + 1);
}

/** What is called, without the type arguments of `f::<T>()`. */
export function calleeOf(call: Node): Node | null {
  const callee = call.childForFieldName('function');
  return callee?.type === 'generic_function' ? callee.childForFieldName('function') : callee;
}

/** What a closure's first parameter is, from the call the closure is an argument of. */
export function callbackElement(closure: Node, extraction: Extraction): Expression {
  const call = closure.parent?.type === 'arguments' ? closure.parent.parent : null;
  const callee = call?.type === 'call_expression' ? calleeOf(call) : null;
  const field = callee?.type === 'field_expression' ? callee.childForFieldName('field') : null;
  if (callee === null || field === null) return UNKNOWN;
  const method = extraction.textOf(field);
  const value = callee.childForFieldName('value');
  const object = expressionOf(value, extraction);
  if (object === UNKNOWN) return UNKNOWN;
  if (ELEMENT_CALLBACKS.has(method) && holdsMany(value, object, extraction, 0)) return `${object}[]`;
  // The other `map` is that of an option or a result: the closure gets what it holds.
  const isHeld = method === 'map' || method === 'and_then' || method === 'map_or' || method === 'is_some_and';
  return isHeld && extraction.scope.resolve(object).startsWith('@') ? object : UNKNOWN;
}
