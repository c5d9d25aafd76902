import { MemberLookup } from './member-lookup.js';
import { Evaluator } from './evaluator.js';
import { Imports } from './imports.js';
import { CycleGuard } from './memo.js';
import { moduleRules } from './modules/index.js';
import { isTypeSymbol, type Program, type ProgramSymbol, type SymbolIndex } from './program.js';
import { evidence, symbolValue, type Found } from './value.js';

/** The names of modules that one question has gone through, so that circular re-exports end. */
export type Visited = Set<string>;

/** What a name is looked up for: languages let a type and a value share one name. */
export type Wanted = 'value' | 'type' | 'call';

/**
 * Finds what names and value expressions stand for. Pure: answers depend on the program alone, and
 * results are remembered for as long as the resolver lives.
 */
export class Resolver {
  readonly guard = new CycleGuard();
  readonly imports: Imports;
  readonly members: MemberLookup;
  readonly values: Evaluator;

  constructor(readonly program: Program) {
    this.imports = new Imports(this);
    this.members = new MemberLookup(this);
    this.values = new Evaluator(this);
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

  /** What an import in `scope` makes of `name`. */
  importedIn(scope: ProgramSymbol, name: string, wanted: Wanted, visited?: Visited): Found | undefined {
    let external: Found | undefined;
    for (const row of this.program.aliased(scope.index, 'import', name)) {
      const found = this.imports.importTarget(scope, row, wanted, visited);
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
    if (moduleRules(from.language).includes === true) return undefined;
    for (let scope: ProgramSymbol | undefined = from; scope !== undefined; scope = this.parent(scope)) {
      for (const row of this.program.aliased(scope.index, 'import', '*')) {
        if (row.receiver === null) continue;
        const home = this.imports.resolveModule(scope, row.receiver);
        const found = home === undefined ? undefined : this.imports.offered(home, name, scope, wanted, visited);
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
    const callable = wanted === 'call' ? candidates.filter((candidate) => this.isCallable(candidate)) : [];
    const fitting = callable.length > 0 ? callable : candidates.filter((candidate) => this.fits(candidate, wanted));
    const pool = fitting.length > 0 ? fitting : candidates;
    return pool.find((candidate) => this.program.symbol(candidate).hasBody) ?? pool[0];
  }

  private isCallable(index: SymbolIndex): boolean {
    const { nodeType } = this.program.symbol(index);
    return nodeType === 'function' || nodeType === 'method' || nodeType === 'class' || nodeType === 'struct';
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
}
