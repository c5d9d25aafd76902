import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { isContainer, knownType, selfOf, step } from './member-types.js';

const DEPTH_LIMIT = 12;

/** Generic types that hold, yield or compute values of their last type argument. */
// prettier-ignore
const CONTAINERS = new Set([
  'List', 'IList', 'IEnumerable', 'IEnumerator', 'ICollection', 'IReadOnlyList', 'IReadOnlyCollection', 'HashSet',
  'ISet', 'IReadOnlySet', 'SortedSet', 'Dictionary', 'IDictionary', 'IReadOnlyDictionary', 'ConcurrentDictionary',
  'SortedDictionary', 'SortedList', 'Queue', 'Stack', 'PriorityQueue', 'LinkedList', 'Collection', 'ConcurrentBag',
  'ConcurrentQueue', 'ConcurrentStack', 'BlockingCollection', 'ObservableCollection', 'ReadOnlyCollection', 'IQueryable',
  'IOrderedEnumerable', 'IAsyncEnumerable', 'ImmutableArray', 'ImmutableList', 'ImmutableHashSet', 'ImmutableDictionary',
  'Span', 'ReadOnlySpan', 'Memory', 'ReadOnlyMemory', 'ArraySegment', 'IGrouping', 'ILookup', 'Lazy', 'Func', 'DbSet',
]);

/** Generic types whose value is used as if it were their type argument. */
const WRAPPERS = new Set(['Task', 'ValueTask', 'Nullable', 'ActionResult']);

/** Members of containers by what they yield: an element, or the elements again. */
// prettier-ignore
const ELEMENT_RESULTS = new Set([
  'First', 'FirstOrDefault', 'Last', 'LastOrDefault', 'Single', 'SingleOrDefault', 'ElementAt', 'ElementAtOrDefault',
  'Find', 'FindLast', 'Dequeue', 'Peek', 'Pop', 'Min', 'Max', 'MinBy', 'MaxBy', 'Aggregate', 'GetValueOrDefault',
  'GetOrAdd', 'FirstAsync', 'FirstOrDefaultAsync', 'SingleAsync', 'SingleOrDefaultAsync', 'FindAsync', 'Value',
  'Current', 'Invoke',
]);
// prettier-ignore
const SAME_ELEMENTS = new Set([
  'Where', 'OrderBy', 'OrderByDescending', 'ThenBy', 'ThenByDescending', 'Take', 'Skip', 'TakeWhile', 'SkipWhile',
  'TakeLast', 'SkipLast', 'Distinct', 'DistinctBy', 'Reverse', 'Concat', 'Union', 'Intersect', 'Except', 'Append',
  'Prepend', 'ToList', 'ToArray', 'ToHashSet', 'ToListAsync', 'ToArrayAsync', 'AsEnumerable', 'AsQueryable', 'AsSpan',
  'FindAll', 'GetRange', 'Values', 'DefaultIfEmpty', 'AsNoTracking', 'Include', 'AsParallel',
]);

/** Methods that call a lambda with an element. */
// prettier-ignore
const ELEMENT_CALLBACKS = new Set([
  'ForEach', 'Select', 'SelectMany', 'Where', 'Any', 'All', 'Count', 'First', 'FirstOrDefault', 'Last', 'LastOrDefault',
  'Single', 'SingleOrDefault', 'Find', 'FindAll', 'FindIndex', 'Exists', 'RemoveAll', 'OrderBy', 'OrderByDescending',
  'ThenBy', 'ThenByDescending', 'GroupBy', 'ToDictionary', 'ToLookup', 'Sum', 'Average', 'Min', 'Max', 'MinBy', 'MaxBy',
  'TakeWhile', 'SkipWhile', 'DistinctBy', 'TrueForAll', 'AnyAsync', 'FirstOrDefaultAsync', 'SingleOrDefaultAsync',
]);

/** A name as it is meant: `@class` is the name `class`. */
export function nameText(node: Node, extraction: Extraction): string {
  const named = node.type === 'generic_name' ? (node.firstNamedChild ?? node) : node;
  const text = extraction.textOf(named);
  return text.startsWith('@') ? text.slice(1) : text;
}

/** The value expression of a syntax node. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
    case 'generic_name':
      return nameText(node, extraction);
    case 'this':
      return selfOf(extraction);
    case 'base':
      return 'super';
    case 'member_access_expression':
      return member(inner(node.childForFieldName('expression')), node.childForFieldName('name'), '', extraction);
    case 'conditional_access_expression':
      return conditionalAccess(node, extraction, depth);
    case 'element_access_expression':
      return step(inner(node.childForFieldName('expression')), '[]');
    case 'invocation_expression':
      return callResult(node, extraction, depth);
    case 'object_creation_expression':
    case 'default_expression':
    case 'predefined_type':
    case 'array_creation_expression':
      return typeExpression(node.childForFieldName('type') ?? node, extraction) ?? UNKNOWN;
    case 'cast_expression':
      return typeExpression(node.childForFieldName('type'), extraction) ?? inner(node.childForFieldName('value'));
    case 'as_expression':
      return typeExpression(node.childForFieldName('right'), extraction) ?? UNKNOWN;
    case 'await_expression':
    case 'parenthesized_expression':
    case 'postfix_unary_expression':
    case 'ref_expression':
    case 'with_expression':
      return inner(node.firstNamedChild);
    case 'assignment_expression':
      return inner(node.childForFieldName('right'));
    case 'alias_qualified_name':
      return inner(node.childForFieldName('name'));
    case 'binary_expression':
      return node.childForFieldName('operator')?.type === '??' ? inner(node.childForFieldName('left')) : UNKNOWN;
    case 'conditional_expression': {
      const consequence = inner(node.childForFieldName('consequence'));
      return consequence === UNKNOWN ? inner(node.childForFieldName('alternative')) : consequence;
    }
    case 'string_literal':
    case 'verbatim_string_literal':
    case 'raw_string_literal':
    case 'interpolated_string_expression':
      return '@string';
    case 'typeof_expression':
      return '@Type';
    default:
      return UNKNOWN;
  }
}

/** The grammar binds `?.` looser than operators: in `!a?.b` the part before `?` is `!a`. */
function accessedPart(node: Node | null): Node | null {
  switch (node?.type) {
    case 'binary_expression':
      return accessedPart(node.childForFieldName('right'));
    case 'prefix_unary_expression':
    case 'await_expression':
      return accessedPart(node.firstNamedChild);
    case 'cast_expression':
      return accessedPart(node.childForFieldName('value'));
    default:
      return node ?? null;
  }
}

/** What comes before the `?` of `a?.b`. */
export function conditionalReceiver(node: Node, extraction: Extraction, depth = 0): Expression {
  return expressionOf(accessedPart(node.childForFieldName('condition')), extraction, depth + 1);
}

function conditionalAccess(node: Node, extraction: Extraction, depth: number): Expression {
  const receiver = conditionalReceiver(node, extraction, depth);
  const binding = node.lastNamedChild;
  if (binding?.type === 'element_binding_expression') return step(receiver, '[]');
  return member(receiver, binding?.childForFieldName('name') ?? null, '', extraction);
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const callee = node.childForFieldName('function');
  if (callee?.type === 'member_access_expression') {
    const object = expressionOf(callee.childForFieldName('expression'), extraction, depth + 1);
    return member(object, callee.childForFieldName('name'), '()', extraction);
  }
  if (callee?.type === 'conditional_access_expression') {
    const name = callee.lastNamedChild?.childForFieldName('name') ?? null;
    return member(conditionalReceiver(callee, extraction, depth), name, '()', extraction);
  }
  return step(expressionOf(callee, extraction, depth + 1), '()');
}

function member(object: Expression, name: Node | null, suffix: string, extraction: Extraction): Expression {
  if (name === null || object === UNKNOWN) return UNKNOWN;
  const text = nameText(name, extraction);
  if (ELEMENT_RESULTS.has(text) || SAME_ELEMENTS.has(text)) {
    const known = knownType(object, extraction);
    if (isContainer(known)) return SAME_ELEMENTS.has(text) ? known : `${known}[]`;
  }
  return `${object}.${text}${suffix}`;
}

/** The value expression of a value of the given type; null when the type says nothing useful. */
export function typeExpression(node: Node | null, extraction: Extraction, depth = 0): Expression | null {
  if (node === null || depth > DEPTH_LIMIT) return null;
  const inner = (child: Node | null): Expression | null => typeExpression(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier':
      return `@${nameText(node, extraction)}`;
    case 'predefined_type': {
      const text = extraction.textOf(node);
      return text === 'void' ? null : `@${text}`;
    }
    case 'qualified_name':
    case 'alias_qualified_name': {
      const name = node.childForFieldName('name');
      if (name?.type === 'generic_name' && isKnownGeneric(name, extraction)) return inner(name);
      return `@${dottedName(node, extraction).replaceAll('.', '::')}`;
    }
    case 'generic_name':
      return genericType(node, extraction, depth);
    case 'array_type': {
      const element = inner(node.childForFieldName('type'));
      return element === null ? null : `${element}[]`;
    }
    case 'nullable_type':
    case 'pointer_type':
    case 'ref_type':
    case 'scoped_type':
      return inner(node.childForFieldName('type'));
    default:
      return null;
  }
}

function isKnownGeneric(name: Node, extraction: Extraction): boolean {
  const text = nameText(name, extraction);
  return CONTAINERS.has(text) || WRAPPERS.has(text);
}

function genericType(node: Node, extraction: Extraction, depth: number): Expression | null {
  const text = nameText(node, extraction);
  if (!isKnownGeneric(node, extraction)) return `@${text}`;
  const element = typeExpression(node.lastNamedChild?.lastNamedChild ?? null, extraction, depth + 1);
  return element === null || WRAPPERS.has(text) ? element : `${element}[]`;
}

/** `A.B.C` of a qualified name, without type arguments, layout and `global::`. */
export function dottedName(node: Node, extraction: Extraction): string {
  if (node.type === 'alias_qualified_name') {
    const name = node.childForFieldName('name');
    return name === null ? '' : dottedName(name, extraction);
  }
  if (node.type !== 'qualified_name') return nameText(node, extraction);
  const qualifier = node.childForFieldName('qualifier');
  const name = node.childForFieldName('name');
  return [qualifier, name].flatMap((part) => (part === null ? [] : [dottedName(part, extraction)])).join('.');
}

/** What a lambda is called with, from the call it is an argument of. */
export function callbackElement(lambda: Node, extraction: Extraction): Expression | null {
  const call = lambda.parent?.type === 'argument' ? lambda.parent.parent?.parent : null;
  const callee = call?.type === 'invocation_expression' ? call.childForFieldName('function') : null;
  if (callee?.type !== 'member_access_expression') return null;
  const name = callee.childForFieldName('name');
  if (name === null || !ELEMENT_CALLBACKS.has(nameText(name, extraction))) return null;
  const receiver = expressionOf(callee.childForFieldName('expression'), extraction);
  return receiver === UNKNOWN ? null : `${receiver}[]`;
}
