import type { Node } from 'web-tree-sitter';
import { ECMASCRIPT_BODIES } from './ecmascript-statements.js';
import { defaultValue, ECMASCRIPT_EXPRESSIONS, target } from './ecmascript-values.js';
import { declareVars, declarePattern } from './ecmascript-names.js';
import type { FlowSyntax } from './flow-syntax.js';
import type { Lowering } from './lowering.js';

const FUNCTIONS = [
  'arrow_function',
  'function_expression',
  'function_declaration',
  'generator_function',
  'generator_function_declaration',
  'method_definition',
];

const CLASSES = ['class', 'class_declaration', 'abstract_class_declaration'];

function enter(definition: Node, lowering: Lowering): void {
  if (CLASSES.includes(definition.type)) return enterClass(definition, lowering);
  // A function expression can call itself by its name.
  if (definition.type === 'function_expression') declarePattern(definition.childForFieldName('name'), lowering);
  const parameters = definition.childForFieldName('parameters')?.namedChildren ?? [];
  const single = definition.childForFieldName('parameter');
  const body = definition.childForFieldName('body');
  for (const parameter of single === null ? parameters : [single]) bindParameter(parameter, lowering);
  if (body === null) return;
  declareVars(body, ECMASCRIPT_FLOW.functions, lowering);
  if (body.type === 'statement_block') lowering.statement(body);
  else lowering.jump('return', lowering.step(body));
}

/** Which of its methods are called is not known: the class does what they all do. */
function enterClass(definition: Node, lowering: Lowering): void {
  for (const part of definition.namedChildren) {
    if (part.type === 'class_heritage') lowering.emit(lowering.step(part));
  }
  for (const member of definition.childForFieldName('body')?.namedChildren ?? []) {
    const body = member.childForFieldName('body');
    if (member.type === 'method_definition') lowering.inFunction(() => enter(member, lowering));
    else if (body !== null) lowering.inFunction(() => lowering.statement(body));
    else lowering.emit(lowering.step(member.childForFieldName('value')));
  }
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
  functions: new Set([...FUNCTIONS, ...CLASSES]),
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
  ownsSelf: ({ type }) => type !== 'arrow_function',
  enter,
};
