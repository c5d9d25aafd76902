import { GO_STANDARD } from '../own-libraries.js';
import type { Program, ProgramSymbol } from '../program.js';
import { EXTERNAL } from '../outside.js';
import type { Value } from '../value.js';
import type { ModuleRules } from './module-rules.js';
import { innermost, namedPackages, packageIn } from './packages.js';
import { folderOf, under } from './paths.js';

/** A package is a folder. What module it belongs to is said by go.mod; paths of the standard library belong to none. */
function resolveModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  if (GO_STANDARD.has(specifier.split('/')[0] ?? '')) return EXTERNAL;
  const folders = (program.route('package-folders', 'go') ?? []).map((folder) => ({ folder }));
  const module = innermost(folders, from.filePath);
  if (module === undefined) return resolveWithoutModule(program, from, specifier);
  const folder = folderOfPackage(program, from, module.folder, specifier);
  if (folder === undefined) return EXTERNAL;
  const modules = packageFiles(program, folder);
  return modules.length > 0 ? { kind: 'namespace', path: folder, modules } : undefined;
}

/** The folder of a package of one of the project's modules; of modules in each other, the innermost has it. */
function folderOfPackage(
  program: Program,
  from: ProgramSymbol,
  moduleFolder: string,
  specifier: string,
): string | undefined {
  for (let end = specifier.length; end > 0; end = specifier.lastIndexOf('/', end - 1)) {
    const route = program.route('go', specifier.slice(0, end));
    if (route === undefined) continue;
    const named = namedPackages(route);
    const local = route.wishes.find(({ folder }) => folder === moduleFolder)?.local ?? null;
    const found =
      named.find(({ folder }) => folder === moduleFolder) ??
      (local !== null ? packageIn(route, local) : (innermost(named, from.filePath) ?? only(named)));
    // A module that is there more than once, and nobody says which is meant.
    return found === undefined ? undefined : under(found.folder, specifier.slice(end + 1)).replace(/\/$/, '');
  }
  return undefined;
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

/** Without go.mod the longest end of the import path that is a folder of Go files counts. */
function resolveWithoutModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  const parts = specifier.split('/');
  for (let start = 0; start < parts.length; start++) {
    const folder = parts.slice(start).join('/');
    const modules = packageFiles(program, folder);
    if (modules.length > 0) return { kind: 'namespace', path: folder, modules };
  }
  // `example.org/user/repository` itself is the package at the root.
  const root = parts.length <= 3 ? packageFiles(program, '') : [];
  const inRoot =
    root.length > 0 && namespacesOf(program, root[0] ?? -1)[0] === parts[parts.length - 1]?.replace(/^go-|\.go$/, '');
  return inRoot && folderOf(from.filePath) !== '' ? { kind: 'namespace', path: '', modules: root } : EXTERNAL;
}

function packageFiles(program: Program, folder: string): readonly number[] {
  return program
    .modulesIn(folder)
    .filter(
      (module) => program.symbol(module).language === 'go' && !program.symbol(module).filePath.endsWith('_test.go'),
    );
}

function namespacesOf(program: Program, module: number): string[] {
  return program.references(module, 'namespace').map((reference) => reference.name);
}

export const goModules: ModuleRules = {
  resolveModule,
  explicitExports: false,
  importsAreExports: false,
  implicitMembers: false,
  callMakesInstance: true,
  constructorNames: () => [],
  visible({ program }, from, candidate) {
    if (candidate.language !== 'go' || folderOf(candidate.filePath) !== folderOf(from.filePath)) return undefined;
    const own = namespacesOf(program, from.module)[0];
    const other = namespacesOf(program, candidate.module)[0];
    return own === other ? 'namespace' : undefined;
  },
};
