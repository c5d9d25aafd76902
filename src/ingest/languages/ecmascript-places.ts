import type { Node } from 'web-tree-sitter';
import type { Extraction } from '../extract/extraction.js';

/** Where a declaration stands. */

/** The statement that a declaration is written in, with its `export` and `const`. */
export function statementOf(node: Node): Node {
  const parent = node.parent;
  if (parent === null) return node;
  if (parent.type === 'export_statement' || parent.type === 'ambient_declaration') return statementOf(parent);
  if (node.type === 'variable_declarator' && parent.namedChildCount === 1) return statementOf(parent);
  if (node.type === 'internal_module' && parent.type === 'expression_statement') return statementOf(parent);
  return node;
}

export function isTopLevel(node: Node): boolean {
  const statement = statementOf(node.parent?.namedChildCount === 1 ? node : (node.parent ?? node));
  const container = statement.parent;
  if (container === null || container.type === 'program') return true;
  const holder = container.parent?.type;
  return container.type === 'statement_block' && (holder === 'internal_module' || holder === 'module');
}

/** The object literals whose functions are symbols: the value of a top-level variable or of `module.exports`. */
export function isApiObject(node: Node | null, extraction: Extraction): boolean {
  if (node?.type !== 'object') return false;
  let parent = node.parent;
  while (parent !== null && (parent.type === 'as_expression' || parent.type === 'satisfies_expression'))
    parent = parent.parent;
  if (parent?.type === 'variable_declarator') return isTopLevel(parent);
  if (parent?.type !== 'assignment_expression' || parent.parent?.parent?.type !== 'program') return false;
  const left = parent.childForFieldName('left');
  return left !== null && /^(module\.)?exports(\.|$)/.test(extraction.textOf(left));
}
