import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import type { Scope } from '../extract/scope.js';
import { visibilityOf } from './python-definitions.js';
import { expressionOf, partOf, loopVariable } from './python-expressions.js';
import { stateOf } from './python-state.js';
import { readHint, typeValue, useType, type TypeText } from './python-types.js';

/** What gives names a value: assignments, loops, `with` and `except`. */

// ── Targets ────────────────────────────────────────────────────────────────────────────────────

/**
 * How a target is bound: by an assignment, which makes names of files and classes symbols, in passing
 * (loops, `with`), or for the comprehension alone.
 */
type Manner = 'assigned' | 'passing' | 'inside';

interface Source {
  readonly type: Expression;
  /** The value as written, when the parts of a pattern can be matched with its parts. */
  readonly value?: Node | null;
  readonly manner: Manner;
}

/** Gives every name of a target its value. */
export function bind(target: Node, source: Source, extraction: Extraction): void {
  switch (target.type) {
    case 'identifier':
      extraction.consume(target);
      return bindName(target, source, extraction);
    case 'attribute':
      return bindMember(target, source.type, extraction);
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list':
      return bindParts(target, source, extraction);
    case 'list_splat_pattern':
    case 'list_splat':
      if (target.firstNamedChild !== null) bind(target.firstNamedChild, { ...source, type: '@list' }, extraction);
      return;
    case 'parenthesized_expression':
    case 'as_pattern_target':
      if (target.firstNamedChild !== null) bind(target.firstNamedChild, source, extraction);
      return;
    default:
      return;
  }
}

function bindParts(pattern: Node, source: Source, extraction: Extraction): void {
  const { value, manner } = source;
  const parts = pattern.namedChildren;
  const isList = value?.type === 'expression_list' || value?.type === 'tuple' || value?.type === 'list';
  if (isList && value.namedChildCount === parts.length) {
    parts.forEach((part, position) => {
      const partValue = value.namedChild(position);
      bind(part, { type: expressionOf(partValue, extraction), value: partValue, manner }, extraction);
    });
    return;
  }
  for (const part of parts) bind(part, { type: partOf(source.type), manner }, extraction);
}

function bindName(target: Node, { type, manner }: Source, extraction: Extraction): void {
  const name = extraction.textOf(target);
  const isTopLevel = extraction.currentType === 'module';
  if (manner === 'assigned' && (isTopLevel || extraction.inType)) return bindSymbol(target, name, type, extraction);
  const scope = manner === 'inside' ? extraction.scope : extraction.scope.functionScope();
  if (scope.has(name) && scope.find(name)?.binding.kind === 'named') {
    extraction.refer('write', name, null, target);
  } else {
    scope.declareLocal(name, type);
  }
}

/** A name of the file or of a class that gets its value in a pattern or a chain. */
function bindSymbol(target: Node, name: string, type: Expression, extraction: Extraction): void {
  if (isDefined(name, extraction)) return extraction.refer('write', name, extraction.inType ? 'this' : null, target);
  declareSymbol(name, extraction);
  extraction.defineField(extraction.current, target, {
    name,
    nodeType: 'variable',
    visibility: visibilityOf(name),
    valueType: type === UNKNOWN ? null : type,
    declares: false,
  });
}

function declareSymbol(name: string, extraction: Extraction): void {
  if (extraction.inType) extraction.scope.declareLocal(name, `this.${name}`);
  else extraction.scope.declareNamed(name);
}

function isDefined(name: string, extraction: Extraction): boolean {
  if (!extraction.scope.has(name)) return false;
  const binding = extraction.scope.find(name)?.binding;
  return binding?.kind === 'named' || (binding?.type ?? '') === `this.${name}`;
}

/** `self.x = …` makes `x` a variable of the class; on anything else it is a use of the member. */
function bindMember(target: Node, type: Expression, extraction: Extraction): void {
  const attribute = target.childForFieldName('attribute');
  if (attribute === null) return;
  const receiver = handleMember(target, attribute, 'write', extraction);
  defineOwnField(target, attribute, receiver, type === UNKNOWN ? null : type, extraction);
}

function defineOwnField(
  target: Node,
  attribute: Node,
  receiver: Expression,
  valueType: Expression | null,
  extraction: Extraction,
): void {
  const owner = extraction.enclosingType();
  if (owner === undefined || extraction.scope.resolve(receiver) !== 'this') return;
  const name = extraction.textOf(attribute);
  extraction.defineField(owner, target, {
    name,
    nodeType: 'variable',
    visibility: visibilityOf(name),
    valueType,
    declares: false,
  });
}

/** Refers to the member and keeps the rule for attributes from doing it again. Returns the receiver. */
function handleMember(target: Node, attribute: Node, kind: 'write' | 'readwrite', extraction: Extraction): Expression {
  extraction.consume(attribute);
  stateOf(extraction).handled.add(attribute.startIndex);
  const receiver = expressionOf(target.childForFieldName('object'), extraction);
  if (receiver !== UNKNOWN) extraction.refer(kind, extraction.textOf(attribute), receiver, attribute);
  return receiver;
}

// ── Assignments ────────────────────────────────────────────────────────────────────────────────

export const assignment: Rule = (node, extraction) => {
  const { chained } = stateOf(extraction);
  if (chained.delete(node.startIndex)) return;
  const targets: Node[] = [];
  let value: Node | null = node;
  while (value?.type === 'assignment') {
    if (value.id !== node.id) chained.add(value.startIndex);
    const left: Node | null = value.childForFieldName('left');
    if (left !== null) targets.push(left);
    value = value.childForFieldName('right');
  }
  const [first, ...others] = targets;
  if (first === undefined) return;
  const hint = node.childForFieldName('type');
  if (hint !== null) return assignDeclared(node, first, hint, value, extraction);
  const type = expressionOf(value, extraction);
  for (const target of others) bind(target, { type, value, manner: 'assigned' }, extraction);
  if (!defineVariable(node, first, value, type === UNKNOWN ? null : type, extraction)) {
    bind(first, { type, value, manner: 'assigned' }, extraction);
  }
};

/** `x: T = …`, `self.x: T = …` and both without a value. */
function assignDeclared(node: Node, target: Node, hint: Node, value: Node | null, extraction: Extraction): void {
  const name = target.type === 'identifier' ? extraction.textOf(target) : '';
  const declared = readHint(hint, extraction);
  const isAlias = declared !== undefined && /^(\w+\.)?TypeAlias$/.test(declared.name);
  if (isAlias && value !== null) useType(value, extraction);
  const assigned = isAlias ? (typeValue(readHint(value, extraction)) ?? UNKNOWN) : expressionOf(value, extraction);
  const type = typeValue(declared) ?? (assigned === UNKNOWN ? null : assigned);
  if (target.type === 'attribute') {
    const attribute = target.childForFieldName('attribute');
    if (attribute === null) return;
    useType(hint, extraction, declared);
    if (value !== null) return bindMember(target, type ?? UNKNOWN, extraction);
    defineOwnField(target, attribute, expressionOf(target.childForFieldName('object'), extraction), type, extraction);
  } else {
    const around = extraction.scope;
    const isDefinition = defineVariable(node, target, value, type, extraction, isAlias);
    useHint(hint, declared, name, around, extraction);
    if (!isDefinition) bind(target, { type: type ?? UNKNOWN, value, manner: 'assigned' }, extraction);
  }
}

/** A member that has its type's name (`date: date`) does not hide the type from its own hint. */
function useHint(
  hint: Node,
  declared: TypeText | undefined,
  name: string,
  around: Scope,
  extraction: Extraction,
): void {
  const inside = extraction.scope;
  const isHidden = stateOf(extraction).classScopes.has(around) && name !== '' && extraction.textOf(hint).includes(name);
  extraction.scope = isHidden ? (around.parent ?? around) : around;
  useType(hint, extraction, declared);
  extraction.scope = inside;
}

/** The first assignment to a name of the file or of a class defines it. Returns false for all others. */
function defineVariable(
  node: Node,
  target: Node,
  value: Node | null,
  valueType: Expression | null,
  extraction: Extraction,
  isAlias = false,
): boolean {
  const inType = extraction.inType;
  if (target.type !== 'identifier' || !(inType || extraction.currentType === 'module')) return false;
  const name = extraction.textOf(target);
  if (isDefined(name, extraction)) return false;
  extraction.consume(target);
  const isValueOfClass = inType && value !== null && stateOf(extraction).enumerations.has(extraction.current);
  const hidesType = valueType?.startsWith('@') === true && /[\w]+/.exec(valueType)?.[0] === name;
  if (inType && !hidesType) declareSymbol(name, extraction);
  extraction.define(node, {
    name,
    nodeType: isAlias ? 'type' : 'variable',
    visibility: visibilityOf(name),
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType: isValueOfClass && !/^_/.test(name) ? 'this' : valueType,
    declares: !inType,
    opensScope: false,
  });
  return true;
}

export const augmentedAssignment: Rule = (node, extraction) => {
  const target = node.childForFieldName('left');
  if (target?.type === 'identifier') {
    extraction.consume(target);
    extraction.refer('readwrite', extraction.textOf(target), extraction.inType ? 'this' : null, target);
  } else if (target?.type === 'attribute') {
    const attribute = target.childForFieldName('attribute');
    if (attribute !== null) handleMember(target, attribute, 'readwrite', extraction);
  }
};

export const namedExpression: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  bind(name, { type: expressionOf(node.childForFieldName('value'), extraction), manner: 'passing' }, extraction);
};

/** `global x`: assignments in this function are to the file's `x`. */
export const globalStatement: Rule = (node, extraction) => {
  const scope = extraction.scope.functionScope();
  for (const name of node.namedChildren) {
    extraction.consume(name);
    const text = extraction.textOf(name);
    scope.declareNamed(text);
    const { globals } = stateOf(extraction);
    if (!globals.has(text)) globals.set(text, name);
  }
};

export const nonlocalStatement: Rule = (node, extraction) => {
  for (const name of node.namedChildren) extraction.consume(name);
};

/** Names that only functions assign are names of the file all the same. */
export function defineGlobals(extraction: Extraction): void {
  for (const [name, range] of stateOf(extraction).globals) {
    if (extraction.scope.has(name)) continue;
    extraction.scope.declareNamed(name);
    extraction.defineField(0, range, {
      name,
      nodeType: 'variable',
      visibility: visibilityOf(name),
      valueType: null,
      declares: false,
    });
  }
}

// ── Loops, with, except ────────────────────────────────────────────────────────────────────────

export const loop: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (left === null || right === null) return;
  const parts = left.type === 'identifier' ? [] : left.namedChildren;
  const types = right.type === 'call' ? partTypes(right, parts.length, extraction) : undefined;
  const manner = node.type === 'for_in_clause' ? 'inside' : 'passing';
  if (types === undefined) return bind(left, { type: loopVariable(right, extraction), manner }, extraction);
  parts.forEach((part, position) => bind(part, { type: types[position] ?? UNKNOWN, manner }, extraction));
};

/** What a loop over `enumerate(…)`, `zip(…)` or `….items()` gives its variables. */
function partTypes(iterated: Node, count: number, extraction: Extraction): Expression[] | undefined {
  const callee = iterated.childForFieldName('function');
  if (callee?.type === 'attribute' && count === 2) {
    const attribute = callee.childForFieldName('attribute');
    if (attribute === null || !/^(iter)?items$/.test(extraction.textOf(attribute))) return undefined;
    return [UNKNOWN, loopVariable(callee.childForFieldName('object'), extraction)];
  }
  if (callee?.type !== 'identifier' || count === 0) return undefined;
  const values = iterated.childForFieldName('arguments')?.namedChildren ?? [];
  const name = extraction.textOf(callee);
  if (name === 'enumerate' && count === 2) return ['@int', loopVariable(values[0] ?? null, extraction)];
  return name === 'zip' ? values.map((value) => loopVariable(value, extraction)) : undefined;
}

/** `… as name` in a `with` statement or in an `except` clause, which says what it is beforehand. */
export const asPattern: Rule = (node, extraction) => {
  const alias = node.childForFieldName('alias');
  if (alias === null || stateOf(extraction).handled.delete(node.startIndex)) return;
  bind(alias, { type: expressionOf(node.firstNamedChild, extraction), manner: 'passing' }, extraction);
};

export const exceptClause: Rule = (node, extraction) => {
  const value = node.firstNamedChild;
  if (value === null || value.type === 'block' || value.type === 'comment') return;
  const types = value.type === 'as_pattern' ? value.firstNamedChild : value;
  const named = types === null ? undefined : useClasses(types, extraction);
  // Python 2 wrote `except E, e`.
  const old = value.type === 'identifier' ? value.nextNamedSibling : null;
  const alias =
    value.type === 'as_pattern' ? value.childForFieldName('alias') : old?.type === 'identifier' ? old : null;
  if (alias === null) return;
  stateOf(extraction).handled.add(value.startIndex);
  bind(alias, { type: named ?? UNKNOWN, manner: 'passing' }, extraction);
};

/** How the class, or several, is written in `except` and `isinstance`. */
const CLASS_LISTS = new Set(['identifier', 'attribute', 'tuple', 'binary_operator']);

/** Refers to the class, or the tuple of classes, that a value is tested for. Returns the type when it is one. */
export function useClasses(node: Node, extraction: Extraction): Expression | undefined {
  if (!CLASS_LISTS.has(node.type)) return undefined;
  const type = useType(node, extraction);
  return type === undefined ? undefined : (typeValue(type) ?? undefined);
}
