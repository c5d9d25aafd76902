import { parseExpression, UNKNOWN, type Expression } from '../model/index.js';
import { MemberLookup } from './member-lookup.js';
import { CycleGuard, Memo } from './memo.js';
import { moduleRules } from './modules/index.js';
import { isTypeSymbol, type Program, type ProgramReference, type ProgramSymbol, type SymbolIndex } from './program.js';
import { evidence, EXTERNAL, symbolValue, weaker, type Found, type Value } from './value.js';

/** The names of modules that one question has gone through, so that circular re-exports end. */
export type Visited = Set<string>;

/** What a name is looked up for: languages let a type and a value share one name. */
export type Wanted = 'value' | 'type';

/**
 * Finds what names and value expressions stand for. Pure: answers depend on the program alone, and
 * results are remembered for as long as the resolver lives.
 */
export class Resolver {
  readonly members: MemberLookup;
  private readonly imports = new Map<string, Found | null>();
  private readonly modules = new Map<string, Value | null>();
  readonly guard = new CycleGuard();
  private readonly valueTypes = new Memo<SymbolIndex, Found | null>(this.guard);

  constructor(readonly program: Program) {
    this.members = new MemberLookup(this);
  }

  // ── Names ────────────────────────────────────────────────────────────────────────────────────

  /** What `name` stands for in the code of `from`: enclosing scopes, imports, then what the language shows without them. */
  lookup(from: ProgramSymbol, name: string, wanted: Wanted, visited?: Visited): Found | undefined {
    const rules = moduleRules(from.language);
    for (let scope: ProgramSymbol | undefined = from; scope !== undefined; scope = this.parent(scope)) {
      const found = this.lookupInScope(scope, from, name, wanted, visited);
      if (found !== undefined) return found;
    }
    const shown =
      this.lookupWildcards(from, name, wanted, visited) ??
      (rules.visible === undefined ? undefined : this.lookupVisible(from, name, wanted));
    return shown;
  }

  private lookupInScope(
    scope: ProgramSymbol,
    from: ProgramSymbol,
    name: string,
    wanted: Wanted,
    visited?: Visited,
  ): Found | undefined {
    const rules = moduleRules(from.language);
    if (isTypeSymbol(scope)) {
      if (rules.implicitMembers || (wanted === 'type' && scope !== from)) {
        const member = this.members.ofType(scope.index, name, rules.implicitMembers ? 'all' : 'own');
        if (member !== undefined) return member;
      }
    } else {
      const child = this.namedChild(scope.index, name, wanted);
      if (child !== undefined) return { value: symbolValue(child), evidence: evidence('scope') };
    }
    if (scope.owner !== null && rules.implicitMembers) {
      const type = this.ownerType(scope);
      const member = type === undefined ? undefined : this.members.ofType(type, name, 'all');
      if (member !== undefined) return member;
    }
    return this.importedIn(scope, name, wanted, visited);
  }

  /** A name may carry the ordinal of the definition that is meant: `Row~2`. */
  private namedChild(parent: SymbolIndex, name: string, wanted: Wanted): SymbolIndex | undefined {
    const numbered = name.includes('~') ? /^(.+)~(\d+)$/.exec(name) : null;
    if (numbered === null) return this.choose(this.program.children(parent, name), wanted);
    const ordinal = Number(numbered[2]);
    const children = this.program.children(parent, numbered[1] ?? '');
    return this.choose(
      children.filter((child) => this.program.symbol(child).ordinal === ordinal),
      wanted,
    );
  }

  private importedIn(scope: ProgramSymbol, name: string, wanted: Wanted, visited?: Visited): Found | undefined {
    let external: Found | undefined;
    for (const row of this.program.aliased(scope.index, 'import', name)) {
      const found = this.importTarget(scope, row, wanted, visited);
      if (found === undefined) continue;
      if (found.value.kind !== 'external') return found;
      external = found;
    }
    return external;
  }

  private lookupWildcards(
    from: ProgramSymbol,
    name: string,
    wanted: Wanted,
    visited: Visited = new Set(),
  ): Found | undefined {
    for (let scope: ProgramSymbol | undefined = from; scope !== undefined; scope = this.parent(scope)) {
      for (const row of this.program.aliased(scope.index, 'import', '*')) {
        if (row.receiver === null) continue;
        const home = this.resolveModule(scope, row.receiver);
        const found = home === undefined ? undefined : this.offered(home, name, scope, wanted, visited);
        if (found !== undefined) return { value: found, evidence: evidence('wildcard') };
      }
    }
    return undefined;
  }

  /** Top-level names of other files that need no import. */
  private lookupVisible(from: ProgramSymbol, name: string, wanted: Wanted): Found | undefined {
    const rules = moduleRules(from.language);
    const byStrategy = new Map<string, SymbolIndex[]>();
    for (const candidate of this.program.topLevel(name)) {
      const symbol = this.program.symbol(candidate);
      if (symbol.module === from.module) continue;
      const strategy = rules.visible?.(this.program, from, symbol);
      if (strategy === undefined) continue;
      const list = byStrategy.get(strategy);
      if (list === undefined) byStrategy.set(strategy, [candidate]);
      else list.push(candidate);
    }
    for (const strategy of ['namespace', 'include', 'linkage', 'global'] as const) {
      const candidates = byStrategy.get(strategy) ?? [];
      const chosen = this.chooseVisible(candidates, strategy, wanted);
      if (chosen !== undefined) return { value: symbolValue(chosen), evidence: evidence(strategy) };
    }
    return undefined;
  }

  /** Rules of visibility make one definition the right one; without such a rule several mean a tie. */
  private chooseVisible(candidates: readonly SymbolIndex[], strategy: string, wanted: Wanted): SymbolIndex | undefined {
    if (strategy === 'namespace' || strategy === 'include') return this.choose(candidates, wanted);
    const fitting = candidates.filter((candidate) => this.fits(candidate, wanted));
    const files = new Set(fitting.map((candidate) => this.program.symbol(candidate).module));
    const isReopenedType = fitting.every((candidate) => this.isContainer(candidate));
    return files.size === 1 || isReopenedType ? this.choose(fitting, wanted) : undefined;
  }

  private isContainer(index: SymbolIndex): boolean {
    const symbol = this.program.symbol(index);
    return isTypeSymbol(symbol) || symbol.nodeType === 'module';
  }

  /** Of definitions under one name in one place: the fitting one with a body, else the first fitting, else the first. */
  choose(candidates: readonly SymbolIndex[], wanted: Wanted): SymbolIndex | undefined {
    if (candidates.length <= 1) return candidates[0];
    const fitting = candidates.filter((candidate) => this.fits(candidate, wanted));
    const pool = fitting.length > 0 ? fitting : candidates;
    return pool.find((candidate) => this.program.symbol(candidate).hasBody) ?? pool[0];
  }

  private fits(index: SymbolIndex, wanted: Wanted): boolean {
    const symbol = this.program.symbol(index);
    if (wanted === 'type') return isTypeSymbol(symbol) || symbol.nodeType === 'module';
    return symbol.nodeType !== 'interface' && symbol.nodeType !== 'type';
  }

  parent(symbol: ProgramSymbol): ProgramSymbol | undefined {
    return symbol.parent < 0 ? undefined : this.program.symbol(symbol.parent);
  }

  /** The type a member written outside of it belongs to. */
  ownerType(member: ProgramSymbol): SymbolIndex | undefined {
    if (member.owner === null) return undefined;
    const home = this.parent(member);
    if (home === undefined) return undefined;
    const parts = member.owner.split('.');
    let found = this.lookup(home, parts[0] ?? '', 'type')?.value;
    for (const part of parts.slice(1)) found = found === undefined ? undefined : this.members.of(found, part)?.value;
    return found?.kind === 'symbol' ? found.symbol : undefined;
  }

  // ── Imports ──────────────────────────────────────────────────────────────────────────────────

  resolveModule(from: ProgramSymbol, specifier: string): Value | undefined {
    const key = `${from.nodeType === 'module' ? from.index : from.module}\0${specifier}`;
    const known = this.modules.get(key);
    if (known !== undefined) return known ?? undefined;
    const value = moduleRules(from.language).resolveModule(this.program, from, specifier);
    this.modules.set(key, value ?? null);
    return value;
  }

  /** What an import row makes visible. */
  importTarget(scope: ProgramSymbol, row: ProgramReference, wanted: Wanted, visited?: Visited): Found | undefined {
    const key = `${scope.index}\0${row.receiver}\0${row.name}\0${wanted}`;
    const known = this.imports.get(key);
    if (known !== undefined) return known ?? undefined;
    const found = this.followImport(scope, row, wanted, visited ?? new Set());
    // Inside another question some ways were closed because they were being gone already.
    if (visited === undefined) this.imports.set(key, found ?? null);
    return found;
  }

  private followImport(
    scope: ProgramSymbol,
    row: ProgramReference,
    wanted: Wanted,
    visited: Visited,
  ): Found | undefined {
    const home = this.resolveModule(scope, row.receiver ?? '');
    if (home === undefined) return undefined;
    if (home.kind === 'external') return { value: EXTERNAL, evidence: evidence('import') };
    if (row.name === '*') return { value: this.wholeModule(home, visited), evidence: evidence('import') };
    const value = this.offered(home, row.name, scope, wanted, visited);
    if (value !== undefined) return { value, evidence: evidence('import') };
    // A namespace that the project only knows from imports is somebody else's.
    return home.kind === 'namespace' && home.modules.length === 0
      ? { value: EXTERNAL, evidence: evidence('import') }
      : undefined;
  }

  /** `const x = require('m')` is what `m` exports as a whole, when it does. */
  private wholeModule(home: Value, visited: Visited): Value {
    if (home.kind !== 'symbol' || !enter(visited, home.symbol, '=')) return home;
    const whole = this.wholeExport(home.symbol);
    if (whole === undefined) return home;
    return this.lookup(this.program.symbol(home.symbol), whole.name, 'value', visited)?.value ?? home;
  }

  /** `module.exports = x` and `export = x`. */
  private wholeExport(module: SymbolIndex): ProgramReference | undefined {
    return this.program.aliased(module, 'export', '=')[0];
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
    const module = this.program.symbol(home.symbol);
    if (module.nodeType !== 'module') return this.members.of(home, name)?.value;
    if (!enter(visited, module.index, name)) return undefined;
    const rules = moduleRules(module.language);
    const children = this.program.children(module.index, name);
    const open = rules.explicitExports
      ? children.filter((child) => this.program.symbol(child).visibility === 'public')
      : children;
    const own = this.choose(open, wanted);
    if (own !== undefined) return symbolValue(own);
    return this.reExported(module, name, wanted, visited) ?? this.throughImports(module, name, wanted, visited);
  }

  private reExported(module: ProgramSymbol, name: string, wanted: Wanted, visited: Visited): Value | undefined {
    const whole = this.wholeExport(module.index);
    const named = this.program.aliased(module.index, 'export', name);
    for (const row of name === 'default' && whole !== undefined ? [...named, whole] : named) {
      const value = this.exportTarget(module, row, wanted, visited);
      if (value !== undefined) return value;
    }
    for (const row of name === 'default' ? [] : this.program.aliased(module.index, 'export', '*')) {
      if (row.receiver === null) continue;
      const home = this.resolveModule(module, row.receiver);
      const value = home === undefined ? undefined : this.offered(home, name, module, wanted, visited);
      if (value !== undefined) return value;
    }
    const object = whole === undefined ? undefined : this.lookup(module, whole.name, 'value', visited)?.value;
    return object === undefined ? undefined : this.members.of(object, name)?.value;
  }

  private exportTarget(
    module: ProgramSymbol,
    row: ProgramReference,
    wanted: Wanted,
    visited: Visited,
  ): Value | undefined {
    if (row.receiver === null) return this.lookup(module, row.name, wanted, visited)?.value;
    const home = this.resolveModule(module, row.receiver);
    if (home === undefined || home.kind === 'external') return home;
    return row.name === '*' ? home : this.offered(home, row.name, module, wanted, visited);
  }

  /** Names that a module has by importing them, where the language lets others import them from there. */
  private throughImports(module: ProgramSymbol, name: string, wanted: Wanted, visited: Visited): Value | undefined {
    const rules = moduleRules(module.language);
    if (rules.importsAreExports) {
      const imported = this.importedIn(module, name, wanted, visited)?.value;
      if (imported !== undefined) return imported;
      for (const row of this.program.aliased(module.index, 'import', '*')) {
        if (row.receiver === null) continue;
        const home = this.resolveModule(module, row.receiver);
        const value = home === undefined ? undefined : this.offered(home, name, module, wanted, visited);
        if (value !== undefined) return value;
      }
    }
    const file = rules.submodule?.(this.program, module, name);
    return file === undefined ? undefined : symbolValue(file);
  }

  private offeredByNamespace(
    home: Value & { kind: 'namespace' },
    name: string,
    from: ProgramSymbol,
    wanted: Wanted,
  ): Value | undefined {
    for (const module of home.modules) {
      const child = this.choose(this.program.children(module, name), wanted);
      if (child !== undefined) return symbolValue(child);
    }
    if (home.modules.length > 0 && from.language !== 'python') return undefined;
    const separator = from.language === 'php' ? '\\' : '.';
    const inner = this.resolveModule(
      from,
      from.language === 'python' ? `${home.path.replaceAll('/', '.')}.${name}` : home.path + separator + name,
    );
    if (inner === undefined || inner.kind === 'external') return undefined;
    return inner.kind === 'namespace' && inner.modules.length === 0 ? undefined : inner;
  }

  // ── Values ───────────────────────────────────────────────────────────────────────────────────

  /** What a value expression written in the code of `from` stands for. */
  evaluate(expression: Expression, from: ProgramSymbol): Found | undefined {
    if (expression.startsWith(UNKNOWN)) return undefined;
    const { base, steps } = parseExpression(expression);
    let found = this.evaluateBase(base, from);
    for (const step of steps) {
      if (found === undefined || found.value.kind === 'external') return found;
      const next: Found | undefined =
        step.kind === 'member'
          ? this.members.of(found.value, step.name, from)
          : step.kind === 'call'
            ? this.called(found.value)
            : this.elementOf(found.value);
      found = next === undefined ? undefined : { value: next.value, evidence: weaker(found.evidence, next.evidence) };
    }
    return found;
  }

  private evaluateBase(base: string, from: ProgramSymbol): Found | undefined {
    if (base === 'this' || base === 'super') return this.selfType(from, base);
    if (!base.startsWith('@')) return this.lookup(from, base, 'value');
    const levels = /\**$/.exec(base)?.[0].length ?? 0;
    const type = this.typeNamed(base.slice(1, base.length - levels), from);
    if (type === undefined) return undefined;
    if (type.value.kind === 'external') return type;
    let value = this.instanceOf(type.value);
    for (let level = 0; level < levels; level++) value = { kind: 'elements', element: value };
    return { value, evidence: weaker(type.evidence, evidence('receiver')) };
  }

  /** The symbol of a type name, whose segments are joined by `::`. */
  typeNamed(name: string, from: ProgramSymbol): Found | undefined {
    const [first = '', ...rest] = name.split('::');
    let found = this.lookup(from, first, 'type') ?? (rest.length > 0 ? this.moduleNamed(first, from) : undefined);
    for (const segment of rest) {
      const next: Found | undefined =
        found === undefined ? undefined : this.members.of(found.value, segment, from, 'type');
      found =
        next === undefined || found === undefined
          ? undefined
          : { value: next.value, evidence: weaker(found.evidence, next.evidence) };
    }
    return found;
  }

  private moduleNamed(name: string, from: ProgramSymbol): Found | undefined {
    const value = this.resolveModule(from, name);
    return value === undefined ? undefined : { value, evidence: evidence('namespace') };
  }

  private instanceOf(type: Value): Value {
    if (type.kind !== 'symbol') return type;
    const symbol = this.program.symbol(type.symbol);
    // An alias of another type is that type.
    const aliased = symbol.nodeType === 'type' ? this.typeOfValue(symbol)?.value : undefined;
    return aliased ?? (isTypeSymbol(symbol) ? { kind: 'instance', type: type.symbol } : type);
  }

  private selfType(from: ProgramSymbol, base: 'this' | 'super'): Found | undefined {
    for (let scope: ProgramSymbol | undefined = from; scope !== undefined; scope = this.parent(scope)) {
      const type = isTypeSymbol(scope) || this.isNamespaceLike(scope) ? scope.index : this.ownerType(scope);
      if (type === undefined) continue;
      if (base === 'this') return { value: { kind: 'instance', type }, evidence: evidence('self') };
      const parent = this.members.bases(type)[0];
      return parent === undefined
        ? undefined
        : { value: { kind: 'instance', type: parent }, evidence: evidence('inheritance') };
    }
    return undefined;
  }

  /** Object literals and Ruby modules hold methods whose `this` is the holder. */
  private isNamespaceLike(scope: ProgramSymbol): boolean {
    return scope.nodeType === 'variable'
      ? this.program.allChildren(scope.index).length > 0
      : scope.nodeType === 'module' && scope.parent >= 0;
  }

  private called(value: Value): Found | undefined {
    if (value.kind !== 'symbol') return undefined;
    const symbol = this.program.symbol(value.symbol);
    if (symbol.nodeType === 'function' || symbol.nodeType === 'method') return this.typeOfValue(symbol);
    const rules = moduleRules(symbol.language);
    if (isTypeSymbol(symbol) && rules.callMakesInstance) {
      return { value: this.instanceOf(value), evidence: evidence('receiver') };
    }
    return undefined;
  }

  private elementOf(value: Value): Found | undefined {
    const held = value.kind === 'symbol' ? this.typeOfValue(this.program.symbol(value.symbol))?.value : value;
    return held?.kind === 'elements' ? { value: held.element, evidence: evidence('receiver') } : undefined;
  }

  /** The value that a variable holds, or that a function returns. */
  typeOfValue(symbol: ProgramSymbol): Found | undefined {
    const { valueType } = symbol;
    if (valueType === null) return undefined;
    return this.valueTypes.get(symbol.index, () => this.settle(this.evaluate(valueType, symbol)) ?? null, null) ?? undefined;
  }

  /** A variable that stands for another variable holds what that one holds. */
  private settle(found: Found | undefined): Found | undefined {
    if (found?.value.kind !== 'symbol') return found;
    const symbol = this.program.symbol(found.value.symbol);
    if (symbol.nodeType !== 'variable' || symbol.valueType === null) return found;
    const held = this.typeOfValue(symbol);
    return held === undefined ? found : { value: held.value, evidence: weaker(found.evidence, held.evidence) };
  }
}

/** False when the question already went through this name of this module. */
function enter(visited: Visited, module: SymbolIndex, name: string): boolean {
  const key = `${module}\0${name}`;
  if (visited.has(key)) return false;
  visited.add(key);
  return true;
}
