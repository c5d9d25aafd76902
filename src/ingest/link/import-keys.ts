import type { PackageManager } from '../../model/index.js';
import type { AskedPackage, ProviderPackage } from '../../symbols/index.js';

/** The outermost part of a module text that names a package: `@scope/name`, the crate, the whole text otherwise. */
export function headOf(manager: PackageManager, specifier: string): string {
  switch (manager) {
    case 'npm':
      return /^(@[^/]+\/[^/]+|[^/]+)/.exec(specifier)?.[0] ?? specifier;
    case 'cargo':
      return specifier.split('::')[0] ?? specifier;
    case 'pypi':
    case 'go':
    case 'maven':
      return specifier;
  }
}

/** All module texts that a package may go by for it to explain this one: the text itself, and what it lies in. */
export function prefixesOf(manager: PackageManager, specifier: string): string[] {
  const head = headOf(manager, specifier);
  if (manager === 'npm' || manager === 'cargo') return [head];
  const separator = manager === 'go' ? '/' : '.';
  const parts = head.split(separator);
  return parts.map((_, position) => parts.slice(0, position + 1).join(separator));
}

/** As the view `package_keys` writes them. */
export function packageKey(manager: PackageManager, name: string): string {
  return `package ${manager} ${name}`;
}

export function importKey(manager: PackageManager, specifier: string): string {
  return `import ${manager} ${specifier}`;
}

/** The module texts by which importers reach a package. */
export function importTextsOf({ manager, name, modules }: ProviderPackage): string[] {
  if (manager === 'npm' || manager === 'go') return [name];
  return modules.flatMap(({ kind, specifier }) => (kind === 'module' ? [specifier] : []));
}

/** What importers write for a package that is asked for. */
export function writtenFor({ name, alias }: AskedPackage): string {
  return alias ?? name;
}

/** Does a manifest entry by itself say that this module text means its package? */
export function isAskedBy(asked: AskedPackage, specifier: string): boolean {
  const { manager, name } = asked;
  const written = writtenFor(asked);
  const head = headOf(manager, specifier);
  switch (manager) {
    case 'npm':
      return written === head;
    case 'cargo':
      return written.replaceAll('-', '_') === head;
    case 'go':
      return head === written || head.startsWith(`${written}/`);
    case 'pypi':
      return prefixesOf(manager, specifier).some((prefix) => canonical(prefix) === name);
    case 'maven':
      return false;
  }
}

/** As PEP 503 says, with the dots of namespaces as one more kind of dash. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
