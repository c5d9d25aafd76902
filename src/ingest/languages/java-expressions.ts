import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { isContainer, knownType, selfOf, step } from './member-types.js';

const DEPTH_LIMIT = 12;

/** Generic types that hold, yield or promise values of their last type argument. */
// prettier-ignore
const CONTAINERS = new Set([
  'List', 'ArrayList', 'LinkedList', 'Set', 'HashSet', 'LinkedHashSet', 'TreeSet', 'SortedSet', 'NavigableSet',
  'EnumSet', 'Map', 'HashMap', 'LinkedHashMap', 'TreeMap', 'SortedMap', 'NavigableMap', 'ConcurrentMap', 'EnumMap',
  'ConcurrentHashMap', 'WeakHashMap', 'IdentityHashMap', 'Collection', 'Iterable', 'Iterator', 'ListIterator', 'Queue',
  'Deque', 'ArrayDeque', 'PriorityQueue', 'BlockingQueue', 'LinkedBlockingQueue', 'ConcurrentLinkedQueue', 'Stack',
  'Vector', 'CopyOnWriteArrayList', 'Stream', 'Entry', 'Optional', 'ImmutableList', 'ImmutableSet', 'ImmutableMap',
  'Supplier', 'Provider', 'Future', 'CompletableFuture', 'CompletionStage', 'Callable', 'AtomicReference',
  'WeakReference', 'SoftReference', 'ThreadLocal',
]);

/** Methods of containers by what they yield: an element, or the elements again. */
// prettier-ignore
const ELEMENT_RESULTS = new Set([
  'get', 'getFirst', 'getLast', 'first', 'last', 'next', 'previous', 'poll', 'pollFirst', 'pollLast', 'peek',
  'peekFirst', 'peekLast', 'element', 'pop', 'remove', 'removeFirst', 'removeLast', 'take', 'getOrDefault', 'getValue',
  'computeIfAbsent', 'putIfAbsent', 'call', 'join', 'orElse', 'orElseGet', 'orElseThrow', 'elementAt', 'getAndSet',
]);
// prettier-ignore
const SAME_ELEMENTS = new Set([
  'stream', 'parallelStream', 'iterator', 'listIterator', 'values', 'entrySet', 'filter', 'sorted', 'distinct', 'limit',
  'skip', 'takeWhile', 'dropWhile', 'toList', 'collect', 'subList', 'reversed', 'findFirst', 'findAny', 'min',
  'max', 'or', 'descendingIterator', 'parallel', 'sequential', 'unordered', 'reduce',
]);

/** Methods of no other well-known type: what they yield is known even where the container is not. */
const STREAMS = new Set(['stream', 'parallelStream', 'entrySet']);
const UNWRAPPERS = new Set(['orElse', 'orElseGet', 'orElseThrow']);

/** Methods that call a lambda with an element as its last parameter, and those that do so with all of them. */
// prettier-ignore
const ELEMENT_CALLBACKS = new Set([
  'forEach', 'forEachOrdered', 'map', 'filter', 'flatMap', 'mapToInt', 'mapToLong', 'mapToDouble', 'mapToObj',
  'anyMatch', 'allMatch', 'noneMatch', 'removeIf', 'peek', 'takeWhile', 'dropWhile', 'ifPresent', 'ifPresentOrElse',
  'thenApply', 'thenAccept', 'thenCompose', 'computeIfPresent',
]);
const COMPARING_CALLBACKS = new Set(['sort', 'sorted', 'min', 'max', 'reduce']);

/** The value expression of a syntax node. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
      return extraction.textOf(node);
    case 'this':
      return selfOf(extraction);
    case 'super':
      return 'super';
    case 'field_access':
      return fieldAccess(node, extraction, depth);
    case 'array_access':
      return step(inner(node.childForFieldName('array')), '[]');
    case 'method_invocation':
      return callResult(node, extraction, depth);
    case 'object_creation_expression':
      return typeExpression(node.childForFieldName('type'), extraction) ?? UNKNOWN;
    case 'array_creation_expression': {
      const element = typeExpression(node.childForFieldName('type'), extraction);
      return element === null ? UNKNOWN : `${element}*`;
    }
    case 'cast_expression':
      return typeExpression(node.childForFieldName('type'), extraction) ?? inner(node.childForFieldName('value'));
    case 'parenthesized_expression':
      return inner(node.firstNamedChild);
    case 'assignment_expression':
      return inner(node.childForFieldName('right'));
    case 'ternary_expression': {
      const consequence = inner(node.childForFieldName('consequence'));
      return consequence === UNKNOWN ? inner(node.childForFieldName('alternative')) : consequence;
    }
    case 'string_literal':
      return '@String';
    case 'class_literal':
      return '@Class';
    default:
      return UNKNOWN;
  }
}

function fieldAccess(node: Node, extraction: Extraction, depth: number): Expression {
  const field = node.childForFieldName('field');
  const object = node.childForFieldName('object');
  if (field === null || object === null) return UNKNOWN;
  // `Outer.this` is an instance of the enclosing class it names.
  if (field.type === 'this') return `@${extraction.textOf(object).replaceAll('.', '::')}`;
  return step(expressionOf(object, extraction, depth + 1), `.${extraction.textOf(field)}`);
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const name = node.childForFieldName('name');
  if (name === null) return UNKNOWN;
  const text = extraction.textOf(name);
  const receiver = receiverOf(node, extraction, depth);
  if (receiver === null) return `${text}()`;
  if (STREAMS.has(text)) return receiver;
  if (UNWRAPPERS.has(text)) return step(receiver, '[]');
  if (SAME_ELEMENTS.has(text) || ELEMENT_RESULTS.has(text)) {
    const known = knownType(receiver, extraction);
    if (isContainer(known)) return SAME_ELEMENTS.has(text) ? known : `${known}[]`;
  }
  return step(receiver, `.${text}()`);
}

/** What a method is called on; null for a bare call. */
export function receiverOf(node: Node, extraction: Extraction, depth = 0): Expression | null {
  const object = node.childForFieldName('object');
  if (object === null) return null;
  // `Type.super.m()` calls the default method of an interface.
  if (node.namedChildren.some((child) => child.type === 'super' && child.startIndex > object.startIndex)) {
    return `@${extraction.textOf(object).replaceAll('.', '::')}`;
  }
  return expressionOf(object, extraction, depth + 1);
}

/** The value expression of a value of the given type; null when the type says nothing useful. */
export function typeExpression(node: Node | null, extraction: Extraction, depth = 0): Expression | null {
  if (node === null || depth > DEPTH_LIMIT) return null;
  switch (node.type) {
    case 'type_identifier':
      return `@${extraction.textOf(node)}`;
    case 'scoped_type_identifier':
      return `@${dottedName(node, extraction).replaceAll('.', '::')}`;
    case 'generic_type': {
      const name = node.firstNamedChild;
      if (name === null) return null;
      if (!CONTAINERS.has(extraction.textOf(name).replace(/^.*\./s, '')))
        return typeExpression(name, extraction, depth + 1);
      const element = typeExpression(node.lastNamedChild?.lastNamedChild ?? null, extraction, depth + 1);
      return element === null ? null : `${element}[]`;
    }
    case 'array_type': {
      const element = typeExpression(node.childForFieldName('element'), extraction, depth + 1);
      return element === null ? null : element + arraySteps(node.childForFieldName('dimensions'), extraction);
    }
    case 'wildcard':
    case 'annotated_type':
      return typeExpression(node.lastNamedChild, extraction, depth + 1);
    default:
      return null;
  }
}

/** One element step for each pair of brackets: `int[][]`. */
export function arraySteps(dimensions: Node | null, extraction: Extraction): string {
  return dimensions === null ? '' : '[]'.repeat(extraction.textOf(dimensions).split('[').length - 1);
}

/** `a.b.C` without the annotations and layout that may be written between its parts. */
export function dottedName(node: Node, extraction: Extraction): string {
  const names: string[] = [];
  // Without recursion: a name of thousands of parts is as many nodes deep.
  const open = [node];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at.type === 'generic_type') {
      if (at.firstNamedChild !== null) open.push(at.firstNamedChild);
    } else if (at.type === 'scoped_type_identifier' || at.type === 'scoped_identifier') {
      open.push(...at.namedChildren.filter((child) => /identifier$|^generic_type$/.test(child.type)).reverse());
    } else names.push(extraction.textOf(at));
  }
  return names.join('.');
}

/** What the parameters of a lambda are, from the call it is an argument of. */
export function callbackElements(
  lambda: Node,
  extraction: Extraction,
): { readonly all: boolean; readonly type: Expression } | null {
  const call = lambda.parent?.type === 'argument_list' ? lambda.parent.parent : null;
  const name = call?.type === 'method_invocation' ? call.childForFieldName('name') : null;
  if (!call || name === null) return null;
  const text = extraction.textOf(name);
  const all = COMPARING_CALLBACKS.has(text);
  if (!all && !ELEMENT_CALLBACKS.has(text)) return null;
  const receiver = receiverOf(call, extraction);
  return receiver === null || receiver === UNKNOWN ? null : { all, type: `${receiver}[]` };
}
