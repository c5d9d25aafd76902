import type { Node } from 'web-tree-sitter';
import { type Expression, UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { expect } from './ecmascript-expected.js';
import { typeExpression } from './ecmascript-expressions.js';
import { memberVisibility } from './ecmascript-members.js';

/** Parameters and binding patterns: what they make local, and of what type. */

const PROPERTY_MODIFIERS = new Set(['accessibility_modifier', 'readonly', 'override_modifier']);

/**
 * Declares the parameters of a function. Returns what they are declared as, in their order.
 *
 * @param fallback what a parameter without a type is, by its position
 */
export function declareParameters(
  value: Node,
  extraction: Extraction,
  fallback: (position: number) => Expression = () => UNKNOWN,
): (Expression | null)[] {
  const single = value.childForFieldName('parameter');
  if (single !== null) {
    declarePattern(single, fallback(0), extraction);
    return [];
  }
  const types: (Expression | null)[] = [];
  for (const parameter of value.childForFieldName('parameters')?.namedChildren ?? []) {
    if (parameter.type === 'comment' || isThis(parameter)) continue;
    types.push(declareParameter(parameter, fallback(types.length), extraction));
  }
  return types;
}

/** `this: T` in front of the parameters is none of them. */
function isThis(parameter: Node): boolean {
  return parameter.childForFieldName('pattern')?.type === 'this';
}

function declareParameter(parameter: Node, fallback: Expression, extraction: Extraction): Expression | null {
  if (parameter.type !== 'required_parameter' && parameter.type !== 'optional_parameter') {
    declarePattern(parameter, fallback, extraction);
    return null;
  }
  const pattern = parameter.childForFieldName('pattern');
  const annotation = parameter.childForFieldName('type');
  const value = parameter.childForFieldName('value');
  if (value !== null) extraction.decide();
  if (pattern === null) return null;
  const declared = annotation === null ? null : typeExpression(annotation, extraction);
  declarePattern(pattern, annotation === null ? fallback : (declared ?? UNKNOWN), extraction);
  expect(value, declared, extraction);
  declareProperty(parameter, pattern, annotation, extraction);
  return declared;
}

function declareProperty(parameter: Node, pattern: Node, annotation: Node | null, extraction: Extraction): void {
  if (pattern.type === 'identifier' && parameter.children.some((child) => PROPERTY_MODIFIERS.has(child.type))) {
    parameterProperty(parameter, pattern, annotation, extraction);
  }
}

/** `constructor(private readonly x: X)` is a field of the class. */
function parameterProperty(parameter: Node, name: Node, annotation: Node | null, extraction: Extraction): void {
  const owner = extraction.enclosingType();
  if (owner === undefined) return;
  extraction.defineField(owner, parameter, {
    name: extraction.textOf(name),
    nodeType: 'variable',
    visibility: memberVisibility(parameter, extraction),
    valueType: typeExpression(annotation, extraction),
    declares: false,
  });
}

/** Declares every name of a binding pattern as a local; `type` is what the whole pattern is bound to. */
export function declarePattern(pattern: Node, type: Expression, extraction: Extraction): void {
  const of = (suffix: string): Expression => (type === UNKNOWN ? UNKNOWN : type + suffix);
  switch (pattern.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      extraction.consume(pattern);
      extraction.scope.declareLocal(extraction.textOf(pattern), type);
      return;
    case 'object_pattern':
      for (const property of pattern.namedChildren) declarePart(property, type, extraction);
      return;
    case 'array_pattern':
      for (const element of pattern.namedChildren) declarePattern(element, of('[]'), extraction);
      return;
    case 'assignment_pattern': {
      const left = pattern.childForFieldName('left');
      if (left !== null) declarePattern(left, type, extraction);
      return;
    }
    case 'rest_pattern':
      if (pattern.firstNamedChild !== null) declarePattern(pattern.firstNamedChild, type, extraction);
      return;
    default:
      return;
  }
}

/** One part of an object pattern: it reads a member, and names its value. */
function declarePart(property: Node, type: Expression, extraction: Extraction): void {
  if (property.type === 'rest_pattern') return declarePattern(property, UNKNOWN, extraction);
  const isPair = property.type === 'pair_pattern';
  const key = isPair ? property.childForFieldName('key') : (property.childForFieldName('left') ?? property);
  const target = isPair ? property.childForFieldName('value') : key;
  if (target === null) return;
  const name = key === null ? '' : extraction.textOf(key);
  const isPlain = type !== UNKNOWN && /^[\w$]+$/.test(name);
  if (isPlain) extraction.refer('read', name, type, property);
  declarePattern(target, isPlain ? `${type}.${name}` : UNKNOWN, extraction);
}
