import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { typeExpression } from './rust-types.js';
import { declareShadowing } from './shadowing.js';

export interface BoundName {
  readonly name: Node;
  readonly type: Expression;
}

/** The names a pattern binds, with what each is bound to when the whole pattern is bound to `type`. */
export function boundNames(pattern: Node | null, type: Expression, extraction: Extraction): BoundName[] {
  const names: BoundName[] = [];
  if (pattern !== null) collect(pattern, type, extraction, names);
  return names;
}

/** Declares the names of a pattern in the scope around the walk. */
export function declareNames(names: readonly BoundName[], extraction: Extraction): void {
  for (const { name, type } of names) declareShadowing(extraction.textOf(name), type, extraction, true);
}

export function consumeNames(names: readonly BoundName[], extraction: Extraction): void {
  for (const { name } of names) extraction.consume(name);
}

function collect(pattern: Node, type: Expression, extraction: Extraction, names: BoundName[]): void {
  const all = (children: readonly Node[], of: Expression): void => {
    for (const child of children) collect(child, of, extraction, names);
  };
  switch (pattern.type) {
    case 'identifier':
      // Upper-case names are constants and variants: uses, not bindings.
      if (!/^\p{Lu}/u.test(extraction.textOf(pattern))) names.push({ name: pattern, type });
      return;
    case 'shorthand_field_identifier':
      names.push({ name: pattern, type });
      return;
    case 'match_pattern':
      return all(pattern.namedChildren.slice(0, 1), type);
    case 'mut_pattern':
    case 'ref_pattern':
    case 'reference_pattern':
    case 'captured_pattern':
    case 'or_pattern':
      return all(pattern.namedChildren, type);
    case 'tuple_pattern':
      return all(pattern.namedChildren, UNKNOWN);
    case 'slice_pattern':
      return all(pattern.namedChildren, type === UNKNOWN ? UNKNOWN : `${type}[]`);
    case 'tuple_struct_pattern':
      return all(pattern.namedChildren.slice(1), heldType(pattern, type, extraction));
    case 'struct_pattern':
      return structPattern(pattern, extraction, names);
    default:
      return;
  }
}

/** `Some(x)` and `Ok(x)` hold what options and results are written as. */
function heldType(pattern: Node, type: Expression, extraction: Extraction): Expression {
  const variant = pattern.childForFieldName('type');
  const name = variant === null ? '' : extraction.textOf(variant);
  return name === 'Some' || name === 'Ok' ? type : UNKNOWN;
}

function structPattern(pattern: Node, extraction: Extraction, names: BoundName[]): void {
  const struct = pattern.childForFieldName('type');
  // The fields of an enum's variant are no members of a type of their own.
  const type = struct?.type === 'type_identifier' ? typeExpression(struct, extraction) : null;
  for (const field of pattern.namedChildren) {
    if (field.type !== 'field_pattern') continue;
    const name = field.childForFieldName('name');
    const inner = field.childForFieldName('pattern') ?? name;
    if (name === null || inner === null) continue;
    const of = type === null ? UNKNOWN : `${type}.${extraction.textOf(name)}`;
    collect(inner, of, extraction, names);
  }
}
