import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { BUILTINS } from './ruby-builtins.js';
import { declareLocal, dynamicType, handleConstant, inferFrom } from './ruby-definitions.js';
import { constantPath, expressionOf, partOf } from './ruby-expressions.js';
import { inBody, isLocal, stateOf, typeAround } from './ruby-state.js';

// ── Constants and variables ────────────────────────────────────────────────────────────────────

export const scopeResolution: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name?.type !== 'constant' || stateOf(extraction).handled.delete(name.startIndex)) return;
  extraction.consume(name);
  const scope = node.childForFieldName('scope');
  const path = constantPath(scope, extraction);
  if (scope === null) extraction.refer('read', extraction.textOf(name), null, name);
  else if (path !== undefined) extraction.refer('read', extraction.textOf(name), path, name);
};

export const variable: Rule = (node, extraction) => {
  if (stateOf(extraction).handled.delete(node.startIndex) || typeAround(extraction) === undefined) return;
  extraction.refer('read', extraction.textOf(node), 'this', node);
};

export const assignment: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (left === null) return;
  if (left.type === 'constant' && right !== null && inBody(extraction))
    return defineConstant(node, left, right, extraction);
  assignTo(left, expressionOf(right, extraction), right, 'write', extraction);
};

export const operatorAssignment: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  const operator = node.childForFieldName('operator')?.type;
  if (left === null) return;
  if (left.type === 'constant' && operator === '||=' && right !== null && inBody(extraction)) {
    return defineConstant(node, left, right, extraction);
  }
  const type = operator === '||=' || operator === '&&=' ? expressionOf(right, extraction) : UNKNOWN;
  assignTo(left, type, right, 'readwrite', extraction);
};

function defineConstant(node: Node, left: Node, right: Node, extraction: Extraction): void {
  const name = extraction.textOf(left);
  extraction.consume(left);
  if (dynamicType(node, name, right, extraction)) return;
  const type = expressionOf(right, extraction);
  stateOf(extraction).shared.declareNamed(name);
  extraction.define(node, {
    name,
    nodeType: 'variable',
    visibility: 'public',
    bodyStart: right.startIndex,
    valueType: type === UNKNOWN ? null : type,
    declares: false,
    opensScope: false,
  });
}

function assignTo(
  left: Node,
  type: Expression,
  right: Node | null,
  kind: 'write' | 'readwrite',
  extraction: Extraction,
): void {
  switch (left.type) {
    case 'identifier':
      extraction.consume(left);
      if (!isLocal(extraction.textOf(left), extraction)) extraction.scope.declareLocal(extraction.textOf(left), type);
      return;
    case 'instance_variable':
    case 'class_variable':
      return assignVariable(left, type, kind, extraction);
    case 'call':
      return assignMember(left, kind, extraction);
    case 'left_assignment_list':
    case 'destructured_left_assignment':
      return assignParts(left, type, right, extraction);
    case 'rest_assignment':
      if (left.firstNamedChild !== null) assignTo(left.firstNamedChild, '@Array', null, kind, extraction);
      return;
    default:
      return;
  }
}

function assignParts(left: Node, type: Expression, right: Node | null, extraction: Extraction): void {
  const values = right?.type === 'right_assignment_list' || right?.type === 'array' ? right.namedChildren : [];
  left.namedChildren.forEach((part, position) => {
    const value = values.length === left.namedChildCount ? (values[position] ?? null) : null;
    const known = value === null ? partOf(values.length > 0 ? UNKNOWN : type) : expressionOf(value, extraction);
    assignTo(part, known, value, 'write', extraction);
  });
}

/** `@x = …` makes `@x` a variable of the class. */
function assignVariable(left: Node, type: Expression, kind: 'write' | 'readwrite', extraction: Extraction): void {
  const owner = typeAround(extraction);
  if (owner === undefined) return;
  const name = extraction.textOf(left);
  stateOf(extraction).handled.add(left.startIndex);
  extraction.refer(kind, name, 'this', left);
  extraction.defineField(owner, left, {
    name,
    nodeType: 'variable',
    visibility: 'private',
    valueType: type === UNKNOWN ? null : type,
    declares: false,
  });
}

/** `a.b = c` calls `b=`; `a.b += c` calls both. */
function assignMember(left: Node, kind: 'write' | 'readwrite', extraction: Extraction): void {
  const method = left.childForFieldName('method');
  if (method === null) return;
  if (kind === 'write') stateOf(extraction).handled.add(left.endIndex);
  const receiver = expressionOf(left.childForFieldName('receiver'), extraction);
  extraction.refer('call', `${extraction.textOf(method)}=`, receiver, left);
}

// ── Statements ─────────────────────────────────────────────────────────────────────────────────

export const decision: Rule = (_node, extraction) => extraction.decide();

export const forLoop: Rule = (node, extraction) => {
  extraction.decide();
  const pattern = node.childForFieldName('pattern');
  const value = node.childForFieldName('value')?.firstNamedChild ?? null;
  if (pattern !== null) assignTo(pattern, partOf(expressionOf(value, extraction)), null, 'write', extraction);
};

export const rescue: Rule = (node, extraction) => {
  extraction.decide();
  const classes = node.childForFieldName('exceptions')?.namedChildren ?? [];
  const paths = classes.map((type) => useType(type, extraction));
  const variableName = node.childForFieldName('variable')?.firstNamedChild ?? null;
  const [only] = paths;
  const type = paths.length === 1 && only !== undefined ? `@${only.replaceAll('.', '::')}` : UNKNOWN;
  if (variableName !== null) assignTo(variableName, type, null, 'write', extraction);
};

/** Refers to the class that a value is tested for. */
function useType(node: Node, extraction: Extraction): string | undefined {
  const path = constantPath(node, extraction);
  if (path === undefined) return undefined;
  handleConstant(node, extraction);
  const dot = path.lastIndexOf('.');
  const name = path.slice(dot + 1);
  if (dot >= 0 || !BUILTINS.has(name)) extraction.refer('type', name, dot < 0 ? null : path.slice(0, dot), node);
  return path;
}

export const returnStatement: Rule = (node, extraction) => {
  const values = node.firstNamedChild?.namedChildren ?? [];
  // An early `return false` says less than the last statement.
  if (values.length === 1 && !expressionOf(values[0] ?? null, extraction).startsWith('@'))
    inferFrom(values[0] ?? null, extraction);
};

/** Names in the patterns of `case … in` take values. */
export const inClause: Rule = (node, extraction) => {
  const pattern = node.childForFieldName('pattern');
  if (pattern !== null) bindPattern(pattern, extraction);
};

function bindPattern(pattern: Node, extraction: Extraction): void {
  switch (pattern.type) {
    case 'identifier':
      return declareLocal(pattern, UNKNOWN, extraction);
    case 'constant':
    case 'scope_resolution':
      useType(pattern, extraction);
      return;
    case 'as_pattern': {
      const value = pattern.childForFieldName('value');
      const path = constantPath(value, extraction);
      if (value !== null) bindPattern(value, extraction);
      return declareLocal(
        pattern.childForFieldName('name'),
        path === undefined ? UNKNOWN : `@${path.replaceAll('.', '::')}`,
        extraction,
      );
    }
    case 'keyword_pattern': {
      const value = pattern.childForFieldName('value');
      const key = pattern.childForFieldName('key');
      if (value !== null) bindPattern(value, extraction);
      else if (key !== null) extraction.scope.declareLocal(extraction.textOf(key));
      return;
    }
    case 'splat_parameter':
    case 'hash_splat_parameter':
      return declareLocal(pattern.childForFieldName('name'), UNKNOWN, extraction);
    case 'array_pattern':
    case 'find_pattern':
    case 'hash_pattern':
    case 'alternative_pattern':
    case 'parenthesized_pattern':
      for (const part of pattern.namedChildren) bindPattern(part, extraction);
      return;
    default:
      return;
  }
}
