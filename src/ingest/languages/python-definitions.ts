import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { Scope } from '../extract/scope.js';
import { containerOf, elementOf } from './elements.js';
import { expressionOf } from './python-expressions.js';
import { stateOf } from './python-state.js';
import { readHint, typeValue, useType, type TypeText } from './python-types.js';

const DOCUMENTATION_LENGTH_LIMIT = 4000;
const ENUMERATION_BASES = new Set([
  'Enum',
  'IntEnum',
  'StrEnum',
  'Flag',
  'IntFlag',
  'ReprEnum',
  'TextChoices',
  'IntegerChoices',
]);

/** By convention only: one underscore is not meant for others, two are renamed by the language. */
export function visibilityOf(name: string): Visibility {
  if (!name.startsWith('_')) return 'public';
  if (!name.startsWith('__')) return 'internal';
  return name.endsWith('__') ? 'public' : 'private';
}

/** The scope that a function or class body sees around it: class bodies are skipped. */
function visibleFrom(scope: Scope, extraction: Extraction): Scope {
  const { classScopes } = stateOf(extraction);
  let visible = scope;
  while (classScopes.has(visible) && visible.parent !== null) visible = visible.parent;
  return visible;
}

// ── Functions and classes ──────────────────────────────────────────────────────────────────────

/** The decorators belong to the definition: it starts with them, and they are what it uses. */
export const decoratedDefinition: Rule = (node, extraction) => {
  const definition = node.childForFieldName('definition');
  if (definition === null) return;
  const outer = extraction.scope;
  if (definition.type === 'class_definition') openClass(definition, node, extraction);
  else openFunction(definition, node, decoratorsOf(node, extraction), extraction);
  stateOf(extraction).decorated = { start: definition.startIndex, outer: extraction.scope };
  // The decorators are evaluated around the definition, not in it.
  extraction.scope = outer;
};

function decoratorsOf(node: Node, extraction: Extraction): string[] {
  return node.namedChildren
    .filter((child) => child.type === 'decorator')
    .map((decorator) => extraction.textOf(decorator).replace(/^@\s*/, ''));
}

function enterDecorated(node: Node, extraction: Extraction): boolean {
  const state = stateOf(extraction);
  if (state.decorated?.start !== node.startIndex) return false;
  extraction.scope = state.decorated.outer;
  state.decorated = null;
  return true;
}

export const functionDefinition: Rule = (node, extraction) => {
  if (!enterDecorated(node, extraction)) openFunction(node, node, [], extraction);
};

export const classDefinition: Rule = (node, extraction) => {
  if (!enterDecorated(node, extraction)) openClass(node, node, extraction);
};

function openFunction(node: Node, range: Node, decorators: readonly string[], extraction: Extraction): void {
  const name = node.childForFieldName('name');
  if (name === null) return extraction.anonymousFunction();
  extraction.consume(name);
  const text = extraction.textOf(name);
  const body = node.childForFieldName('body');
  const around = extraction.scope;
  const isMethod = extraction.inType;
  const documentation = documentationOf(body, extraction);
  const returnHint = node.childForFieldName('return_type');
  const returns = readHint(returnHint, extraction);
  const declared = isOwnParameter(node, returns, extraction) ? null : typeValue(returns);
  if (isMethod) around.declareLocal(text, `this.${text}`);
  const index = extraction.define(range, {
    name: text,
    nodeType: isMethod ? 'method' : 'function',
    visibility: visibilityOf(text),
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    measured: body !== null && !isStub(body),
    valueType: managesContext(decorators) ? heldBy(declared) : declared,
    ...(documentation === undefined ? {} : { documentation }),
    declares: !isMethod,
  });
  extraction.scope = around;
  useType(returnHint, extraction, returns);
  extraction.scope = new Scope(visibleFrom(around, extraction), true);
  declareTypeParameters(node, extraction);
  extraction.onExit(() => {
    const plain = stateOf(extraction).plainReturns.get(index);
    if (plain !== undefined) extraction.inferReturn(plain);
  });
  const takesSelf = isMethod && !decorators.includes('staticmethod');
  declareParameters(node.childForFieldName('parameters'), takesSelf, around, extraction);
}

/** A generator that is decorated to be used in `with` gives what it yields. */
function managesContext(decorators: readonly string[]): boolean {
  return decorators.some((decorator) => /(^|\.)(async)?contextmanager$/.test(decorator));
}

function heldBy(type: Expression | null): Expression | null {
  return type !== null && type.endsWith('*') ? elementOf(type) : type;
}

/** A body of `…` alone: an overload, a protocol's method or a stub file's function. */
function isStub(body: Node): boolean {
  if (body.endIndex - body.startIndex === 3) return body.firstNamedChild?.firstNamedChild?.type === 'ellipsis';
  const last = body.lastNamedChild;
  if (last?.type !== 'expression_statement' || last.firstNamedChild?.type !== 'ellipsis') return false;
  return body.namedChildren.every((child) => child.id === last.id || isTextStatement(child));
}

function openClass(node: Node, range: Node, extraction: Extraction): void {
  const name = node.childForFieldName('name');
  if (name === null) return extraction.openBlock();
  extraction.consume(name);
  const body = node.childForFieldName('body');
  const around = extraction.scope;
  const documentation = documentationOf(body, extraction);
  const index = extraction.define(range, {
    name: extraction.textOf(name),
    nodeType: 'class',
    visibility: visibilityOf(extraction.textOf(name)),
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    ...(documentation === undefined ? {} : { documentation }),
  });
  const state = stateOf(extraction);
  extraction.scope = new Scope(visibleFrom(around, extraction), true);
  declareTypeParameters(node, extraction);
  const bodyScope = new Scope(extraction.scope, true);
  state.classScopes.add(bodyScope);
  for (const base of node.childForFieldName('superclasses')?.namedChildren ?? []) {
    const path = inheritFrom(base, extraction);
    if (path !== undefined && ENUMERATION_BASES.has(path)) state.enumerations.add(index);
  }
  extraction.scope = bodyScope;
}

/** Refers to a base class and returns its last name; keywords and computed bases are no names. */
function inheritFrom(base: Node, extraction: Extraction): string | undefined {
  if (base.type === 'subscript') {
    const value = base.childForFieldName('value');
    for (const parameter of base.childrenForFieldName('subscript'))
      if (parameter !== null) useType(parameter, extraction);
    return value === null ? undefined : inheritFrom(value, extraction);
  }
  if (base.type === 'identifier') {
    extraction.consume(base);
    extraction.refer('inherit', extraction.textOf(base), null, base);
    return extraction.textOf(base);
  }
  const attribute = base.type === 'attribute' ? base.childForFieldName('attribute') : null;
  if (attribute === null) return undefined;
  const receiver = expressionOf(base.childForFieldName('object'), extraction);
  extraction.consume(attribute);
  stateOf(extraction).handled.add(attribute.startIndex);
  if (receiver !== UNKNOWN) extraction.refer('inherit', extraction.textOf(attribute), receiver, base);
  return extraction.textOf(attribute);
}

/** `class A[T: Bound]`, `def f[**P](…)`, `type X[T] = …`. */
function declareTypeParameters(node: Node, extraction: Extraction): void {
  const parameters = node.childForFieldName('type_parameters');
  if (parameters !== null) declareTypeNames(parameters, extraction);
}

function declareTypeNames(parameters: Node, extraction: Extraction): void {
  const state = stateOf(extraction);
  state.typesUntil = Math.max(state.typesUntil, parameters.endIndex);
  for (const parameter of parameters.namedChildren) {
    const inner = parameter.firstNamedChild;
    const bound = inner?.type === 'constrained_type' ? inner.lastNamedChild : null;
    const match = /[\p{L}_][\p{L}\p{N}_]*/u.exec(extraction.textOf(parameter));
    if (match === null) continue;
    extraction.consumeAt(parameter.startIndex + match.index);
    extraction.scope.declareLocal(match[0]);
    if (bound !== null) useType(bound, extraction);
  }
}

/** Is the type a parameter of the generic function itself? Then nothing is known of it. */
function isOwnParameter(node: Node, type: TypeText | undefined, extraction: Extraction): boolean {
  const parameters = type === undefined ? null : node.childForFieldName('type_parameters');
  return (
    parameters !== null && type !== undefined && new RegExp(`\\b${type.name}\\b`).test(extraction.textOf(parameters))
  );
}

/** `type Name[T] = …` */
export const typeAlias: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (left === null || right === null) return;
  const generic = left.firstNamedChild?.type === 'generic_type' ? left.firstNamedChild : null;
  const name = generic?.firstNamedChild ?? left.firstNamedChild;
  if (name === null) return;
  extraction.consume(name);
  const around = extraction.scope;
  const text = extraction.textOf(name);
  const isMember = extraction.inType;
  if (isMember) around.declareLocal(text, `this.${text}`);
  extraction.define(node, {
    name: text,
    nodeType: 'type',
    visibility: visibilityOf(text),
    bodyStart: right.startIndex,
    valueType: null,
    declares: !isMember,
  });
  const parameters = generic?.lastNamedChild ?? null;
  if (parameters !== null) declareTypeNames(parameters, extraction);
  const state = stateOf(extraction);
  state.typesUntil = Math.max(state.typesUntil, left.endIndex);
  useType(right, extraction);
};

// ── Parameters ─────────────────────────────────────────────────────────────────────────────────

/** @param outside the scope that hints and defaults are evaluated in */
function declareParameters(parameters: Node | null, takesSelf: boolean, outside: Scope, extraction: Extraction): void {
  let isFirst = takesSelf;
  for (const parameter of parameters?.namedChildren ?? []) {
    if (parameter.type === 'comment') continue;
    declareParameter(parameter, isFirst, outside, extraction);
    isFirst = false;
  }
}

function declareParameter(parameter: Node, isSelf: boolean, outside: Scope, extraction: Extraction): void {
  const hint = parameter.childForFieldName('type');
  const inside = extraction.scope;
  extraction.scope = outside;
  const declared = typeValue(useType(hint, extraction));
  extraction.scope = inside;
  const target = parameter.childForFieldName('name') ?? (hint === null ? parameter : parameter.firstNamedChild);
  if (target === null) return;
  const isSpread = target.type === 'list_splat_pattern' || target.type === 'dictionary_splat_pattern';
  const name = isSpread ? target.firstNamedChild : target;
  if (name?.type !== 'identifier') {
    // Python 2 could take a tuple apart in the parameter list.
    if (name?.type === 'tuple_pattern') for (const part of name.namedChildren) declareName(part, null, extraction);
    return;
  }
  if (isSelf) return declareName(name, 'this', extraction);
  if (isSpread) {
    const held = target.type === 'list_splat_pattern' ? '@tuple' : '@dict';
    return declareName(name, (declared === null ? null : containerOf(declared)) ?? held, extraction, outside);
  }
  declareName(name, declared ?? defaultType(parameter, extraction), extraction, outside);
}

/** A default that is a value of some class says what the parameter is; one of a built-in type may say too little. */
function defaultType(parameter: Node, extraction: Extraction): Expression | null {
  const value = parameter.childForFieldName('value');
  return value?.type === 'call' || value?.type === 'string' ? expressionOf(value, extraction) : null;
}

function declareName(name: Node, type: Expression | null, extraction: Extraction, from?: Scope): void {
  if (name.type !== 'identifier') return;
  extraction.consume(name);
  extraction.scope.declareLocal(extraction.textOf(name), type, from);
}

export const lambda: Rule = (node, extraction) => {
  const outside = extraction.scope;
  extraction.anonymousFunction();
  // A class body's names are not seen by the functions in it.
  extraction.scope = new Scope(visibleFrom(outside, extraction), true);
  declareParameters(node.childForFieldName('parameters'), false, outside, extraction);
};

// ── Documentation ──────────────────────────────────────────────────────────────────────────────

export const moduleDocumentation: Rule = (node, extraction) => {
  const documentation = documentationOf(node, extraction);
  if (documentation !== undefined) extraction.setDocumentation(0, documentation);
};

function isTextStatement(statement: Node): boolean {
  return (
    statement.type === 'comment' ||
    (statement.type === 'expression_statement' && statement.firstNamedChild?.type === 'string')
  );
}

/** Text of the string a body starts with. It is documentation, so its wording is no part of the structure. */
function documentationOf(body: Node | null, extraction: Extraction): string | undefined {
  let statement = body?.firstNamedChild ?? null;
  while (statement?.type === 'comment') statement = statement.nextNamedSibling;
  const text = statement?.type === 'expression_statement' ? statement.firstNamedChild : null;
  if (statement?.namedChildCount !== 1 || text?.type !== 'string') return undefined;
  const content = text.namedChildren.filter((child) => child.type === 'string_content');
  if (text.namedChildren.some((child) => child.type === 'interpolation')) return undefined;
  for (const part of content) extraction.omit(part);
  const first = content[0];
  const last = content[content.length - 1];
  if (first === undefined || last === undefined) return undefined;
  const cleaned = cleanDocumentation(extraction.text.slice(first.startIndex, last.endIndex));
  return cleaned === '' ? undefined : cleaned;
}

/** Takes the indentation off the lines after the first, as `inspect.cleandoc` does. */
function cleanDocumentation(text: string): string {
  const lines = text.replace(/\r/g, '').replaceAll('\t', '        ').split('\n');
  const rest = lines.slice(1).filter((line) => line.trim() !== '');
  const indent = rest.reduce((least, line) => Math.min(least, line.length - line.trimStart().length), Infinity);
  const cut = lines.map((line, row) =>
    row === 0 ? line.trim() : line.slice(Number.isFinite(indent) ? indent : 0).trimEnd(),
  );
  const cleaned = cut.join('\n').trim();
  if (cleaned.length <= DOCUMENTATION_LENGTH_LIMIT) return cleaned;
  return `${cleaned.slice(0, DOCUMENTATION_LENGTH_LIMIT - 1)}…`;
}
