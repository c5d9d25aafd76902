import type { Node } from 'web-tree-sitter';
import { UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { expressionOf, GO_BUILTINS, pointerConversion, typeExpression } from './go-expressions.js';

/** What the rules of one Go file tell each other. */
interface GoFile {
  /** Names that stand for imported packages. */
  readonly imports: Set<string>;
  /** Start positions of member and type names that another rule has dealt with. */
  readonly handled: Set<number>;
}

const files = new WeakMap<Extraction, GoFile>();

export function goFile(extraction: Extraction): GoFile {
  let file = files.get(extraction);
  if (file === undefined) {
    file = { imports: new Set(), handled: new Set() };
    files.set(extraction, file);
  }
  return file;
}

/** A package name before a dot is no use of a value: the member's reference says it all. */
function consumePackage(operand: Node | null, extraction: Extraction): void {
  if (operand?.type !== 'identifier') return;
  const name = extraction.textOf(operand);
  if (!goFile(extraction).imports.has(name)) return;
  if (extraction.scope.find(name)?.binding.kind === 'named') extraction.consume(operand);
}

const callExpression: Rule = (node, extraction) => {
  const callee = node.childForFieldName('function');
  if (callee?.type === 'identifier') callName(callee, node, extraction);
  else if (callee?.type === 'selector_expression') callMember(callee, extraction);
  else if (callee?.type === 'parenthesized_expression') convert(callee, extraction);
};

/** `(*T)(x)` looks like the call of a dereferenced value. */
function convert(callee: Node, extraction: Extraction): void {
  const name = callee.firstNamedChild?.childForFieldName('operand');
  if (name?.type !== 'identifier' || pointerConversion(callee, extraction) === null) return;
  extraction.consume(name);
  extraction.refer('type', extraction.textOf(name), null, name);
}

function callName(callee: Node, call: Node, extraction: Extraction): void {
  const name = extraction.textOf(callee);
  extraction.consume(callee);
  if (!GO_BUILTINS.has(name)) return extraction.refer('call', name, null, callee);
  const argument = call.childForFieldName('arguments')?.firstNamedChild ?? null;
  if (name === 'new' && argument !== null) instantiate(argument, extraction);
}

function callMember(callee: Node, extraction: Extraction): void {
  const field = callee.childForFieldName('field');
  if (field === null) return;
  goFile(extraction).handled.add(field.startIndex);
  const operand = callee.childForFieldName('operand');
  extraction.refer('call', extraction.textOf(field), expressionOf(operand, extraction), field);
}

/** `T{}`, `p.T{}`, `T[K]{}` and `new(T)`; the other literals have no type of the program's own. */
function instantiate(type: Node | null, extraction: Extraction): void {
  if (type === null) return;
  if (type.type === 'generic_type') return instantiate(type.childForFieldName('type'), extraction);
  if (type.type === 'qualified_type' || type.type === 'selector_expression') {
    const name = type.childForFieldName('name') ?? type.childForFieldName('field');
    const owner = type.childForFieldName('package') ?? type.childForFieldName('operand');
    if (name === null || owner === null) return;
    extraction.consume(name);
    goFile(extraction).handled.add(name.startIndex);
    extraction.refer('call', extraction.textOf(name), extraction.textOf(owner), type);
  } else if (type.type === 'type_identifier' || type.type === 'identifier') {
    const name = extraction.textOf(type);
    extraction.consume(type);
    if (!GO_BUILTINS.has(name)) extraction.refer('call', name, null, type);
  }
}

const compositeLiteral: Rule = (node, extraction) => instantiate(node.childForFieldName('type'), extraction);

/** `f[int](x)`: the parser takes the call of a generic function for a conversion. */
const typeConversion: Rule = (node, extraction) => {
  const type = node.childForFieldName('type');
  if (type?.type === 'generic_type') instantiate(type, extraction);
};

/** In a struct literal the keys are fields; in maps and arrays they are values. */
const keyedElement: Rule = (node, extraction) => {
  const key = node.childForFieldName('key')?.firstNamedChild ?? null;
  if (key?.type !== 'identifier') return;
  const literal = node.parent?.parent;
  const type = literal?.type === 'composite_literal' ? literal.childForFieldName('type') : null;
  if (type !== null && (type.type === 'map_type' || type.type === 'slice_type' || type.type.endsWith('array_type')))
    return;
  extraction.consume(key);
  const struct = typeExpression(type, extraction);
  if (struct !== null) extraction.refer('write', extraction.textOf(key), struct, key);
};

/** `a.b` as a value; callees and targets were handled before the walk came here. */
const selectorExpression: Rule = (node, extraction) => {
  const field = node.childForFieldName('field');
  if (field === null) return;
  const operand = node.childForFieldName('operand');
  consumePackage(operand, extraction);
  if (goFile(extraction).handled.has(field.startIndex)) return;
  const receiver = expressionOf(operand, extraction);
  if (receiver !== UNKNOWN) extraction.refer('read', extraction.textOf(field), receiver, field);
};

const qualifiedType: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const owner = node.childForFieldName('package');
  if (name === null || owner === null) return;
  extraction.consume(name);
  if (goFile(extraction).handled.has(name.startIndex)) return;
  extraction.refer('type', extraction.textOf(name), extraction.textOf(owner), node);
};

function assignTo(target: Node, kind: 'write' | 'readwrite', extraction: Extraction): void {
  if (target.type === 'identifier') {
    extraction.consume(target);
    const name = extraction.textOf(target);
    if (name !== '_') extraction.refer(kind, name, null, target);
  } else if (target.type === 'selector_expression') {
    const field = target.childForFieldName('field');
    if (field === null) return;
    goFile(extraction).handled.add(field.startIndex);
    const receiver = expressionOf(target.childForFieldName('operand'), extraction);
    if (receiver !== UNKNOWN) extraction.refer(kind, extraction.textOf(field), receiver, field);
  }
}

const assignment: Rule = (node, extraction) => {
  const kind = node.childForFieldName('operator')?.type === '=' ? 'write' : 'readwrite';
  for (const target of node.childForFieldName('left')?.namedChildren ?? []) assignTo(target, kind, extraction);
};

const stepStatement: Rule = (node, extraction) => {
  const target = node.firstNamedChild;
  if (target !== null) assignTo(target, 'readwrite', extraction);
};

export const GO_REFERENCE_RULES: Readonly<Record<string, Rule>> = {
  call_expression: callExpression,
  composite_literal: compositeLiteral,
  type_conversion_expression: typeConversion,
  keyed_element: keyedElement,
  selector_expression: selectorExpression,
  qualified_type: qualifiedType,
  assignment_statement: assignment,
  inc_statement: stepStatement,
  dec_statement: stepStatement,
};
