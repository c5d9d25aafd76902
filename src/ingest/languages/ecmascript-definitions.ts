import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { assignedFunction } from './ecmascript-assignments.js';
import { expect, expectedOf, referToExpected } from './ecmascript-expected.js';
import { callbackElement, expressionOf, typeExpression } from './ecmascript-expressions.js';
import { memberName, memberVisibility } from './ecmascript-members.js';
import { requireImport } from './ecmascript-modules.js';
import { declarePattern } from './ecmascript-patterns.js';
import { isApiObject, isTopLevel, statementOf } from './ecmascript-places.js';
import {
  CLASS_VALUES,
  FUNCTION_VALUES,
  defineClass,
  defineFunction,
  enterAnonymous,
  exportDefault,
  topLevelVisibility,
} from './ecmascript-symbols.js';

/** The rules of the nodes that define something. */

export const functionDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return extraction.anonymousFunction();
  extraction.consume(name);
  const text = extraction.textOf(name);
  exportDefault(node, text, extraction);
  defineFunction(node, text, node, extraction, { range: statementOf(node) });
};

export const anonymousFunction: Rule = (node, extraction) => {
  if (definedByParent(node, extraction)) return;
  extraction.anonymousFunction();
  const name = node.childForFieldName('name');
  if (name !== null) {
    extraction.consume(name);
    extraction.scope.declareLocal(extraction.textOf(name));
  }
  const expected = expectedOf(node, extraction);
  const element = extraction.ancestorType(1) === 'arguments' ? callbackElement(node, extraction) : null;
  if (element === null) return enterAnonymous(node, expected, extraction);
  enterAnonymous(node, UNKNOWN, extraction, (position) => (position === 0 ? element : UNKNOWN));
};

const HOLDERS = new Set([
  'variable_declarator',
  'public_field_definition',
  'field_definition',
  'pair',
  'assignment_expression',
  'export_statement',
]);

/** Function values that got a symbol with the variable, field or property that holds them. */
function definedByParent(node: Node, extraction: Extraction): boolean {
  const parentType = extraction.ancestorType(1);
  const parent = parentType !== undefined && HOLDERS.has(parentType) ? node.parent : null;
  if (parent === null) return false;
  switch (parent.type) {
    case 'variable_declarator':
      return parent.childForFieldName('name')?.type === 'identifier';
    case 'public_field_definition':
    case 'field_definition':
      return memberName(parent, extraction) !== undefined;
    case 'pair':
      return isApiObject(parent.parent, extraction) && memberName(parent, extraction) !== undefined;
    case 'assignment_expression':
      return assignedFunction(parent, extraction) !== undefined;
    case 'export_statement':
      return true;
    default:
      return false;
  }
}

export const classDeclaration: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) {
    if (node.type === 'class' && classDefinedByParent(node)) return;
    extraction.openBlock();
    return;
  }
  if (node.type === 'class' && classDefinedByParent(node)) return extraction.consume(name);
  extraction.consume(name);
  const text = extraction.textOf(name);
  exportDefault(node, text, extraction);
  defineClass(node, text, node, extraction, statementOf(node));
};

function classDefinedByParent(node: Node): boolean {
  const parent = node.parent;
  return parent?.type === 'variable_declarator' && parent.childForFieldName('name')?.type === 'identifier';
}

export const methodDefinition: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  const inObject = extraction.ancestorType(1) === 'object';
  if (name === undefined || (inObject && !isApiObject(node.parent, extraction))) {
    extraction.anonymousFunction();
    enterAnonymous(node, inObject ? expectedOf(node, extraction) : UNKNOWN, extraction);
    return;
  }
  const expected = inObject ? expectedOf(node, extraction) : UNKNOWN;
  const visibility = memberVisibility(node, extraction);
  defineFunction(node, name, node, extraction, { range: node, visibility, isMethod: true, expected });
  referToExpected(name, node, expected, extraction);
};

export const fieldDefinition: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  if (name === undefined) return;
  const value = node.childForFieldName('value');
  const visibility = memberVisibility(node, extraction);
  const annotation = node.childForFieldName('type');
  const declared = annotation === null ? null : typeExpression(annotation, extraction);
  if (value !== null && FUNCTION_VALUES.has(value.type)) {
    return defineFunction(node, name, value, extraction, {
      range: node,
      visibility,
      isMethod: true,
      expected: declared ?? UNKNOWN,
    });
  }
  extraction.define(node, {
    name,
    nodeType: 'variable',
    visibility,
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType: annotation === null ? assigned(value, extraction) : declared,
    declares: false,
  });
  expect(value, declared, extraction);
};

export const variableDeclarator: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  if (name === null) return;
  if (requireImport(name, value, extraction)) return;
  const annotation = node.childForFieldName('type');
  const declared = annotation === null ? null : typeExpression(annotation, extraction);
  if (name.type === 'identifier') {
    extraction.consume(name);
    const text = extraction.textOf(name);
    if (value !== null && FUNCTION_VALUES.has(value.type)) {
      return defineFunction(node, text, value, extraction, { range: statementOf(node), expected: declared ?? UNKNOWN });
    }
    if (value !== null && CLASS_VALUES.has(value.type)) {
      return defineClass(node, text, value, extraction, statementOf(node));
    }
    const valueType = annotation === null ? assigned(value, extraction) : declared;
    declareVariable(node, text, value, valueType, extraction);
  } else {
    const type = annotation === null ? assigned(value, extraction) : declared;
    declarePattern(name, type ?? UNKNOWN, extraction);
  }
  expect(value, declared, extraction);
};

/** A symbol at the top level, a local elsewhere. */
function declareVariable(
  node: Node,
  name: string,
  value: Node | null,
  valueType: Expression | null,
  extraction: Extraction,
): void {
  if (extraction.currentType !== 'module' || !isTopLevel(node)) {
    const isVar = extraction.ancestorType(1) === 'variable_declaration';
    const scope = isVar ? extraction.scope.functionScope() : extraction.scope;
    scope.declareLocal(name, valueType);
    return;
  }
  extraction.define(node, {
    name,
    nodeType: 'variable',
    visibility: topLevelVisibility(node, extraction),
    range: statementOf(node),
    ...(value === null ? {} : { bodyStart: value.startIndex }),
    valueType,
    opensScope: false,
  });
}

function assigned(value: Node | null, extraction: Extraction): Expression | null {
  const type = expressionOf(value, extraction);
  return type === UNKNOWN ? null : type;
}

export const objectPair: Rule = (node, extraction) => {
  const name = memberName(node, extraction);
  const value = node.childForFieldName('value');
  if (name === undefined || value === null || !FUNCTION_VALUES.has(value.type)) return;
  if (!isApiObject(node.parent, extraction)) return;
  const expected = expectedOf(value, extraction);
  defineFunction(node, name, value, extraction, { range: node, visibility: 'public', isMethod: true, expected });
  referToExpected(name, node, expected, extraction);
};
