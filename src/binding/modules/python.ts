import type { Program, ProgramSymbol, SymbolIndex } from '../program.js';
import { EXTERNAL } from '../outside.js';
import { symbolValue, type Value } from '../value.js';
import type { ModuleRules } from './module-rules.js';
import { pypiHead, type ModuleRoute, type RoutedPackage } from '../routes/route.js';
import { innermost } from './packages.js';
import { ancestorFolders, folderOf, joinPath, under } from './paths.js';

const ENDINGS = ['.py', '/__init__.py', '.pyi', '/__init__.pyi'] as const;

function moduleAt(program: Program, path: string): SymbolIndex | undefined {
  for (const ending of ENDINGS) {
    const module = path === '' ? undefined : program.module(path + ending);
    if (module !== undefined) return module;
  }
  return undefined;
}

/**
 * `.m` and `..` count from the file's package. Other names are those of the package that the file belongs to, then of
 * one that it asks for, and then count from a source root: the project, `src`, or a folder above.
 */
function resolveModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const path = specifier.slice(dots).replaceAll('.', '/');
  const folder = folderOf(from.filePath);
  if (dots > 0) {
    const base = joinPath(folder, '../'.repeat(dots - 1));
    return base === undefined ? undefined : packageOrModule(program, under(base, path).replace(/\/$/, ''));
  }
  return resolveName(program, from, specifier);
}

function resolveName(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  const route = program.route('pypi', pypiHead(specifier));
  const packages = route?.packages ?? [];
  const own = innermost(packages, from.filePath);
  const found = own === undefined ? undefined : inPackages(program, [own], specifier);
  if (found !== undefined) return found;
  const wish = innermost(route?.wishes ?? [], from.filePath);
  const wished = packages.filter((each) => each.folder === wish?.local);
  const meant = inPackages(program, wished, specifier);
  if (meant !== undefined) return meant;
  // Somebody else's package of that name is meant, whatever lies about.
  if (own === undefined && wish !== undefined && wish.local === null) return EXTERNAL;
  const lying = inSourceRoots(program, from, specifier);
  if (lying !== undefined) return lying;
  const others = packages.filter((each) => each !== own && !wished.includes(each));
  return soleIn(program, others, specifier) ?? (own === undefined && wished.length === 0 ? EXTERNAL : undefined);
}

/** A module of these packages; what several of them share is a namespace without a folder of its own. */
function inPackages(program: Program, packages: readonly RoutedPackage[], specifier: string): Value | undefined {
  for (const { modules } of packages) {
    for (const { targets, rest } of modulesAround(modules, specifier)) {
      for (const target of targets) {
        const found = packageOrModule(program, rest === '' ? target : under(target, rest));
        if (found !== undefined) return found;
      }
    }
  }
  return isNamespaceOf(packages, specifier)
    ? { kind: 'namespace', path: NAMESPACE_MARK + specifier, modules: [] }
    : undefined;
}

/** A module that lies in one of these packages alone: of several none is meant more than the others. */
function soleIn(program: Program, packages: readonly RoutedPackage[], specifier: string): Value | undefined {
  const having = packages.filter(
    ({ modules }) => modulesAround(modules, specifier).length > 0 || isNamespaceOf([{ modules }], specifier),
  );
  const isShared = isNamespaceOf(having, specifier);
  return having.length === 1 || isShared ? inPackages(program, having, specifier) : undefined;
}

function isNamespaceOf(packages: readonly Pick<RoutedPackage, 'modules'>[], specifier: string): boolean {
  return packages.some(({ modules }) => modules.some((module) => module.specifier.startsWith(`${specifier}.`)));
}

/** In front of the dotted name of a namespace that several folders share. */
const NAMESPACE_MARK = ':';

/** The modules that the import names, or lies in; the innermost first, each with the path from there. */
function modulesAround(
  modules: readonly ModuleRoute[],
  specifier: string,
): { readonly targets: readonly string[]; readonly rest: string }[] {
  return modules
    .filter((module) => specifier === module.specifier || specifier.startsWith(`${module.specifier}.`))
    .sort((a, b) => b.specifier.length - a.specifier.length)
    .map(({ targets, specifier: outer }) => ({
      targets,
      rest: specifier.slice(outer.length + 1).replaceAll('.', '/'),
    }));
}

function inSourceRoots(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  const path = specifier.replaceAll('.', '/');
  const outermostFirst = ancestorFolders(folderOf(from.filePath)).reverse();
  for (const root of outermostFirst.flatMap((above) => [above, under(above, 'src'), under(above, 'lib')])) {
    const found = packageOrModule(program, under(root, path));
    if (found !== undefined) return found;
  }
  return undefined;
}

function packageOrModule(program: Program, path: string): Value | undefined {
  const module = moduleAt(program, path);
  if (module !== undefined) return symbolValue(module);
  // A namespace package: a folder with Python files but without __init__.py.
  const inside = program.modulesIn(path);
  return inside.length > 0 && path !== '' ? { kind: 'namespace', path, modules: inside } : undefined;
}

export const pythonModules: ModuleRules = {
  resolveModule,
  explicitExports: false,
  importsAreExports: true,
  implicitMembers: false,
  callMakesInstance: true,
  constructorNames: () => ['__init__', '__new__'],
  namespaceMember({ program }, from, path, name) {
    if (!path.startsWith(NAMESPACE_MARK)) return packageOrModule(program, under(path, name));
    const found = resolveName(program, from, `${path.slice(NAMESPACE_MARK.length)}.${name}`);
    return found?.kind === 'external' ? undefined : found;
  },
  submodule(program, module, name) {
    const isPackage = /(^|\/)__init__\.pyi?$/.test(module.filePath);
    return isPackage ? moduleAt(program, under(folderOf(module.filePath), name)) : undefined;
  },
};
