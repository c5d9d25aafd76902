import type { Node } from 'web-tree-sitter';
import type { FlowCase } from '../../flow/index.js';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { changeByCall, declareNames, roundOf, target } from './python-values.js';
import type { StepDraft } from './step-draft.js';

/** Statements of Python. */

type Statement = FlowSyntax['statements'][string];

function run(node: Node | null | undefined, lowering: Lowering): void {
  if (node !== null && node !== undefined) lowering.statement(node);
}

/** The block of a clause such as `else:`. */
function blockOf(clause: Node | null | undefined): Node | null {
  return clause?.childForFieldName('body') ?? clause?.namedChildren.find(({ type }) => type === 'block') ?? null;
}

const expression: Statement = (node, lowering) => {
  const step = lowering.step(...node.namedChildren);
  changeByCall(node.firstNamedChild, lowering, step);
  lowering.emit(step);
};

const definition: Statement = (node, lowering) => {
  const inner = node.childForFieldName('definition') ?? node;
  const decorators = node.namedChildren.filter(({ type }) => type === 'decorator');
  const around = lowering.temporary();
  // A step of their own: that a decorator is called does not run what it decorates.
  for (const decorator of decorators) lowering.value(decorator, around);
  const step = lowering.step(inner);
  step.uses.add(around);
  const name = inner.childForFieldName('name');
  if (name !== null) step.defs.add(lowering.variable(lowering.textOf(name)));
  lowering.emit(step);
};

const ifStatement: Statement = (node, lowering) => {
  const clauses = node.namedChildren.filter(({ type }) => type === 'elif_clause' || type === 'else_clause');
  alternatives(node, clauses, lowering);
};

function alternatives(node: Node, clauses: readonly Node[], lowering: Lowering): void {
  const [next, ...rest] = clauses;
  lowering.branch(
    lowering.step(node.childForFieldName('condition')),
    () => run(node.childForFieldName('consequence'), lowering),
    () => {
      if (next?.type === 'elif_clause') alternatives(next, rest, lowering);
      else run(blockOf(next), lowering);
    },
  );
}

const whileStatement: Statement = (node, lowering) => {
  const condition = node.childForFieldName('condition');
  const otherwise = node.childForFieldName('alternative');
  lowering.loop({
    testing: condition !== null && /^(True|1)$/.test(lowering.textOf(condition)) ? 'never' : 'first',
    test: () => lowering.step(condition),
    body: () => run(node.childForFieldName('body'), lowering),
    otherwise: () => run(blockOf(otherwise), lowering),
  });
};

const forStatement: Statement = (node, lowering) => {
  const all = lowering.temporary();
  lowering.value(node.childForFieldName('right'), all);
  lowering.loop({
    test: () => roundOf(node, node.childForFieldName('left'), all, lowering),
    body: () => run(node.childForFieldName('body'), lowering),
    otherwise: () => run(blockOf(node.childForFieldName('alternative')), lowering),
  });
};

const tryStatement: Statement = (node, lowering) => {
  const clause = (type: string): Node | undefined => node.namedChildren.find((child) => child.type === type);
  const handlers = node.namedChildren.filter(({ type }) => /^except(_group)?_clause$/.test(type));
  const last = clause('finally_clause');
  lowering.push({
    kind: 'try',
    head: lowering.mark(node.firstChild).finish(),
    body: lowering.collect(() => run(node.childForFieldName('body'), lowering)),
    handlers: handlers.map((handler) => lowering.collect(() => exceptClause(handler, lowering))),
    catchesAll: handlers.some((handler) => takesAll(handler, lowering)),
    otherwise: lowering.collect(() => run(blockOf(clause('else_clause')), lowering)),
    last: last === undefined ? null : lowering.collect(() => run(blockOf(last), lowering)),
  });
};

/** Is it a handler for every error: `except:`? */
function takesAll(handler: Node, lowering: Lowering): boolean {
  const [error] = handler.namedChildren.filter(({ type }) => type !== 'block' && type !== 'comment');
  return error === undefined || /^BaseException\b/.test(lowering.textOf(error));
}

function exceptClause(node: Node, lowering: Lowering): void {
  const body = blockOf(node);
  const step = lowering.mark(node.firstChild);
  for (const part of node.namedChildren) if (part.id !== body?.id) lowering.walk(part, step);
  lowering.emit(step);
  run(body, lowering);
}

const withStatement: Statement = (node, lowering) => {
  const body = node.childForFieldName('body');
  lowering.emit(lowering.step(...node.children.filter(({ id }) => id !== body?.id)));
  run(body, lowering);
};

const matchStatement: Statement = (node, lowering) => {
  const subject = lowering.step(...node.childrenForFieldName('subject'));
  const matched = lowering.temporary();
  subject.defs.add(matched);
  lowering.emit(subject);
  const clauses = blockOf(node)?.namedChildren.filter(({ type }) => type === 'case_clause') ?? [];
  lowering.push({
    kind: 'switch',
    labels: [],
    isExhaustive: false,
    breakable: false,
    cases: clauses.map((clause) => caseClause(clause, matched, lowering)),
  });
};

function caseClause(node: Node, matched: string, lowering: Lowering): FlowCase {
  const patterns = node.namedChildren.filter(({ type }) => type === 'case_pattern');
  const [only] = patterns;
  const takesAll =
    patterns.length === 1 && only !== undefined && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(lowering.textOf(only));
  const test = (): StepDraft => {
    const step = lowering.mark(node.firstChild);
    step.uses.add(matched);
    for (const pattern of patterns) capture(pattern, lowering, step);
    return step;
  };
  const guard = node.childForFieldName('guard');
  const guarded = guard === null ? null : (): StepDraft => lowering.step(...guard.namedChildren);
  const body = (): void => {
    if (takesAll && guard === null) lowering.emit(test());
    run(node.childForFieldName('consequence'), lowering);
  };
  if (!takesAll) return lowering.case(test, guarded, body);
  // Only the guard can refuse what every value matches.
  const boundAndGuarded = (): StepDraft => {
    lowering.emit(test());
    return lowering.step(...(guard?.namedChildren ?? []));
  };
  return lowering.case(guard === null ? null : boundAndGuarded, null, body);
}

/** A plain name in a pattern takes the value; a dotted one, and the class of a pattern, is compared with it. */
function capture(pattern: Node, lowering: Lowering, step: StepDraft): void {
  const parts = pattern.namedChildren;
  step.cover(pattern);
  switch (pattern.type) {
    case 'dotted_name':
      if (parts.length === 1) bind(parts[0], lowering, step);
      else if (parts[0] !== undefined) lowering.use(parts[0], step);
      return;
    case 'class_pattern':
    case 'keyword_pattern':
      return parts.slice(1).forEach((part) => capture(part, lowering, step));
    case 'identifier':
      return bind(pattern, lowering, step);
    default:
      return parts.forEach((part) => capture(part, lowering, step));
  }
}

function bind(name: Node | undefined, lowering: Lowering, step: StepDraft): void {
  if (name === undefined || lowering.textOf(name) === '_') return;
  lowering.declare(lowering.textOf(name), 'function');
  target(name, lowering, step);
}

const importStatement: Statement = (node, lowering) => {
  const step = lowering.mark(node);
  const module = node.childForFieldName('module_name');
  for (const item of node.namedChildren) {
    const name = item.childForFieldName('alias') ?? item.firstNamedChild;
    if (item.id === module?.id || name === null) continue;
    declareNames(name, lowering);
    target(name, lowering, step);
  }
  lowering.emit(step);
};

const mark: Statement = (node, lowering) => lowering.emit(lowering.mark(node));

export const PYTHON_STATEMENTS: Readonly<Record<string, Statement>> = {
  block: (node, lowering) => lowering.statements(node.namedChildren),
  expression_statement: expression,
  function_definition: definition,
  class_definition: definition,
  decorated_definition: definition,
  if_statement: ifStatement,
  while_statement: whileStatement,
  for_statement: forStatement,
  try_statement: tryStatement,
  with_statement: withStatement,
  match_statement: matchStatement,
  import_statement: importStatement,
  import_from_statement: importStatement,
  global_statement: mark,
  nonlocal_statement: mark,
  return_statement: (node, lowering) => lowering.jump('return', lowering.step(node)),
  raise_statement: (node, lowering) => lowering.jump('throw', lowering.step(node)),
  break_statement: (node, lowering) => lowering.jump('break', lowering.mark(node)),
  continue_statement: (node, lowering) => lowering.jump('continue', lowering.mark(node)),
};
