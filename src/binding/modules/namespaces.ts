import type { Program, ProgramSymbol, SymbolIndex } from '../program.js';
import { EXTERNAL } from '../outside.js';
import { symbolValue, type Value } from '../value.js';
import type { ModuleRules } from './module-rules.js';

/** Languages whose files declare the namespace they belong to: Java, C#, PHP. */

export function declaredNamespaces(program: Program, module: SymbolIndex): string[] {
  return program.references(module, 'namespace').map((reference) => reference.name);
}

/**
 * A namespace, or a type inside one (`a.b.Outer` as the home of `Inner` or of a static member).
 * Types are found by their last name and checked against the namespace their file declares.
 */
function resolvePath(separator: string) {
  return (program: Program, from: ProgramSymbol, specifier: string): Value | undefined => {
    const path = specifier.startsWith(separator) ? specifier.slice(separator.length) : specifier;
    const type = typeAt(program, from, path, separator);
    return type === undefined ? { kind: 'namespace', path, modules: [] } : symbolValue(type);
  };
}

/** The type with a full name, trying every split into namespace and nested types. */
export function typeAt(
  program: Program,
  from: ProgramSymbol,
  path: string,
  separator: string,
): SymbolIndex | undefined {
  const parts = path.split(separator);
  for (let split = parts.length - 1; split >= 0; split--) {
    const namespace = parts.slice(0, split).join(separator);
    const [outer, ...nested] = parts.slice(split);
    for (const candidate of program.topLevel(outer ?? '')) {
      const symbol = program.symbol(candidate);
      if (symbol.language !== from.language || !inNamespace(program, symbol, namespace)) continue;
      const found = nested.reduce<SymbolIndex | undefined>(
        (type, name) => (type === undefined ? undefined : program.children(type, name)[0]),
        candidate,
      );
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function inNamespace(program: Program, symbol: ProgramSymbol, namespace: string): boolean {
  const declared = declaredNamespaces(program, symbol.module);
  return declared.length === 0 ? namespace === '' : declared.includes(namespace);
}

/** C#: names of the enclosing namespaces are visible too. */
function enclosing(namespaces: readonly string[], separator: string): string[] {
  const all = new Set<string>();
  for (const namespace of namespaces) {
    const parts = namespace.split(separator);
    for (let length = parts.length; length > 0; length--) all.add(parts.slice(0, length).join(separator));
  }
  return [...all];
}

function namespaceRules(
  separator: string,
  seesEnclosing: boolean,
  constructorNames: ModuleRules['constructorNames'],
): ModuleRules {
  return {
    resolveModule: resolvePath(separator),
    explicitExports: false,
    importsAreExports: false,
    implicitMembers: separator === '.',
    callMakesInstance: false,
    namespaceSeparator: separator,
    namespaceMember({ program }, from, path, name) {
      const type = typeAt(program, from, path + separator + name, separator);
      return type === undefined ? undefined : symbolValue(type);
    },
    constructorNames,
    visible({ program }, from, candidate) {
      if (candidate.language !== from.language) return undefined;
      const own = declaredNamespaces(program, from.module);
      if (own.length === 0) return inNamespace(program, candidate, '') ? 'namespace' : undefined;
      const seen = seesEnclosing ? enclosing(own, separator) : own;
      const declared = declaredNamespaces(program, candidate.module);
      // C#: what is in no namespace is visible from all of them.
      if (seesEnclosing && declared.length === 0) return 'namespace';
      return declared.some((namespace) => seen.includes(namespace)) ? 'namespace' : undefined;
    },
  };
}

export const javaModules: ModuleRules = namespaceRules('.', false, (name) => [name]);
export const csharpModules: ModuleRules = namespaceRules('.', true, (name) => [name]);
export const phpModules: ModuleRules = {
  ...namespaceRules('\\', false, () => ['__construct']),
  resolveModule(program, from, specifier) {
    // require and include name files; `use` names namespaces.
    if (!/\.(php|inc)$/.test(specifier)) return resolvePath('\\')(program, from, specifier);
    const name = specifier.slice(specifier.lastIndexOf('/') + 1);
    const tail = specifier.replace(/^(\.{0,2}\/)+/, '');
    const matches = program
      .modulesNamed(name)
      .filter((module) => `/${program.symbol(module).filePath}`.endsWith(`/${tail}`));
    return matches.length === 1 && matches[0] !== undefined ? symbolValue(matches[0]) : EXTERNAL;
  },
};
