import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { containerOf, elementOf, isContainer, knownAs } from './elements.js';
import { BUILTINS, CORE_METHODS, CORE_TYPES, ELEMENT_RESULTS, OBJECT_METHODS, SAME_RESULTS } from './ruby-builtins.js';
import { isLocal } from './ruby-state.js';

const DEPTH_LIMIT = 12;

const LITERALS: Readonly<Record<string, Expression>> = {
  string: '@String',
  chained_string: '@String',
  heredoc_beginning: '@String',
  simple_symbol: '@Symbol',
  delimited_symbol: '@Symbol',
  integer: '@Integer',
  float: '@Float',
  regex: '@Regexp',
  range: '@Range',
  hash: '@Hash',
  string_array: '@String*',
  symbol_array: '@Symbol*',
  true: '@TrueClass',
  false: '@FalseClass',
  lambda: '@Proc',
};

/** The value expression of a syntax node. Naming a method calls it, so members are written `.name()`. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'identifier': {
      const name = extraction.textOf(node);
      return isLocal(name, extraction) ? name : bareResult(name, extraction);
    }
    case 'constant':
      return extraction.textOf(node);
    case 'scope_resolution':
      return constantPath(node, extraction) ?? UNKNOWN;
    case 'self':
      return 'this';
    case 'instance_variable':
    case 'class_variable':
      return `this.${extraction.textOf(node)}`;
    case 'call':
      return callResult(node, extraction, depth);
    case 'element_reference':
      return partOf(inner(node.childForFieldName('object')));
    case 'parenthesized_statements':
    case 'begin':
    case 'then':
      return inner(node.lastNamedChild);
    case 'assignment':
    case 'operator_assignment':
      return inner(node.childForFieldName('right'));
    case 'conditional':
      return firstKnown(
        [node.childForFieldName('consequence'), node.childForFieldName('alternative')],
        extraction,
        depth,
      );
    case 'binary': {
      const operator = node.childForFieldName('operator')?.type;
      const right = node.childForFieldName('right');
      if (operator === '||' || operator === 'or')
        return firstKnown([node.childForFieldName('left'), right], extraction, depth);
      return operator === '&&' || operator === 'and' ? inner(right) : UNKNOWN;
    }
    case 'array': {
      const element = knownAs(inner(node.firstNamedChild), extraction);
      return (isInstance(element) ? containerOf(element) : null) ?? '@Array';
    }
    default:
      return LITERALS[node.type] ?? UNKNOWN;
  }
}

function isInstance(expression: Expression): boolean {
  return /^@[\w:]+$/.test(expression);
}

function firstKnown(nodes: readonly (Node | null)[], extraction: Extraction, depth: number): Expression {
  for (const node of nodes) {
    const expression = expressionOf(node, extraction, depth + 1);
    if (!knownAs(expression, extraction).startsWith(UNKNOWN)) return expression;
  }
  return UNKNOWN;
}

function callResult(node: Node, extraction: Extraction, depth: number): Expression {
  const method = node.childForFieldName('method');
  const object = node.childForFieldName('receiver');
  if (method === null || method.type === 'super') return UNKNOWN;
  const name = extraction.textOf(method);
  if (object === null) {
    if (name === 'lambda' || name === 'proc') return '@Proc';
    return name === 'new' ? 'this' : bareResult(name, extraction);
  }
  const receiver = expressionOf(object, extraction, depth + 1);
  if (name === 'new') return instanceOf(receiver, extraction);
  if (SAME_RESULTS.has(name)) return receiver;
  if (name === 'class' && receiver === 'this') return 'this';
  const suffix = ELEMENT_RESULTS.get(name);
  if (suffix !== undefined) {
    const held = knownAs(receiver, extraction);
    if (isContainer(held)) return suffix === 'one' ? elementOf(held) : held;
  }
  return step(receiver, `.${name}()`);
}

/** The result of a method that is called without saying on what. */
function bareResult(name: string, extraction: Extraction): Expression {
  return BUILTINS.has(name) && extraction.scope.find(name) === undefined ? UNKNOWN : `${name}()`;
}

/** `A::B.new` is an `A::B`. */
function instanceOf(receiver: Expression, extraction: Extraction): Expression {
  if (receiver === 'this') return 'this';
  const type = knownAs(receiver, extraction);
  return /^[\p{Lu}][\w.]*$/u.test(type) ? `@${type.replaceAll('.', '::')}` : step(type, '.new()');
}

/** `A::B` and `::A` as dotted paths; undefined when the scope is computed. */
export function constantPath(node: Node | null, extraction: Extraction): string | undefined {
  if (node?.type === 'constant') return extraction.textOf(node);
  if (node?.type !== 'scope_resolution') return undefined;
  const name = node.childForFieldName('name');
  const scope = node.childForFieldName('scope');
  if (name === null) return undefined;
  if (scope === null) return extraction.textOf(name);
  const path = constantPath(scope, extraction);
  return path === undefined ? undefined : `${path}.${extraction.textOf(name)}`;
}

/** An element of what the expression stands for; of a plain array or hash it can be anything. */
export function partOf(container: Expression): Expression {
  return container === '@Array' || container === '@Hash' ? UNKNOWN : elementOf(container);
}

export function step(expression: Expression, suffix: string): Expression {
  return expression === UNKNOWN ? UNKNOWN : expression + suffix;
}

/**
 * What a resolved receiver says about a member named `name`: undefined when that can only be a method
 * of a core class. Methods that a project adds to core classes are found by their class.
 */
export function receiverOf(receiver: Expression, name: string): Expression | undefined {
  if (OBJECT_METHODS.has(name)) return undefined;
  if (receiver === UNKNOWN) return CORE_METHODS.has(name) ? undefined : UNKNOWN;
  const type = /^@(\w+)$/.exec(receiver)?.[1];
  if (type !== undefined) return CORE_TYPES.has(type) && CORE_METHODS.has(name) ? undefined : receiver;
  // A container's own method.
  if (isContainer(receiver) && CORE_METHODS.has(name)) return undefined;
  const base = /^@(\w+)[.[*]/.exec(receiver)?.[1] ?? '';
  // What comes out of a core value is not known, only that it is none of its own methods.
  return CORE_TYPES.has(base) ? receiverOf(UNKNOWN, name) : receiver;
}
