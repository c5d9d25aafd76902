import type { Program, ProgramSymbol, SymbolIndex } from '../program.js';
import { EXTERNAL } from '../outside.js';
import { stemOf } from '../stems.js';
import { symbolValue, type Value } from '../value.js';
import { leadsOf } from './ecmascript-routes.js';
import type { ModuleRules } from './module-rules.js';
import { folderOf, joinPath } from './paths.js';

const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.d.mts', '.d.cts', '.js', '.jsx', '.mjs', '.cjs'] as const;

/**
 * What a written ending may stand for, as TypeScript resolves it; but where a script and its declarations lie side by side, it is
 * the script that is run, and that is what the files mean which are not declarations themselves.
 */
const SOURCE_ENDINGS: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx', '.d.ts'],
  '.jsx': ['.tsx', '.jsx', '.d.ts'],
  '.mjs': ['.mts', '.mjs', '.d.mts'],
  '.cjs': ['.cts', '.cjs', '.d.cts'],
};
const DECLARATION = /\.d\.[cm]?ts$/;

function resolveModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return resolveName(program, from, specifier);
  const target = joinPath(folderOf(from.filePath), specifier);
  if (target === undefined) return EXTERNAL;
  const all = [...candidates(target, specifier)];
  if (DECLARATION.test(from.filePath)) all.sort((a, b) => Number(DECLARATION.test(b)) - Number(DECLARATION.test(a)));
  for (const candidate of all) {
    const module = program.module(candidate);
    if (module !== undefined) return symbolValue(module);
  }
  return undefined;
}

/** What is no path is what the manifests say; where they say nothing it is another project's. */
function resolveName(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  let isInside = false;
  for (const lead of leadsOf(program, from, specifier)) {
    for (const target of lead.targets) {
      const module = fileAt(program, target);
      if (module !== undefined) return symbolValue(module);
    }
    isInside ||= lead.isInside;
  }
  return isInside ? undefined : EXTERNAL;
}

/** The file of a path that may lack its ending. All that may be meant are asked for at once, as most are not there. */
function fileAt(program: Program, target: string): SymbolIndex | undefined {
  const stem = target === '' ? 'index' : stemOf(target);
  const modules = [...program.modulesAt(stem), ...(stem === target || target === '' ? [] : program.modulesAt(target))];
  if (modules.length === 0) return undefined;
  const byPath = new Map(modules.map((module) => [program.symbol(module).filePath, module]));
  for (const candidate of candidates(target, target === '' ? '.' : target)) {
    const module = byPath.get(candidate);
    if (module !== undefined) return module;
  }
  return undefined;
}

function* candidates(target: string, specifier: string): Generator<string> {
  const isFolder = specifier.endsWith('/') || /(^|\/)\.\.?$/.test(specifier);
  if (!isFolder) {
    const dot = target.lastIndexOf('.');
    const endings = dot < 0 ? undefined : SOURCE_ENDINGS[target.slice(dot)];
    if (endings !== undefined) for (const ending of endings) yield target.slice(0, dot) + ending;
    yield target;
    for (const ending of ENDINGS) yield target + ending;
  }
  for (const ending of ENDINGS) yield target === '' ? `index${ending}` : `${target}/index${ending}`;
}

function isScript(program: Program, symbol: ProgramSymbol): boolean {
  return program.references(symbol.module, 'namespace').some((reference) => reference.name === 'globalThis');
}

/** Node's and TypeScript's module resolution, of names by what the manifests say. */
export const ecmascriptModules: ModuleRules = {
  resolveModule,
  explicitExports: true,
  importsAreExports: false,
  implicitMembers: false,
  callMakesInstance: false,
  constructorNames: () => ['constructor'],
  // Files without import and export are scripts, which share the global scope.
  seesOthers: isScript,
  visible: ({ program }, _from, candidate) => (isScript(program, candidate) ? 'global' : undefined),
};
