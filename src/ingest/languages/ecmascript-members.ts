import type { Node } from 'web-tree-sitter';
import type { Visibility } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';

/** Names and modifiers of members. */

/** Name of a class member, or undefined when it is computed. */
export function memberName(node: Node, extraction: Extraction): string | undefined {
  const name = node.childForFieldName('name') ?? node.childForFieldName('property') ?? node.childForFieldName('key');
  if (name === null || name.type === 'computed_property_name') return undefined;
  const text = extraction.textOf(name);
  return name.type === 'string' ? text.slice(1, -1) : text;
}

export function memberVisibility(node: Node, extraction: Extraction): Visibility {
  const name = node.childForFieldName('name') ?? node.childForFieldName('property');
  if (name?.type === 'private_property_identifier') return 'private';
  const modifier = node.namedChildren.find((child) => child.type === 'accessibility_modifier');
  const text = modifier === undefined ? 'public' : extraction.textOf(modifier);
  return text === 'private' || text === 'protected' ? text : 'public';
}

export function stringText(node: Node | null, extraction: Extraction): string | undefined {
  return node?.type === 'string' ? extraction.textOf(node).slice(1, -1) : undefined;
}
