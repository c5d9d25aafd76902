import { keyOf, partsOf, type BindingQuery } from './binding-query.js';
import { moduleRules } from './modules/index.js';
import type { ProgramReference, ProgramSymbol, SymbolIndex } from './program.js';
import type { Resolver, Visited, Wanted } from './resolver.js';
import { outsideMember, outsideModule, type Outside } from './outside.js';
import { evidence, fingerprintOfFound, fingerprintOfValue, symbolValue, type Found, type Value } from './value.js';

/** Follows imports and exports from file to file. */
export class Imports {
  private readonly targets: BindingQuery<Found | null>;
  private readonly modules: BindingQuery<Value | null>;

  constructor(private readonly resolver: Resolver) {
    this.targets = resolver.define(
      'import',
      (key) => {
        const [scope, receiver = '', name = '', wanted] = partsOf(key);
        const symbol = resolver.program.symbol(Number(scope));
        return this.followImport(symbol, receiver, name, wanted as Wanted, new Set()) ?? null;
      },
      fingerprintOfFound,
      null,
    );
    this.modules = resolver.define(
      'module',
      (key) => {
        const [module, specifier = ''] = partsOf(key);
        const from = resolver.program.symbol(Number(module));
        const value = moduleRules(from.language).resolveModule(resolver.program, from, specifier) ?? null;
        return value?.kind === 'external' ? outsideModule(specifier) : value;
      },
      fingerprintOfValue,
      null,
    );
  }

  /** What a module text means in the module, of the file or inside of it, that `from` is in. */
  resolveModule(from: ProgramSymbol, specifier: string): Value | undefined {
    let module: ProgramSymbol | undefined = from;
    while (module.nodeType !== 'module' && module.parent >= 0) module = this.resolver.program.symbol(module.parent);
    return this.resolver.runner.get(this.modules, keyOf(module.index, specifier)) ?? undefined;
  }

  /** What an import row makes visible. */
  importTarget(
    scope: ProgramSymbol,
    { receiver, name }: Pick<ProgramReference, 'receiver' | 'name'>,
    wanted: Wanted,
    visited?: Visited,
  ): Found | undefined {
    // Inside another question some ways are closed because they are being gone already.
    if (visited !== undefined) return this.followImport(scope, receiver ?? '', name, wanted, visited);
    return this.resolver.runner.get(this.targets, keyOf(scope.index, receiver ?? '', name, wanted)) ?? undefined;
  }

  private followImport(
    scope: ProgramSymbol,
    receiver: string,
    name: string,
    wanted: Wanted,
    visited: Visited,
  ): Found | undefined {
    const home = this.resolveModule(scope, receiver);
    if (home === undefined) return undefined;
    if (home.kind === 'external') {
      return { value: name === '*' ? home : outsideMember(home, name, wanted), evidence: evidence('import') };
    }
    if (name === '*') return { value: this.wholeModule(home, visited), evidence: evidence('import') };
    const value = this.offered(home, name, scope, wanted, visited);
    if (value !== undefined) return { value, evidence: evidence('import') };
    // A namespace that the project only knows from imports is somebody else's.
    return home.kind === 'namespace' && home.modules.length === 0
      ? { value: outsideMember(outsideModule(home.path), name, wanted), evidence: evidence('import') }
      : undefined;
  }

  /** `const x = require('m')` is what `m` exports as a whole, when it does. */
  wholeModule(home: Value, visited: Visited): Value {
    if (home.kind !== 'symbol' || !enter(visited, home.symbol, '=')) return home;
    const whole = this.wholeExport(home.symbol);
    if (whole === undefined) return home;
    return this.resolver.lookup(this.resolver.program.symbol(home.symbol), whole.name, 'value', visited)?.value ?? home;
  }

  /** `module.exports = x` and `export = x`. */
  private wholeExport(module: SymbolIndex): ProgramReference | undefined {
    return this.resolver.program.aliased(module, 'export', '=')[0];
  }

  /** What `home` offers under `name` to an importer. */
  offered(
    home: Value,
    name: string,
    from: ProgramSymbol,
    wanted: Wanted,
    visited: Visited = new Set(),
  ): Value | undefined {
    if (home.kind === 'namespace') return this.offeredByNamespace(home, name, from, wanted);
    if (home.kind !== 'symbol') return undefined;
    const module = this.resolver.program.symbol(home.symbol);
    if (module.nodeType !== 'module') return this.resolver.members.of(home, name)?.value;
    if (!enter(visited, module.index, name)) return undefined;
    const rules = moduleRules(module.language);
    const children = this.resolver.program.children(module.index, name);
    const open = rules.explicitExports
      ? children.filter((child) => this.resolver.program.visibility(child) === 'public')
      : children;
    const own = this.resolver.choose(open, wanted);
    if (own !== undefined) return symbolValue(own);
    return this.reExported(module, name, wanted, visited) ?? this.throughImports(module, name, wanted, visited);
  }

  private reExported(module: ProgramSymbol, name: string, wanted: Wanted, visited: Visited): Value | undefined {
    const whole = this.wholeExport(module.index);
    const named = this.resolver.program.aliased(module.index, 'export', name);
    for (const row of name === 'default' && whole !== undefined ? [...named, whole] : named) {
      const value = this.exportTarget(module, row, wanted, visited);
      if (value !== undefined) return value;
    }
    const outside: Outside[] = [];
    for (const row of name === 'default' ? [] : this.resolver.program.aliased(module.index, 'export', '*')) {
      if (row.receiver === null) continue;
      const home = this.resolveModule(module, row.receiver);
      const value = home === undefined ? undefined : this.offered(home, name, module, wanted, visited);
      if (value !== undefined) return value;
      if (home?.kind === 'external') outside.push(home);
    }
    const object = whole === undefined ? undefined : this.resolver.lookup(module, whole.name, 'value', visited)?.value;
    const member = object === undefined ? undefined : this.resolver.members.of(object, name)?.value;
    return member ?? onlyOneOf(outside, name, wanted);
  }

  private exportTarget(
    module: ProgramSymbol,
    row: ProgramReference,
    wanted: Wanted,
    visited: Visited,
  ): Value | undefined {
    if (row.receiver === null) return this.resolver.lookup(module, row.name, wanted, visited)?.value;
    const home = this.resolveModule(module, row.receiver);
    if (home === undefined) return undefined;
    if (home.kind === 'external') return row.name === '*' ? home : outsideMember(home, row.name, wanted);
    return row.name === '*' ? home : this.offered(home, row.name, module, wanted, visited);
  }

  /** Names that a module has by importing them, where the language lets others import them from there. */
  private throughImports(module: ProgramSymbol, name: string, wanted: Wanted, visited: Visited): Value | undefined {
    const rules = moduleRules(module.language);
    const outside: Outside[] = [];
    if (rules.importsAreExports) {
      const imported = this.resolver.importedIn(module, name, wanted, visited)?.value;
      if (imported !== undefined) return imported;
      for (const row of this.resolver.program.aliased(module.index, 'import', '*')) {
        if (row.receiver === null) continue;
        const home = this.resolveModule(module, row.receiver);
        const value = home === undefined ? undefined : this.offered(home, name, module, wanted, visited);
        if (value !== undefined) return value;
        if (home?.kind === 'external') outside.push(home);
      }
    }
    const file = rules.submodule?.(this.resolver.program, module, name);
    return file === undefined ? onlyOneOf(outside, name, wanted) : symbolValue(file);
  }

  private offeredByNamespace(
    home: Value & { kind: 'namespace' },
    name: string,
    from: ProgramSymbol,
    wanted: Wanted,
  ): Value | undefined {
    for (const module of home.modules) {
      const child = this.resolver.choose(this.resolver.program.children(module, name), wanted);
      if (child !== undefined) return symbolValue(child);
    }
    return moduleRules(from.language).namespaceMember?.(this.resolver, from, home.path, name);
  }
}

/** A name that a module does not have comes from the module outside that it passes on, when there is just one. */
function onlyOneOf(outside: readonly Outside[], name: string, wanted: Wanted): Value | undefined {
  const [home, ...others] = outside;
  return home === undefined || others.length > 0 ? undefined : outsideMember(home, name, wanted);
}

/** False when the question already went through this name of this module. */
function enter(visited: Visited, module: SymbolIndex, name: string): boolean {
  const key = `${module}\0${name}`;
  if (visited.has(key)) return false;
  visited.add(key);
  return true;
}
