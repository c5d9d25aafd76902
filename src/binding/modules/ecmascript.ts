import type { Program, ProgramSymbol } from '../program.js';
import { EXTERNAL, symbolValue, type Value } from '../value.js';
import type { ModuleRules } from './module-rules.js';
import { folderOf, joinPath } from './paths.js';

const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.d.ts', '.d.mts', '.d.cts', '.js', '.jsx', '.mjs', '.cjs'] as const;

/** What a written ending may stand for in the sources, as TypeScript resolves it. */
const SOURCE_ENDINGS: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.d.mts', '.mjs'],
  '.cjs': ['.cts', '.d.cts', '.cjs'],
};

function resolveModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined {
  if (!specifier.startsWith('.')) return EXTERNAL;
  const target = joinPath(folderOf(from.filePath), specifier);
  if (target === undefined) return EXTERNAL;
  for (const candidate of candidates(target, specifier)) {
    const module = program.module(candidate);
    if (module !== undefined) return symbolValue(module);
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

/** Node's and TypeScript's module resolution for relative paths; packages are outside the project. */
export const ecmascriptModules: ModuleRules = {
  resolveModule,
  explicitExports: true,
  importsAreExports: false,
  implicitMembers: false,
  mergesDeclarations: true,
  callMakesInstance: false,
  constructorNames: () => ['constructor'],
  // Files without import and export are scripts, which share the global scope.
  seesOthers: isScript,
  visible: ({ program }, _from, candidate) => (isScript(program, candidate) ? 'global' : undefined),
};
