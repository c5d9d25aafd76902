import { GO_STANDARD } from '../packages.js';
import type { Program, ProgramSymbol } from '../program.js';
import { EXTERNAL } from '../outside.js';
import type { Value } from '../value.js';
import type { ModuleRules } from './module-rules.js';
import { folderOf } from './paths.js';

/**
 * A package is a folder. The module path in front of it is not known without go.mod, so the longest
 * end of the import path that is a folder of Go files counts; paths of the standard library do not.
 */
function resolveModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  const parts = specifier.split('/');
  if (GO_STANDARD.has(parts[0] ?? '')) return EXTERNAL;
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
