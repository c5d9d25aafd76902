import { Fingerprinter, type Fingerprint } from '../model/index.js';
import { fingerprintOfNumbers, keyOf, partsOf, type BindingQuery } from './binding-query.js';
import { moduleRules } from './modules/index.js';
import { outsideMember, outsideStep, type Outside } from './outside.js';
import { isTypeSymbol, type ProgramSymbol, type SymbolIndex } from './program.js';
import type { Resolver, Wanted } from './resolver.js';
import { evidence, fingerprintOfFound, symbolValue, weaker, type Found, type Value } from './value.js';

const NONE: readonly SymbolIndex[] = [];

/** What a type names as its bases, in source order. */
interface Bases {
  readonly own: readonly SymbolIndex[];
  readonly outside: readonly Outside[];
}

const NO_BASES: Bases = { own: [], outside: [] };

/** Finds members of values: of types through their bases, of modules through what they offer. */
export class MemberLookup {
  private readonly baseLists: BindingQuery<Bases>;
  private readonly linearised: BindingQuery<readonly SymbolIndex[]>;
  private readonly found: BindingQuery<Found | null>;

  constructor(private readonly resolver: Resolver) {
    this.baseLists = resolver.define(
      'bases',
      (key) => this.findBases(resolver.program.symbol(Number(key))),
      fingerprintOfBases,
      NO_BASES,
    );
    this.linearised = resolver.define(
      'linearisation',
      (key) => this.findLinearisation(Number(key)),
      fingerprintOfNumbers,
      NONE,
    );
    this.found = resolver.define(
      'member',
      (key) => {
        const [type, name = '', scope, wanted] = partsOf(key);
        return this.findOfType(Number(type), name, scope as 'own' | 'all', wanted as Wanted) ?? null;
      },
      fingerprintOfFound,
      null,
    );
  }

  /** The member `name` of a value, and how it was found. */
  of(value: Value, name: string, from?: ProgramSymbol, wanted: Wanted = 'value'): Found | undefined {
    return this.through(value, name, from, wanted, new Set());
  }

  /** `passed` are the symbols whose values led here: one that leads back to itself holds nothing. */
  private through(
    value: Value,
    name: string,
    from: ProgramSymbol | undefined,
    wanted: Wanted,
    passed: Set<SymbolIndex>,
  ): Found | undefined {
    switch (value.kind) {
      case 'instance':
        return this.ofType(value.type, name, 'all', wanted) ?? this.inheritedFromOutside(value.type, '@', name, wanted);
      case 'symbol':
        return this.ofSymbol(value.symbol, name, from, wanted, passed);
      case 'namespace':
        return from === undefined ? undefined : this.ofNamespace(value, name, from, wanted);
      case 'external':
        return { value: outsideMember(value, name, wanted), evidence: evidence('import') };
      case 'elements':
        return undefined;
    }
  }

  private ofNamespace(
    namespace: Value & { kind: 'namespace' },
    name: string,
    from: ProgramSymbol,
    wanted: Wanted,
  ): Found | undefined {
    const offered = this.resolver.imports.offered(namespace, name, from, wanted);
    if (offered !== undefined) return { value: offered, evidence: evidence('import') };
    const separator = moduleRules(from.language).namespaceSeparator;
    if (separator === undefined || namespace.modules.length > 0) return undefined;
    // Not a member: perhaps the next part of a longer path.
    const path = namespace.path + separator + name;
    return { value: { kind: 'namespace', path, modules: [] }, evidence: evidence('namespace') };
  }

  /** The member `name` of a type: its own, then those of its bases in order. */
  ofType(type: SymbolIndex, name: string, scope: 'own' | 'all', wanted: Wanted = 'value'): Found | undefined {
    return this.resolver.runner.get(this.found, keyOf(type, name, scope, wanted)) ?? undefined;
  }

  private findOfType(type: SymbolIndex, name: string, scope: 'own' | 'all', wanted: Wanted): Found | undefined {
    const own = this.ownMember(type, name, wanted);
    if (own !== undefined) return { value: symbolValue(own), evidence: evidence('self') };
    if (scope === 'own') return undefined;
    for (const base of this.linearise(type)) {
      const inherited = this.ownMember(base, name, wanted);
      if (inherited !== undefined) return { value: symbolValue(inherited), evidence: evidence('inheritance') };
    }
    return undefined;
  }

  private ofSymbol(
    index: SymbolIndex,
    name: string,
    from: ProgramSymbol | undefined,
    wanted: Wanted,
    passed: Set<SymbolIndex>,
  ): Found | undefined {
    const { program } = this.resolver;
    const symbol = program.symbol(index);
    if (isTypeSymbol(symbol)) {
      return this.ofType(index, name, 'all', wanted) ?? this.inheritedFromOutside(index, '', name, wanted);
    }
    if (symbol.nodeType === 'module') return this.ofModule(symbol, name, from, wanted);
    const own = this.resolver.choose(program.children(index, name), 'value');
    if (own !== undefined && symbol.nodeType === 'variable')
      return { value: symbolValue(own), evidence: evidence('self') };
    if (symbol.nodeType !== 'variable' && symbol.nodeType !== 'method') return this.memberWrittenFor(index, name);
    const held = passed.has(index) ? undefined : this.resolver.values.typeOfValue(symbol);
    passed.add(index);
    const member = held === undefined ? undefined : this.through(held.value, name, from, wanted, passed);
    if (held === undefined || member === undefined) return this.memberWrittenFor(index, name);
    return { value: member.value, evidence: weaker(weaker(held.evidence, member.evidence), evidence('receiver')) };
  }

  private memberWrittenFor(index: SymbolIndex, name: string): Found | undefined {
    const member = this.writtenOutside(index, name)[0];
    return member === undefined ? undefined : { value: symbolValue(member), evidence: evidence('self') };
  }

  private ofModule(
    module: ProgramSymbol,
    name: string,
    from: ProgramSymbol | undefined,
    wanted: Wanted,
  ): Found | undefined {
    const offered = this.resolver.imports.offered(symbolValue(module.index), name, from ?? module, wanted);
    if (offered !== undefined) return { value: offered, evidence: evidence('import') };
    for (const part of this.parts(module.index)) {
      const child = this.resolver.choose(this.resolver.program.children(part, name), wanted);
      if (child !== undefined) return { value: symbolValue(child), evidence: evidence('global') };
    }
    return undefined;
  }

  private ownMember(type: SymbolIndex, name: string, wanted: Wanted): SymbolIndex | undefined {
    const { program } = this.resolver;
    const children = program.children(type, name);
    const outside = this.writtenOutside(type, name);
    if (outside.length === 0) return this.resolver.choose(children, wanted);
    // A declaration in the type and its definition outside of it: the definition has the body.
    return this.resolver.choose([...children, ...outside], wanted);
  }

  private writtenOutside(type: SymbolIndex, name: string): readonly SymbolIndex[] {
    const { program } = this.resolver;
    return program
      .membersWrittenFor(program.symbol(type).name)
      .filter((candidate) => program.symbol(candidate).name === name)
      .filter((candidate) => this.resolver.ownerType(program.symbol(candidate)) === type);
  }

  /** The types that `type` names as its bases and that are in the project, in source order. */
  bases(type: SymbolIndex): readonly SymbolIndex[] {
    return this.resolver.runner.get(this.baseLists, keyOf(type)).own;
  }

  /** The nearest base that lies outside the project: the type's own, or that of one of its bases. */
  outsideBase(type: SymbolIndex): Outside | undefined {
    for (const each of [type, ...this.linearise(type)]) {
      const [base] = this.resolver.runner.get(this.baseLists, keyOf(each)).outside;
      if (base !== undefined) return base;
    }
    return undefined;
  }

  /** A member that no type of the project has is one of the base outside, when there is one. */
  private inheritedFromOutside(type: SymbolIndex, step: '@' | '', name: string, wanted: Wanted): Found | undefined {
    const base = this.outsideBase(type);
    if (base === undefined) return undefined;
    const holder = step === '' ? base : outsideStep(base, step);
    return { value: outsideMember(holder, name, wanted), evidence: evidence('inheritance') };
  }

  private findBases(type: ProgramSymbol): Bases {
    const { program } = this.resolver;
    const scope = this.resolver.parent(type) ?? type;
    const own: SymbolIndex[] = [];
    const outside: Outside[] = [];
    const add = (name: string, receiver: string | null, from: ProgramSymbol): void => {
      const found = this.resolver.values.typeNamed(
        receiver === null ? name : `${receiver.replaceAll('.', '::')}::${name}`,
        from,
      );
      if (found?.value.kind === 'symbol' && found.value.symbol !== type.index) own.push(found.value.symbol);
      if (found?.value.kind === 'external' && found.value.specifier !== '') outside.push(found.value);
    };
    for (const row of program.references(type.index, 'inherit'))
      if (row.alias === null) add(row.name, row.receiver, scope);
    for (const row of program.inheritsFor(type.name)) {
      const from = program.symbol(row.source);
      const owner =
        row.alias === null ? undefined : this.resolver.values.typeNamed(row.alias.replaceAll('.', '::'), from)?.value;
      if (owner?.kind === 'symbol' && owner.symbol === type.index) add(row.name, row.receiver, from);
    }
    // A class of several parts (reopened, partial) has the bases of each.
    return { own, outside };
  }

  /** All bases, nearest first, each once; breadth first, which keeps the order in which they are written. */
  private linearise(type: SymbolIndex): readonly SymbolIndex[] {
    return this.resolver.runner.get(this.linearised, keyOf(type));
  }

  private findLinearisation(type: SymbolIndex): SymbolIndex[] {
    const order: SymbolIndex[] = [];
    const seen = new Set<SymbolIndex>([type]);
    const queue = [...this.parts(type), ...this.bases(type)];
    for (let at = 0; at < queue.length; at++) {
      const base = queue[at];
      if (base === undefined || seen.has(base)) continue;
      seen.add(base);
      order.push(base);
      queue.push(...this.bases(base));
    }
    return order;
  }

  /** Other definitions of the same type, in languages where a type can be written in several places. */
  private parts(type: SymbolIndex): SymbolIndex[] {
    const { program } = this.resolver;
    const symbol = program.symbol(type);
    if (!moduleRules(symbol.language).implicitMembers || symbol.parent < 0) return [];
    return program.topLevel(symbol.name).filter((other) => {
      const part = program.symbol(other);
      return (
        other !== type &&
        part.qualifiedName === symbol.qualifiedName &&
        part.nodeType === symbol.nodeType &&
        part.language === symbol.language
      );
    });
  }
}

function fingerprintOfBases({ own, outside }: Bases): Fingerprint {
  const hasher = new Fingerprinter().number(own.length);
  for (const base of own) hasher.number(base);
  for (const { specifier, path } of outside) hasher.text(specifier).text(path);
  return hasher.digest();
}
