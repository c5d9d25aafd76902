import type { Program, ProgramSymbol, SymbolIndex } from '../program.js';
import { EXTERNAL } from '../outside.js';
import { symbolValue, type Value } from '../value.js';
import type { ModuleRules } from './module-rules.js';
import { ancestorFolders, folderOf, joinPath, under } from './paths.js';

const ENDINGS = ['.py', '/__init__.py', '.pyi', '/__init__.pyi'] as const;

function moduleAt(program: Program, path: string): SymbolIndex | undefined {
  for (const ending of ENDINGS) {
    const module = path === '' ? undefined : program.module(path + ending);
    if (module !== undefined) return module;
  }
  return undefined;
}

/** `.m` and `..` count from the file's package; other names from a source root: the project, `src`, or a folder above. */
function resolveModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const path = specifier.slice(dots).replaceAll('.', '/');
  const folder = folderOf(from.filePath);
  if (dots > 0) {
    const base = joinPath(folder, '../'.repeat(dots - 1));
    return base === undefined ? undefined : packageOrModule(program, under(base, path).replace(/\/$/, ''));
  }
  const outermostFirst = ancestorFolders(folder).reverse();
  for (const root of outermostFirst.flatMap((above) => [above, under(above, 'src'), under(above, 'lib')])) {
    const found = packageOrModule(program, under(root, path));
    if (found !== undefined) return found;
  }
  return EXTERNAL;
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
  namespaceMember: ({ program }, _from, path, name) => packageOrModule(program, under(path, name)),
  submodule(program, module, name) {
    const isPackage = /(^|\/)__init__\.pyi?$/.test(module.filePath);
    return isPackage ? moduleAt(program, under(folderOf(module.filePath), name)) : undefined;
  },
};
