import type { Node } from 'web-tree-sitter';
import type { Lowering } from './lowering.js';
import { ownDescendants } from './places.js';

/** What the declarations of JavaScript and TypeScript make visible, and where. */

const NAMED = new Set([
  'class_declaration',
  'abstract_class_declaration',
  'function_declaration',
  'generator_function_declaration',
]);

/** Declares every name of a binding pattern. */
export function declarePattern(pattern: Node | null, lowering: Lowering, where: 'here' | 'function' = 'here'): void {
  if (pattern === null) return;
  if (pattern.type === 'identifier' || pattern.type === 'shorthand_property_identifier_pattern') {
    lowering.declare(lowering.textOf(pattern), where);
  } else if (pattern.type === 'pair_pattern') {
    declarePattern(pattern.childForFieldName('value'), lowering, where);
  } else if (pattern.type === 'assignment_pattern' || pattern.type === 'object_assignment_pattern') {
    declarePattern(pattern.childForFieldName('left'), lowering, where);
  } else if (/^(object|array|rest)_pattern$/.test(pattern.type)) {
    for (const part of pattern.namedChildren) declarePattern(part, lowering, where);
  }
}

/** Declares what the statements of a block make visible in all of it. */
export function declareBlock(statements: readonly Node[], lowering: Lowering): void {
  for (const statement of statements) {
    if (statement.type === 'lexical_declaration') {
      for (const declarator of statement.namedChildren) declarePattern(declarator.childForFieldName('name'), lowering);
    } else if (NAMED.has(statement.type)) {
      declarePattern(asIdentifier(statement.childForFieldName('name')), lowering);
    }
  }
}

/** The name of a class is a name of a type to TypeScript; it is one of a value too. */
function asIdentifier(name: Node | null): Node | null {
  return name?.type === 'identifier' ? name : null;
}

/** Variables of `var` belong to the function, wherever in it they stand. */
export function declareVars(body: Node, functions: ReadonlySet<string>, lowering: Lowering): void {
  for (const declaration of ownDescendants(body, ['variable_declaration'], functions)) {
    for (const declarator of declaration.namedChildren) {
      declarePattern(declarator.childForFieldName('name'), lowering, 'function');
    }
  }
}
