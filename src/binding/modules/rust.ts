import type { Program, ProgramSymbol, SymbolIndex } from '../program.js';
import { EXTERNAL } from '../outside.js';
import { symbolValue, type Value } from '../value.js';
import type { ModuleRules } from './module-rules.js';
import { innermost, packageIn } from './packages.js';
import { ancestorFolders, folderOf, under } from './paths.js';

/** The folder in which the files of a module's child modules lie. */
function childFolder(filePath: string): string {
  const folder = folderOf(filePath);
  const name = filePath.slice(folder === '' ? 0 : folder.length + 1);
  return name === 'mod.rs' || name === 'lib.rs' || name === 'main.rs'
    ? folder
    : under(folder, name.replace(/\.rs$/, ''));
}

function fileModule(program: Program, module: ProgramSymbol, name: string): SymbolIndex | undefined {
  const inline = module.qualifiedName === '' ? [] : module.qualifiedName.split('.');
  const folder = [childFolder(module.filePath), ...inline].filter((part) => part !== '').join('/');
  return program.module(under(folder, `${name}.rs`)) ?? program.module(under(folder, `${name}/mod.rs`));
}

function crateRoot(program: Program, from: ProgramSymbol): SymbolIndex | undefined {
  for (const folder of ancestorFolders(folderOf(from.filePath))) {
    const root = program.module(under(folder, 'lib.rs')) ?? program.module(under(folder, 'main.rs'));
    if (root !== undefined) return root;
  }
  return from.module;
}

/** The library that the package of a file calls so: its own, or that of a dependency in the project. */
function crateNamed(program: Program, from: ProgramSymbol, name: string): SymbolIndex | undefined {
  const folders = (program.route('package-folders', 'cargo') ?? []).map((folder) => ({ folder }));
  const around = innermost(folders, from.filePath);
  if (around === undefined) return siblingCrate(program, name);
  const route = program.route('cargo', name);
  if (route === undefined) return undefined;
  const wish = route.wishes.find(({ folder }) => folder === around.folder);
  const wished = wish === undefined || wish.local === null ? undefined : packageIn(route, wish.local);
  const own = route.packages.find(({ folder, isNamed }) => isNamed && folder === around.folder);
  for (const { targets } of (wish === undefined ? own : wished)?.modules ?? []) {
    for (const target of targets) {
      const module = program.module(target);
      if (module !== undefined) return module;
    }
  }
  return undefined;
}

/** Without manifests, a crate of the same project by the folder that holds its `src`. */
function siblingCrate(program: Program, name: string): SymbolIndex | undefined {
  const folderNames = new Set([name, name.replaceAll('_', '-')]);
  for (const module of program.modulesNamed('lib.rs')) {
    const parts = program.symbol(module).filePath.split('/');
    const folder = parts[parts.length - 2] === 'src' ? parts[parts.length - 3] : parts[parts.length - 2];
    if (folder !== undefined && folderNames.has(folder)) return module;
  }
  return undefined;
}

function parentModule(program: Program, module: ProgramSymbol): SymbolIndex | undefined {
  if (module.parent >= 0) return module.parent;
  const folder = folderOf(module.filePath);
  const isFolderFile = /(^|\/)mod\.rs$/.test(module.filePath);
  const outer = isFolderFile ? folderOf(folder) : folder;
  for (const file of ['mod.rs', 'lib.rs', 'main.rs']) {
    const found = program.module(under(outer, file));
    if (found !== undefined && found !== module.index) return found;
  }
  return outer === '' ? undefined : program.module(`${outer}.rs`);
}

function enclosingModule(program: Program, from: ProgramSymbol): ProgramSymbol {
  let symbol = from;
  while (symbol.nodeType !== 'module' && symbol.parent >= 0) symbol = program.symbol(symbol.parent);
  return symbol;
}

/** Names of modules that one path has gone through, so that circular re-exports end. */
type Visited = Set<string>;

function resolveModule(
  program: Program,
  from: ProgramSymbol,
  specifier: string,
  visited: Visited = new Set(),
): Value | undefined {
  const segments = specifier === '' ? [] : specifier.split('::');
  let current: ProgramSymbol | undefined = enclosingModule(program, from);
  if (segments.length === 0) return symbolValue(current.index);
  for (const [position, segment] of segments.entries()) {
    if (current === undefined) return undefined;
    const next = resolveSegment(program, current, segment, position === 0, visited);
    if (next === undefined) return position === 0 ? EXTERNAL : undefined;
    current = program.symbol(next);
  }
  return current === undefined ? undefined : symbolValue(current.index);
}

function resolveSegment(
  program: Program,
  current: ProgramSymbol,
  segment: string,
  isFirst: boolean,
  visited: Visited,
): SymbolIndex | undefined {
  if (isFirst && segment === 'crate') return crateRoot(program, current);
  if (isFirst && segment === 'self') return current.index;
  if (segment === 'super') return parentModule(program, current);
  const child = program.children(current.index, segment)[0];
  if (child !== undefined) return child;
  if (current.nodeType === 'module') {
    const file = fileModule(program, current, segment);
    if (file !== undefined) return file;
    const reExport = reExported(program, current, segment, visited);
    if (reExport !== undefined) return reExport;
  }
  return isFirst ? crateNamed(program, current, segment) : undefined;
}

/** `use a::b;` makes `b` a name of the module, and a path may go through it. */
function reExported(program: Program, module: ProgramSymbol, name: string, visited: Visited): SymbolIndex | undefined {
  const key = `${module.index}\0${name}`;
  if (visited.has(key)) return undefined;
  visited.add(key);
  for (const use of program.aliased(module.index, 'import', name)) {
    if (use.receiver === null || use.name === '*' || use.receiver.split('::')[0] === name) continue;
    if (use.receiver === '' || use.receiver === 'self') continue;
    const holder = resolveModule(program, module, use.receiver, visited);
    if (holder?.kind !== 'symbol') continue;
    const target = program.symbol(holder.symbol);
    const found = program.children(holder.symbol, use.name)[0] ?? fileModule(program, target, use.name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const rustModules: ModuleRules = {
  resolveModule: (program, from, specifier) => resolveModule(program, from, specifier),
  explicitExports: false,
  importsAreExports: true,
  implicitMembers: false,
  callMakesInstance: true,
  constructorNames: () => [],
  submodule: fileModule,
  moduleKeywords: new Set(['crate', 'self', 'super']),
  // `serde_json::from_str(…)` needs no import. Variables are known by then.
  isLibraryName: (name) => /^[a-z_]/.test(name),
};
