import type { Node } from 'web-tree-sitter';
import type { FlowCase } from '../../flow/index.js';
import type { FlowSyntax } from './flow-syntax.js';
import { FlowUnavailable, type Lowering } from './lowering.js';
import { changePart, shortCircuit } from './places.js';
import type { StepDraft } from './step-draft.js';

type Statement = FlowSyntax['statements'][string];

/** Methods of well-known types that change what they are called on and have a result besides. */
const CHANGING = new Set([
  'Next',
  'Pop',
  'Push',
  'Read',
  'ReadByte',
  'ReadLine',
  'ReadRune',
  'ReadString',
  'Scan',
  'Write',
  'WriteByte',
  'WriteRune',
  'WriteString',
]);

/** Gives values to places; `declares` those that are names and new here. */
function target(place: Node | null, lowering: Lowering, step: StepDraft, declares = false): void {
  if (place === null) return;
  if (place.type === 'expression_list') {
    for (const each of place.namedChildren) target(each, lowering, step, declares);
  } else if (place.type !== 'identifier') {
    lowering.walk(place, step);
    changePart(place, lowering, step, true);
  } else if (lowering.textOf(place) !== '_') {
    if (declares) lowering.declare(lowering.textOf(place));
    lowering.define(place, step);
  }
}

const declaration: Statement = (node, lowering) => {
  const step = lowering.step(node.childForFieldName('right'));
  target(node.childForFieldName('left'), lowering, step, true);
  lowering.emit(step);
};

const variableSpec: Statement = (node, lowering) => {
  const step = lowering.step(node.childForFieldName('value'));
  for (const name of node.childrenForFieldName('name')) target(name, lowering, step, true);
  lowering.emit(step);
};

const assignment: Statement = (node, lowering) => {
  const left = node.childForFieldName('left');
  const isPlain = node.childForFieldName('operator')?.type === '=';
  const step = lowering.step(node.childForFieldName('right'), isPlain ? null : left);
  target(left, lowering, step);
  lowering.emit(step);
};

const increment: Statement = (node, lowering) => {
  const step = lowering.step(node);
  target(node.firstNamedChild, lowering, step);
  lowering.emit(step);
};

/** What is called for nothing but its effect may change what it is called on. */
const expression: Statement = (node, lowering) => {
  const step = lowering.step(node);
  const call = node.firstNamedChild;
  const callee = call?.type === 'call_expression' ? call.childForFieldName('function') : null;
  if (callee?.type === 'selector_expression') changePart(callee, lowering, step, false);
  const isPanic = callee?.type === 'identifier' && lowering.textOf(callee) === 'panic' && !lowering.isDeclared('panic');
  if (isPanic) lowering.jump('throw', step);
  else lowering.emit(step);
};

/** What is called and its arguments are evaluated here, the call is made when the function ends. */
const deferStatement: Statement = (node, lowering) => {
  const call = node.namedChildren.find(({ type }) => type === 'call_expression');
  const callee = call?.childForFieldName('function') ?? null;
  const isPutOff = lowering.temporary();
  const now = lowering.step(node.firstChild, callee, call?.childForFieldName('arguments') ?? null);
  now.defs.add(isPutOff);
  lowering.emit(now);
  lowering.defer(
    lowering.collect(() => {
      const later = lowering.mark(null);
      lowering.coverTokens(node, later);
      later.uses.add(isPutOff);
      later.isCall = true;
      // By then what it is called on, and what it has a pointer to, may have changed.
      const pointers = call?.descendantsOfType('unary_expression').filter(({ text }) => text.startsWith('&')) ?? [];
      for (const pointer of pointers) lowering.walk(pointer, later);
      if (callee?.type === 'selector_expression') {
        lowering.walk(callee, later);
        changePart(callee, lowering, later, false);
      }
      lowering.emit(later);
    }),
  );
};

/** Without values it returns what the named results have, else it gives these their values. */
const returnStatement: Statement = (node, lowering) => {
  const step = lowering.step(node);
  for (const result of lowering.results) (node.namedChildCount === 0 ? step.uses : step.defs).add(result);
  lowering.jump('return', step);
};

function run(node: Node | null, lowering: Lowering): void {
  if (node !== null) lowering.statement(node);
}

const block: Statement = (node, lowering) => {
  lowering.scoped(() => {
    for (const part of node.namedChildren) {
      if (part.type === 'statement_list') lowering.statements(part.namedChildren);
      else lowering.statement(part);
    }
  });
};

const ifStatement: Statement = (node, lowering) => {
  lowering.scoped(() => {
    run(node.childForFieldName('initializer'), lowering);
    lowering.branch(
      lowering.step(node.childForFieldName('condition')),
      () => run(node.childForFieldName('consequence'), lowering),
      () => run(node.childForFieldName('alternative'), lowering),
    );
  });
};

const forStatement: Statement = (node, lowering) => {
  const labels = lowering.takeLabels();
  const body = node.childForFieldName('body');
  const head = node.namedChildren.find(({ id, type }) => id !== body?.id && type !== 'comment') ?? null;
  lowering.scoped(() => {
    if (head?.type === 'range_clause') return rangeLoop(node, head, labels, lowering);
    const clause = head?.type === 'for_clause' ? head : null;
    run(clause?.childForFieldName('initializer') ?? null, lowering);
    const condition = clause === null ? head : clause.childForFieldName('condition');
    lowering.loop({
      labels,
      testing: condition === null ? 'never' : 'first',
      test: () => (condition === null ? lowering.mark(node.firstChild) : lowering.step(condition)),
      body: () => run(body, lowering),
      update: () => run(clause?.childForFieldName('update') ?? null, lowering),
    });
  });
};

function rangeLoop(node: Node, clause: Node, labels: readonly string[], lowering: Lowering): void {
  const all = lowering.temporary();
  lowering.value(clause.childForFieldName('right'), all);
  const declares = clause.children.some(({ type }) => type === ':=');
  lowering.loop({
    labels,
    test: () => {
      const step = lowering.mark(node.firstChild);
      step.uses.add(all);
      target(clause.childForFieldName('left'), lowering, step, declares);
      return step;
    },
    body: () => run(node.childForFieldName('body'), lowering),
  });
}

const CASES = new Set(['expression_case', 'type_case', 'communication_case', 'default_case']);

const switchStatement: Statement = (node, lowering) => {
  const labels = lowering.takeLabels();
  const cases = node.namedChildren.filter(({ type }) => CASES.has(type));
  lowering.scoped(() => {
    run(node.childForFieldName('initializer'), lowering);
    const chosen = lowering.temporary();
    const subject = lowering.step(node.childForFieldName('value'));
    subject.cover(node.firstChild ?? node);
    subject.defs.add(chosen);
    const alias = node.childForFieldName('alias');
    target(alias, lowering, subject, true);
    lowering.emit(subject);
    lowering.push({
      kind: 'switch',
      labels,
      isExhaustive: false,
      breakable: true,
      cases: cases.map((each) => switchCase(each, chosen, lowering)),
    });
  });
};

function bodyOf(node: Node): Node[] {
  return node.namedChildren.find(({ type }) => type === 'statement_list')?.namedChildren ?? [];
}

function endsInFallthrough(node: Node): boolean {
  return bodyOf(node).some(({ type }) => type === 'fallthrough_statement');
}

function switchCase(node: Node, chosen: string, lowering: Lowering): FlowCase {
  const test = (): StepDraft => {
    const step = lowering.step(...node.childrenForFieldName('value'));
    if (node.firstChild !== null) step.cover(node.firstChild);
    step.uses.add(chosen);
    return step;
  };
  const body = (): void => {
    lowering.scoped(() => {
      run(node.childForFieldName('communication'), lowering);
      lowering.statements(bodyOf(node));
    });
  };
  return lowering.case(node.type === 'default_case' ? null : test, null, body, endsInFallthrough(node));
}

const labelled: Statement = (node, lowering) => {
  const name = node.childForFieldName('label');
  const inner = node.namedChildren.find(({ id, type }) => id !== name?.id && type !== 'comment') ?? null;
  if (name !== null && inner !== null && /^(for|\w+_switch|select)_statement$/.test(inner.type)) {
    lowering.label(lowering.textOf(name));
  }
  run(inner, lowering);
};

function leave(to: 'break' | 'continue'): Statement {
  return (node, lowering) => {
    const label = node.firstNamedChild;
    lowering.jump(to, lowering.mark(node), label === null ? null : lowering.textOf(label));
  };
}

/** A pointer to a variable is there to change it. */
const unary: FlowSyntax['expressions'][string] = (node, lowering, step) => {
  lowering.walkChildren(node, step);
  const operand = node.childForFieldName('operand');
  if (node.childForFieldName('operator')?.type === '&') changePart(operand, lowering, step, false);
};

/** A function that is called may be one that was made here. */
const call: FlowSyntax['expressions'][string] = (node, lowering, step) => {
  lowering.walkChildren(node, step);
  step.isCall = true;
  const callee = node.childForFieldName('function');
  const name = callee?.childForFieldName('field') ?? null;
  if (name !== null && CHANGING.has(lowering.textOf(name))) changePart(callee, lowering, step, false);
};

function enter(definition: Node, lowering: Lowering): void {
  const results: string[] = [];
  for (const field of ['receiver', 'parameters', 'result']) {
    for (const parameter of definition.childForFieldName(field)?.namedChildren ?? []) {
      const names = parameter.childrenForFieldName('name');
      if (names.length === 0) continue;
      const step = lowering.mark(null);
      for (const name of names) target(name, lowering, step, true);
      if (field === 'result') results.push(...step.defs);
      lowering.emit(step);
    }
  }
  lowering.results = results;
  const body = lowering.collect(() => run(definition.childForFieldName('body'), lowering));
  const last = lowering.takeDeferred();
  if (last.length === 0) return body.forEach((statement) => lowering.push(statement));
  const head = lowering.mark(null).finish();
  lowering.push({ kind: 'try', head, body, handlers: [], catchesAll: false, otherwise: [], last });
}

export const GO_FLOW: FlowSyntax = {
  definitions: new Set(['function_declaration', 'method_declaration']),
  functions: new Set(['func_literal', 'type_declaration']),
  skipped: new Set(['comment', 'empty_statement']),
  identifiers: new Set(['identifier']),
  statements: {
    block,
    short_var_declaration: declaration,
    receive_statement: declaration,
    var_declaration: (node, lowering) => lowering.statements(node.namedChildren),
    var_spec_list: (node, lowering) => lowering.statements(node.namedChildren),
    const_declaration: (node, lowering) => lowering.statements(node.namedChildren),
    var_spec: variableSpec,
    const_spec: variableSpec,
    assignment_statement: assignment,
    inc_statement: increment,
    dec_statement: increment,
    expression_statement: expression,
    if_statement: ifStatement,
    for_statement: forStatement,
    expression_switch_statement: switchStatement,
    type_switch_statement: switchStatement,
    select_statement: switchStatement,
    labeled_statement: labelled,
    break_statement: leave('break'),
    continue_statement: leave('continue'),
    return_statement: returnStatement,
    defer_statement: deferStatement,
    fallthrough_statement: (node, lowering) => lowering.jump('break', lowering.mark(node), null, 'never'),
    goto_statement: (_node, lowering) => {
      if (!lowering.isInClosure) throw new FlowUnavailable('It has a goto.');
    },
  },
  expressions: {
    binary_expression: shortCircuit(new Set(['&&', '||'])),
    unary_expression: unary,
    call_expression: call,
  },
  ownsSelf: () => false,
  enter,
};
