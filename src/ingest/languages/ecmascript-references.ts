import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { expectArguments } from './ecmascript-expected.js';
import { expressionOf, step } from './ecmascript-expressions.js';
import { dynamicImport } from './ecmascript-modules.js';

/** Calls, reads and writes. */

export const callExpression: Rule = (node, extraction) => {
  const callee = node.childForFieldName('function');
  if (callee === null) return;
  if (callee.type === 'import') return dynamicImport(node, extraction);
  expectArguments(node, callTo(callee, extraction), extraction);
};

/** Refers to what is called, and returns it as an expression. */
function callTo(callee: Node, extraction: Extraction): Expression {
  if (callee.type === 'identifier') {
    extraction.consume(callee);
    const name = extraction.textOf(callee);
    extraction.refer('call', name, null, callee);
    return name;
  }
  if (callee.type === 'member_expression') {
    const property = callee.childForFieldName('property');
    if (property === null) return UNKNOWN;
    extraction.consume(property);
    const receiver = expressionOf(callee.childForFieldName('object'), extraction);
    const name = extraction.textOf(property);
    extraction.refer('call', name, receiver, callee);
    return step(receiver, `.${name}`);
  }
  if (callee.type !== 'super') return UNKNOWN;
  extraction.refer('call', 'constructor', 'super', callee);
  return 'super.constructor';
}

export const newExpression: Rule = (node, extraction) => {
  const constructor = node.childForFieldName('constructor');
  if (constructor === null) return;
  expectArguments(node, step(callTo(constructor, extraction), '.constructor'), extraction);
};

export const jsxElement: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  if (name.type === 'identifier') {
    extraction.consume(name);
    // Lower-case elements are the host's own.
    if (/^[A-Z_$]/.test(extraction.textOf(name))) extraction.refer('call', extraction.textOf(name), null, name);
  } else if (name.type === 'member_expression') callTo(name, extraction);
};

export const jsxClosing: Rule = (node, extraction) => extraction.consume(node.childForFieldName('name'));

/** `a.b` read as a value; calls and assignment targets were handled by their own rules. */
export const memberExpression: Rule = (node, extraction) => {
  const property = node.childForFieldName('property');
  if (property === null || extraction.isConsumed(property)) return;
  referMember('read', node, property, extraction);
};

function referMember(kind: 'read' | 'write' | 'readwrite', node: Node, property: Node, extraction: Extraction): void {
  const receiver = expressionOf(node.childForFieldName('object'), extraction);
  if (receiver !== UNKNOWN) extraction.refer(kind, extraction.textOf(property), receiver, property);
}

export function assignTo(target: Node | null, kind: 'write' | 'readwrite', extraction: Extraction): void {
  if (target === null) return;
  if (target.type === 'identifier') {
    extraction.consume(target);
    extraction.refer(kind, extraction.textOf(target), null, target);
  } else if (target.type === 'member_expression') {
    const property = target.childForFieldName('property');
    if (property === null) return;
    extraction.consume(property);
    referMember(kind, target, property, extraction);
  }
}

export const augmentedAssignment: Rule = (node, extraction) =>
  assignTo(node.childForFieldName('left'), 'readwrite', extraction);

export const updateExpression: Rule = (node, extraction) =>
  assignTo(node.childForFieldName('argument'), 'readwrite', extraction);

export const decorator: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  if (name?.type !== 'identifier' && name?.type !== 'member_expression') return;
  callTo(name, extraction);
};
