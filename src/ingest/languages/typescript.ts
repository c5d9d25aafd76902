import type { Node } from 'web-tree-sitter';
import { declaredType, type NodeType } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { LanguageDefinition, Rule } from '../extract/language.js';
import {
  ECMASCRIPT_BLOCKS,
  ECMASCRIPT_DECISIONS,
  ECMASCRIPT_RULES,
  FIELD_RULE,
  JSX_RULES,
  STATED_TYPE_RULES,
} from './ecmascript.js';
import { memberName, memberVisibility } from './ecmascript-members.js';
import { declareGlobalScript } from './ecmascript-modules.js';
import { functionTypeExpression, memberOfLookup, typeExpression } from './ecmascript-expressions.js';
import { declareTypeParameter, enterSignature } from './ecmascript-symbols.js';

const BUILTINS = new Set([
  'undefined', 'NaN', 'Infinity', 'arguments', 'require', 'module', 'exports', 'globalThis', 'window', 'document',
  'console', 'process', 'Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Math',
  'JSON', 'Date', 'RegExp', 'Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Error', 'TypeError', 'RangeError',
  'Record', 'Partial', 'Readonly', 'Required', 'Pick', 'Omit', 'Exclude', 'Extract', 'ReturnType', 'Parameters',
]); // prettier-ignore

function visibilityOf(node: Node, extraction: Extraction): 'public' | 'internal' | 'private' {
  if (extraction.currentType !== 'module') return 'private';
  const parent = node.parent?.type;
  return parent === 'export_statement' || parent === 'ambient_declaration' ? 'public' : 'internal';
}

function typeDeclaration(nodeType: NodeType): Rule {
  return (node, extraction) => {
    const name = node.childForFieldName('name');
    if (name === null) return;
    extraction.consume(name);
    const parent = node.parent;
    const exported = parent?.type === 'export_statement' || parent?.type === 'ambient_declaration';
    const isDefault = exported && parent.children.some((child) => child.type === 'default');
    const text = extraction.textOf(name);
    if (isDefault) extraction.refer('export', text, null, node, 'default');
    const body = node.childForFieldName('body');
    const value = node.childForFieldName('value');
    const bodyStart = body?.startIndex ?? value?.startIndex;
    extraction.define(node, {
      name: text,
      nodeType,
      visibility: visibilityOf(node, extraction),
      range: exported ? parent : node,
      ...(bodyStart === undefined ? {} : { bodyStart }),
      valueType: nodeType === 'type' ? typeExpression(value, extraction) : null,
    });
  };
}

const functionSignature: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: 'function',
    visibility: visibilityOf(node, extraction),
    range: node.parent?.type === 'export_statement' ? node.parent : node,
    valueType: typeExpression(node.childForFieldName('return_type'), extraction),
  });
  extraction.declareTypes(enterSignature(node, extraction));
};

/** Members of interfaces, object types and abstract classes: they have a type but no body. */
const methodSignature: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  if (name === undefined || !isMemberPlace(node, extraction)) return signatureScope(node, extraction);
  extraction.define(node, {
    name,
    nodeType: 'method',
    visibility: memberVisibility(node, extraction),
    valueType: typeExpression(node.childForFieldName('return_type'), extraction),
    declares: false,
  });
  extraction.declareTypes(enterSignature(node, extraction));
};

const propertySignature: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  if (name === undefined || !isMemberPlace(node, extraction)) return;
  extraction.define(node, {
    name,
    nodeType: 'variable',
    visibility: 'public',
    valueType: typeExpression(node.childForFieldName('type'), extraction),
    declares: false,
  });
};

/** Only the direct members of a declared type are symbols, not those of the types inside them. */
function isMemberPlace(node: Node, extraction: Extraction): boolean {
  const holder = node.parent;
  if (holder?.type === 'class_body' || holder?.type === 'interface_body') return extraction.inType;
  if (holder?.type !== 'object_type') return false;
  let around = holder.parent;
  while (around !== null && PARTS_OF_TYPE.has(around.type)) around = around.parent;
  return around?.type === 'type_alias_declaration';
}

/** `type T = A & { member }` has the member too. */
const PARTS_OF_TYPE: ReadonlySet<string> = new Set(['intersection_type', 'union_type', 'parenthesized_type']);

/** The members of an enumeration are values of it. */
const enumBody: Rule = (node, extraction) => {
  for (const member of node.namedChildren) {
    const name = member.type === 'enum_assignment' ? member.childForFieldName('name') : member;
    if (name?.type !== 'property_identifier' && name?.type !== 'string') continue;
    const text = extraction.textOf(name);
    extraction.defineField(extraction.current, member, {
      name: name.type === 'string' ? text.slice(1, -1) : text,
      nodeType: 'variable',
      visibility: 'public',
      valueType: 'this',
      declares: false,
    });
  }
};

const signatureScope: Rule = (node, extraction) => {
  extraction.openBlock();
  enterSignature(node, extraction);
};

/** `{ (a: A): R }`: what an interface can be called with. */
const callSignature: Rule = (node, extraction) => {
  const type = isMemberPlace(node, extraction) ? functionTypeExpression(node, extraction) : null;
  if (type !== null) extraction.declareCallable(type);
  signatureScope(node, extraction);
};

const typeParameter: Rule = declareTypeParameter;

/** `T['member']` reads the member. */
const lookupType: Rule = (node, extraction) => {
  const [subject = null, index = null] = node.namedChildren;
  const name = index === null ? undefined : memberOfLookup(index, extraction);
  const type = name === undefined ? null : typeExpression(subject, extraction);
  if (name !== undefined && type !== null) extraction.refer('read', name, declaredType(type), node);
};

/** `infer T` and `[K in T]` name types for the type around them. */
const inferType: Rule = (node, extraction) => {
  const name = node.namedChildren.find((child) => child.type === 'type_identifier');
  if (name === undefined) return;
  extraction.consume(name);
  extraction.scope.declareLocal(extraction.textOf(name));
};

const namespace: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null || name.type === 'string') {
    extraction.openBlock();
    return;
  }
  for (const part of [name, ...name.namedChildren]) extraction.consume(part);
  const statement = node.parent?.type === 'expression_statement' ? node.parent : node;
  extraction.define(node, {
    name: extraction.textOf(name),
    nodeType: 'module',
    visibility: visibilityOf(statement, extraction),
    range: statement.parent?.type === 'export_statement' ? statement.parent : statement,
    bodyStart: node.childForFieldName('body')?.startIndex ?? node.endIndex,
  });
};

const heritage: Rule = (node, extraction) => {
  for (const part of node.namedChildren) inherit(part, extraction);
};

function inherit(part: Node, extraction: Extraction): void {
  if (part.type === 'generic_type') {
    const name = part.childForFieldName('name');
    if (name !== null) inherit(name, extraction);
  } else if (part.type === 'identifier' || part.type === 'type_identifier') {
    extraction.consume(part);
    extraction.refer('inherit', extraction.textOf(part), null, part);
  } else if (part.type === 'nested_type_identifier' || part.type === 'member_expression') {
    const name = part.childForFieldName('name') ?? part.childForFieldName('property');
    const owner = part.childForFieldName('module') ?? part.childForFieldName('object');
    if (name === null || owner === null || !/^[\w$.]+$/.test(extraction.textOf(owner))) return;
    extraction.consume(name);
    extraction.refer('inherit', extraction.textOf(name), extraction.textOf(owner), part);
  }
}

/** JavaScript writes the base directly into the heritage clause. */
const javascriptHeritage: Rule = (node, extraction) => {
  const base = node.firstNamedChild;
  if (base !== null) inherit(base, extraction);
};

const nestedType: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const owner = node.childForFieldName('module');
  if (name === null || owner === null) return;
  extraction.consume(name);
  extraction.refer('type', extraction.textOf(name), extraction.textOf(owner).replace(/\s/g, ''), node);
};

const TYPE_RULES: Readonly<Record<string, Rule>> = {
  abstract_class_declaration: (node, extraction) => ECMASCRIPT_RULES['class_declaration']?.(node, extraction),
  interface_declaration: typeDeclaration('interface'),
  enum_declaration: typeDeclaration('enum'),
  type_alias_declaration: typeDeclaration('type'),
  function_signature: functionSignature,
  method_signature: methodSignature,
  abstract_method_signature: methodSignature,
  property_signature: propertySignature,
  public_field_definition: FIELD_RULE,
  call_signature: callSignature,
  enum_body: enumBody,
  lookup_type: lookupType,
  ...STATED_TYPE_RULES,
  construct_signature: signatureScope,
  function_type: signatureScope,
  constructor_type: signatureScope,
  type_parameter: typeParameter,
  infer_type: inferType,
  mapped_type_clause: inferType,
  internal_module: namespace,
  module: namespace,
  extends_clause: heritage,
  extends_type_clause: heritage,
  implements_clause: heritage,
  nested_type_identifier: nestedType,
};

const COMMON = {
  comments: ['comment', 'html_comment'],
  verbatim: [],
  opaque: ['string', 'regex'],
  blocks: ECMASCRIPT_BLOCKS,
  builtins: BUILTINS,
  // Scripts share one global scope; modules see nothing of each other that they do not import.
  closedModules: (extraction: Extraction): boolean => extraction.isModule,
  finish: declareGlobalScript,
};

export const typescript: LanguageDefinition = {
  ...COMMON,
  name: 'typescript',
  grammar: 'typescript',
  opaque: ['string', 'regex', 'predefined_type'],
  // The token, because the node around it is missing in optional calls.
  decisions: [...ECMASCRIPT_DECISIONS, '?.'],
  extensions: ['.ts', '.mts', '.cts'],
  identifiers: ['identifier', 'shorthand_property_identifier'],
  typeIdentifiers: ['type_identifier'],
  rules: { ...ECMASCRIPT_RULES, ...TYPE_RULES },
};

export const tsx: LanguageDefinition = {
  ...typescript,
  name: 'tsx',
  grammar: 'tsx',
  extensions: ['.tsx'],
  rules: { ...ECMASCRIPT_RULES, ...TYPE_RULES, ...JSX_RULES },
};

export const javascript: LanguageDefinition = {
  ...COMMON,
  name: 'javascript',
  grammar: 'javascript',
  decisions: [...ECMASCRIPT_DECISIONS, 'optional_chain'],
  extensions: ['.js', '.jsx', '.mjs', '.cjs'],
  identifiers: ['identifier', 'shorthand_property_identifier'],
  typeIdentifiers: [],
  rules: {
    ...ECMASCRIPT_RULES,
    ...JSX_RULES,
    field_definition: FIELD_RULE,
    class_heritage: javascriptHeritage,
  },
};
