import type { Node } from 'web-tree-sitter';
import { type Expression, UNKNOWN, type Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { declareReturned, expect } from './ecmascript-expected.js';
import { expressionOf, step, typeExpression } from './ecmascript-expressions.js';
import { declareParameters } from './ecmascript-patterns.js';
import { statementOf } from './ecmascript-places.js';

/** How functions, classes and variables become symbols. */

export const FUNCTION_VALUES = new Set(['arrow_function', 'function_expression', 'generator_function', 'function']);

export const CLASS_VALUES = new Set(['class']);

/** At the top of a file or namespace: exported or not. Elsewhere nobody can name it. */
export function topLevelVisibility(node: Node, extraction: Extraction): Visibility {
  if (extraction.currentType !== 'module') return 'private';
  const statement = statementOf(node);
  return statement.type === 'export_statement' || statement.type === 'ambient_declaration' ? 'public' : 'internal';
}

function isDefaultExport(statement: Node): boolean {
  return statement.type === 'export_statement' && statement.children.some((child) => child.type === 'default');
}

export function exportDefault(node: Node, name: string, extraction: Extraction): void {
  if (isDefaultExport(statementOf(node))) extraction.refer('export', name, null, node, 'default');
}

interface FunctionPlace {
  readonly range: Node;
  readonly visibility?: Visibility;
  readonly isMethod?: boolean;
  readonly owner?: string;
  /** What the code around expects the function to be. */
  readonly expected?: Expression;
}

/** Defines a named function whose parameters and body are in `value`. */
export function defineFunction(
  node: Node,
  name: string,
  value: Node,
  extraction: Extraction,
  place: FunctionPlace,
): void {
  const body = value.childForFieldName('body');
  const annotation = value.childForFieldName('return_type');
  const returned = annotation?.type === 'type_annotation' ? typeExpression(annotation, extraction) : null;
  const expected = place.expected ?? UNKNOWN;
  extraction.define(node, {
    name,
    nodeType: place.isMethod === true ? 'method' : 'function',
    visibility: place.visibility ?? topLevelVisibility(node, extraction),
    range: place.range,
    ...(body === null ? {} : { bodyStart: body.startIndex }),
    measured: body !== null,
    valueType: returned,
    declares: place.isMethod !== true,
    ...(place.owner === undefined ? {} : { owner: place.owner }),
  });
  extraction.declareTypes(enterSignature(value, extraction, (position) => step(expected, `(${position})`)));
  const isBlock = body?.type === 'statement_block';
  enterBody(isBlock ? null : body, annotation === null ? step(expected, '()') : returned, extraction);
  if (value.type === 'arrow_function' && body !== null && !isBlock) inferFrom(body, extraction);
}

/** Enters a function that is no symbol. `fallback`: what a parameter without a type is, by its position. */
export function enterAnonymous(
  value: Node,
  expected: Expression,
  extraction: Extraction,
  fallback: (position: number) => Expression = (position) => step(expected, `(${position})`),
): void {
  enterSignature(value, extraction, fallback);
  const annotation = value.childForFieldName('return_type');
  const isTyped = annotation?.type === 'type_annotation';
  const returned = isTyped ? typeExpression(annotation, extraction) : step(expected, '()');
  if (returned === null || returned === UNKNOWN) return;
  const body = value.childForFieldName('body');
  enterBody(body?.type === 'statement_block' ? null : body, returned, extraction);
}

/** Declares what the function that the walk has just entered takes; returns the types of its parameters. */
export function enterSignature(
  value: Node,
  extraction: Extraction,
  fallback: (position: number) => Expression = () => UNKNOWN,
): (Expression | null)[] {
  const generics = value.childForFieldName('type_parameters');
  if (generics !== null) declareTypeParameters(generics, extraction);
  return declareParameters(value, extraction, fallback);
}

/** @param expression the body of an arrow function without a block, which is what it returns */
function enterBody(expression: Node | null, returned: Expression | null, extraction: Extraction): void {
  declareReturned(returned, extraction);
  expect(expression, returned, extraction);
}

/** Parameters of types, with what they extend: known before the parameters and the result that name them. */
function declareTypeParameters(generics: Node, extraction: Extraction): void {
  for (const parameter of generics.namedChildren) declareTypeParameter(parameter, extraction);
}

export function declareTypeParameter(parameter: Node, extraction: Extraction): void {
  const name = parameter.childForFieldName('name');
  if (name === null || extraction.isConsumed(name)) return;
  extraction.consume(name);
  const text = extraction.textOf(name);
  const bound = parameter.childForFieldName('constraint')?.lastNamedChild ?? null;
  const preset = parameter.childForFieldName('value')?.lastNamedChild ?? null;
  const type = typeExpression(bound, extraction) ?? typeExpression(preset, extraction);
  extraction.scope.declareType(text, type);
}

export function inferFrom(value: Node | null, extraction: Extraction): void {
  const type = expressionOf(value, extraction);
  if (type !== UNKNOWN) extraction.inferReturn(type);
}

export function defineClass(node: Node, name: string, value: Node, extraction: Extraction, range: Node): void {
  const body = value.childForFieldName('body');
  extraction.define(node, {
    name,
    nodeType: 'class',
    visibility: topLevelVisibility(node, extraction),
    range,
    ...(body === null ? {} : { bodyStart: body.startIndex }),
  });
}
