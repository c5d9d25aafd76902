import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { containerOf, elementOf, knownAs } from './elements.js';
import { selfOf } from './member-types.js';
import { BUILTIN_CLASSES, BUILTINS, PLAIN_TYPES } from './php-builtins.js';
import { classExpression, instanceOf, nameOf } from './php-names.js';

const DEPTH_LIMIT = 12;

const LITERALS: Readonly<Record<string, Expression>> = {
  string: '@string',
  encapsed_string: '@string',
  heredoc: '@string',
  nowdoc: '@string',
  integer: '@int',
  float: '@float',
  boolean: '@bool',
  cast_expression: '@string',
};

/** The value expression of a syntax node. Variables keep their `$`, and so do properties. */
export function expressionOf(node: Node | null, extraction: Extraction, depth = 0): Expression {
  if (node === null || depth > DEPTH_LIMIT) return UNKNOWN;
  const inner = (child: Node | null): Expression => expressionOf(child, extraction, depth + 1);
  switch (node.type) {
    case 'variable_name':
      return variable(extraction.textOf(node), extraction);
    case 'name':
    case 'qualified_name':
    case 'relative_name':
    case 'relative_scope':
      return classExpression(node, extraction);
    case 'member_access_expression':
    case 'nullsafe_member_access_expression':
      return property(inner(node.childForFieldName('object')), node.childForFieldName('name'), extraction);
    case 'scoped_property_access_expression':
      return property(inner(node.childForFieldName('scope')), node.childForFieldName('name'), extraction);
    case 'class_constant_access_expression':
      return constant(node, inner(node.firstNamedChild), extraction);
    case 'member_call_expression':
    case 'nullsafe_member_call_expression':
      return method(inner(node.childForFieldName('object')), node.childForFieldName('name'), extraction);
    case 'scoped_call_expression':
      return method(inner(node.childForFieldName('scope')), node.childForFieldName('name'), extraction);
    case 'function_call_expression':
      return functionResult(node, extraction);
    case 'object_creation_expression':
      return instanceOf(classExpression(node.firstNamedChild, extraction));
    case 'subscript_expression':
      return partOf(inner(node.firstNamedChild));
    case 'parenthesized_expression':
    case 'clone_expression':
    case 'error_suppression_expression':
      return inner(node.firstNamedChild);
    case 'assignment_expression':
    case 'augmented_assignment_expression':
      return inner(node.childForFieldName('right'));
    case 'conditional_expression':
      return firstKnown(
        [node.childForFieldName('body') ?? node.childForFieldName('condition'), node.childForFieldName('alternative')],
        extraction,
        depth,
      );
    case 'binary_expression':
      return node.childForFieldName('operator')?.type === '??'
        ? firstKnown([node.childForFieldName('left'), node.childForFieldName('right')], extraction, depth)
        : UNKNOWN;
    case 'match_expression':
      return firstKnown(
        (node.childForFieldName('body')?.namedChildren ?? []).map((arm) => arm.childForFieldName('return_expression')),
        extraction,
        depth,
      );
    case 'array_creation_expression': {
      const element = knownAs(inner(node.firstNamedChild?.lastNamedChild ?? null), extraction);
      const isKnown = element.startsWith('@') && !PLAIN_TYPES.has(element.slice(1));
      return (isKnown ? containerOf(element) : null) ?? '@array';
    }
    default:
      return LITERALS[node.type] ?? UNKNOWN;
  }
}

function variable(name: string, extraction: Extraction): Expression {
  if (name === '$this') return selfOf(extraction);
  return extraction.scope.find(name) === undefined ? UNKNOWN : name;
}

function property(object: Expression, name: Node | null, extraction: Extraction): Expression {
  if (name?.type === 'name') return step(object, `.$${extraction.textOf(name)}`);
  return name?.type === 'variable_name' && object !== UNKNOWN && isStatic(name)
    ? step(object, `.${extraction.textOf(name)}`)
    : UNKNOWN;
}

/** `$a->$name` takes the name from a variable; `A::$name` is a property. */
function isStatic(name: Node): boolean {
  return name.parent?.type === 'scoped_property_access_expression';
}

function method(object: Expression, name: Node | null, extraction: Extraction): Expression {
  return name?.type === 'name' ? step(object, `.${extraction.textOf(name)}()`) : UNKNOWN;
}

function constant(node: Node, scope: Expression, extraction: Extraction): Expression {
  const name = node.lastNamedChild;
  if (name?.type !== 'name') return UNKNOWN;
  const text = extraction.textOf(name);
  return text === 'class' ? scope : step(scope, `.${text}`);
}

function functionResult(node: Node, extraction: Extraction): Expression {
  const callee = node.childForFieldName('function');
  if (callee?.type !== 'name' && callee?.type !== 'qualified_name' && callee?.type !== 'relative_name') return UNKNOWN;
  const name = nameOf(callee, extraction);
  return BUILTINS.has(name) ? UNKNOWN : `${name}()`;
}

function firstKnown(nodes: readonly (Node | null)[], extraction: Extraction, depth: number): Expression {
  for (const node of nodes) {
    const expression = expressionOf(node, extraction, depth + 1);
    if (!knownAs(expression, extraction).startsWith(UNKNOWN)) return expression;
  }
  return UNKNOWN;
}

/** An element of what the expression stands for; of a plain array it can be anything. */
export function partOf(container: Expression): Expression {
  return container.startsWith('@') && PLAIN_TYPES.has(container.slice(1)) ? UNKNOWN : elementOf(container);
}

export function step(expression: Expression, suffix: string): Expression {
  return expression === UNKNOWN ? UNKNOWN : expression + suffix;
}

/** What a resolved receiver says: undefined when its members are nothing of the project. */
export function receiverOf(receiver: Expression): Expression | undefined {
  if (receiver === UNKNOWN || receiver.startsWith('$')) return UNKNOWN;
  const type = /^@([\w-]+)/.exec(receiver)?.[1] ?? '';
  if (PLAIN_TYPES.has(type)) return receiver.includes('[]') && !receiver.includes('*') ? UNKNOWN : undefined;
  const isBuiltin =
    BUILTIN_CLASSES.has(type) &&
    receiver.slice(1).startsWith(type) &&
    !/^(::|\*)/.test(receiver.slice(1 + type.length));
  return isBuiltin ? undefined : receiver;
}
