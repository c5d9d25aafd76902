import type { Node } from 'web-tree-sitter';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { PYTHON_STATEMENTS } from './python-statements.js';
import { declareNames, PYTHON_EXPRESSIONS, SELF, target } from './python-values.js';
import { readSelf, writeSelf } from './self-fields.js';
import type { StepDraft } from './step-draft.js';

const BINDERS = ['assignment', 'augmented_assignment', 'for_statement'];

/** Whatever is bound anywhere in a function is a name of the whole function. */
function declareLocals(body: Node, lowering: Lowering): void {
  for (const binder of body.descendantsOfType(BINDERS)) {
    const left = binder.childForFieldName('left');
    if (left !== null) declareNames(left, lowering);
  }
  for (const named of body.descendantsOfType(['named_expression', 'function_definition', 'class_definition'])) {
    const name = named.childForFieldName('name');
    if (name !== null) declareNames(name, lowering);
  }
  for (const alias of body.descendantsOfType('as_pattern_target')) declareNames(alias, lowering);
}

function enter(definition: Node, lowering: Lowering): void {
  const body = definition.childForFieldName('body');
  for (const parameter of definition.childForFieldName('parameters')?.namedChildren ?? []) {
    if (parameter.type !== 'comment') bindParameter(parameter, lowering);
  }
  if (body === null) return;
  declareLocals(body, lowering);
  lowering.statement(body);
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

/** What a nested function binds is its own, unless it says otherwise. */
function isTarget(name: Node): boolean {
  return name.parent?.type === 'nonlocal_statement';
}

function seeSelf(node: Node, lowering: Lowering, step: StepDraft): void {
  for (const attribute of node.descendantsOfType('attribute')) {
    const object = attribute.childForFieldName('object');
    const name = attribute.childForFieldName('attribute');
    if (object?.type !== 'identifier' || name === null || lowering.textOf(object) !== SELF) continue;
    readSelf(step, SELF, null);
    const { parent } = attribute;
    const isWritten = parent?.type === 'assignment' || parent?.type === 'augmented_assignment';
    if (isWritten && parent.childForFieldName('left')?.startIndex === attribute.startIndex) {
      writeSelf(step, SELF, lowering.textOf(name), false);
    }
  }
}

export const PYTHON_FLOW: FlowSyntax = {
  definitions: new Set(['function_definition']),
  functions: new Set(['function_definition', 'class_definition', 'decorated_definition', 'lambda']),
  skipped: new Set(['comment', 'line_continuation', 'type']),
  identifiers: new Set(['identifier']),
  statements: PYTHON_STATEMENTS,
  expressions: PYTHON_EXPRESSIONS,
  isTarget,
  seeSelf,
  enter,
};
