import { Fingerprinter, UNKNOWN, type EdgeMetadata, type EdgeType, type Fingerprint } from '../model/index.js';
import { fingerprintOfNumbers, keyOf, type BindingQuery, type QueryRunner } from './binding-query.js';
import { Memo } from './memo.js';
import { constructorOf } from './constructors.js';
import {
  familyOf,
  isTypeSymbol,
  lastSegment,
  type Program,
  type ProgramReference,
  type ProgramSymbol,
  type SymbolIndex,
} from './program.js';
import { OutsideUses, type OutsideUse } from './outside-uses.js';
import { bindPrecise, isNamed, mayLeadOutside, type Mention } from './precise-binding.js';
import { Resolver, type Wanted } from './resolver.js';
import { SharedMetadata, textOfMetadata } from './edge-metadata.js';
import { evidence, isStronger, type Evidence, type Found, type Value } from './value.js';

/** What binding concludes: the source depends on the target. */
export interface BoundEdge {
  readonly target: SymbolIndex;
  readonly edgeType: EdgeType;
  readonly metadata: EdgeMetadata | null;
}

/** All that binding concludes of a symbol. */
export interface Bound {
  readonly edges: readonly BoundEdge[];
  readonly outside: readonly OutsideUse[];
}

const NOTHING: Bound = { edges: [], outside: [] };

/** What was concluded so far of one symbol. */
interface Drafts {
  readonly edges: Map<string, EdgeDraft>;
  readonly outside: OutsideUses;
}

interface EdgeDraft {
  readonly target: SymbolIndex;
  readonly edgeType: EdgeType;
  count: number;
  evidence: Evidence;
  reads: boolean;
  writes: boolean;
}

/** Names of members that every second library type has: alone they say nothing about the receiver. */
const COMMON_MEMBERS = new Set(
  (
    'add all any append apply at bind call catch clear clone close concat constructor contains copy count create delete ' +
    'each emit end entries equals every exec execute exists exit extend fill filter find first flush forEach format ' +
    'from get handle has hash hashCode includes indexOf init insert is isEmpty items iter join keys last len length ' +
    'list load log map match max merge min name new next of off on once open parse pipe pop print push put read ' +
    'reduce remove render replace reset resolve reverse run save search send set setup show size slice some sort ' +
    'splice split start stop sub test then toString trim type unwrap update use value values warn write'
  ).split(' '),
);

/**
 * Turns references into edges. Edges are a pure function of the program's facts: the same facts give
 * the same edges, whatever was indexed before.
 *
 * Containment is left to the facts themselves, except for members that are written outside their type.
 */
export class Binder {
  private readonly resolver: Resolver;
  private readonly metadata = new SharedMetadata();
  private readonly nearby: BindingQuery<ReadonlySet<SymbolIndex>>;
  /** The edges of one symbol, by its number. */
  readonly bindings: BindingQuery<Bound>;

  constructor(
    private readonly program: Program,
    runner: QueryRunner = new Memo(),
  ) {
    const resolver = new Resolver(program, runner);
    this.resolver = resolver;
    this.nearby = resolver.define('nearby', (key) => this.findNearby(Number(key)), fingerprintOfNumbers, new Set());
    this.bindings = resolver.define('bindings', (key) => this.bind(Number(key)), fingerprintOfBound, NOTHING);
  }

  /** All questions whose answers are kept, by name. */
  get queries(): ReadonlyMap<string, BindingQuery<unknown>> {
    return new Map(this.resolver.queries.map((query) => [query.name, query]));
  }

  /** All edges that start at one symbol, except to what is written in it, and what it uses outside the project. */
  bind(source: SymbolIndex): Bound {
    const from = this.program.symbol(source);
    const drafts: Drafts = { edges: new Map(), outside: new OutsideUses(from) };
    // Whatever changes in its code, a symbol is bound anew.
    this.program.contentHash(source);
    const precise = this.program.preciseOf(source);
    const told = precise && bindPrecise(this.program, precise, (...edge) => this.addPrecise(drafts, ...edge));
    // What a compiler spoke of has its edges; only what it uses outside the project is still to be found.
    const spoken: Drafts = { edges: new Map(), outside: drafts.outside };
    for (const reference of this.program.allReferences(source)) {
      if (told === undefined || isNamed(reference, told.open)) this.bindReference(from, reference, drafts);
      else if (mayLeadOutside(reference, told)) this.bindReference(from, reference, spoken);
    }
    this.bindContainment(from, drafts);
    return {
      edges: [...drafts.edges.values()].map((draft) => this.finish(draft)),
      outside: drafts.outside.list(),
    };
  }

  /** What a compiler resolved; the constructor that an instance runs follows from the language. */
  private addPrecise(drafts: Drafts, target: SymbolIndex, edgeType: EdgeType, mention: Mention): void {
    const reason = evidence('scip');
    this.add(drafts, target, edgeType, reason, mention);
    const symbol = this.program.symbol(target);
    if (edgeType === 'call' && isTypeSymbol(symbol)) this.bindConstructor(symbol, reason, mention, drafts);
  }

  private bindReference(from: ProgramSymbol, reference: ProgramReference, drafts: Drafts): void {
    switch (reference.kind) {
      case 'call':
        return this.bindCall(from, reference, drafts);
      case 'inherit':
        return this.bindInherit(from, reference, drafts);
      case 'type':
        return this.bindUse(from, reference, this.findType(from, reference), drafts);
      case 'read':
      case 'write':
      case 'readwrite':
        return this.bindUse(from, reference, this.findValue(from, reference), drafts);
      case 'import':
      case 'export':
        return this.bindImport(from, reference, drafts);
      case 'namespace':
        return;
    }
  }

  // ── Calls ────────────────────────────────────────────────────────────────────────────────────

  private bindCall(from: ProgramSymbol, reference: ProgramReference, drafts: Drafts): void {
    const found = this.findValue(from, reference) ?? this.uniqueMember(from, reference);
    if (found === undefined) return;
    drafts.outside.add(found, reference);
    for (const target of this.symbolsOf(found.value)) {
      const symbol = this.program.symbol(target);
      if (symbol.nodeType === 'module') continue;
      this.add(drafts, target, 'call', found.evidence, reference);
      if (isTypeSymbol(symbol)) this.bindConstructor(symbol, found.evidence, reference, drafts);
    }
  }

  /** Making an instance runs the constructor that the class writes. */
  private bindConstructor(type: ProgramSymbol, reason: Evidence, reference: Mention, drafts: Drafts): void {
    const constructor = constructorOf(this.resolver, type);
    if (constructor !== undefined) this.add(drafts, constructor, 'call', reason, reference);
  }

  /**
   * The receiver's type is unknown, but the project has one member of that name, and it is in this file
   * or in a file this one imports. Kept apart by its low confidence.
   */
  private uniqueMember(from: ProgramSymbol, reference: ProgramReference): Found | undefined {
    if (reference.receiver === null || COMMON_MEMBERS.has(reference.name)) return undefined;
    if (!this.isUntyped(reference.receiver, from)) return undefined;
    const only = this.program.soleMember(reference.name, familyOf(from.language));
    // A method that calls one of its own name on something unknown hands on to that thing.
    if (only === undefined || only === from.index) return undefined;
    const symbol = this.program.symbol(only);
    if (symbol.nodeType !== 'method') return undefined;
    const isNearby = this.resolver.runner.get(this.nearby, keyOf(from.module)).has(symbol.module);
    if (!isNearby) return undefined;
    return { value: { kind: 'symbol', symbol: only }, evidence: evidence('unique-member') };
  }

  /** Is nothing known of the receiver? A type that is named but is not in the project is known to be elsewhere. */
  private isUntyped(receiver: string, from: ProgramSymbol): boolean {
    if (receiver === UNKNOWN) return true;
    return !receiver.startsWith('@') && this.resolver.values.evaluate(receiver, from) === undefined;
  }

  /** The file itself and the files of the project that it imports from. */
  private findNearby(module: SymbolIndex): ReadonlySet<SymbolIndex> {
    const modules = new Set<SymbolIndex>([module]);
    const from = this.program.symbol(module);
    for (const row of this.program.references(module, 'import')) {
      const imported = this.resolver.imports.importTarget(from, row, 'value')?.value;
      if (imported?.kind === 'symbol') modules.add(this.program.symbol(imported.symbol).module);
      if (imported?.kind === 'namespace') for (const file of imported.modules) modules.add(file);
    }
    return modules;
  }

  // ── Other references ─────────────────────────────────────────────────────────────────────────

  private findValue(from: ProgramSymbol, reference: ProgramReference): Found | undefined {
    const wanted = reference.kind === 'call' ? 'call' : 'value';
    if (reference.receiver === null) return this.resolver.lookup(from, reference.name, wanted);
    return this.memberOf(from, reference.receiver, reference.name, wanted);
  }

  private memberOf(from: ProgramSymbol, receiver: string, name: string, wanted: Wanted): Found | undefined {
    const holder = this.resolver.values.evaluate(receiver, from);
    if (holder === undefined) return undefined;
    const member = this.resolver.members.of(holder.value, name, from, wanted);
    if (member === undefined) return undefined;
    return {
      value: member.value,
      evidence: holder.evidence.confidence < member.evidence.confidence ? holder.evidence : member.evidence,
    };
  }

  private findType(from: ProgramSymbol, reference: ProgramReference): Found | undefined {
    const name =
      reference.receiver === null ? reference.name : `${reference.receiver.replaceAll('.', '::')}::${reference.name}`;
    return this.resolver.values.typeNamed(name, from);
  }

  private bindUse(from: ProgramSymbol, reference: ProgramReference, found: Found | undefined, drafts: Drafts): void {
    if (found === undefined) return;
    drafts.outside.add(found, reference);
    for (const target of this.symbolsOf(found.value)) {
      const symbol = this.program.symbol(target);
      if (target === from.index || symbol.nodeType === 'module') continue;
      const edgeType = symbol.nodeType === 'variable' ? 'data_dependency' : 'reference';
      this.add(drafts, target, edgeType, found.evidence, reference);
    }
  }

  private bindInherit(from: ProgramSymbol, reference: ProgramReference, drafts: Drafts): void {
    // Written for a type elsewhere: that type's own binding makes the edge.
    if (reference.alias !== null) return;
    const scope = this.resolver.parent(from) ?? from;
    const found = this.findType(scope, reference);
    const target = found === undefined ? undefined : this.symbolOf(found.value);
    if (found !== undefined) drafts.outside.add(found, reference);
    if (found !== undefined && target !== undefined && target !== from.index)
      this.add(drafts, target, 'inheritance', found.evidence, reference);
  }

  private bindImport(from: ProgramSymbol, reference: ProgramReference, drafts: Drafts): void {
    if (reference.receiver === null) return;
    const home = this.resolver.imports.resolveModule(from, reference.receiver);
    if (home?.kind === 'symbol') this.addImport(from, home.symbol, reference, drafts);
    if (home !== undefined) drafts.outside.add({ value: home, evidence: evidence('import') }, reference);
    if (reference.name === '*') return;
    const found = this.resolver.imports.importTarget(from, reference, 'value');
    if (found?.value.kind === 'symbol') this.addImport(from, found.value.symbol, reference, drafts);
    if (found !== undefined) drafts.outside.add(found, reference);
  }

  private addImport(from: ProgramSymbol, target: SymbolIndex, reference: ProgramReference, drafts: Drafts): void {
    if (target === from.index || target === from.module) return;
    this.add(drafts, target, 'import', evidence('import'), reference);
  }

  // ── Structure ────────────────────────────────────────────────────────────────────────────────

  /** From a type to its members and bases that are written elsewhere, and to those whose type is not known here. */
  private bindContainment(from: ProgramSymbol, drafts: Drafts): void {
    for (const child of this.program.outsideChildren(from.index)) {
      if (this.holderOf(this.program.symbol(child)) === undefined) this.contain(drafts, child);
    }
    if (!isContainer(from)) return;
    for (const member of this.program.membersWrittenFor(from.name)) {
      if (this.holderOf(this.program.symbol(member)) === from.index) this.contain(drafts, member);
    }
    for (const row of this.program.inheritsFor(from.name)) this.bindOutsideInherit(from, row, drafts);
  }

  /**
   * The type that holds a member which is written outside of it. A type that is known here by another
   * name, and what cannot hold members, do not find theirs: these belong to where they are written.
   */
  private holderOf(member: ProgramSymbol): SymbolIndex | undefined {
    const owner = this.resolver.ownerType(member);
    if (owner === undefined || member.owner === null) return undefined;
    const symbol = this.program.symbol(owner);
    return isContainer(symbol) && symbol.name === lastSegment(member.owner) ? owner : undefined;
  }

  private bindOutsideInherit(from: ProgramSymbol, row: ProgramReference, drafts: Drafts): void {
    const scope = this.program.symbol(row.source);
    const owner = this.resolver.values.typeNamed((row.alias ?? '').replaceAll('.', '::'), scope)?.value;
    if (owner?.kind !== 'symbol' || owner.symbol !== from.index) return;
    const base = this.findType(scope, row);
    const target = base === undefined ? undefined : this.symbolOf(base.value);
    if (base !== undefined) drafts.outside.add(base, row);
    if (base !== undefined && target !== undefined && target !== from.index)
      this.add(drafts, target, 'inheritance', base.evidence, row);
  }

  private contain(drafts: Drafts, target: SymbolIndex): void {
    drafts.edges.set(`${target} containment`, {
      target,
      edgeType: 'containment',
      count: 0,
      evidence: evidence('scope'),
      reads: false,
      writes: false,
    });
  }

  // ── Edges ────────────────────────────────────────────────────────────────────────────────────

  private symbolOf(value: Value): SymbolIndex | undefined {
    return value.kind === 'symbol' ? value.symbol : undefined;
  }

  /** What a value names: several symbols where it is one of several. */
  private symbolsOf(value: Value): readonly SymbolIndex[] {
    const values = value.kind === 'either' ? value.values : [value];
    return values.flatMap((one) => (one.kind === 'symbol' ? [one.symbol] : []));
  }

  private add(drafts: Drafts, target: SymbolIndex, edgeType: EdgeType, reason: Evidence, reference: Mention): void {
    // Whoever uses a symbol is bound anew when its interface changes; to import it is not to use it.
    if (edgeType !== 'import') this.program.interfaceHash(target);
    const key = `${target} ${edgeType}`;
    const reads = reference.kind === 'read' || reference.kind === 'readwrite';
    const writes = reference.kind === 'write' || reference.kind === 'readwrite';
    const draft = drafts.edges.get(key);
    if (draft === undefined) {
      drafts.edges.set(key, { target, edgeType, count: reference.count, evidence: reason, reads, writes });
      return;
    }
    draft.count += reference.count;
    draft.reads ||= reads;
    draft.writes ||= writes;
    if (isStronger(reason, draft.evidence)) draft.evidence = reason;
  }

  private finish(draft: EdgeDraft): BoundEdge {
    const { target, edgeType } = draft;
    if (edgeType === 'containment') return { target, edgeType, metadata: null };
    if (edgeType === 'call') return { target, edgeType, metadata: this.metadata.ofCall(draft.evidence, draft.count) };
    if (edgeType !== 'data_dependency') return { target, edgeType, metadata: this.metadata.ofUse(draft.evidence) };
    const { strategy, confidence } = draft.evidence;
    const access = draft.writes ? (draft.reads ? 'readwrite' : 'write') : 'read';
    return {
      target,
      edgeType,
      metadata: { access, confidence, strategy, variableName: this.program.symbol(target).name },
    };
  }
}

/** Functions hold members too in JavaScript: `f.helper = …`, `F.prototype.m = …`. */
function isContainer(symbol: ProgramSymbol): boolean {
  return isTypeSymbol(symbol) || symbol.nodeType === 'function' || symbol.nodeType === 'variable';
}

function fingerprintOfBound({ edges, outside }: Bound): Fingerprint {
  const hasher = new Fingerprinter();
  for (const { target, edgeType, metadata } of edges) {
    hasher
      .number(target)
      .text(edgeType)
      .text(metadata === null ? '' : textOfMetadata(metadata));
  }
  for (const use of outside) {
    hasher.text(use.specifier).text(use.path).text(use.kind).number(use.count).text(use.evidence.strategy);
  }
  return hasher.digest();
}
