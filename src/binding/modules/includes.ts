import type { Program, ProgramSymbol, SymbolIndex } from '../program.js';
import { EXTERNAL } from '../outside.js';
import { symbolValue, type Value } from '../value.js';
import type { ModuleContext, ModuleRules } from './module-rules.js';
import { folderOf, joinPath } from './paths.js';

const INCLUDE_LIMIT = 4000;
const C_LANGUAGES = new Set(['c', 'cpp']);

/** Beside the including file, else the one file of the project whose path ends like the include. */
function resolveInclude(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  const written = specifier.replace(/^<(.*)>$/, '$1');
  if (written === specifier) {
    const beside = joinPath(folderOf(from.filePath), written);
    const module = beside === undefined ? undefined : program.module(beside);
    if (module !== undefined) return symbolValue(module);
  }
  const tail = written.replace(/^(\.{1,2}\/)+/, '');
  const name = tail.slice(tail.lastIndexOf('/') + 1);
  const matches = program
    .modulesNamed(name)
    .filter((module) => `/${program.symbol(module).filePath}`.endsWith(`/${tail}`));
  const best = matches.length > 1 ? closest(program, from, matches) : matches[0];
  return best === undefined ? EXTERNAL : symbolValue(best);
}

function closest(program: Program, from: ProgramSymbol, modules: readonly SymbolIndex[]): SymbolIndex | undefined {
  const shared = (module: SymbolIndex): number => {
    const path = program.symbol(module).filePath;
    let length = 0;
    while (length < path.length && path[length] === from.filePath[length]) length++;
    return length;
  };
  return [...modules].sort((a, b) => shared(b) - shared(a))[0];
}

/** Files that `module` includes, directly or through others, and itself. */
export function includedBy(program: Program, module: SymbolIndex): ReadonlySet<SymbolIndex> {
  const seen = new Set<SymbolIndex>([module]);
  const queue = [module];
  for (let at = queue.pop(); at !== undefined && seen.size < INCLUDE_LIMIT; at = queue.pop()) {
    const from = program.symbol(at);
    for (const include of program.references(at, 'import')) {
      const value = include.receiver === null ? undefined : resolveInclude(program, from, include.receiver);
      if (value?.kind === 'symbol' && !seen.has(value.symbol)) {
        seen.add(value.symbol);
        queue.push(value.symbol);
      }
    }
  }
  return seen;
}

function visible(
  context: ModuleContext,
  from: ProgramSymbol,
  candidate: ProgramSymbol,
): 'include' | 'linkage' | undefined {
  if (!C_LANGUAGES.has(candidate.language)) return undefined;
  if (context.included(from.module).has(candidate.module)) return 'include';
  const linked = candidate.nodeType === 'function' || candidate.nodeType === 'variable';
  return linked && context.program.visibility(candidate.index) !== 'private' ? 'linkage' : undefined;
}

/** The path may be written from inside an enclosing namespace. */
function declaresNamespace(program: Program, symbol: ProgramSymbol, path: string): boolean {
  return program.references(symbol.module, 'namespace').some(({ name }) => name === path || name.endsWith(`.${path}`));
}

/** C and C++: a name is seen through includes, a function also through the linker. */
export const includeModules: ModuleRules = {
  includes: true,
  namespaceSeparator: '.',
  namespaceMember(context, from, path, name) {
    const { program } = context;
    const members = program.topLevel(name).filter((candidate) => {
      const symbol = program.symbol(candidate);
      return declaresNamespace(program, symbol, path) && visible(context, from, symbol) !== undefined;
    });
    const [member] = members.filter((candidate) => program.hasBody(candidate)).concat(members);
    return member === undefined ? undefined : symbolValue(member);
  },
  resolveModule: resolveInclude,
  explicitExports: false,
  importsAreExports: false,
  implicitMembers: true,
  callMakesInstance: true,
  constructorNames: (name) => [name],
  visible,
};
