import type { Node } from 'web-tree-sitter';
import { UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { bind } from './python-bindings.js';
import { stateOf } from './python-state.js';
import { readType, typeValue, useType } from './python-types.js';

/** What tests say about a name: `isinstance` and `match`. */

// ── Narrowing ──────────────────────────────────────────────────────────────────────────────────

/** In the block after `if isinstance(x, T):`, `x` is a `T`. */
export const condition: Rule = (node, extraction) => {
  const block = node.childForFieldName('consequence');
  let test = node.childForFieldName('condition');
  while (test?.type === 'boolean_operator' && test.childForFieldName('operator')?.type === 'and') {
    test = test.childForFieldName('left');
  }
  const narrowed = test === null ? undefined : instanceTest(test, extraction);
  if (narrowed !== undefined && block !== null) stateOf(extraction).narrowings.set(block.startIndex, narrowed);
};

export const assertion: Rule = (node, extraction) => {
  const narrowed = node.firstNamedChild === null ? undefined : instanceTest(node.firstNamedChild, extraction);
  if (narrowed !== undefined) extraction.scope.functionScope().declareLocal(narrowed.name, narrowed.type);
};

function instanceTest(test: Node, extraction: Extraction): { name: string; type: Expression } | undefined {
  if (test.type !== 'call' || !extraction.text.startsWith('isinstance', test.startIndex)) return undefined;
  const [subject, type] = test.childForFieldName('arguments')?.namedChildren ?? [];
  if (subject?.type !== 'identifier' || (type?.type !== 'identifier' && type?.type !== 'attribute')) return undefined;
  const value = typeValue(readType(extraction.textOf(type)));
  const name = extraction.textOf(subject);
  if (value === null || extraction.scope.find(name)?.binding.kind !== 'local') return undefined;
  return { name, type: value };
}

export const block: Rule = (node, extraction) => {
  const { narrowings } = stateOf(extraction);
  const narrowed = narrowings.size === 0 ? undefined : narrowings.get(node.startIndex);
  if (narrowed === undefined) return;
  extraction.openBlock();
  extraction.scope.declareLocal(narrowed.name, narrowed.type);
};

// ── Match ──────────────────────────────────────────────────────────────────────────────────────

export const caseClause: Rule = (node, extraction) => {
  const patterns = node.namedChildren.filter((child) => child.type === 'case_pattern');
  const [only] = patterns;
  const isDefault =
    patterns.length === 1 && only !== undefined && /^[\p{L}_][\p{L}\p{N}_]*$/u.test(extraction.textOf(only));
  if (!isDefault) extraction.decide();
  for (const pattern of patterns) bindCase(pattern, extraction);
};

/** Declares what a pattern captures and refers to what it compares with. */
function bindCase(pattern: Node, extraction: Extraction): void {
  const parts = pattern.namedChildren;
  switch (pattern.type) {
    case 'dotted_name':
      return captureOrCompare(pattern, extraction);
    case 'class_pattern':
      if (parts[0] !== undefined) useType(parts[0], extraction);
      return parts.slice(1).forEach((part) => bindCase(part, extraction));
    case 'keyword_pattern':
      extraction.consume(parts[0] ?? null);
      return parts.slice(1).forEach((part) => bindCase(part, extraction));
    case 'splat_pattern':
      if (parts[0]?.type === 'identifier') bind(parts[0], { type: UNKNOWN, manner: 'passing' }, extraction);
      return;
    case 'as_pattern': {
      const alias = parts[parts.length - 1];
      const tested = pattern.firstNamedChild?.firstNamedChild;
      const type =
        tested?.type === 'class_pattern'
          ? typeValue(readType(extraction.textOf(tested.firstNamedChild ?? tested)))
          : null;
      parts.slice(0, -1).forEach((part) => bindCase(part, extraction));
      if (alias?.type === 'identifier') bind(alias, { type: type ?? UNKNOWN, manner: 'passing' }, extraction);
      return;
    }
    default:
      for (const part of parts) bindCase(part, extraction);
  }
}

/** A plain name in a pattern takes the value; a dotted one is compared with it. */
function captureOrCompare(name: Node, extraction: Extraction): void {
  const parts = name.namedChildren;
  const last = parts[parts.length - 1];
  if (last === undefined) return;
  if (parts.length === 1) return bind(last, { type: UNKNOWN, manner: 'passing' }, extraction);
  for (const part of parts) extraction.consume(part);
  const path = extraction.textOf(name).replace(/\s/g, '');
  extraction.refer('read', path.slice(path.lastIndexOf('.') + 1), path.slice(0, path.lastIndexOf('.')), name);
}
