import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { bind, changeByCall, RUST_VALUES } from './rust-values.js';
import type { StepDraft } from './step-draft.js';

/** Runs an expression that holds statements; its value becomes that of the variable `into`. */
type Control = (node: Node, lowering: Lowering, into: string | null) => void;

/** Macros that never come back. */
const DIVERGING = new Set(['panic', 'unreachable', 'todo', 'unimplemented']);

function run(node: Node | null, lowering: Lowering, into: string | null): void {
  if (node === null) return;
  const control = Object.hasOwn(CONTROLS, node.type) ? CONTROLS[node.type] : undefined;
  if (control !== undefined) control(node, lowering, into);
  else if (into === null) lowering.statement(node);
  else if (isDiverging(node, lowering)) lowering.jump('throw', lowering.step(node));
  else lowering.value(node, into);
}

function isDiverging(node: Node | null, lowering: Lowering): boolean {
  const macro = node?.type === 'macro_invocation' ? node.childForFieldName('macro') : null;
  return macro !== null && DIVERGING.has(lowering.textOf(macro));
}

const block: Control = (node, lowering, into) => {
  const label = node.namedChildren.find(({ type }) => type === 'label');
  const parts = node.namedChildren.filter(({ type }) => type !== 'label');
  const body = (): void => {
    lowering.scoped(() => {
      parts.forEach((part, at) => {
        const isValue = at === parts.length - 1 && !/_(statement|declaration|item|definition)$/.test(part.type);
        if (isValue) run(part, lowering, into);
        else lowering.statement(part);
      });
    });
  };
  if (label === undefined) return body();
  lowering.push({ kind: 'label', label: lowering.textOf(label), body: lowering.collect(body) });
};

/** `unsafe { … }` and its like. */
const holder: Control = (node, lowering, into) => {
  run(node.namedChildren.find(({ type }) => type === 'block') ?? null, lowering, into);
};

const ifExpression: Control = (node, lowering, into) => {
  lowering.scoped(() => {
    lowering.branch(
      lowering.step(node.childForFieldName('condition')),
      () => run(node.childForFieldName('consequence'), lowering, into),
      () => run(node.childForFieldName('alternative')?.firstNamedChild ?? null, lowering, into),
    );
  });
};

const matchExpression: Control = (node, lowering, into) => {
  const chosen = lowering.temporary();
  const subject = lowering.step(node.firstChild, node.childForFieldName('value'));
  subject.defs.add(chosen);
  lowering.emit(subject);
  const arms = node.childForFieldName('body')?.namedChildren.filter(({ type }) => type === 'match_arm') ?? [];
  const cases = arms.map((arm) => {
    const pattern = arm.childForFieldName('pattern');
    const guard = pattern?.childForFieldName('condition') ?? null;
    const takesAll = guard === null && pattern !== null && lowering.textOf(pattern) === '_';
    const test = (): StepDraft => {
      const step = lowering.mark(null);
      step.uses.add(chosen);
      bind(pattern, lowering, step);
      return step;
    };
    let made = lowering.case(null, null, () => undefined);
    lowering.scoped(() => {
      made = lowering.case(takesAll ? null : test, guard === null ? null : (): StepDraft => lowering.step(guard), () =>
        run(arm.childForFieldName('value'), lowering, into),
      );
    });
    return made;
  });
  lowering.push({ kind: 'switch', labels: [], isExhaustive: true, breakable: false, cases });
};

function labelsOf(node: Node, lowering: Lowering): string[] {
  const label = node.namedChildren.find(({ type }) => type === 'label');
  return label === undefined ? [] : [lowering.textOf(label)];
}

const whileExpression: Control = (node, lowering) => {
  lowering.scoped(() => {
    lowering.loop({
      labels: labelsOf(node, lowering),
      test: () => lowering.step(node.childForFieldName('condition')),
      body: () => run(node.childForFieldName('body'), lowering, null),
    });
  });
};

const forExpression: Control = (node, lowering) => {
  const all = lowering.temporary();
  lowering.value(node.childForFieldName('value'), all);
  lowering.scoped(() => {
    lowering.loop({
      labels: labelsOf(node, lowering),
      test: () => {
        const step = lowering.mark(node.children.find(({ type }) => type === 'for') ?? null);
        step.uses.add(all);
        bind(node.childForFieldName('pattern'), lowering, step);
        return step;
      },
      body: () => run(node.childForFieldName('body'), lowering, null),
    });
  });
};

const loopExpression: Control = (node, lowering, into) => {
  lowering.loop({
    labels: labelsOf(node, lowering),
    testing: 'never',
    test: () => lowering.mark(node.children.find(({ type }) => type === 'loop') ?? null),
    body: () => run(node.childForFieldName('body'), lowering, null),
  });
  if (into === null) return;
  const result = lowering.mark(null);
  result.uses.add(valueOf(node));
  result.defs.add(into);
  lowering.emit(result);
};

/** What the breaks of a loop leave behind. */
function valueOf(loop: Node): string {
  return `#loop${loop.startIndex}`;
}

const breakExpression: Control = (node, lowering) => {
  const label = node.namedChildren.find(({ type }) => type === 'label');
  const step = lowering.step(...node.children.filter(({ id }) => id !== label?.id));
  let around = node.parent;
  const name = label === undefined ? null : lowering.textOf(label);
  while (around !== null && !isLeft(around, name, lowering)) around = around.parent;
  if (around !== null) step.defs.add(valueOf(around));
  lowering.jump('break', step, name);
};

function isLeft(node: Node, label: string | null, lowering: Lowering): boolean {
  if (label === null) return /^(loop|while|for)_expression$/.test(node.type);
  return labelsOf(node, lowering).includes(label);
}

const continueExpression: Control = (node, lowering) => {
  const label = node.namedChildren.find(({ type }) => type === 'label');
  lowering.jump('continue', lowering.mark(node), label === undefined ? null : lowering.textOf(label));
};

const returnExpression: Control = (node, lowering) => {
  lowering.jump('return', lowering.step(...node.children));
};

const CONTROLS: Readonly<Record<string, Control>> = {
  block,
  unsafe_block: holder,
  async_block: holder,
  if_expression: ifExpression,
  match_expression: matchExpression,
  while_expression: whileExpression,
  for_expression: forExpression,
  loop_expression: loopExpression,
  break_expression: breakExpression,
  continue_expression: continueExpression,
  return_expression: returnExpression,
};

const CONTROL_VALUES: FlowSyntax['expressions'] = Object.fromEntries(
  Object.entries(CONTROLS).map(([type, control]): [string, FlowSyntax['expressions'][string]] => [
    type,
    (node, lowering, step) => {
      const value = lowering.temporary();
      control(node, lowering, value);
      step.uses.add(value);
    },
  ]),
);

const CONTROL_STATEMENTS: FlowSyntax['statements'] = Object.fromEntries(
  Object.entries(CONTROLS).map(([type, control]): [string, FlowSyntax['statements'][string]] => [
    type,
    (node, lowering) => control(node, lowering, null),
  ]),
);

function expressionStatement(node: Node, lowering: Lowering): void {
  const inner = node.firstNamedChild;
  if (inner !== null && Object.hasOwn(CONTROLS, inner.type)) return lowering.statement(inner);
  const step = lowering.step(...node.namedChildren);
  changeByCall(inner, lowering, step);
  if (isDiverging(inner, lowering)) lowering.jump('throw', step);
  else lowering.emit(step);
}

function letDeclaration(node: Node, lowering: Lowering): void {
  const step = lowering.step(node.childForFieldName('value'));
  bind(node.childForFieldName('pattern'), lowering, step);
  const otherwise = node.childForFieldName('alternative');
  if (otherwise === null) return lowering.emit(step);
  lowering.branch(
    step,
    () => undefined,
    () => run(otherwise, lowering, null),
  );
}

/** A constant or static variable. */
function constant(node: Node, lowering: Lowering): void {
  const step = lowering.step(node.childForFieldName('value'));
  const name = node.childForFieldName('name');
  if (name !== null) {
    lowering.declare(lowering.textOf(name));
    lowering.define(name, step);
  }
  lowering.emit(step);
}

function enter(definition: Node, lowering: Lowering): void {
  if (definition.type !== 'function_item' && definition.type !== 'closure_expression') return;
  // A function inside of another one sees nothing of it.
  if (definition.type === 'function_item' && lowering.isInClosure) return;
  for (const parameter of definition.childForFieldName('parameters')?.namedChildren ?? []) {
    const step = lowering.mark(parameter.type === 'self_parameter' ? parameter : null);
    if (parameter.type === 'self_parameter') step.defs.add('self*').add('self!');
    else bind(parameter.childForFieldName('pattern') ?? parameter, lowering, step);
    lowering.emit(step);
  }
  const body = definition.childForFieldName('body');
  const result = lowering.temporary();
  run(body, lowering, result);
}

const ITEMS = ['function_item', 'impl_item', 'struct_item', 'enum_item', 'trait_item', 'mod_item', 'macro_definition'];

export const RUST_FLOW: FlowSyntax = {
  definitions: new Set(['function_item']),
  functions: new Set([...ITEMS, 'closure_expression']),
  skipped: new Set(['line_comment', 'block_comment', 'attribute_item', 'use_declaration', 'empty_statement']),
  identifiers: new Set(['identifier']),
  statements: {
    ...CONTROL_STATEMENTS,
    expression_statement: expressionStatement,
    let_declaration: letDeclaration,
    const_item: constant,
    static_item: constant,
  },
  expressions: { ...RUST_VALUES, ...CONTROL_VALUES },
  ownsSelf: () => false,
  enter,
};
