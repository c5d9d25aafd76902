import type { Node } from 'web-tree-sitter';
import { parseExpression, UNKNOWN, type Expression, type ReferenceKind } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { calleeOf, expressionOf, pathExpression } from './rust-expressions.js';
import { rustFile } from './rust-file.js';
import { macroInvocation } from './rust-macros.js';
import { RUST_BUILTINS } from './rust-names.js';
import { pathText, typeExpression } from './rust-types.js';

const callExpression: Rule = (node, extraction) => {
  const callee = calleeOf(node);
  switch (callee?.type) {
    case 'identifier': {
      extraction.consume(callee);
      const name = extraction.textOf(callee);
      const self = name === 'Self' ? rustFile(extraction).selfType() : undefined;
      if (self !== undefined) return extraction.refer('call', self, null, callee);
      return RUST_BUILTINS.has(name) ? undefined : extraction.refer('call', name, null, callee);
    }
    case 'field_expression': {
      const field = callee.childForFieldName('field');
      if (field === null) return;
      rustFile(extraction).handled.add(field.startIndex);
      if (field.type !== 'field_identifier') return;
      const receiver = expressionOf(callee.childForFieldName('value'), extraction);
      return extraction.refer('call', extraction.textOf(field), receiver, field);
    }
    case 'scoped_identifier':
      return referPath('call', callee, extraction);
    default:
      return;
  }
};

/** A path as a value, a type or a callee. Its segments are no uses of their own, save the type before the name. */
function referPath(kind: 'call' | 'read' | 'type', node: Node, extraction: Extraction): void {
  const name = node.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  rustFile(extraction).handled.add(name.startIndex);
  const path = node.childForFieldName('path');
  const text = extraction.textOf(name);
  if (path === null) return extraction.refer(kind, text, null, name);
  consumePath(path, extraction);
  const receiver = pathExpression(path, extraction);
  if (receiver === undefined) {
    if (kind === 'call' && !isForeign(path)) extraction.refer(kind, text, UNKNOWN, name);
  } else if (!isPrelude(receiver, extraction)) referOutsideLocals(kind, text, receiver, name, extraction);
}

/** Primitive types, slices and tuples have no members of the program's own. */
function isForeign(path: Node): boolean {
  const type = path.type === 'bracketed_type' ? path.firstNamedChild?.type : path.type;
  return type === 'primitive_type' || type === 'array_type' || type === 'tuple_type';
}

function isPrelude(receiver: Expression, extraction: Extraction): boolean {
  if (!RUST_BUILTINS.has(receiver) || receiver === 'crate' || receiver === 'self' || receiver === 'super') return false;
  return extraction.scope.find(receiver) === undefined;
}

/** Variables are in another name space than modules: a path's first segment is never a local. */
export function referOutsideLocals(
  kind: ReferenceKind,
  name: string,
  receiver: Expression,
  at: Node,
  extraction: Extraction,
): void {
  const { base } = parseExpression(receiver);
  const inner = extraction.scope;
  if (!isTypeName(base)) {
    for (let found = inner.find(base); found?.binding.kind === 'local'; found = extraction.scope.find(base)) {
      if (found.scope.parent === null) break;
      extraction.scope = found.scope.parent;
    }
  }
  extraction.refer(kind, name, receiver, at);
  extraction.scope = inner;
}

/** Handles the segments in front of a path's name: `Type` in `Type::new` is a use of the type. */
function consumePath(path: Node, extraction: Extraction): void {
  switch (path.type) {
    case 'identifier': {
      extraction.consume(path);
      const name = extraction.textOf(path);
      if (isTypeName(name) && !RUST_BUILTINS.has(name)) extraction.refer('type', name, null, path);
      return;
    }
    case 'scoped_identifier': {
      const name = path.childForFieldName('name');
      const owner = path.childForFieldName('path');
      if (name === null) return;
      rustFile(extraction).handled.add(name.startIndex);
      extraction.consume(name);
      if (owner === null) return;
      const text = extraction.textOf(name);
      const receiver = isTypeName(text) ? pathText(owner, extraction) : undefined;
      if (receiver !== undefined) extraction.refer('type', text, receiver.replaceAll('::', '.'), name);
      return consumePath(owner, extraction);
    }
    default:
      // Types with arguments and in brackets are walked as types.
      return;
  }
}

function isTypeName(name: string): boolean {
  return /^\p{Lu}/u.test(name);
}

const scopedIdentifier: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name !== null && !rustFile(extraction).handled.has(name.startIndex)) referPath('read', node, extraction);
};

const scopedType: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null || rustFile(extraction).handled.has(name.startIndex)) return;
  const path = node.childForFieldName('path');
  // `Self::Item` is whatever the implementation says.
  if (path !== null && extraction.textOf(path) === 'Self') {
    extraction.consume(path);
    return extraction.consume(name);
  }
  referPath('type', node, extraction);
};

/** `T { … }` makes a value of the type. */
const structExpression: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  const named = name.type.startsWith('generic_type') ? name.childForFieldName('type') : name;
  if (named?.type === 'type_identifier') {
    extraction.consume(named);
    const text = extraction.textOf(named);
    const type = text === 'Self' ? rustFile(extraction).selfType() : text;
    if (type !== undefined) extraction.refer('call', type, null, named);
  } else if (named?.type === 'scoped_type_identifier') referPath('call', named, extraction);
  writeFields(node, name, extraction);
};

function writeFields(node: Node, name: Node, extraction: Extraction): void {
  // The fields of an enum's variant are no members of a type of their own.
  const type = name.type === 'scoped_type_identifier' ? null : typeExpression(name, extraction);
  if (type === null) return;
  for (const field of node.childForFieldName('body')?.namedChildren ?? []) {
    const target = field.type === 'field_initializer' ? field.childForFieldName('field') : null;
    const short = field.type === 'shorthand_field_initializer' ? field.lastNamedChild : target;
    if (short !== null) extraction.refer('write', extraction.textOf(short), type, short);
  }
}

/** `a.b` as a value; callees and targets were handled before the walk came here. */
const fieldExpression: Rule = (node, extraction) => {
  const field = node.childForFieldName('field');
  if (field === null || rustFile(extraction).handled.has(field.startIndex)) return;
  const receiver = expressionOf(node.childForFieldName('value'), extraction);
  if (receiver !== UNKNOWN) extraction.refer('read', extraction.textOf(field), receiver, field);
};

function assignTo(target: Node | null, kind: 'write' | 'readwrite', extraction: Extraction): void {
  if (target?.type === 'identifier') {
    extraction.consume(target);
    extraction.refer(kind, extraction.textOf(target), null, target);
  } else if (target?.type === 'field_expression') {
    const field = target.childForFieldName('field');
    if (field === null) return;
    rustFile(extraction).handled.add(field.startIndex);
    const receiver = expressionOf(target.childForFieldName('value'), extraction);
    if (receiver !== UNKNOWN) extraction.refer(kind, extraction.textOf(field), receiver, field);
  }
}

export const RUST_REFERENCE_RULES: Readonly<Record<string, Rule>> = {
  call_expression: callExpression,
  macro_invocation: macroInvocation,
  scoped_identifier: scopedIdentifier,
  scoped_type_identifier: scopedType,
  struct_expression: structExpression,
  field_expression: fieldExpression,
  assignment_expression: (node, extraction) => assignTo(node.childForFieldName('left'), 'write', extraction),
  compound_assignment_expr: (node, extraction) => assignTo(node.childForFieldName('left'), 'readwrite', extraction),
};
