import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { changePart, shortCircuit } from './places.js';
import { callOnSelf, changeSelf, readSelf, writeSelf } from './self-fields.js';
import type { StepDraft } from './step-draft.js';

/** Expressions and patterns of Rust that hold no statements. */

type Expression = FlowSyntax['expressions'][string];

const SHORT_CIRCUITS = new Set(['&&', '||']);
/** Methods of well-known types that change what they are called on and have a result besides. */
const CHANGING = new Set([
  'drain',
  'entry',
  'get_or_insert_with',
  'insert',
  'next',
  'next_back',
  'next_if',
  'pop',
  'pop_back',
  'pop_front',
  'push',
  'read',
  'read_line',
  'read_to_end',
  'read_to_string',
  'remove',
  'replace',
  'swap_remove',
  'take',
]);

function fieldOfSelf(node: Node, lowering: Lowering): string | undefined {
  if (node.type !== 'field_expression' || node.childForFieldName('value')?.type !== 'self') return undefined;
  const field = node.childForFieldName('field');
  return field === null ? undefined : lowering.textOf(field);
}

/** Gives a value to a place that there is. */
function assign(place: Node | null, lowering: Lowering, step: StepDraft): void {
  if (place === null) return;
  const field = fieldOfSelf(place, lowering);
  if (field !== undefined) {
    step.cover(place);
    writeSelf(step, 'self', field, true);
  } else if (place.type === 'identifier') lowering.define(place, step);
  else if (place.type === 'tuple_expression') for (const each of place.namedChildren) assign(each, lowering, step);
  else {
    lowering.walk(place, step);
    change(place, lowering, step);
  }
}

function change(place: Node | null, lowering: Lowering, step: StepDraft): void {
  let at = place;
  while (
    at !== null &&
    fieldOfSelf(at, lowering) === undefined &&
    /^(field|index|unary|parenthesized)_expression$/.test(at.type)
  ) {
    at = at.childForFieldName('value') ?? at.firstNamedChild;
  }
  const field = at === null ? undefined : fieldOfSelf(at, lowering);
  if (field !== undefined) writeSelf(step, 'self', field, false);
  else if (at?.type === 'self') changeSelf(step, 'self');
  else changePart(at, lowering, step, false);
}

/** What is called for nothing but its effect may change what it is called on. */
export function changeByCall(node: Node | null, lowering: Lowering, step: StepDraft): void {
  if (node === null) return;
  if (node.type === 'try_expression' || node.type === 'await_expression') {
    return changeByCall(node.firstNamedChild, lowering, step);
  }
  const callee = node.type === 'call_expression' ? node.childForFieldName('function') : null;
  if (callee?.type === 'field_expression') change(callee.childForFieldName('value'), lowering, step);
}

/** Binds the names of a pattern, which are new here; names in capitals are constants. */
export function bind(pattern: Node | null, lowering: Lowering, step: StepDraft): void {
  if (pattern === null) return;
  step.cover(pattern);
  if (pattern.type === 'identifier' || pattern.type === 'shorthand_field_identifier') {
    const name = lowering.textOf(pattern);
    if (/^[A-Z]/.test(name)) return;
    // A second `let` of a name is another variable, but nobody can see the first one any more.
    lowering.declare(name);
    return lowering.define(pattern, step);
  }
  if (pattern.type === 'scoped_identifier' || pattern.type === 'range_pattern') return;
  const type = pattern.childForFieldName('type');
  const condition = pattern.childForFieldName('condition');
  for (const part of pattern.namedChildren) {
    if (part.id !== type?.id && part.id !== condition?.id) bind(part, lowering, step);
  }
}

/** Conditions with `let`, one after the other; the later ones see what the earlier ones bind. */
const letChain: Expression = (node, lowering, step) => {
  sequence(node.children, lowering, step);
};

/** Macros are given their text; what looks like an operator in it is taken for one. */
const tokens: Expression = (node, lowering, step) => {
  sequence(node.children, lowering, step);
};

function sequence(parts: readonly Node[], lowering: Lowering, step: StepDraft): void {
  const place = parts.findIndex(({ type }) => SHORT_CIRCUITS.has(type));
  if (place < 0) {
    for (const part of parts) lowering.walk(part, step);
    return;
  }
  const value = lowering.temporary();
  const test = lowering.step(...parts.slice(0, place + 1));
  test.defs.add(value);
  lowering.branch(test, () => {
    const rest = lowering.mark(null);
    sequence(parts.slice(place + 1), lowering, rest);
    rest.defs.add(value);
    lowering.emit(rest);
  });
  step.uses.add(value);
}

/** Formats name variables inside of their text. */
const text: Expression = (node, lowering, step) => {
  step.cover(node);
  for (const [, name = ''] of lowering.textOf(node).matchAll(/\{([a-z_]\w*)/g)) {
    if (lowering.isDeclared(name)) step.uses.add(lowering.variable(name));
  }
};

export const RUST_VALUES: Readonly<Record<string, Expression>> = {
  binary_expression: shortCircuit(SHORT_CIRCUITS),
  let_chain: letChain,
  token_tree: tokens,
  string_literal: text,
  let_condition: (node, lowering, step) => {
    const value = node.childForFieldName('value');
    if (value !== null) lowering.walk(value, step);
    bind(node.childForFieldName('pattern'), lowering, step);
  },
  assignment_expression: (node, lowering, step) => {
    const right = node.childForFieldName('right');
    if (right !== null) lowering.walk(right, step);
    assign(node.childForFieldName('left'), lowering, step);
  },
  compound_assignment_expr: (node, lowering, step) => {
    lowering.walkChildren(node, step);
    assign(node.childForFieldName('left'), lowering, step);
  },
  field_expression: (node, lowering, step) => {
    const field = fieldOfSelf(node, lowering);
    if (field === undefined) return lowering.walkChildren(node, step);
    step.cover(node);
    readSelf(step, 'self', field);
  },
  call_expression: (node, lowering, step) => {
    lowering.walkChildren(node, step);
    step.isCall = true;
    const callee = node.childForFieldName('function');
    if (callee?.type !== 'field_expression') return;
    if (fieldOfSelf(callee, lowering) !== undefined) callOnSelf(step, 'self');
    const name = callee.childForFieldName('field');
    if (name !== null && CHANGING.has(lowering.textOf(name))) {
      change(callee.childForFieldName('value'), lowering, step);
    }
  },
  macro_invocation: (node, lowering, step) => {
    lowering.walkChildren(node, step);
    step.isCall = true;
  },
  /** Goes on with the value, or leaves the function with the error. */
  try_expression: (node, lowering, step) => {
    const value = lowering.temporary();
    const tried = lowering.step(...node.children);
    tried.defs.add(value);
    lowering.jump('return', tried, null, 'sometimes');
    step.uses.add(value);
  },
  reference_expression: (node, lowering, step) => {
    lowering.walkChildren(node, step);
    const isMutable = node.children.some(({ type }) => type === 'mutable_specifier');
    if (isMutable) change(node.childForFieldName('value'), lowering, step);
  },
  self: (node, _lowering, step) => {
    step.cover(node);
    readSelf(step, 'self', null);
  },
};
