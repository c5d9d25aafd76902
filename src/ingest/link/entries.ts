import type { OfferedEntry } from '../../binding/index.js';
import type { PackageManager } from '../../model/index.js';
import type { ProviderPackage } from '../../symbols/index.js';
import { headOf } from './import-keys.js';

/** Where to begin in the project of a package, and the path from there. */
export interface EntryPath {
  readonly entry: OfferedEntry;
  /** Steps that the module text stands for, before those of the use. */
  readonly path: string;
}

const LANGUAGES: Readonly<Record<PackageManager, string>> = {
  npm: 'typescript',
  pypi: 'python',
  cargo: 'rust',
  go: 'go',
  maven: 'java',
};

/**
 * The places that a module text may mean in a package, best first.
 *
 * @param written what importers write for the package's name, when it is something else
 */
export function entriesOf(provider: ProviderPackage, specifier: string, written: string | null): EntryPath[] {
  const { manager, name } = provider;
  switch (manager) {
    case 'npm':
      return npmEntries(provider, `.${specifier.slice((written ?? headOf(manager, specifier)).length)}`);
    case 'go':
      return goEntries(provider, specifier.slice((written ?? name).length));
    case 'pypi':
      return moduleEntries(provider, specifier, '.');
    case 'cargo':
      return cargoEntries(provider, specifier);
    case 'maven':
      return moduleEntries(provider, specifier, '.').map(({ entry }) => ({
        entry: { kind: 'namespace', path: specifier, language: entry.language },
        path: '',
      }));
  }
}

function npmEntries({ modules }: ProviderPackage, subpath: string): EntryPath[] {
  const wanted = subpath.replace(/\/$/, '');
  return modules
    .filter(({ kind }) => kind === 'module')
    .flatMap(({ specifier, targets }) => {
      const star = starIn(specifier, wanted);
      const places = star === undefined ? [] : targets.map((target) => target.replace('*', star));
      return [...places, ...places.flatMap(declarationsOf)].map((path) => file('npm', path));
    });
}

/** Where TypeScript looks for the types of a script. */
function declarationsOf(path: string): string[] {
  const [, stem, kind] = /^(.+)\.([cm]?)jsx?$/.exec(path) ?? [];
  return stem === undefined || kind === undefined ? [] : [`${stem}.d.${kind}ts`];
}

/** What `*` in a pattern stands for in a text; the empty text where both are alike; undefined when they do not match. */
function starIn(pattern: string, text: string): string | undefined {
  const at = pattern.indexOf('*');
  if (at < 0) return pattern === text ? '' : undefined;
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const isMatch = text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
  return isMatch ? text.slice(before.length, text.length - after.length) : undefined;
}

function goEntries({ modules }: ProviderPackage, below: string): EntryPath[] {
  return modules.flatMap(({ specifier, targets }) => {
    const star = starIn(specifier, below);
    if (star === undefined) return [];
    return targets.map((target): EntryPath => {
      return { entry: { kind: 'folder', path: target.replace('*', star), language: LANGUAGES.go }, path: '' };
    });
  });
}

/** The longest module text that the wanted one begins with; what is beyond it are members of that module. */
function moduleEntries({ manager, modules }: ProviderPackage, specifier: string, separator: string): EntryPath[] {
  const fitting = modules
    .filter(({ kind }) => kind === 'module')
    .filter((module) => specifier === module.specifier || specifier.startsWith(module.specifier + separator))
    .sort((a, b) => b.specifier.length - a.specifier.length);
  return fitting.flatMap((module) => {
    const beyond = specifier.slice(module.specifier.length).split(separator).filter(Boolean);
    const path = beyond.map((part) => `.${part}`).join('');
    return module.targets.map((target) => ({ ...file(manager, target), path }));
  });
}

function cargoEntries({ modules }: ProviderPackage, specifier: string): EntryPath[] {
  const [crate = '', ...rest] = specifier.split('::');
  const libraries = modules.filter(({ kind }) => kind === 'module');
  // Under another name the importer knows it by its manifest alone.
  const named = libraries.filter((library) => library.specifier === crate);
  const path = rest.map((part) => `::${part}`).join('');
  return (named.length > 0 ? named : libraries).flatMap(({ targets }) =>
    targets.map((target) => ({ ...file('cargo', target), path })),
  );
}

function file(manager: PackageManager, path: string): EntryPath {
  return { entry: { kind: 'file', path, language: LANGUAGES[manager] }, path: '' };
}
