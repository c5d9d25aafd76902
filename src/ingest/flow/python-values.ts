import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { callOnSelf, changeSelf, readSelf, writeSelf } from './self-fields.js';
import type { StepDraft } from './step-draft.js';

/** Expressions and targets of Python. */

type Expression = FlowSyntax['expressions'][string];

export const SELF = 'self';
/** Methods of built-in types that change what they are called on and have a result besides. */
const CHANGING = new Set(['pop', 'popitem', 'popleft', 'setdefault', 'add', 'append', 'read', 'readline']);

const identifier: Expression = (node, lowering, step) => {
  lowering.use(node, step);
  if (lowering.textOf(node) === SELF) readSelf(step, SELF, null);
};

const booleanOperator: Expression = (node, lowering, step) => {
  const value = lowering.temporary();
  const test = lowering.step(node.childForFieldName('left'), node.childForFieldName('operator'));
  test.defs.add(value);
  lowering.branch(test, () => lowering.value(node.childForFieldName('right'), value));
  step.uses.add(value);
};

const conditional: Expression = (node, lowering, step) => {
  const [then = null, test = null, otherwise = null] = node.namedChildren.filter(({ type }) => type !== 'comment');
  const value = lowering.temporary();
  lowering.branch(
    lowering.step(test),
    () => lowering.value(then, value),
    () => lowering.value(otherwise, value),
  );
  step.uses.add(value);
};

const attribute: Expression = (node, lowering, step) => {
  const field = fieldOfSelf(node, lowering);
  const object = node.childForFieldName('object');
  if (field === undefined) {
    step.cover(node);
    if (object !== null) lowering.walk(object, step);
  } else {
    step.cover(node);
    if (object !== null) lowering.use(object, step);
    readSelf(step, SELF, field);
  }
};

function fieldOfSelf(node: Node, lowering: Lowering): string | undefined {
  if (node.type !== 'attribute') return undefined;
  const object = node.childForFieldName('object');
  const name = node.childForFieldName('attribute');
  const isField = object?.type === 'identifier' && lowering.textOf(object) === SELF;
  return isField && name !== null ? lowering.textOf(name) : undefined;
}

const call: Expression = (node, lowering, step) => {
  lowering.walkChildren(node, step);
  step.isCall = true;
  const callee = node.childForFieldName('function');
  if (callee?.type !== 'attribute') return;
  if (fieldOfSelf(callee, lowering) !== undefined) callOnSelf(step, SELF);
  const name = callee.childForFieldName('attribute');
  if (name !== null && CHANGING.has(lowering.textOf(name))) changeReceiver(callee, lowering, step);
};

/** What is called for nothing but its effect may change what it is called on. */
export function changeByCall(node: Node | null, lowering: Lowering, step: StepDraft): void {
  if (node?.type === 'await') return changeByCall(node.firstNamedChild, lowering, step);
  const callee = node?.type === 'call' ? node.childForFieldName('function') : null;
  if (callee?.type === 'attribute') changeReceiver(callee, lowering, step);
}

function changeReceiver(callee: Node, lowering: Lowering, step: StepDraft): void {
  const object = callee.childForFieldName('object');
  if (object === null) return;
  if (object.type === 'identifier' && lowering.textOf(object) === SELF) changeSelf(step, SELF);
  else changePart(object, lowering, step, false);
}

/** The value that a place is a part of may be another one now: `a` for `a.b[c]`. */
function changePart(place: Node, lowering: Lowering, step: StepDraft, isFreeToo: boolean): void {
  const field = fieldOfSelf(place, lowering);
  if (field !== undefined) return writeSelf(step, SELF, field, false);
  const name = lowering.textOf(place);
  if (place.type === 'identifier') {
    if (isFreeToo || lowering.isDeclared(name)) step.mayDefs.add(lowering.variable(name));
    return;
  }
  const inner = place.childForFieldName('object') ?? place.childForFieldName('value');
  if (inner !== null && (place.type === 'attribute' || place.type === 'subscript')) {
    changePart(inner, lowering, step, isFreeToo);
  }
}

/** Gives a value to a place: a name, a part of something, or several of these. */
export function target(place: Node | null, lowering: Lowering, step: StepDraft): void {
  if (place === null) return;
  if (place.type === 'identifier') return lowering.define(place, step);
  if (place.type === 'attribute' || place.type === 'subscript') {
    const field = fieldOfSelf(place, lowering);
    if (field !== undefined) {
      step.cover(place);
      step.uses.add(lowering.variable(SELF));
      return writeSelf(step, SELF, field, true);
    }
    lowering.walk(place, step);
    return changePart(place, lowering, step, true);
  }
  step.cover(place);
  for (const part of place.namedChildren) target(part, lowering, step);
}

const assignment: Expression = (node, lowering, step) => {
  const right = node.childForFieldName('right');
  const left = node.childForFieldName('left');
  if (right === null) return left === null ? undefined : step.cover(left);
  lowering.walk(right, step);
  target(left, lowering, step);
};

const augmented: Expression = (node, lowering, step) => {
  lowering.walkChildren(node, step);
  target(node.childForFieldName('left'), lowering, step);
};

const named: Expression = (node, lowering, step) => {
  const value = node.childForFieldName('value');
  if (value !== null) lowering.walk(value, step);
  target(node.childForFieldName('name'), lowering, step);
};

const keywordArgument: Expression = (node, lowering, step) => {
  const value = node.childForFieldName('value');
  step.cover(node.childForFieldName('name') ?? node);
  if (value !== null) lowering.walk(value, step);
};

const asPattern: Expression = (node, lowering, step) => {
  if (node.firstNamedChild !== null) lowering.walk(node.firstNamedChild, step);
  target(node.childForFieldName('alias'), lowering, step);
};

/** A comprehension is a loop of its own that collects its value. */
const comprehension: Expression = (node, lowering, step) => {
  const collected = lowering.temporary();
  const start = lowering.mark(node.firstChild);
  start.defs.add(collected);
  lowering.emit(start);
  const clauses = node.namedChildren.filter(({ type }) => type === 'for_in_clause' || type === 'if_clause');
  lowering.scoped(() => runClauses(clauses, node.childForFieldName('body'), collected, lowering));
  step.uses.add(collected);
};

function runClauses(clauses: readonly Node[], body: Node | null, collected: string, lowering: Lowering): void {
  const [clause, ...rest] = clauses;
  const inner = (): void => runClauses(rest, body, collected, lowering);
  if (clause === undefined) {
    const item = lowering.step(body);
    item.mayDefs.add(collected);
    lowering.emit(item);
  } else if (clause.type === 'if_clause') lowering.branch(lowering.step(...clause.namedChildren), inner);
  else {
    const all = lowering.temporary();
    const left = clause.childForFieldName('left');
    const right = clause.childForFieldName('right');
    lowering.value(right, all);
    if (left !== null) declareNames(left, lowering);
    lowering.loop({ test: () => roundOf(clause, left, all, lowering), body: inner });
  }
}

/** The test of a loop over values: the next of them, if there is one. */
export function roundOf(loop: Node, left: Node | null, all: string, lowering: Lowering): StepDraft {
  const step = lowering.mark(loop.children.find(({ type }) => type === 'for') ?? null);
  step.uses.add(all);
  target(left, lowering, step);
  return step;
}

/** Declares the names in a target or pattern, but for some that belong to a function around. */
export function declareNames(place: Node, lowering: Lowering, foreign: ReadonlySet<string> = new Set()): void {
  if (place.type === 'identifier') {
    if (!foreign.has(lowering.textOf(place))) lowering.declare(lowering.textOf(place));
  } else if (place.type !== 'attribute' && place.type !== 'subscript') {
    for (const part of place.namedChildren) declareNames(part, lowering, foreign);
  }
}

export const PYTHON_EXPRESSIONS: Readonly<Record<string, Expression>> = {
  identifier,
  boolean_operator: booleanOperator,
  conditional_expression: conditional,
  attribute,
  call,
  assignment,
  augmented_assignment: augmented,
  named_expression: named,
  keyword_argument: keywordArgument,
  as_pattern: asPattern,
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  string: (node, lowering, step) => {
    step.cover(node);
    lowering.walkChildren(node, step);
  },
};
