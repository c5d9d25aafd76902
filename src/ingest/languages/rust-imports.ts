import type { Node } from 'web-tree-sitter';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { rustFile } from './rust-file.js';
import { pathText } from './rust-types.js';

/** Marks every name below a node as handled: paths of `use` and the insides of attributes name no values. */
export function consumeAll(node: Node, extraction: Extraction): void {
  if (node.type === 'identifier' || node.type === 'type_identifier') {
    extraction.consume(node);
    rustFile(extraction).handled.add(node.startIndex);
    return;
  }
  for (const child of node.namedChildren) consumeAll(child, extraction);
}

export const useDeclaration: Rule = (node, extraction) => {
  const argument = node.childForFieldName('argument');
  if (argument === null) return;
  consumeAll(argument, extraction);
  const isPublic = node.firstNamedChild?.type === 'visibility_modifier';
  expandUse(argument, '', isPublic, extraction);
};

/** One import per name of a use tree; `prefix` is the path in front of it. */
function expandUse(tree: Node, prefix: string, isPublic: boolean, extraction: Extraction): void {
  switch (tree.type) {
    case 'scoped_use_list': {
      const path = tree.childForFieldName('path');
      const inner = path === null ? prefix : join(prefix, pathText(path, extraction) ?? '');
      for (const item of tree.childForFieldName('list')?.namedChildren ?? [])
        expandUse(item, inner, isPublic, extraction);
      return;
    }
    case 'use_list':
      for (const item of tree.namedChildren) expandUse(item, prefix, isPublic, extraction);
      return;
    case 'use_wildcard': {
      const path = tree.firstNamedChild;
      const module = path === null ? prefix : join(prefix, pathText(path, extraction) ?? '');
      return importOne({ name: '*', module, alias: '*' }, isPublic, tree, extraction);
    }
    case 'use_as_clause': {
      const alias = tree.childForFieldName('alias');
      const path = tree.childForFieldName('path');
      if (alias === null || path === null) return;
      return importPath(path, prefix, extraction.textOf(alias), isPublic, extraction);
    }
    default:
      return importPath(tree, prefix, null, isPublic, extraction);
  }
}

function join(prefix: string, path: string): string {
  return prefix === '' || path === '' ? prefix + path : `${prefix}::${path}`;
}

function importPath(path: Node, prefix: string, alias: string | null, isPublic: boolean, extraction: Extraction): void {
  const text = pathText(path, extraction);
  if (text === undefined) return;
  // `use a::b::{self}` imports `b` of `a`.
  const whole = text === 'self' && prefix !== '' ? prefix : join(prefix, text);
  const cut = whole.lastIndexOf('::');
  const name = whole.slice(cut < 0 ? 0 : cut + 2);
  importOne({ name, module: cut < 0 ? '' : whole.slice(0, cut), alias: alias ?? name }, isPublic, path, extraction);
}

interface Import {
  readonly name: string;
  readonly module: string;
  readonly alias: string;
}

function importOne({ name, module, alias }: Import, isPublic: boolean, at: Node, extraction: Extraction): void {
  // `as _` brings a trait's methods but no name.
  if (alias === '_') extraction.refer('import', name, module, at, '');
  else extraction.importName(name, module, alias, at);
  if (isPublic && alias !== '_') extraction.refer('export', name, module, at, alias);
}

export const externCrate: Rule = (node, extraction) => {
  const name = node.childForFieldName('name');
  if (name === null) return;
  const alias = node.childForFieldName('alias') ?? name;
  extraction.consume(name);
  extraction.consume(alias);
  const crate = extraction.textOf(name);
  extraction.importName('*', crate, extraction.textOf(alias), node);
};

/** `mod x;` is the import of another file. */
export function moduleFile(node: Node, name: Node, extraction: Extraction): void {
  const text = extraction.textOf(name);
  extraction.importName('*', `self::${text}`, text, node);
  if (node.firstNamedChild?.type === 'visibility_modifier')
    extraction.refer('export', '*', `self::${text}`, node, text);
}
