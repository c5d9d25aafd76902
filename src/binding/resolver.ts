import { MemberLookup } from './member-lookup.js';
import { Evaluator } from './evaluator.js';
import { Imports } from './imports.js';
import {
  bindingQuery,
  fingerprintOfNumbers,
  keyOf,
  partsOf,
  type BindingQuery,
  type QueryRunner,
} from './binding-query.js';
import { includedBy } from './modules/includes.js';
import { moduleRules, type ModuleContext } from './modules/index.js';
import { isTypeSymbol, type Program, type ProgramSymbol, type SymbolIndex } from './program.js';
import { Fingerprinter, type Fingerprint } from '../model/index.js';
import { addFound, evidence, symbolValue, type Found } from './value.js';

/** The names of modules that one question has gone through, so that circular re-exports end. */
export type Visited = Set<string>;

/** What a name is looked up for: languages let a type and a value share one name. */
export type Wanted = 'value' | 'type' | 'call';

/** What a file makes of a name: by what is written in it, else by what the language shows without that. */
interface NameInModule {
  readonly own: Found | null;
  readonly shown: Found | null;
}

/** What looks something up, and for whom. */
const NOWHERE: NameInModule = { own: null, shown: null };

/**
 * Finds what names and value expressions stand for. Pure: answers depend on the program alone. The
 * questions that come up again and again go through the runner, which keeps their answers.
 */
export class Resolver implements ModuleContext {
  readonly imports: Imports;
  readonly members: MemberLookup;
  readonly values: Evaluator;
  /** All questions whose answers are kept. */
  readonly queries: BindingQuery<unknown>[] = [];

  private readonly names = this.define(
    'name',
    (key): NameInModule => {
      const [module, name = '', wanted] = partsOf(key);
      return this.nameInModule(this.program.symbol(Number(module)), name, wanted as Wanted);
    },
    fingerprintOfName,
    NOWHERE,
  );

  private readonly owners = this.define(
    'owner',
    (key): SymbolIndex => this.findOwnerType(this.program.symbol(Number(key))) ?? -1,
    (owner) => fingerprintOfNumbers([owner]),
    -1,
  );

  private readonly includes = this.define(
    'includes',
    (key): ReadonlySet<SymbolIndex> => includedBy(this.program, Number(key)),
    fingerprintOfNumbers,
    new Set<SymbolIndex>(),
  );

  constructor(
    readonly program: Program,
    readonly runner: QueryRunner,
  ) {
    this.imports = new Imports(this);
    this.members = new MemberLookup(this);
    this.values = new Evaluator(this);
  }

  define<V>(
    name: string,
    compute: (key: string) => V,
    fingerprint: (value: V) => Fingerprint,
    onCycle: V,
  ): BindingQuery<V> {
    const query = bindingQuery(name, compute, fingerprint, onCycle);
    this.queries.push(query);
    return query;
  }

  /** The files that a file includes, directly or through others, and itself. */
  included(module: SymbolIndex): ReadonlySet<SymbolIndex> {
    return this.runner.get(this.includes, keyOf(module));
  }

  // ── Names ────────────────────────────────────────────────────────────────────────────────────

  /**
   * What `name` stands for in the code of `from`: enclosing scopes, imports, then what the language
   * shows without them. With `visited`, the question is part of another one, and its answer depends on
   * that.
   */
  lookup(from: ProgramSymbol, name: string, wanted: Wanted, visited?: Visited): Found | undefined {
    let module = from;
    for (let scope: ProgramSymbol | undefined = from; scope !== undefined; scope = this.parent(scope)) {
      module = scope;
      if (scope.parent < 0) break;
      const found = this.lookupInScope(scope, from, name, wanted, visited);
      if (found !== undefined) return found;
    }
    const { own, shown } =
      visited === undefined
        ? this.runner.get(this.names, keyOf(module.index, name, wanted))
        : this.nameInModule(module, name, wanted, visited);
    if (own !== null) return own;
    return (from === module ? undefined : this.lookupInnerWildcards(from, name, wanted, visited)) ?? shown ?? undefined;
  }

  private nameInModule(module: ProgramSymbol, name: string, wanted: Wanted, visited?: Visited): NameInModule {
    const own = this.lookupInScope(module, module, name, wanted, visited);
    if (own !== undefined) return { own, shown: null };
    const shown =
      this.lookupWildcards(module, name, wanted, visited ?? new Set()) ?? this.lookupVisible(module, name, wanted);
    return { own: null, shown: shown ?? null };
  }

  private lookupInScope(
    scope: ProgramSymbol,
    from: ProgramSymbol,
    name: string,
    wanted: Wanted,
    visited?: Visited,
  ): Found | undefined {
    if (scope.parent >= 0 && !isTypeSymbol(scope) && scope.owner === null && !this.program.isScope(scope.index)) {
      return undefined;
    }
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

  /** Imports of everything that a module offers, written inside a definition. */
  private lookupInnerWildcards(
    from: ProgramSymbol,
    name: string,
    wanted: Wanted,
    visited: Visited = new Set(),
  ): Found | undefined {
    for (let scope: ProgramSymbol | undefined = from; scope !== undefined; scope = this.parent(scope)) {
      if (scope.parent < 0) return undefined;
      const found = this.program.isScope(scope.index) ? this.lookupWildcards(scope, name, wanted, visited) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private lookupWildcards(scope: ProgramSymbol, name: string, wanted: Wanted, visited: Visited): Found | undefined {
    if (moduleRules(scope.language).includes === true) return undefined;
    for (const row of this.program.aliased(scope.index, 'import', '*')) {
      if (row.receiver === null) continue;
      const home = this.imports.resolveModule(scope, row.receiver);
      const found = home === undefined ? undefined : this.imports.offered(home, name, scope, wanted, visited);
      if (found !== undefined) return { value: found, evidence: evidence('wildcard') };
    }
    return undefined;
  }

  /** Top-level names of other files that need no import. */
  private lookupVisible(from: ProgramSymbol, name: string, wanted: Wanted): Found | undefined {
    const rules = moduleRules(from.language);
    if (rules.visible === undefined || rules.seesOthers?.(this.program, from) === false) return undefined;
    const byStrategy = new Map<string, SymbolIndex[]>();
    for (const candidate of this.program.topLevel(name)) {
      const symbol = this.program.symbol(candidate);
      if (symbol.module === from.module) continue;
      const strategy = rules.visible(this, from, symbol);
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
    return pool.find((candidate) => this.program.hasBody(candidate)) ?? pool[0];
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
    const owner = this.runner.get(this.owners, keyOf(member.index));
    return owner < 0 ? undefined : owner;
  }

  private findOwnerType(member: ProgramSymbol): SymbolIndex | undefined {
    if (member.owner === null) return undefined;
    const home = this.parent(member);
    if (home === undefined) return undefined;
    const parts = member.owner.split('.');
    let found = this.lookup(home, parts[0] ?? '', 'type')?.value;
    for (const part of parts.slice(1)) found = found === undefined ? undefined : this.members.of(found, part)?.value;
    return found?.kind === 'symbol' ? found.symbol : undefined;
  }
}

function fingerprintOfName({ own, shown }: NameInModule): Fingerprint {
  const hasher = new Fingerprinter();
  addFound(hasher, own);
  addFound(hasher, shown);
  return hasher.digest();
}
