import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import {
  assignment,
  decision,
  forLoop,
  inClause,
  operatorAssignment,
  rescue,
  returnStatement,
  scopeResolution,
  variable,
} from './ruby-bindings.js';
import { BUILTINS, CALLBACKS, ELEMENT_BLOCKS } from './ruby-builtins.js';
import {
  alias,
  classDefinition,
  declareParameters,
  defineAccessors,
  defineAlias,
  dynamicMethod,
  handleConstant,
  inherit,
  methodDefinition,
  moduleDefinition,
  program,
  singletonClass,
} from './ruby-definitions.js';
import { constantPath, expressionOf, receiverOf, partOf } from './ruby-expressions.js';
import { inBody, isLocal, stateOf, typeAround } from './ruby-state.js';

// ── Calls ──────────────────────────────────────────────────────────────────────────────────────

const call: Rule = (node, extraction) => {
  const state = stateOf(extraction);
  const method = node.childForFieldName('method');
  const receiver = node.childForFieldName('receiver');
  const block = node.childForFieldName('block');
  // `f.()` calls `call`.
  const name = method === null ? 'call' : extraction.textOf(method);
  if (method?.type === 'super') return;
  if (method !== null) extraction.consume(method);
  if (receiver === null && keyword(node, name, extraction)) return;
  const on = receiver === null ? null : expressionOf(receiver, extraction);
  if (block !== null) state.blocks.set(block.startIndex, { method: name, receiver: on ?? UNKNOWN });
  const isTarget = state.handled.delete(node.endIndex);
  if (!isTarget) referCall(node, name, receiver, on, extraction);
  symbolArguments(node, name, receiver, on, extraction);
};

function referCall(
  node: Node,
  name: string,
  receiver: Node | null,
  on: Expression | null,
  extraction: Extraction,
): void {
  if (name !== 'new') return extraction.refer('call', name, on, node);
  const path = constantPath(receiver, extraction);
  if (path !== undefined && receiver !== null) {
    handleConstant(receiver, extraction);
    const dot = path.lastIndexOf('.');
    return extraction.refer('call', path.slice(dot + 1), dot < 0 ? null : path.slice(0, dot), node);
  }
  const around = typeAround(extraction);
  if ((on === null || on === 'this') && around !== undefined)
    return extraction.refer('call', extraction.nameOf(around), null, node);
  extraction.refer('call', name, on, node);
}

/** Calls that are part of how Ruby is written rather than of the program. Returns true when there is nothing else in them. */
function keyword(node: Node, name: string, extraction: Extraction): boolean {
  const values = node.childForFieldName('arguments')?.namedChildren ?? [];
  switch (name) {
    case 'require':
    case 'require_relative':
    case 'load':
    case 'autoload': {
      const path = stringText(values[name === 'autoload' ? 1 : 0], extraction);
      if (path === undefined) return false;
      const isRelative = name === 'require_relative' && !path.startsWith('.');
      extraction.refer('import', '*', isRelative ? `./${path}` : path, node, '');
      return true;
    }
    case 'include':
    case 'extend':
    case 'prepend':
      if (typeAround(extraction) === undefined || !inBody(extraction)) return false;
      for (const value of values) inherit(value, extraction);
      return true;
    case 'attr_accessor':
    case 'attr_reader':
    case 'attr_writer':
    case 'attr':
    case 'cattr_accessor':
    case 'mattr_accessor':
      defineAccessors(node, name, extraction);
      return true;
    case 'alias_method':
      defineAlias(node, values[0] ?? null, values[1] ?? null, extraction);
      return true;
    case 'define_method':
      return dynamicMethod(node, extraction);
    default:
      return false;
  }
}

function stringText(node: Node | undefined, extraction: Extraction): string | undefined {
  if (node?.type !== 'string' || node.namedChildCount !== 1) return undefined;
  return node.firstNamedChild?.type === 'string_content' ? extraction.textOf(node.firstNamedChild) : undefined;
}

/** Methods that are named by a symbol: `map(&:name)`, `send(:name)`, `method(:name)`, `before_action :name`. */
function symbolArguments(
  node: Node,
  name: string,
  receiver: Node | null,
  on: Expression | null,
  extraction: Extraction,
): void {
  const values = node.childForFieldName('arguments')?.namedChildren ?? [];
  const last = values[values.length - 1];
  if (last?.type === 'block_argument' && last.firstNamedChild?.type === 'simple_symbol') {
    const element = on === null || !ELEMENT_BLOCKS.has(name) ? UNKNOWN : partOf(on);
    extraction.refer('call', extraction.textOf(last.firstNamedChild).slice(1), element, last);
  }
  const isSend = name === 'send' || name === 'public_send' || name === '__send__' || name === 'method';
  const isCallback =
    receiver === null && CALLBACKS.test(name) && typeAround(extraction) !== undefined && inBody(extraction);
  if (!isSend && !isCallback) return;
  for (const value of isSend ? values.slice(0, 1) : values) {
    if (value.type === 'simple_symbol')
      extraction.refer('call', extraction.textOf(value).slice(1), on ?? 'this', value);
  }
}

/** `super` calls the method of the same name further up. */
const superCall: Rule = (node, extraction) => {
  if (extraction.currentType === 'method') extraction.refer('call', extraction.currentName, 'super', node);
};

const block: Rule = (node, extraction) => {
  const state = stateOf(extraction);
  if (state.handled.delete(node.startIndex)) return;
  const given = state.blocks.get(node.startIndex);
  if (given?.receiver === UNKNOWN && /^(lambda|proc)$/.test(given.method)) extraction.anonymousFunction();
  else extraction.openBlock();
  const parameters = node.childForFieldName('parameters');
  if (parameters !== null) declareParameters(parameters, blockTypes(given, parameters.namedChildCount), extraction);
};

function blockTypes(
  given: { readonly method: string; readonly receiver: Expression } | undefined,
  count: number,
): Expression[] {
  if (given === undefined || given.receiver === UNKNOWN) return [];
  const { method, receiver } = given;
  if (method === 'tap' || method === 'then' || method === 'yield_self') return [receiver];
  if (method === 'inject' || method === 'reduce') return [UNKNOWN, partOf(receiver)];
  const isPair = count === 2 && /^(each_pair|transform_values)$/.test(method);
  if (isPair) return [UNKNOWN, partOf(receiver)];
  // Two parameters may be key and value, unless the second is an index or a memo.
  const isElement = ELEMENT_BLOCKS.has(method) && (count === 1 || /^each_with_/.test(method));
  return isElement ? [partOf(receiver)] : [];
}

const lambda: Rule = (node, extraction) => {
  const outer = extraction.scope;
  extraction.anonymousFunction();
  declareParameters(node.childForFieldName('parameters'), [], extraction);
  const body = node.childForFieldName('body');
  if (body !== null && outer !== extraction.scope) stateOf(extraction).handled.add(body.startIndex);
};

/** `{ name: }` and `f(name:)` take the value of the same name. */
const pair: Rule = (node, extraction) => {
  const key = node.childForFieldName('key');
  if (key?.type !== 'hash_key_symbol' || node.childForFieldName('value') !== null) return;
  const name = extraction.textOf(key);
  if (!isLocal(name, extraction)) extraction.refer('call', name, null, key);
};

export const ruby: LanguageDefinition = {
  name: 'ruby',
  grammar: 'ruby',
  extensions: ['.rb'],
  comments: ['comment'],
  verbatim: [],
  identifiers: ['identifier', 'constant'],
  typeIdentifiers: [],
  blocks: [],
  // Nodes that have the name of their own keyword are counted by their rules.
  decisions: [
    'if_modifier',
    'unless_modifier',
    'while_modifier',
    'until_modifier',
    'rescue_modifier',
    'conditional',
    'in_clause',
    'if_guard',
    'unless_guard',
    '&&',
    '||',
    'and',
    'or',
    '&&=',
    '||=',
    '&.',
  ],
  builtins: BUILTINS,
  rules: {
    program,
    class: classDefinition,
    module: moduleDefinition,
    singleton_class: singletonClass,
    method: methodDefinition,
    singleton_method: methodDefinition,
    alias,
    call,
    super: superCall,
    block,
    do_block: block,
    lambda,
    pair,
    scope_resolution: scopeResolution,
    instance_variable: variable,
    class_variable: variable,
    assignment,
    operator_assignment: operatorAssignment,
    if: decision,
    elsif: decision,
    unless: decision,
    while: decision,
    until: decision,
    when: decision,
    for: forLoop,
    rescue,
    return: returnStatement,
    in_clause: inClause,
  },
  closedModules: () => false,
  // A name that is no local is a method of the object the code runs on; constants are only read.
  bareName: (name) => (/^\p{Lu}/u.test(name) ? 'read' : 'call'),
  receiverOf,
};
