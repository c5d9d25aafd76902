import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { ownDescendants } from './places.js';
import { PYTHON_STATEMENTS } from './python-statements.js';
import { declareNames, PYTHON_EXPRESSIONS, SELF, target } from './python-values.js';

const BINDERS = ['assignment', 'augmented_assignment', 'for_statement'];
const DEFINITIONS = ['function_definition', 'class_definition'];
const FUNCTIONS: ReadonlySet<string> = new Set([...DEFINITIONS, 'lambda']);

/** Whatever is bound anywhere in a function is a name of the whole function, unless it says otherwise. */
function declareLocals(body: Node, lowering: Lowering): void {
  const outer = ownDescendants(body, ['nonlocal_statement'], FUNCTIONS).flatMap(({ namedChildren }) => namedChildren);
  const foreign = new Set(outer.map((name) => lowering.textOf(name)).filter((name) => lowering.isDeclared(name)));
  for (const binder of ownDescendants(body, BINDERS, FUNCTIONS)) {
    const left = binder.childForFieldName('left');
    if (left !== null) declareNames(left, lowering, foreign);
  }
  for (const named of ownDescendants(body, ['named_expression', ...DEFINITIONS], FUNCTIONS)) {
    const name = named.childForFieldName('name');
    if (name !== null) declareNames(name, lowering, foreign);
  }
  for (const alias of ownDescendants(body, ['as_pattern_target'], FUNCTIONS)) declareNames(alias, lowering, foreign);
}

function enter(definition: Node, lowering: Lowering): void {
  const body = definition.childForFieldName('body');
  if (definition.type === 'class_definition') return enterClass(definition, body, lowering);
  for (const parameter of definition.childForFieldName('parameters')?.namedChildren ?? []) {
    if (parameter.type !== 'comment') bindParameter(parameter, lowering);
  }
  if (body === null) return;
  if (body.type !== 'block') return lowering.jump('return', lowering.step(body));
  declareLocals(body, lowering);
  lowering.statement(body);
}

/** Which of its methods are called is not known: the class does what they all do. */
function enterClass(definition: Node, body: Node | null, lowering: Lowering): void {
  lowering.emit(lowering.step(definition.childForFieldName('superclasses')));
  if (body !== null) declareLocals(body, lowering);
  for (const member of body?.namedChildren ?? []) {
    const method = member.childForFieldName('definition') ?? member;
    if (DEFINITIONS.includes(method.type)) lowering.inFunction(() => enter(method, lowering));
    else lowering.statement(member);
  }
}

function bindParameter(parameter: Node, lowering: Lowering): void {
  const name =
    parameter.childForFieldName('name') ??
    (parameter.type === 'typed_parameter' ? parameter.firstNamedChild : parameter);
  const step = lowering.step(parameter.childForFieldName('value'));
  if (name !== null) {
    declareNames(name, lowering);
    target(name, lowering, step);
  }
  lowering.emit(step);
}

/** A method has the object as a parameter. */
function ownsSelf(node: Node, lowering: Lowering): boolean {
  if (node.type === 'class_definition') return true;
  const parameters = node.childForFieldName('parameters')?.namedChildren ?? [];
  return parameters.some((parameter) => lowering.textOf(parameter) === SELF);
}

export const PYTHON_FLOW: FlowSyntax = {
  definitions: new Set(['function_definition']),
  functions: FUNCTIONS,
  skipped: new Set(['comment', 'line_continuation', 'type']),
  identifiers: new Set(['identifier']),
  statements: PYTHON_STATEMENTS,
  expressions: PYTHON_EXPRESSIONS,
  ownsSelf,
  enter,
};
