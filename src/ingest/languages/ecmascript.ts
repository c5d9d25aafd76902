import type { Node } from 'web-tree-sitter';
import { type Expression, UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { assignment } from './ecmascript-assignments.js';
import {
  anonymousFunction,
  classDeclaration,
  fieldDefinition,
  functionDeclaration,
  methodDefinition,
  objectPair,
  variableDeclarator,
} from './ecmascript-definitions.js';
import { expect, expectReturned, isExpectable } from './ecmascript-expected.js';
import { expressionOf, typeExpression } from './ecmascript-expressions.js';
import { exportStatement, importStatement } from './ecmascript-modules.js';
import { declarePattern } from './ecmascript-patterns.js';
import {
  augmentedAssignment,
  callExpression,
  decorator,
  jsxClosing,
  jsxElement,
  memberExpression,
  newExpression,
  updateExpression,
} from './ecmascript-references.js';
import { inferFrom } from './ecmascript-symbols.js';

/** Rules of what JavaScript and TypeScript have in common. */

const returnStatement: Rule = (node, extraction) => {
  const value = node.firstNamedChild;
  inferFrom(value, extraction);
  expectReturned(value, extraction);
};

/** `value as T` and `value satisfies T` */
const statedType: Rule = (node, extraction) => {
  const value = node.firstNamedChild;
  if (isExpectable(value)) expect(value, typeExpression(node.namedChild(1), extraction), extraction);
};

const catchClause: Rule = (node, extraction) => {
  extraction.openBlock();
  const parameter = node.childForFieldName('parameter');
  if (parameter !== null) declarePattern(parameter, UNKNOWN, extraction);
};

const forIn: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  if (left === null || node.childForFieldName('kind') === null) return;
  declarePattern(left, elementOf(node, extraction), extraction);
};

function elementOf(loop: Node, extraction: Extraction): Expression {
  if (loop.childForFieldName('operator')?.type !== 'of') return UNKNOWN;
  const iterated = expressionOf(loop.childForFieldName('right'), extraction);
  return iterated === UNKNOWN ? UNKNOWN : `${iterated}[]`;
}

export const ECMASCRIPT_RULES: Readonly<Record<string, Rule>> = {
  function_declaration: functionDeclaration,
  generator_function_declaration: functionDeclaration,
  function_expression: anonymousFunction,
  generator_function: anonymousFunction,
  arrow_function: anonymousFunction,
  class_declaration: classDeclaration,
  class: classDeclaration,
  method_definition: methodDefinition,
  variable_declarator: variableDeclarator,
  pair: objectPair,
  call_expression: callExpression,
  new_expression: newExpression,
  member_expression: memberExpression,
  assignment_expression: assignment,
  augmented_assignment_expression: augmentedAssignment,
  update_expression: updateExpression,
  return_statement: returnStatement,
  catch_clause: catchClause,
  for_in_statement: forIn,
  decorator,
  import_statement: importStatement,
  export_statement: exportStatement,
};

/** What only TypeScript writes in expressions. */
export const STATED_TYPE_RULES: Readonly<Record<string, Rule>> = {
  as_expression: statedType,
  satisfies_expression: statedType,
};

export const JSX_RULES: Readonly<Record<string, Rule>> = {
  jsx_opening_element: jsxElement,
  jsx_self_closing_element: jsxElement,
  jsx_closing_element: jsxClosing,
};

export const FIELD_RULE = fieldDefinition;

export const ECMASCRIPT_DECISIONS: readonly string[] = [
  'if_statement',
  'ternary_expression',
  'for_statement',
  'for_in_statement',
  'while_statement',
  'do_statement',
  'switch_case',
  'catch_clause',
  'assignment_pattern',
  'object_assignment_pattern',
  '&&',
  '||',
  '??',
  '&&=',
  '||=',
  '??=',
];

export const ECMASCRIPT_BLOCKS: readonly string[] = [
  'statement_block',
  'for_statement',
  'for_in_statement',
  'switch_body',
];
