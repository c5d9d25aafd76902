import type { Node } from 'web-tree-sitter';
import { declareBlock, declarePattern } from './ecmascript-names.js';
import { changeByCall, target } from './ecmascript-values.js';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import type { StepDraft } from './step-draft.js';

/** Statements of JavaScript and TypeScript. */

type Statement = FlowSyntax['statements'][string];

const HOISTED = new Set(['function_declaration', 'generator_function_declaration']);
const LABELLED = /^(for|for_in|while|do|switch)_statement$/;

/** Runs statements in a scope of their own; functions are there before everything else. */
function block(statements: readonly Node[], lowering: Lowering): void {
  lowering.scoped(() => {
    declareBlock(statements, lowering);
    lowering.statements(statements.filter(({ type }) => HOISTED.has(type)));
    lowering.statements(statements.filter(({ type }) => !HOISTED.has(type)));
  });
}

function body(node: Node | null, lowering: Lowering): void {
  if (node !== null) block(node.type === 'statement_block' ? node.namedChildren : [node], lowering);
}

const declaration: Statement = (node, lowering) => {
  for (const declarator of node.namedChildren) {
    if (declarator.type !== 'variable_declarator') continue;
    const value = declarator.childForFieldName('value');
    const name = declarator.childForFieldName('name');
    const step = lowering.step(value);
    if (value !== null || node.type === 'lexical_declaration') target(name, lowering, step);
    else if (name !== null) step.cover(name);
    lowering.emit(step);
  }
};

const definition: Statement = (node, lowering) => {
  const step = lowering.step(node);
  const name = node.childForFieldName('name');
  if (name !== null) step.defs.add(lowering.variable(lowering.textOf(name)));
  lowering.emit(step);
};

const expression: Statement = (node, lowering) => {
  const step = lowering.step(...node.namedChildren);
  changeByCall(node.firstNamedChild, lowering, step);
  lowering.emit(step);
};

const ifStatement: Statement = (node, lowering) => {
  const otherwise = node.childForFieldName('alternative')?.firstNamedChild ?? null;
  lowering.branch(
    lowering.step(node.childForFieldName('condition')),
    () => body(node.childForFieldName('consequence'), lowering),
    () => body(otherwise, lowering),
  );
};

function condition(node: Node | null, keyword: Node, lowering: Lowering): StepDraft {
  return node === null || node.type === 'empty_statement' || node.type === ';'
    ? lowering.mark(keyword.firstChild)
    : lowering.step(node.type === 'expression_statement' ? node.firstNamedChild : node);
}

function isEndless(test: Node | null, lowering: Lowering): boolean {
  if (test === null || test.type === 'empty_statement' || test.type === ';') return true;
  return /^\(?\s*(true|1)\s*\)?$/.test(lowering.textOf(test));
}

const whileStatement: Statement = (node, lowering) => {
  const test = node.childForFieldName('condition');
  lowering.loop({
    labels: lowering.takeLabels(),
    testing: isEndless(test, lowering) ? 'never' : 'first',
    test: () => condition(test, node, lowering),
    body: () => body(node.childForFieldName('body'), lowering),
  });
};

const doStatement: Statement = (node, lowering) => {
  lowering.loop({
    labels: lowering.takeLabels(),
    testing: 'last',
    test: () => condition(node.childForFieldName('condition'), node, lowering),
    body: () => body(node.childForFieldName('body'), lowering),
  });
};

const forStatement: Statement = (node, lowering) => {
  const labels = lowering.takeLabels();
  const first = node.childForFieldName('initializer');
  const test = node.childForFieldName('condition');
  const update = node.childForFieldName('increment');
  lowering.scoped(() => {
    if (first !== null && first.type !== ';') {
      declareBlock([first], lowering);
      lowering.statement(first);
    }
    lowering.loop({
      labels,
      testing: isEndless(test, lowering) ? 'never' : 'first',
      test: () => condition(test, node, lowering),
      body: () => body(node.childForFieldName('body'), lowering),
      update: () => {
        if (update !== null) lowering.emit(lowering.step(update));
      },
    });
  });
};

const forIn: Statement = (node, lowering) => {
  const labels = lowering.takeLabels();
  const left = node.childForFieldName('left');
  const kind = node.childForFieldName('kind');
  const all = lowering.temporary();
  lowering.value(node.childForFieldName('right'), all);
  lowering.scoped(() => {
    if (kind !== null) declarePattern(left, lowering, kind.type === 'var' ? 'function' : 'here');
    lowering.loop({
      labels,
      test: () => {
        const step = lowering.mark(node.firstChild);
        step.uses.add(all);
        target(left, lowering, step);
        return step;
      },
      body: () => body(node.childForFieldName('body'), lowering),
    });
  });
};

const switchStatement: Statement = (node, lowering) => {
  const labels = lowering.takeLabels();
  const cases = node.childForFieldName('body')?.namedChildren ?? [];
  const chosen = lowering.temporary();
  lowering.value(node.childForFieldName('value'), chosen);
  lowering.scoped(() => {
    declareBlock(cases.flatMap(bodyOfCase), lowering);
    lowering.push({
      kind: 'switch',
      labels,
      isExhaustive: false,
      breakable: true,
      cases: cases
        .filter(({ type }) => type === 'switch_case' || type === 'switch_default')
        .map((each) => {
          const test = (): StepDraft => {
            const step = lowering.step(each.childForFieldName('value'));
            step.uses.add(chosen);
            return step;
          };
          const run = (): void => lowering.statements(bodyOfCase(each));
          return lowering.case(each.type === 'switch_case' ? test : null, null, run, true);
        }),
    });
  });
};

function bodyOfCase(node: Node): Node[] {
  const value = node.childForFieldName('value');
  return node.namedChildren.filter(({ id }) => id !== value?.id);
}

const tryStatement: Statement = (node, lowering) => {
  const handler = node.childForFieldName('handler');
  const last = node.childForFieldName('finalizer');
  lowering.push({
    kind: 'try',
    head: lowering.mark(node.firstChild).finish(),
    body: lowering.collect(() => body(node.childForFieldName('body'), lowering)),
    handlers: handler === null ? [] : [lowering.collect(() => catchClause(handler, lowering))],
    catchesAll: true,
    otherwise: [],
    last: last === null ? null : lowering.collect(() => body(last.childForFieldName('body'), lowering)),
  });
};

function catchClause(node: Node, lowering: Lowering): void {
  lowering.scoped(() => {
    const parameter = node.childForFieldName('parameter');
    declarePattern(parameter, lowering);
    const step = lowering.mark(node.firstChild);
    target(parameter, lowering, step);
    lowering.emit(step);
    body(node.childForFieldName('body'), lowering);
  });
}

const labelled: Statement = (node, lowering) => {
  const name = node.childForFieldName('label');
  const inner = node.childForFieldName('body');
  if (name === null || inner === null) return;
  const label = lowering.textOf(name);
  lowering.label(label);
  if (LABELLED.test(inner.type) || inner.type === 'labeled_statement') return lowering.statement(inner);
  lowering.takeLabels();
  lowering.push({ kind: 'label', label, body: lowering.collect(() => body(inner, lowering)) });
};

function leave(to: 'break' | 'continue'): Statement {
  return (node, lowering) => {
    const label = node.childForFieldName('label');
    lowering.jump(to, lowering.mark(node), label === null ? null : lowering.textOf(label));
  };
}

export const ECMASCRIPT_BODIES: Readonly<Record<string, Statement>> = {
  statement_block: (node, lowering) => block(node.namedChildren, lowering),
  lexical_declaration: declaration,
  variable_declaration: declaration,
  function_declaration: definition,
  generator_function_declaration: definition,
  class_declaration: definition,
  abstract_class_declaration: definition,
  expression_statement: expression,
  if_statement: ifStatement,
  while_statement: whileStatement,
  do_statement: doStatement,
  for_statement: forStatement,
  for_in_statement: forIn,
  switch_statement: switchStatement,
  try_statement: tryStatement,
  labeled_statement: labelled,
  break_statement: leave('break'),
  continue_statement: leave('continue'),
  return_statement: (node, lowering) => lowering.jump('return', lowering.step(node)),
  throw_statement: (node, lowering) => lowering.jump('throw', lowering.step(node)),
};
