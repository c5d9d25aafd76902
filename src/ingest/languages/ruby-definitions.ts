import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression, type NodeType, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { Scope } from '../extract/scope.js';
import { constantPath, expressionOf } from './ruby-expressions.js';
import { inBody, stateOf, typeAround } from './ruby-state.js';

const VISIBILITIES: Readonly<Record<string, Visibility>> = {
  private: 'private',
  protected: 'protected',
  public: 'public',
  module_function: 'public',
  private_class_method: 'private',
};

// ── Classes and modules ────────────────────────────────────────────────────────────────────────

export const program: Rule = (_node, extraction) => {
  // Locals of the file are not seen in its methods, so they have a scope of their own.
  extraction.scope = new Scope(stateOf(extraction).shared, true);
};

export const classDefinition: Rule = (node, extraction) => {
  const superclass = node.childForFieldName('superclass')?.firstNamedChild ?? null;
  openType(node, 'class', node, extraction);
  if (superclass !== null) inherit(superclass, extraction);
};

export const moduleDefinition: Rule = (node, extraction) => openType(node, 'module', node, extraction);

function openType(node: Node, nodeType: NodeType, range: Node, extraction: Extraction): void {
  const name = node.childForFieldName('name');
  const path = constantPath(name, extraction);
  if (name === null || path === undefined) return extraction.openBlock();
  handleConstant(name, extraction);
  const dot = path.lastIndexOf('.');
  const body = node.childForFieldName('body');
  enterType(range, path.slice(dot + 1), nodeType, body, dot < 0 ? undefined : path.slice(0, dot), extraction);
}

function enterType(
  node: Node,
  name: string,
  nodeType: NodeType,
  body: Node | null,
  owner: string | undefined,
  extraction: Extraction,
): void {
  const state = stateOf(extraction);
  state.shared.declareNamed(name);
  const index = extraction.define(node, {
    name,
    nodeType,
    visibility: 'public',
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    ...(owner === undefined ? {} : { owner }),
    declares: false,
  });
  extraction.scope = new Scope(state.shared, true);
  state.types.push(index);
  extraction.onExit(() => state.types.pop());
  readVisibilities(body, index, extraction);
}

/** `class << self`: what is written inside belongs to the class around it. */
export const singletonClass: Rule = (node, extraction) => {
  extraction.openBlock();
  readVisibilities(node.childForFieldName('body'), typeAround(extraction) ?? 0, extraction);
};

/** Marks every part of a constant path as handled. */
export function handleConstant(node: Node, extraction: Extraction): void {
  for (let at: Node | null = node; at !== null; at = at.childForFieldName('scope')) {
    const name = at.type === 'scope_resolution' ? at.childForFieldName('name') : at;
    if (name === null) return;
    extraction.consume(name);
    stateOf(extraction).handled.add(name.startIndex);
    if (at.type !== 'scope_resolution') return;
  }
}

/** A reference to a base class or a mixed-in module. */
export function inherit(node: Node, extraction: Extraction): void {
  const path = constantPath(node, extraction);
  if (path === undefined) return;
  handleConstant(node, extraction);
  const dot = path.lastIndexOf('.');
  extraction.refer('inherit', path.slice(dot + 1), dot < 0 ? null : path.slice(0, dot), node);
}

/** Who may call the methods of a body is said by calls between them, or after them by name. */
function readVisibilities(body: Node | null, owner: number, extraction: Extraction): void {
  const { visibilities, named } = stateOf(extraction);
  let current: Visibility = 'public';
  for (const child of body?.namedChildren ?? []) {
    if (child.type === 'identifier') {
      current = VISIBILITIES[extraction.textOf(child)] ?? current;
    } else if (child.type === 'method' || child.type === 'call') {
      if (current !== 'public') visibilities.set(child.startIndex, current);
      if (child.type === 'call') readVisibilityCall(child, owner, extraction);
    }
  }
  function readVisibilityCall(call: Node, type: number, of: Extraction): void {
    const method = call.childForFieldName('method');
    const visibility = method === null ? undefined : VISIBILITIES[of.textOf(method)];
    if (visibility === undefined) return;
    for (const item of call.childForFieldName('arguments')?.namedChildren ?? []) {
      if (item.type === 'simple_symbol') named.set(`${type} ${of.textOf(item).slice(1)}`, visibility);
      else visibilities.set(item.startIndex, visibility);
    }
  }
}

function memberVisibility(start: number, name: string, extraction: Extraction): Visibility {
  const { visibilities, named } = stateOf(extraction);
  const owner = typeAround(extraction);
  return (owner === undefined ? undefined : named.get(`${owner} ${name}`)) ?? visibilities.get(start) ?? 'public';
}

// ── Methods ────────────────────────────────────────────────────────────────────────────────────

export const methodDefinition: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return extraction.anonymousFunction();
  extraction.consume(name);
  extraction.consume(name.type === 'setter' ? name.firstNamedChild : null);
  const object = node.childForFieldName('object');
  if (object !== null) extraction.consume(object);
  const path = constantPath(object, extraction);
  const text = extraction.textOf(name).replace(/\s/g, '');
  const around = typeAround(extraction);
  // `def Foo.build` outside of Foo belongs to Foo all the same.
  const isElsewhere = path !== undefined && (around === undefined || extraction.nameOf(around) !== path);
  const body = node.childForFieldName('body');
  openMethod(node, text, body, isElsewhere ? path : undefined, extraction);
  declareParameters(node.childForFieldName('parameters'), [], extraction);
  if (text !== 'initialize') inferAtEnd(body, extraction);
};

function openMethod(
  node: Node,
  name: string,
  body: Node | null,
  owner: string | undefined,
  extraction: Extraction,
): void {
  const state = stateOf(extraction);
  const isMember = owner !== undefined || inType(extraction);
  state.shared.declareNamed(name);
  extraction.define(node, {
    name,
    nodeType: isMember ? 'method' : 'function',
    visibility: memberVisibility(node.startIndex, name, extraction),
    bodyStart: signatureEnd(node, body),
    measured: true,
    ...(owner === undefined ? {} : { owner }),
    declares: false,
  });
  extraction.scope = new Scope(state.shared, true);
}

function inType(extraction: Extraction): boolean {
  return typeAround(extraction) !== undefined && inBody(extraction);
}

/** A method without a body still ends with `end`, which is no part of its signature. */
function signatureEnd(node: Node, body: Node | null): number {
  if (body !== null) return body.startIndex;
  return (node.childForFieldName('parameters') ?? node.childForFieldName('name') ?? node).endIndex;
}

/** The value of a method is that of its last statement; what its names mean is known when all of it was seen. */
function inferAtEnd(body: Node | null, extraction: Extraction): void {
  if (body === null) return;
  extraction.onExit(() => {
    const statements = body.type === 'body_statement' ? body.namedChildren.filter(isStatement) : [body];
    inferFrom(statements[statements.length - 1] ?? null, extraction);
  });
}

function isStatement(node: Node): boolean {
  return (
    node.type !== 'comment' &&
    node.type !== 'rescue' &&
    node.type !== 'ensure' &&
    node.type !== 'else' &&
    node.type !== 'heredoc_body'
  );
}

export function inferFrom(node: Node | null, extraction: Extraction): void {
  const expression = expressionOf(node, extraction);
  if (!extraction.scope.resolve(expression).startsWith(UNKNOWN)) extraction.inferReturn(expression);
}

/** `define_method(:name) { … }` */
export function dynamicMethod(node: Node, extraction: Extraction): boolean {
  const [first] = node.childForFieldName('arguments')?.namedChildren ?? [];
  const block = node.childForFieldName('block');
  if (first?.type !== 'simple_symbol' || block === null || !inType(extraction)) return false;
  openMethod(node, extraction.textOf(first).slice(1), block, undefined, extraction);
  stateOf(extraction).handled.add(block.startIndex);
  declareParameters(block.childForFieldName('parameters'), [], extraction);
  return true;
}

/** `Name = Struct.new(:a) do … end`, `Class.new(Base)`, `Data.define(:a)`. */
export function dynamicType(node: Node, name: string, value: Node, extraction: Extraction): boolean {
  const maker = /^(?:::)?(Struct|Class|Module|Data)\.(new|define)\b/.exec(
    extraction.text.slice(value.startIndex, value.startIndex + 20),
  );
  if (value.type !== 'call' || maker === null) return false;
  const block = value.childForFieldName('block');
  const body = block?.childForFieldName('body') ?? null;
  enterType(node, name, maker[1] === 'Module' ? 'module' : 'class', body, undefined, extraction);
  if (block !== null) stateOf(extraction).handled.add(block.startIndex);
  const values = value.childForFieldName('arguments')?.namedChildren ?? [];
  if (maker[1] === 'Class') for (const base of values) inherit(base, extraction);
  else for (const field of values) defineAccessor(field, 'attr_accessor', extraction);
  return true;
}

// ── Members without a body ─────────────────────────────────────────────────────────────────────

/** `attr_accessor :name` */
export function defineAccessors(call: Node, method: string, extraction: Extraction): void {
  const owner = typeAround(extraction);
  const visibility = stateOf(extraction).visibilities.get(call.startIndex);
  for (const field of call.childForFieldName('arguments')?.namedChildren ?? []) {
    if (owner !== undefined) defineAccessor(field, method, extraction, visibility);
  }
}

function defineAccessor(field: Node, method: string, extraction: Extraction, visibility: Visibility = 'public'): void {
  if (field.type !== 'simple_symbol' && field.type !== 'string') return;
  const name = extraction.textOf(field).replace(/[:"']/g, '');
  if (method !== 'attr_writer') defineMember(field, name, `this.@${name}`, extraction, visibility);
  if (method !== 'attr_reader' && method !== 'attr') defineMember(field, `${name}=`, null, extraction, visibility);
}

function defineMember(
  range: Node,
  name: string,
  valueType: Expression | null,
  extraction: Extraction,
  visibility: Visibility = 'public',
): void {
  const owner = typeAround(extraction);
  if (owner === undefined) return;
  stateOf(extraction).shared.declareNamed(name);
  const said = stateOf(extraction).named.get(`${owner} ${name}`);
  extraction.defineField(owner, range, {
    name,
    nodeType: 'method',
    visibility: said ?? visibility,
    valueType,
    declares: false,
  });
}

/** `alias new old` and `alias_method :new, :old`. */
export function defineAlias(range: Node, name: Node | null, old: Node | null, extraction: Extraction): void {
  if (name === null || old === null) return;
  const [newName, oldName] = [name, old].map((node) => extraction.textOf(node).replace(/^:|["']/g, ''));
  extraction.consume(name);
  extraction.consume(old);
  if (newName === undefined || oldName === undefined || newName.startsWith('$')) return;
  defineMember(range, newName, `this.${oldName}()`, extraction);
  extraction.refer('call', oldName, 'this', old);
}

export const alias: Rule = (node, extraction) =>
  defineAlias(node, node.childForFieldName('name'), node.childForFieldName('alias'), extraction);

// ── Parameters ─────────────────────────────────────────────────────────────────────────────────

/** Declares parameters of methods, blocks and lambdas; `types` are what is known of the first ones. */
export function declareParameters(parameters: Node | null, types: readonly Expression[], extraction: Extraction): void {
  parameters?.namedChildren.forEach((parameter, position) => {
    declareParameter(parameter, types[position] ?? UNKNOWN, extraction);
  });
}

function declareParameter(parameter: Node, type: Expression, extraction: Extraction): void {
  switch (parameter.type) {
    case 'identifier':
      return declareLocal(parameter, type, extraction);
    case 'destructured_parameter':
      return parameter.namedChildren.forEach((part) => declareParameter(part, UNKNOWN, extraction));
    case 'splat_parameter':
      return declareLocal(parameter.childForFieldName('name'), '@Array', extraction);
    case 'hash_splat_parameter':
      return declareLocal(parameter.childForFieldName('name'), '@Hash', extraction);
    default: {
      const value = parameter.childForFieldName('value');
      const known = type === UNKNOWN && value?.type === 'call' ? expressionOf(value, extraction) : type;
      declareLocal(parameter.childForFieldName('name'), known, extraction);
    }
  }
}

export function declareLocal(name: Node | null, type: Expression, extraction: Extraction): void {
  if (name?.type !== 'identifier') return;
  extraction.consume(name);
  extraction.scope.declareLocal(extraction.textOf(name), type);
}
