import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { callbackElement, expressionOf, nameText, typeExpression } from './csharp-expressions.js';

/** Rules for the names that live inside the functions of C#. */

export function declareLocal(name: Node, type: Expression | null, extraction: Extraction): void {
  extraction.consume(name);
  extraction.scope.declareLocal(nameText(name, extraction), type);
}

export function declareParameters(list: Node | null, extraction: Extraction, element: Expression | null = null): void {
  if (list === null) return;
  list.namedChildren.forEach((parameter, position) => {
    const name = parameter.type === 'parameter' ? parameter.childForFieldName('name') : null;
    const type = parameter.childForFieldName('type');
    const untyped = position === 0 ? element : null;
    if (name !== null) declareLocal(name, type === null ? untyped : typeExpression(type, extraction), extraction);
  });
  // `params T[] rest` has its parts directly in the list.
  const rest = list.childForFieldName('name');
  if (rest !== null) declareLocal(rest, typeExpression(list.childForFieldName('type'), extraction), extraction);
}

const lambda: Rule = (node, extraction) => {
  const element = callbackElement(node, extraction);
  const parameters = node.childForFieldName('parameters');
  extraction.anonymousFunction();
  if (parameters?.type === 'parameter_list') return declareParameters(parameters, extraction, element);
  if (parameters !== null) declareLocal(parameters, element, extraction);
};

const foreach: Rule = (node, extraction) => {
  const left = node.childForFieldName('left');
  if (left?.type !== 'identifier') return;
  const declared = typeExpression(node.childForFieldName('type'), extraction);
  const iterated = declared === null ? expressionOf(node.childForFieldName('right'), extraction) : UNKNOWN;
  declareLocal(left, declared ?? (iterated === UNKNOWN ? null : `${iterated}[]`), extraction);
};

/** `name` of a node that may also say its `type`: catches, patterns, `out var x`. */
const typedName: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name?.type === 'identifier')
    declareLocal(name, typeExpression(node.childForFieldName('type'), extraction), extraction);
};

const tuplePattern: Rule = (node, extraction) => {
  for (const name of node.childrenForFieldName('name'))
    if (name.type === 'identifier') declareLocal(name, null, extraction);
};

const fromClause: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  const declared = typeExpression(node.childForFieldName('type'), extraction);
  const source = expressionOf(node.lastNamedChild, extraction);
  declareLocal(name, declared ?? (source === UNKNOWN ? null : `${source}[]`), extraction);
};

const joinClause: Rule = (node, extraction) => {
  const [name, source] = node.namedChildren;
  if (name?.type !== 'identifier' || source === undefined) return;
  const joined = expressionOf(source, extraction);
  declareLocal(name, joined === UNKNOWN ? null : `${joined}[]`, extraction);
};

const letClause: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  if (name?.type === 'identifier') declareLocal(name, expressionOf(node.lastNamedChild, extraction), extraction);
};

const joinInto: Rule = (node, extraction) => {
  if (node.firstNamedChild !== null) declareLocal(node.firstNamedChild, null, extraction);
};

const query: Rule = (node, extraction) => {
  extraction.openBlock();
  for (const child of node.namedChildren) if (child.type === 'identifier') declareLocal(child, null, extraction);
};

/** Names bound by the condition live in the statement, except where the statement leaves early when it fails. */
const ifStatement: Rule = (node, extraction) => {
  const condition = node.childForFieldName('condition');
  if (condition !== null && /^\s*!|\bis not\b/.test(extraction.textOf(condition))) return;
  extraction.openBlock();
};

const typeParameter: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name !== null) declareLocal(name, null, extraction);
};

export const CSHARP_LOCALS: Readonly<Record<string, Rule>> = {
  lambda_expression: lambda,
  anonymous_method_expression: lambda,
  foreach_statement: foreach,
  catch_declaration: typedName,
  declaration_pattern: typedName,
  recursive_pattern: typedName,
  declaration_expression: typedName,
  tuple_pattern: tuplePattern,
  from_clause: fromClause,
  join_clause: joinClause,
  join_into_clause: joinInto,
  let_clause: letClause,
  query_expression: query,
  if_statement: ifStatement,
  type_parameter: typeParameter,
};
