import type { Rule } from '../extract/language.js';
import { goFile } from './go-references.js';

export const packageClause: Rule = (node, extraction) => {
  const name = node.firstNamedChild;
  if (name !== null) extraction.refer('namespace', extraction.textOf(name), null, node);
};

export const importSpec: Rule = (node, extraction) => {
  const path = node.childForFieldName('path');
  if (path === null) return;
  const module = extraction.textOf(path).slice(1, -1);
  const written = node.childForFieldName('name');
  if (written?.type === 'blank_identifier') return extraction.refer('import', '*', module, node, '');
  const alias = written === null ? packageNameOf(module) : written.type === 'dot' ? '*' : extraction.textOf(written);
  goFile(extraction).imports.add(alias);
  extraction.importName('*', module, alias, node);
};

/** The name a package most likely has: the last segment of its path, without a version. */
function packageNameOf(module: string): string {
  const segments = module.split('/');
  const last = segments[segments.length - 1] ?? module;
  const name = /^v\d+$/.test(last) && segments.length > 1 ? (segments[segments.length - 2] ?? last) : last;
  return name.replace(/\.v\d+$/, '');
}
