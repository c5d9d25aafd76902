import type { Node } from 'web-tree-sitter';
import { ECMASCRIPT_BODIES } from './ecmascript-statements.js';
import { defaultValue, ECMASCRIPT_EXPRESSIONS, target } from './ecmascript-values.js';
import { declareVars, declarePattern } from './ecmascript-names.js';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';
import { readSelf, writeSelf } from './self-fields.js';
import type { StepDraft } from './step-draft.js';

const FUNCTIONS = [
  'arrow_function',
  'function_expression',
  'function_declaration',
  'generator_function',
  'generator_function_declaration',
  'method_definition',
];

const TARGET_PARENTS = new Set([
  'assignment_expression',
  'augmented_assignment_expression',
  'update_expression',
  'for_in_statement',
]);

function isTarget(name: Node): boolean {
  const { parent } = name;
  if (parent === null || !TARGET_PARENTS.has(parent.type)) return false;
  const place = parent.childForFieldName('left') ?? parent.childForFieldName('argument');
  return place?.startIndex === name.startIndex;
}

function seeSelf(node: Node, lowering: Lowering, step: StepDraft): void {
  for (const self of node.descendantsOfType('this')) {
    readSelf(step, 'this', null);
    const member = self.parent;
    const property = member?.type === 'member_expression' ? member.childForFieldName('property') : null;
    if (member !== null && property !== null && isTarget(member)) {
      writeSelf(step, 'this', lowering.textOf(property), false);
    }
  }
}

function enter(definition: Node, lowering: Lowering): void {
  const parameters = definition.childForFieldName('parameters')?.namedChildren ?? [];
  const single = definition.childForFieldName('parameter');
  const body = definition.childForFieldName('body');
  for (const parameter of single === null ? parameters : [single]) bindParameter(parameter, lowering);
  if (body === null) return;
  declareVars(body, lowering);
  if (body.type === 'statement_block') lowering.statement(body);
  else lowering.jump('return', lowering.step(body));
}

function bindParameter(parameter: Node, lowering: Lowering): void {
  if (parameter.type === 'comment') return;
  const pattern = parameter.childForFieldName('pattern') ?? parameter;
  if (pattern.type === 'this') return;
  declarePattern(pattern, lowering);
  const step = lowering.mark(null);
  target(pattern, lowering, step);
  const value = parameter.childForFieldName('value');
  if (value !== null) step.followers.unshift(() => defaultValue(pattern, value, lowering));
  lowering.emit(step);
}

/** Both languages and their dialects: what one of them lacks does not come up. */
export const ECMASCRIPT_FLOW: FlowSyntax = {
  definitions: new Set(FUNCTIONS),
  functions: new Set([...FUNCTIONS, 'class', 'class_declaration', 'abstract_class_declaration']),
  skipped: new Set([
    'comment',
    'html_comment',
    'type_annotation',
    'type_arguments',
    'type_parameters',
    'type_alias_declaration',
    'interface_declaration',
    'function_signature',
    'empty_statement',
  ]),
  identifiers: new Set(['identifier', 'shorthand_property_identifier']),
  statements: ECMASCRIPT_BODIES,
  expressions: ECMASCRIPT_EXPRESSIONS,
  isTarget,
  seeSelf,
  enter,
};
