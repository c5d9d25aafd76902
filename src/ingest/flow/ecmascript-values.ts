import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { callOnSelf, changeSelf, readSelf, writeSelf } from './self-fields.js';
import type { StepDraft } from './step-draft.js';

/** Expressions and patterns of JavaScript and TypeScript. */

type Expression = FlowSyntax['expressions'][string];

const SHORT_CIRCUITS = new Set(['&&', '||', '??']);
const SHORT_ASSIGNMENTS = new Set(['&&=', '||=', '??=']);
/** Methods of built-in types that change what they are called on and have a result besides. */
const CHANGING = new Set([
  'pop',
  'shift',
  'push',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'next',
  'delete',
  'add',
  'set',
]);

const binary: Expression = (node, lowering, step) => {
  const operator = node.childForFieldName('operator');
  if (operator === null || !SHORT_CIRCUITS.has(operator.type)) return lowering.walkChildren(node, step);
  const value = lowering.temporary();
  const test = lowering.step(node.childForFieldName('left'), operator);
  test.defs.add(value);
  lowering.branch(test, () => lowering.value(node.childForFieldName('right'), value));
  step.uses.add(value);
};

const ternary: Expression = (node, lowering, step) => {
  const value = lowering.temporary();
  lowering.branch(
    lowering.step(node.childForFieldName('condition')),
    () => lowering.value(node.childForFieldName('consequence'), value),
    () => lowering.value(node.childForFieldName('alternative'), value),
  );
  step.uses.add(value);
};

/** `a?.b`, `a?.[b]`, `a?.(b)`: what stands behind the mark is evaluated only when there is something before it. */
function chained(node: Node, lowering: Lowering, step: StepDraft): boolean {
  const mark = node.children.find(({ type }) => type === '?.' || type === 'optional_chain');
  if (mark === undefined) return false;
  const value = lowering.temporary();
  const test = lowering.step(node.firstChild, mark);
  test.defs.add(value);
  lowering.branch(test, () => {
    const rest = lowering.step(...node.children.filter(({ startIndex }) => startIndex >= mark.endIndex));
    rest.uses.add(value);
    rest.defs.add(value);
    rest.isCall ||= node.type === 'call_expression';
    lowering.emit(rest);
  });
  step.uses.add(value);
  return true;
}

const member: Expression = (node, lowering, step) => {
  if (chained(node, lowering, step)) return;
  const field = fieldOfThis(node, lowering);
  if (field === undefined) return lowering.walkChildren(node, step);
  step.cover(node);
  readSelf(step, 'this', field);
};

function fieldOfThis(node: Node, lowering: Lowering): string | undefined {
  if (node.type !== 'member_expression' || node.childForFieldName('object')?.type !== 'this') return undefined;
  const property = node.childForFieldName('property');
  return property === null ? undefined : lowering.textOf(property);
}

const call: Expression = (node, lowering, step) => {
  if (!chained(node, lowering, step)) lowering.walkChildren(node, step);
  step.isCall = true;
  const callee = node.childForFieldName('function');
  if (callee?.type !== 'member_expression') return;
  if (callee.childForFieldName('object')?.type === 'this') callOnSelf(step, 'this');
  const property = callee.childForFieldName('property');
  if (property !== null && CHANGING.has(lowering.textOf(property))) changeReceiver(callee, lowering, step);
};

/** What is called for nothing but its effect may change what it is called on. */
export function changeByCall(node: Node | null, lowering: Lowering, step: StepDraft): void {
  if (node === null) return;
  if (node.type === 'await_expression' || node.type === 'parenthesized_expression') {
    return changeByCall(node.firstNamedChild, lowering, step);
  }
  const callee = node.type === 'call_expression' ? node.childForFieldName('function') : null;
  if (callee?.type === 'member_expression') changeReceiver(callee, lowering, step);
}

function changeReceiver(callee: Node, lowering: Lowering, step: StepDraft): void {
  const object = callee.childForFieldName('object');
  if (object?.type === 'this') changeSelf(step, 'this');
  else if (object !== null) changePart(object, lowering, step, false);
}

/** The value that a place is a part of may be another one now: `a` for `a.b[c]`. */
function changePart(place: Node, lowering: Lowering, step: StepDraft, isFreeToo: boolean): void {
  const field = fieldOfThis(place, lowering);
  if (field !== undefined) return writeSelf(step, 'this', field, false);
  const name = lowering.textOf(place);
  if (place.type === 'identifier') {
    if (isFreeToo || lowering.isDeclared(name)) step.mayDefs.add(lowering.variable(name));
  } else if (place.type === 'member_expression' || place.type === 'subscript_expression') {
    const object = place.childForFieldName('object');
    if (object !== null) changePart(object, lowering, step, isFreeToo);
  } else if (place.type === 'non_null_expression' || place.type === 'parenthesized_expression') {
    if (place.firstNamedChild !== null) changePart(place.firstNamedChild, lowering, step, isFreeToo);
  }
}

const assignment: Expression = (node, lowering, step) => {
  const right = node.childForFieldName('right');
  if (right !== null) lowering.walk(right, step);
  target(node.childForFieldName('left'), lowering, step);
};

const augmented: Expression = (node, lowering, step) => {
  const left = node.childForFieldName('left');
  const right = node.childForFieldName('right');
  const operator = node.childForFieldName('operator');
  if (left === null || right === null) return lowering.walkChildren(node, step);
  if (operator === null || !SHORT_ASSIGNMENTS.has(operator.type)) {
    lowering.walk(left, step);
    lowering.walk(right, step);
    return target(left, lowering, step);
  }
  const value = lowering.temporary();
  const test = lowering.step(left, operator);
  test.defs.add(value);
  lowering.branch(test, () => {
    const assigned = lowering.step(right);
    target(left, lowering, assigned);
    assigned.defs.add(value);
    lowering.emit(assigned);
  });
  step.uses.add(value);
};

const update: Expression = (node, lowering, step) => {
  lowering.walkChildren(node, step);
  target(node.childForFieldName('argument'), lowering, step);
};

const self: Expression = (node, _lowering, step) => {
  step.cover(node);
  readSelf(step, 'this', null);
};

/** Gives a value to a place: a name, a part of something, or a pattern. */
export function target(place: Node | null, lowering: Lowering, step: StepDraft): void {
  if (place === null) return;
  switch (place.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      return lowering.define(place, step);
    case 'object_pattern':
    case 'array_pattern':
    case 'rest_pattern':
      step.cover(place);
      for (const part of place.namedChildren) target(part, lowering, step);
      return;
    case 'pair_pattern':
      if (place.childForFieldName('key')?.type === 'computed_property_name') lowering.walkChildren(place, step);
      return target(place.childForFieldName('value'), lowering, step);
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      return withDefault(place, lowering, step);
    case 'non_null_expression':
    case 'parenthesized_expression':
    case 'as_expression':
      return target(place.firstNamedChild, lowering, step);
    default:
      return part(place, lowering, step);
  }
}

function part(place: Node, lowering: Lowering, step: StepDraft): void {
  const field = fieldOfThis(place, lowering);
  if (field !== undefined) {
    step.cover(place);
    return writeSelf(step, 'this', field, true);
  }
  lowering.walk(place, step);
  if (place.type === 'member_expression' || place.type === 'subscript_expression') {
    changePart(place, lowering, step, true);
  }
}

/** A default is evaluated behind the step, when there was no value. */
function withDefault(place: Node, lowering: Lowering, step: StepDraft): void {
  const left = place.childForFieldName('left');
  target(left, lowering, step);
  step.followers.push(() => defaultValue(left, place.childForFieldName('right'), lowering));
}

/** Evaluates a default for what was just bound to a pattern. */
export function defaultValue(pattern: Node | null, value: Node | null, lowering: Lowering): void {
  if (pattern === null) return;
  const bound = lowering.mark(null);
  target(pattern, lowering, bound);
  bound.followers.length = 0;
  const test = lowering.mark(pattern);
  for (const name of bound.defs) test.uses.add(name);
  lowering.branch(test, () => {
    const given = lowering.step(value);
    for (const name of bound.defs) given.defs.add(name);
    lowering.emit(given);
  });
}

export const ECMASCRIPT_EXPRESSIONS: Readonly<Record<string, Expression>> = {
  binary_expression: binary,
  ternary_expression: ternary,
  member_expression: member,
  subscript_expression: (node, lowering, step) => {
    if (!chained(node, lowering, step)) lowering.walkChildren(node, step);
  },
  call_expression: call,
  new_expression: (node, lowering, step) => {
    lowering.walkChildren(node, step);
    step.isCall = true;
  },
  assignment_expression: assignment,
  augmented_assignment_expression: augmented,
  update_expression: update,
  this: self,
};
