import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { changePart, shortCircuit } from './places.js';
import { callOnSelf, changeSelf, readSelf, writeSelf } from './self-fields.js';
import type { StepDraft } from './step-draft.js';

/** Expressions of Java. */

type Expression = FlowSyntax['expressions'][string];

const CAPITAL = /^\p{Lu}/u;
/** Methods of well-known types that change what they are called on and have a result besides. */
const CHANGING = new Set([
  'add',
  'append',
  'computeIfAbsent',
  'insert',
  'merge',
  'next',
  'offer',
  'poll',
  'pop',
  'push',
  'put',
  'putIfAbsent',
  'read',
  'readLine',
  'remove',
]);

/** Gives a value to a place; `declares` a name that is new here. */
export function target(place: Node | null, lowering: Lowering, step: StepDraft, declares = false): void {
  if (place === null) return;
  const field = fieldOfThis(place, lowering);
  if (field !== undefined) {
    step.cover(place);
    writeSelf(step, 'this', field, true);
  } else if (place.type === 'identifier') {
    const name = lowering.textOf(place);
    if (declares) lowering.declare(name);
    if (lowering.isDeclared(name)) return lowering.define(place, step);
    step.cover(place);
    writeSelf(step, 'this', name, true);
  } else {
    lowering.walk(place, step);
    changePart(place, lowering, step, true);
  }
}

function fieldOfThis(node: Node, lowering: Lowering): string | undefined {
  if (node.type !== 'field_access' || node.childForFieldName('object')?.type !== 'this') return undefined;
  const field = node.childForFieldName('field');
  return field === null ? undefined : lowering.textOf(field);
}

const ternary: Expression = (node, lowering, step) => {
  const value = lowering.temporary();
  lowering.branch(
    lowering.step(node.childForFieldName('condition')),
    () => lowering.value(node.childForFieldName('consequence'), value),
    () => lowering.value(node.childForFieldName('alternative'), value),
  );
  step.uses.add(value);
};

const assignment: Expression = (node, lowering, step) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  if (left !== null && node.childForFieldName('operator')?.type !== '=') lowering.walk(left, step);
  if (right !== null) lowering.walk(right, step);
  target(left, lowering, step);
};

const update: Expression = (node, lowering, step) => {
  lowering.walkChildren(node, step);
  target(node.firstNamedChild, lowering, step);
};

const fieldAccess: Expression = (node, lowering, step) => {
  const field = fieldOfThis(node, lowering);
  step.cover(node);
  if (field !== undefined) return readSelf(step, 'this', field);
  const object = node.childForFieldName('object');
  if (object !== null) lowering.walk(object, step);
};

const call: Expression = (node, lowering, step) => {
  const name = node.childForFieldName('name');
  const object = node.childForFieldName('object');
  step.cover(name ?? node);
  step.isCall = true;
  for (const child of node.children) if (child.id !== name?.id) lowering.walk(child, step);
  if (object === null || object.type === 'this') callOnSelf(step, 'this');
  else if (name !== null && CHANGING.has(lowering.textOf(name))) changeReceiver(object, lowering, step);
};

/** An object of a class that is written here is a value; its methods run when it is used. */
const creation: Expression = (node, lowering, step) => {
  lowering.walkChildren(node, step);
  if (!node.namedChildren.some(({ type }) => type === 'class_body')) step.isCall = true;
};

/** What is called for nothing but its effect may change what it is called on. */
export function changeByCall(node: Node | null, lowering: Lowering, step: StepDraft): void {
  if (node?.type !== 'method_invocation') return;
  const object = node.childForFieldName('object');
  if (object === null || object.type === 'this') changeSelf(step, 'this');
  else changeReceiver(object, lowering, step);
}

function changeReceiver(object: Node, lowering: Lowering, step: StepDraft): void {
  const field = fieldOfThis(object, lowering) ?? bareField(object, lowering);
  if (field !== undefined) writeSelf(step, 'this', field, false);
  else changePart(object, lowering, step, false);
}

/** A field that is named without the object; a name with a capital is one of a type. */
function bareField(node: Node, lowering: Lowering): string | undefined {
  const name = lowering.textOf(node);
  const isField = node.type === 'identifier' && !lowering.isDeclared(name) && !CAPITAL.test(name);
  return isField ? name : undefined;
}

/** A name that is no local one is that of a field, or of a type or constant, which do not change. */
const identifier: Expression = (node, lowering, step) => {
  const name = lowering.textOf(node);
  if (lowering.isDeclared(name)) return lowering.use(node, step);
  step.cover(node);
  if (!CAPITAL.test(name)) readSelf(step, 'this', name);
};

export const JAVA_EXPRESSIONS: Readonly<Record<string, Expression>> = {
  identifier,
  binary_expression: shortCircuit(new Set(['&&', '||'])),
  ternary_expression: ternary,
  assignment_expression: assignment,
  update_expression: update,
  field_access: fieldAccess,
  method_invocation: call,
  object_creation_expression: creation,
  this: (node, _lowering, step) => {
    step.cover(node);
    readSelf(step, 'this', null);
  },
};
