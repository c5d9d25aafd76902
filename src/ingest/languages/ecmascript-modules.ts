import type { Node } from 'web-tree-sitter';
import { UNKNOWN } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import type { Rule } from '../extract/language.js';
import { memberName, stringText } from './ecmascript-members.js';
import { declarePattern } from './ecmascript-patterns.js';
import { CLASS_VALUES, FUNCTION_VALUES, defineClass, defineFunction } from './ecmascript-symbols.js';

/** Imports and exports, of modules and of CommonJS. */

/** `const x = require('m')` and `const { a, b: c } = require('m')`. */
export function requireImport(name: Node, value: Node | null, extraction: Extraction): boolean {
  if (value?.type !== 'call_expression') return false;
  const callee = value.childForFieldName('function');
  if (callee === null || extraction.textOf(callee) !== 'require') return false;
  const module = stringText(value.childForFieldName('arguments')?.firstNamedChild ?? null, extraction);
  if (module === undefined) return false;
  extraction.isModule = true;
  extraction.consume(callee);
  if (name.type === 'identifier') {
    extraction.consume(name);
    extraction.importName('*', module, extraction.textOf(name), name);
    return true;
  }
  if (name.type !== 'object_pattern') return false;
  for (const property of name.namedChildren) {
    const target = property.type === 'pair_pattern' ? property.childForFieldName('value') : property;
    const key = property.type === 'pair_pattern' ? property.childForFieldName('key') : property;
    if (key === null || target === null) continue;
    if (target.type === 'identifier' || target.type === 'shorthand_property_identifier_pattern') {
      extraction.consume(target);
      extraction.importName(extraction.textOf(key), module, extraction.textOf(target), property);
    } else declarePattern(target, UNKNOWN, extraction);
  }
  return true;
}

export const importStatement: Rule = (node, extraction) => {
  extraction.isModule = true;
  const require = node.namedChildren.find((child) => child.type === 'import_require_clause');
  const module = stringText((require ?? node).childForFieldName('source'), extraction);
  if (module === undefined) return;
  if (require !== undefined) return importAs('*', module, require.firstNamedChild, extraction);
  const clause = node.namedChildren.find((child) => child.type === 'import_clause');
  // An import for its effects only: the module is a dependency, no name is made visible.
  if (clause === undefined) return extraction.refer('import', '*', module, node, '');
  for (const part of clause.namedChildren) {
    if (part.type === 'identifier') importAs('default', module, part, extraction);
    else if (part.type === 'namespace_import') importAs('*', module, part.lastNamedChild, extraction);
    else if (part.type === 'named_imports')
      part.namedChildren.forEach((item) => importSpecifier(item, module, extraction));
  }
};

function importSpecifier(item: Node, module: string, extraction: Extraction): void {
  const name = item.childForFieldName('name');
  if (name === null) return;
  extraction.consume(name);
  importAs(plainName(name, extraction), module, item.childForFieldName('alias') ?? name, extraction);
}

function importAs(name: string, module: string, alias: Node | null, extraction: Extraction): void {
  if (alias === null) return;
  extraction.consume(alias);
  extraction.importName(name, module, plainName(alias, extraction), alias);
}

function plainName(node: Node, extraction: Extraction): string {
  return stringText(node, extraction) ?? extraction.textOf(node);
}

export function dynamicImport(node: Node, extraction: Extraction): void {
  const module = stringText(node.childForFieldName('arguments')?.firstNamedChild ?? null, extraction);
  if (module !== undefined) extraction.refer('import', '*', module, node, '');
}

export const exportStatement: Rule = (node, extraction) => {
  extraction.isModule = true;
  const module = stringText(node.childForFieldName('source'), extraction);
  const clause = node.namedChildren.find((child) => child.type === 'export_clause');
  if (clause !== undefined) {
    for (const item of clause.namedChildren) exportSpecifier(item, module ?? null, extraction);
    return;
  }
  if (module !== undefined) {
    const namespace = node.namedChildren.find((child) => child.type === 'namespace_export')?.lastNamedChild;
    if (namespace !== undefined && namespace !== null) extraction.consume(namespace);
    const alias = namespace === undefined || namespace === null ? '*' : plainName(namespace, extraction);
    return extraction.refer('export', '*', module, node, alias);
  }
  defaultExport(node, extraction);
};

function exportSpecifier(item: Node, module: string | null, extraction: Extraction): void {
  const name = item.childForFieldName('name');
  if (name === null) return;
  const alias = item.childForFieldName('alias') ?? name;
  // Without a module the name is a use of what it exports; with one it names nothing of this file.
  if (module !== null) extraction.consume(name);
  extraction.consume(alias === name ? null : alias);
  extraction.refer('export', plainName(name, extraction), module, item, plainName(alias, extraction));
}

/** `export default <expression>` and `export = name`. */
function defaultExport(node: Node, extraction: Extraction): void {
  const value =
    node.childForFieldName('value') ?? (node.children.some((child) => child.type === '=') ? node.lastNamedChild : null);
  if (value === null) return;
  const alias = node.children.some((child) => child.type === '=') ? '=' : 'default';
  if (value.type === 'identifier') return extraction.refer('export', extraction.textOf(value), null, value, alias);
  if (FUNCTION_VALUES.has(value.type)) {
    return defineFunction(node, 'default', value, extraction, { range: node, visibility: 'public' });
  }
  if (CLASS_VALUES.has(value.type) && value.childForFieldName('name') === null) {
    defineClass(node, 'default', value, extraction, node);
  }
}

export function consumeNames(node: Node | null, extraction: Extraction): void {
  for (let at = node; at !== null; at = at.childForFieldName('object'))
    if (at.type === 'identifier') extraction.consume(at);
}

/** `module.exports = x`, `module.exports = { a, b: c }`, `exports.a = b`. */
export function commonJsExport(left: Node, right: Node | null, extraction: Extraction): void {
  const match = /^(module\.exports|exports)(?:\.([\w$]+))?$/.exec(extraction.textOf(left));
  if (match === null || right === null || (match[1] === 'exports' && match[2] === undefined)) return;
  extraction.isModule = true;
  consumeNames(left, extraction);
  if (right.type === 'identifier') {
    extraction.refer('export', extraction.textOf(right), null, right, match[2] ?? '=');
    return;
  }
  if (right.type !== 'object' || match[2] !== undefined) return;
  for (const property of right.namedChildren) {
    const value = property.type === 'pair' ? property.childForFieldName('value') : property;
    const name = property.type === 'pair' ? memberName(property, extraction) : extraction.textOf(property);
    if (value === null || name === undefined) continue;
    if (value.type !== 'identifier' && value.type !== 'shorthand_property_identifier') continue;
    extraction.refer('export', extraction.textOf(value), null, property, name);
  }
}

/** Scripts share one scope; it is the namespace that each of them declares. */
export function declareGlobalScript(extraction: Extraction): void {
  if (!extraction.isModule) extraction.declareNamespace('globalThis');
}
