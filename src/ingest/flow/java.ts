import type { Node } from 'web-tree-sitter';
import type { FlowCase } from '../../flow/index.js';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { JAVA_EXPRESSIONS, changeByCall, target } from './java-values.js';
import type { StepDraft } from './step-draft.js';

type Statement = FlowSyntax['statements'][string];

function run(node: Node | null, lowering: Lowering): void {
  if (node !== null) lowering.scoped(() => lowering.statement(node));
}

const block: Statement = (node, lowering) => lowering.scoped(() => lowering.statements(node.namedChildren));

const declaration: Statement = (node, lowering) => {
  for (const declarator of node.childrenForFieldName('declarator')) {
    const step = lowering.step(declarator.childForFieldName('value'));
    target(declarator.childForFieldName('name'), lowering, step, true);
    lowering.emit(step);
  }
};

const expression: Statement = (node, lowering) => {
  const step = lowering.step(...node.namedChildren);
  changeByCall(node.firstNamedChild, lowering, step);
  lowering.emit(step);
};

const ifStatement: Statement = (node, lowering) => {
  lowering.branch(
    lowering.step(node.childForFieldName('condition')),
    () => run(node.childForFieldName('consequence'), lowering),
    () => run(node.childForFieldName('alternative'), lowering),
  );
};

function isEndless(condition: Node | null, lowering: Lowering): boolean {
  return condition === null || /^\(?\s*true\s*\)?$/.test(lowering.textOf(condition));
}

function loop(testing: 'first' | 'last'): Statement {
  return (node, lowering) => {
    const labels = lowering.takeLabels();
    const condition = node.childForFieldName('condition');
    lowering.scoped(() => {
      for (const first of node.childrenForFieldName('init')) lowering.statement(first);
      lowering.loop({
        labels,
        testing: testing === 'first' && isEndless(condition, lowering) ? 'never' : testing,
        test: () => (condition === null ? lowering.mark(node.firstChild) : lowering.step(condition)),
        body: () => run(node.childForFieldName('body'), lowering),
        update: () => {
          for (const update of node.childrenForFieldName('update')) lowering.emit(lowering.step(update));
        },
      });
    });
  };
}

const forEach: Statement = (node, lowering) => {
  const labels = lowering.takeLabels();
  const all = lowering.temporary();
  lowering.value(node.childForFieldName('value'), all);
  lowering.scoped(() => {
    lowering.loop({
      labels,
      test: () => {
        const step = lowering.mark(node.firstChild);
        step.uses.add(all);
        target(node.childForFieldName('name'), lowering, step, true);
        return step;
      },
      body: () => run(node.childForFieldName('body'), lowering),
    });
  });
};

/** A switch has a value, whether it is used or not; `yield` and the arrows give it. */
export function switchOf(node: Node, lowering: Lowering, isValue: boolean): string {
  const labels = [...lowering.takeLabels(), endOf(node)];
  const chosen = lowering.temporary();
  lowering.value(node.childForFieldName('condition'), chosen);
  const groups = node.childForFieldName('body')?.namedChildren ?? [];
  lowering.scoped(() => {
    lowering.push({
      kind: 'switch',
      labels,
      isExhaustive: isValue,
      breakable: true,
      cases: groups.flatMap((group) => casesOf(group, node, chosen, lowering)),
    });
  });
  return valueOf(node);
}

function endOf(node: Node): string {
  return `#end${node.startIndex}`;
}

function valueOf(node: Node): string {
  return `#switch${node.startIndex}`;
}

function casesOf(group: Node, around: Node, chosen: string, lowering: Lowering): FlowCase[] {
  const labels = group.namedChildren.filter(({ type }) => type === 'switch_label');
  const statements = group.namedChildren.filter(({ type }) => type !== 'switch_label' && type !== 'comment');
  return labels.map((label, at) => {
    const guard = label.namedChildren.find(({ type }) => type === 'guard');
    const test = (): StepDraft => {
      const step = lowering.step(...label.children.filter(({ type }) => type !== 'guard'));
      step.uses.add(chosen);
      bindPatterns(label, lowering, step);
      return step;
    };
    const body = (): void => {
      if (at < labels.length - 1) return;
      if (group.type === 'switch_rule') runRule(statements[0] ?? null, around, lowering);
      else lowering.statements(statements);
    };
    const isCase = label.firstChild?.type === 'case';
    const guarded = guard === undefined ? null : (): StepDraft => lowering.step(...guard.namedChildren);
    return lowering.case(isCase ? test : null, guarded, body, group.type === 'switch_block_statement_group');
  });
}

function bindPatterns(label: Node, lowering: Lowering, step: StepDraft): void {
  for (const pattern of label.descendantsOfType('type_pattern')) target(pattern.lastNamedChild, lowering, step, true);
}

function runRule(statement: Node | null, around: Node, lowering: Lowering): void {
  if (statement?.type !== 'expression_statement') return run(statement, lowering);
  const step = lowering.step(...statement.namedChildren);
  changeByCall(statement.firstNamedChild, lowering, step);
  step.defs.add(valueOf(around));
  lowering.emit(step);
}

const yieldStatement: Statement = (node, lowering) => {
  const step = lowering.step(node);
  let around = node.parent;
  while (around !== null && around.type !== 'switch_expression') around = around.parent;
  if (around !== null) step.defs.add(valueOf(around));
  lowering.jump('break', step, around === null ? null : endOf(around));
};

const tryStatement: Statement = (node, lowering) => {
  const handlers = node.namedChildren.filter(({ type }) => type === 'catch_clause');
  const last = node.namedChildren.find(({ type }) => type === 'finally_clause')?.firstNamedChild;
  lowering.push({
    kind: 'try',
    head: lowering.mark(node.firstChild).finish(),
    body: lowering.collect(() => {
      lowering.scoped(() => {
        for (const resource of node.childForFieldName('resources')?.namedChildren ?? [])
          openResource(resource, lowering);
        run(node.childForFieldName('body'), lowering);
      });
    }),
    handlers: handlers.map((handler) => lowering.collect(() => catchClause(handler, lowering))),
    catchesAll: handlers.some(takesAll),
    otherwise: [],
    last: last === undefined || last === null ? null : lowering.collect(() => run(last, lowering)),
  });
};

/** Is it a handler for every error? */
function takesAll(handler: Node): boolean {
  return handler.descendantsOfType('catch_type').some(({ text }) => /(?:^|\W)Throwable$/.test(text));
}

function openResource(resource: Node, lowering: Lowering): void {
  const value = resource.childForFieldName('value');
  const step = lowering.step(value ?? resource);
  if (value !== null) target(resource.childForFieldName('name'), lowering, step, true);
  lowering.emit(step);
}

function catchClause(node: Node, lowering: Lowering): void {
  lowering.scoped(() => {
    const parameter = node.namedChildren.find(({ type }) => type === 'catch_formal_parameter');
    const step = lowering.mark(node.firstChild);
    target(parameter?.childForFieldName('name') ?? null, lowering, step, true);
    lowering.emit(step);
    run(node.childForFieldName('body'), lowering);
  });
}

const labelled: Statement = (node, lowering) => {
  const [name, ...rest] = node.namedChildren;
  const inner = rest[rest.length - 1];
  if (name === undefined || inner === undefined) return;
  const label = lowering.textOf(name);
  if (/^(for|enhanced_for|while|do|labeled)_statement$/.test(inner.type)) {
    lowering.label(label);
    return lowering.statement(inner);
  }
  lowering.push({ kind: 'label', label, body: lowering.collect(() => run(inner, lowering)) });
};

function leave(to: 'break' | 'continue'): Statement {
  return (node, lowering) => {
    const label = node.firstNamedChild;
    lowering.jump(to, lowering.mark(node), label === null ? null : lowering.textOf(label));
  };
}

const synchronized: Statement = (node, lowering) => {
  const body = node.childForFieldName('body');
  lowering.emit(lowering.step(...node.children.filter(({ id }) => id !== body?.id)));
  run(body, lowering);
};

const localType: Statement = (node, lowering) => lowering.emit(lowering.step(node));

function enter(definition: Node, lowering: Lowering): void {
  if (TYPES.includes(definition.type)) return enter(definition.childForFieldName('body') ?? definition, lowering);
  if (definition.type.endsWith('_body')) return enterType(definition, lowering);
  const parameters = definition.childForFieldName('parameters');
  const body = definition.childForFieldName('body');
  for (const parameter of parameters?.type === 'identifier' ? [parameters] : (parameters?.namedChildren ?? [])) {
    bindParameter(parameter, lowering);
  }
  if (body?.type === 'block' || body?.type === 'constructor_body') run(body, lowering);
  else if (body !== null) lowering.jump('return', lowering.step(body));
}

function bindParameter(parameter: Node, lowering: Lowering): void {
  const declarator = parameter.namedChildren.find(({ type }) => type === 'variable_declarator');
  const own = parameter.type === 'identifier' ? parameter : null;
  const name = own ?? parameter.childForFieldName('name') ?? declarator?.childForFieldName('name') ?? null;
  const step = lowering.mark(null);
  target(name, lowering, step, true);
  if (name !== null) lowering.emit(step);
}

/** Which of its methods are called is not known: the type does what they all do. */
function enterType(body: Node, lowering: Lowering): void {
  const fields = body.namedChildren.filter(({ type }) => type === 'field_declaration');
  for (const declarator of fields.flatMap((field) => field.childrenForFieldName('declarator'))) {
    const name = declarator.childForFieldName('name');
    if (name !== null) lowering.declare(lowering.textOf(name));
  }
  for (const member of body.namedChildren) {
    if (member.type === 'field_declaration') declaration(member, lowering);
    else if (DEFINITIONS.includes(member.type)) lowering.inFunction(() => enter(member, lowering));
    else if (member.type === 'block') lowering.statement(member);
  }
}

const DEFINITIONS = ['method_declaration', 'constructor_declaration', 'compact_constructor_declaration'];
const TYPES = ['class_declaration', 'interface_declaration', 'enum_declaration', 'record_declaration'];

export const JAVA_FLOW: FlowSyntax = {
  definitions: new Set(DEFINITIONS),
  functions: new Set([...DEFINITIONS, ...TYPES, 'lambda_expression', 'class_body']),
  skipped: new Set(['line_comment', 'block_comment', ';']),
  identifiers: new Set(['identifier']),
  statements: {
    block,
    constructor_body: block,
    local_variable_declaration: declaration,
    expression_statement: expression,
    if_statement: ifStatement,
    for_statement: loop('first'),
    while_statement: loop('first'),
    do_statement: loop('last'),
    enhanced_for_statement: forEach,
    switch_expression: (node, lowering) => void switchOf(node, lowering, false),
    yield_statement: yieldStatement,
    try_statement: tryStatement,
    try_with_resources_statement: tryStatement,
    labeled_statement: labelled,
    break_statement: leave('break'),
    continue_statement: leave('continue'),
    synchronized_statement: synchronized,
    class_declaration: localType,
    return_statement: (node, lowering) => lowering.jump('return', lowering.step(node)),
    throw_statement: (node, lowering) => lowering.jump('throw', lowering.step(node)),
  },
  expressions: {
    ...JAVA_EXPRESSIONS,
    switch_expression: (node, lowering, step) => void step.uses.add(switchOf(node, lowering, true)),
  },
  // What a class written here calls `this.x` is taken for what its plain name would be.
  ownsSelf: () => false,
  enter,
};
