import type { Node } from 'web-tree-sitter';
import { type Expression, UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { typeExpression } from './ecmascript-expressions.js';
import { memberVisibility } from './ecmascript-members.js';

/** Parameters and binding patterns: what they make local, and of what type. */

const PROPERTY_MODIFIERS = new Set(['accessibility_modifier', 'readonly', 'override_modifier']);

export function declareParameters(value: Node, extraction: Extraction, first: Expression | null = null): void {
  const single = value.childForFieldName('parameter');
  if (single !== null) return declarePattern(single, first ?? UNKNOWN, extraction);
  const parameters = value.childForFieldName('parameters');
  parameters?.namedChildren.forEach((parameter, position) => {
    declareParameter(parameter, position === 0 && first !== null ? first : UNKNOWN, extraction);
  });
}

function declareParameter(parameter: Node, fallback: Expression, extraction: Extraction): void {
  if (parameter.type !== 'required_parameter' && parameter.type !== 'optional_parameter') {
    return declarePattern(parameter, fallback, extraction);
  }
  const pattern = parameter.childForFieldName('pattern');
  const annotation = parameter.childForFieldName('type');
  if (parameter.childForFieldName('value') !== null) extraction.decide();
  if (pattern === null) return;
  const type = annotation === null ? fallback : (typeExpression(annotation, extraction) ?? UNKNOWN);
  declarePattern(pattern, type, extraction);
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
      for (const property of pattern.namedChildren) declareProperty(property, of, extraction);
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

function declareProperty(property: Node, of: (suffix: string) => Expression, extraction: Extraction): void {
  if (property.type === 'pair_pattern') {
    const key = property.childForFieldName('key');
    const value = property.childForFieldName('value');
    if (value !== null) declarePattern(value, key === null ? UNKNOWN : of(`.${extraction.textOf(key)}`), extraction);
  } else if (property.type === 'object_assignment_pattern') {
    const left = property.childForFieldName('left');
    if (left !== null) declarePattern(left, of(`.${extraction.textOf(left)}`), extraction);
  } else if (property.type === 'rest_pattern') {
    declarePattern(property, UNKNOWN, extraction);
  } else {
    declarePattern(property, of(`.${extraction.textOf(property)}`), extraction);
  }
}
