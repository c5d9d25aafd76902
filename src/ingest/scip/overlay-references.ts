import { isNamed } from '../../binding/index.js';
import {
  keyInFile,
  type PreciseAccess,
  type PreciseEdgeType,
  type PreciseReference,
  type PreciseTarget,
  type ReferenceFact,
} from '../../model/index.js';
import type { Complaints } from './complaints.js';
import { accessOf, isCalled } from './document-references.js';
import type { DocumentText } from './document-text.js';
import type { FileSymbols } from './file-symbols.js';
import { writtenAt, type Meaning, type OverlayTarget, type OverlayTargets } from './overlay-targets.js';
import { PreciseTally } from './precise-tally.js';
import { comparePositions, type Range } from './range.js';
import { ROLE, type ScipDocument, type ScipOccurrence } from './scip-document.js';

/** A document of an index, and the file of the project that it describes. */
export interface DescribedFile {
  readonly path: string;
  readonly document: ScipDocument;
  readonly text: DocumentText;
  readonly file: FileSymbols;
}

type Placed = ScipOccurrence & { readonly range: Range };

/** A place in the source where something is named. */
interface Mentioned {
  readonly occurrence: Placed;
  readonly name: string;
  readonly byte: number;
  /** The symbol that it is written in, by position. */
  readonly source: number;
  /** What the extractor knows of references by that name in that symbol. */
  readonly facts: readonly ReferenceFact[];
  /** Those of them that begin on the same line. */
  readonly here: readonly ReferenceFact[];
}

/**
 * What an index says of the references of one file, by the symbols that the extractor found in it. The index says what a
 * name means; the extractor, which reads the syntax, in which symbol it stands and what is done with it there.
 */
export function preciseReferencesOf(
  described: DescribedFile,
  targets: OverlayTargets,
  complaints: Complaints,
): Map<string, PreciseReference[]> {
  return new DocumentOverlay(described, targets, complaints).run();
}

class DocumentOverlay {
  private readonly tally = new PreciseTally();
  /** Names that the index speaks of, by the symbols around them. */
  private readonly spoken = new Map<number, Set<string>>();
  private readonly defined = new Set<number>();

  constructor(
    private readonly described: DescribedFile,
    private readonly targets: OverlayTargets,
    private readonly complaints: Complaints,
  ) {}

  run(): Map<string, PreciseReference[]> {
    for (const occurrence of this.occurrences()) this.take(occurrence);
    for (const { symbol, relationships } of this.described.document.symbols) {
      const from = this.targets.definedAt(this.described.path, symbol);
      if (from !== undefined) this.takeRelationships(from, relationships);
    }
    const references = new Map<string, PreciseReference[]>();
    for (const [position, symbol] of this.described.file.list.entries()) {
      if (!this.isCovered(position)) continue;
      this.leaveUnspoken(position);
      references.set(keyInFile(symbol), this.tally.referencesOf(position));
    }
    return references;
  }

  /** The occurrences that have a place in the text, in its order. */
  private occurrences(): Placed[] {
    const { document, text, path } = this.described;
    const placed = document.occurrences.filter((occurrence): occurrence is Placed => {
      const { range, symbol } = occurrence;
      if (range !== undefined && text.holds(range.start) && text.holds(range.end)) return symbol !== '';
      this.complaints.add('INVALID_RANGE', path, symbol);
      return false;
    });
    return placed.sort((a, b) => comparePositions(a.range.start, b.range.start));
  }

  private take(occurrence: Placed): void {
    const { path, text, file } = this.described;
    const name = writtenAt(text, occurrence);
    const byte = text.byteOf(occurrence.range.start);
    const chain = file.chainAt(byte);
    const isDefinition = (occurrence.roles & ROLE.definition) !== 0;
    if (name !== '') for (const around of chain) this.speak(around, name);
    const meaning = this.targets.meaningOf(path, occurrence.symbol);
    if (isDefinition) {
      if (meaning.kind === 'symbol' && meaning.target.path === path)
        this.takeDefinition(occurrence, name, byte, chain, meaning.target);
      return;
    }
    if ((occurrence.roles & ROLE.forward) !== 0 || meaning.kind === 'inner' || name === '') return;
    const mentioned = this.mentionIn(chain, occurrence, name, byte);
    if (meaning.kind === 'unresolved') this.tally.leave(mentioned.source, name);
    else this.takeReference(mentioned, meaning);
  }

  private speak(position: number, name: string): void {
    const names = this.spoken.get(position);
    if (names === undefined) this.spoken.set(position, new Set([name]));
    else names.add(name);
  }

  /** The symbol around a place is the innermost one, unless the extractor saw the reference in one further out. */
  private mentionIn(chain: readonly number[], occurrence: Placed, name: string, byte: number): Mentioned {
    const of = (source: number): Mentioned => {
      const line = occurrence.range.start.line + 1 - this.described.file.at(source).startLine;
      const facts = this.factsNamed(source, name);
      return { occurrence, name, byte, source, facts, here: facts.filter((fact) => fact.line === line) };
    };
    const [inner, ...outer] = chain.map(of);
    if (inner === undefined) return of(0);
    return inner.facts.length > 0 ? inner : (outer.find(({ here }) => here.length > 0) ?? inner);
  }

  private factsNamed(source: number, name: string): ReferenceFact[] {
    const names = new Set([name]);
    return this.described.file.referencesOf(source).filter((fact) => isNamed(fact, names));
  }

  /** A field or a global that is defined by being assigned to is written where that is done. */
  private takeDefinition(
    occurrence: Placed,
    name: string,
    byte: number,
    chain: readonly number[],
    target: OverlayTarget,
  ): void {
    this.defined.add(target.position);
    if (target.nodeType !== 'variable') return;
    const outside = chain.filter((position) => position !== target.position);
    const mentioned = this.mentionIn(outside, occurrence, name, byte);
    const isWritten = mentioned.facts.some(({ kind }) => kind === 'write' || kind === 'readwrite');
    if (isWritten) this.add(mentioned.source, targetAs(target), 'data_dependency', name, this.accessOf(mentioned));
  }

  private takeReference(mentioned: Mentioned, meaning: Meaning & { kind: 'symbol' | 'external' }): void {
    const { source, name } = mentioned;
    const own = meaning.kind === 'symbol' && meaning.target.path === this.described.path ? meaning.target.position : -1;
    const nodeType = meaning.kind === 'symbol' ? meaning.target.nodeType : meaning.nodeType;
    const edgeType = this.edgeTypeOf(mentioned, nodeType, own);
    if (edgeType === undefined) return;
    if (edgeType !== 'call' && own === source) return;
    const target = meaning.kind === 'symbol' ? targetAs(instantiated(meaning.target, name)) : meaning;
    const access = edgeType === 'data_dependency' ? this.accessOf(mentioned) : null;
    this.add(source, target, edgeType, name, access);
  }

  /** Undefined when the reference makes no edge. `own` is the position of a target in this file, else -1. */
  private edgeTypeOf(
    mentioned: Mentioned,
    nodeType: OverlayTarget['nodeType'],
    own: number,
  ): PreciseEdgeType | undefined {
    const { here, facts, occurrence } = mentioned;
    const isImport =
      (occurrence.roles & ROLE.import) !== 0 ||
      here.some(({ kind, receiver }) => (kind === 'import' || kind === 'export') && receiver !== null);
    if (isImport) return own < 0 ? 'import' : undefined;
    // To name a module in order to reach into it is no use of the module.
    if (nodeType === 'module') return undefined;
    const kinds = new Set((here.length > 0 ? here : facts).map(({ kind }) => kind));
    if (kinds.has('inherit') && this.isFirst(mentioned)) return 'inheritance';
    const called = isCalled(occurrence, this.described.text) === true;
    const isCall = kinds.size === 0 ? called : kinds.has('call') && (called || kinds.size === 1);
    if (isCall) return 'call';
    return nodeType === 'variable' ? 'data_dependency' : 'reference';
  }

  /** As the extractor saw it; where it did not, as the index or the text says. */
  private accessOf({ facts, occurrence }: Mentioned): PreciseAccess {
    const accesses = facts.flatMap(({ kind }) => (isAccess(kind) ? [kind] : []));
    if (accesses.length === 0) return accessOf(occurrence, this.described.text) ?? 'read';
    const [first, ...others] = new Set(accesses);
    return first !== undefined && others.length === 0 ? first : 'readwrite';
  }

  private isFirst({ source, name }: Mentioned): boolean {
    return !this.tally.hasInheritance(source, name);
  }

  private takeRelationships(
    from: OverlayTarget,
    relationships: ScipDocument['symbols'][number]['relationships'],
  ): void {
    for (const { symbol, isImplementation, isReference, isTypeDefinition } of relationships) {
      const meaning = this.targets.meaningOf(this.described.path, symbol);
      if (meaning.kind === 'unresolved' || meaning.kind === 'inner') continue;
      if (meaning.kind === 'symbol' && meaning.target.key === from.key) continue;
      const target = meaning.kind === 'symbol' ? targetAs(meaning.target) : meaning;
      const name = meaning.kind === 'symbol' ? meaning.target.name : '';
      if (isImplementation) this.tally.tell(from.position, target, 'inheritance', name);
      if ((isReference && !isImplementation) || isTypeDefinition)
        this.tally.tell(from.position, target, 'reference', name);
    }
  }

  private add(
    source: number,
    target: PreciseTarget,
    edgeType: PreciseEdgeType,
    name: string,
    access: PreciseAccess | null,
  ): void {
    this.tally.add(source, { target, edgeType, name, access });
  }

  /** Of a symbol that the index has not seen nothing is known, not even that it refers to nothing. */
  private isCovered(position: number): boolean {
    return (
      this.defined.has(position) || this.spoken.has(position) || this.described.file.referencesOf(position).length === 0
    );
  }

  /** What the index says nothing about, such as `super(…)`, is left to the rules of the binder. */
  private leaveUnspoken(position: number): void {
    const spoken = this.spoken.get(position) ?? new Set<string>();
    for (const fact of this.described.file.referencesOf(position)) {
      if (!isNamed(fact, spoken)) this.tally.leave(position, fact.name);
    }
  }
}

function isAccess(kind: ReferenceFact['kind']): kind is PreciseAccess {
  return kind === 'read' || kind === 'write' || kind === 'readwrite';
}

/** To call a class by its name runs its constructor; the binder knows which. */
function instantiated(target: OverlayTarget, name: string): OverlayTarget {
  const { container } = target;
  return container !== undefined && target.name !== name && container.name === name ? container : target;
}

function targetAs({ key }: OverlayTarget): PreciseTarget {
  return { kind: 'symbol', key };
}
