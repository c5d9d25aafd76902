import {
  keyInFile,
  type NodeType,
  type PreciseAccess,
  type PreciseEdgeType,
  type PreciseReference,
  type PreciseTarget,
  type ReferenceFact,
} from '../../model/index.js';
import type { Complaints } from './complaints.js';
import { accessOf, isCalled } from './document-references.js';
import type { DocumentText } from './document-text.js';
import { namesOf, type FileSymbols } from './file-symbols.js';
import { writtenAt, type Meaning, type OverlayTarget, type OverlayTargets } from './overlay-targets.js';
import { PreciseTally } from './precise-tally.js';
import { compareRanges, type Range } from './range.js';
import { ROLE, type ScipDocument, type ScipOccurrence } from './scip-document.js';

/** A document of an index, and the file of the project that it describes. */
export interface DescribedFile {
  readonly path: string;
  readonly document: ScipDocument;
  readonly text: DocumentText;
  readonly file: FileSymbols;
}

/** Units of the text that are looked at before and behind a name. */
const LOOK_AROUND = 200;

type Placed = ScipOccurrence & { readonly range: Range };

type Known = Meaning & { readonly kind: 'symbol' | 'external' };

/** A place in the source where something is named. */
interface Mentioned {
  readonly occurrence: Placed;
  readonly name: string;
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
  /** Names that the index speaks of and at how many places, by the symbols that they stand in. */
  private readonly spoken = new Map<number, Map<string, number>>();
  private readonly defined = new Set<number>();

  constructor(
    private readonly described: DescribedFile,
    private readonly targets: OverlayTargets,
    private readonly complaints: Complaints,
  ) {}

  run(): Map<string, PreciseReference[]> {
    for (const occurrences of this.places()) this.take(occurrences);
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

  /** The occurrences by their places in the text, in its order. */
  private places(): Placed[][] {
    const { document, text, path } = this.described;
    const places: Placed[][] = [];
    const placed = document.occurrences.filter((occurrence): occurrence is Placed => {
      const { range, symbol } = occurrence;
      if (range !== undefined && text.holds(range.start) && text.holds(range.end)) return symbol !== '';
      this.complaints.add('INVALID_RANGE', path, symbol);
      return false;
    });
    placed.sort((a, b) => compareRanges(a.range, b.range));
    for (const occurrence of placed) {
      const last = places.at(-1);
      if (last?.[0] !== undefined && compareRanges(last[0].range, occurrence.range) === 0) last.push(occurrence);
      else places.push([occurrence]);
    }
    return places;
  }

  /** All that the index says of one place: a name may be several symbols at once, a type and a value. */
  private take(occurrences: readonly Placed[]): void {
    const [first] = occurrences;
    if (first === undefined) return;
    const { path, text, file } = this.described;
    const name = writtenAt(text, first);
    if (name === '') return;
    const chain = file.chainAt(text.byteOf(first.range.start));
    const meanings: Known[] = [];
    let isKnown = false;
    let isSpoken = false;
    for (const occurrence of occurrences) {
      const meaning = this.targets.meaningOf(path, occurrence.symbol);
      const isDefinition = (occurrence.roles & (ROLE.definition | ROLE.forward)) !== 0;
      isKnown ||= isDefinition || meaning.kind !== 'unresolved';
      if (isDefinition) this.takeDefinition(occurrence, name, chain, meaning);
      else {
        isSpoken ||= meaning.kind !== 'inner' || !occurrence.symbol.startsWith('local ');
        if (meaning.kind === 'symbol' || meaning.kind === 'external') meanings.push(meaning);
      }
    }
    const mentioned = this.mentionIn(chain, first, name);
    if (isSpoken) for (const around of new Set([chain[0] ?? 0, mentioned.source])) this.speak(around, name);
    if (this.isShorthand(mentioned)) this.tally.leave(mentioned.source, name);
    for (const meaning of this.meant(mentioned, meanings)) this.takeReference(mentioned, meaning);
    if (!isKnown) this.tally.leave(mentioned.source, name);
  }

  /** Of a type and a value with one name the one that the extractor saw used. */
  private meant({ facts, here }: Mentioned, meanings: readonly Known[]): readonly Known[] {
    const kinds = (here.length > 0 ? here : facts).map(({ kind }) => kind);
    if (meanings.length < 2 || kinds.length === 0) return meanings;
    const isType = kinds.every((kind) => kind === 'type' || kind === 'inherit');
    const fitting = meanings.filter((each) => isTypeNode(nodeTypeOf(each)) === isType);
    return fitting.length === 0 ? meanings : fitting;
  }

  private speak(position: number, name: string): void {
    const names = this.spoken.get(position) ?? new Map<string, number>();
    this.spoken.set(position, names.set(name, (names.get(name) ?? 0) + 1));
  }

  /** The symbol around a place is the innermost one, unless the extractor saw the reference in one further out. */
  private mentionIn(chain: readonly number[], occurrence: Placed, name: string): Mentioned {
    const of = (source: number): Mentioned => {
      const line = occurrence.range.start.line + 1 - this.described.file.at(source).startLine;
      const facts = this.described.file.referencesNamed(source, name);
      return { occurrence, name, source, facts, here: facts.filter((fact) => fact.line === line) };
    };
    const [inner, ...outer] = chain.map(of);
    if (inner === undefined) return of(0);
    return inner.facts.length > 0 ? inner : (outer.find(({ here }) => here.length > 0) ?? inner);
  }

  /** A field or a global that is defined by being assigned to is written where that is done. */
  private takeDefinition(occurrence: Placed, name: string, chain: readonly number[], meaning: Meaning): void {
    const target =
      meaning.kind === 'symbol' && meaning.target.path === this.described.path ? meaning.target : undefined;
    const outside = chain.filter((position) => position !== target?.position);
    if (target === undefined) return;
    this.defined.add(target.position);
    if (target.nodeType !== 'variable') return;
    const mentioned = this.mentionIn(outside, occurrence, name);
    this.speak(mentioned.source, name);
    const isWritten = mentioned.facts.some(({ kind }) => kind === 'write' || kind === 'readwrite');
    if (isWritten) this.add(mentioned.source, targetAs(target), 'data_dependency', name, this.accessOf(mentioned));
  }

  private takeReference(mentioned: Mentioned, meaning: Known): void {
    const { source, name } = mentioned;
    const own = meaning.kind === 'symbol' && meaning.target.path === this.described.path ? meaning.target.position : -1;
    const edgeType = this.edgeTypeOf(mentioned, nodeTypeOf(meaning), own);
    if (edgeType === undefined) return;
    if (edgeType !== 'call' && own === source) return;
    const target = meaning.kind === 'symbol' ? targetAs(instantiated(meaning.target, name)) : meaning;
    const access = edgeType === 'data_dependency' ? this.accessOf(mentioned) : null;
    this.add(source, target, edgeType, name, access);
  }

  /** Undefined when the reference makes no edge. `own` is the position of a target in this file, else -1. */
  private edgeTypeOf(mentioned: Mentioned, nodeType: NodeType, own: number): PreciseEdgeType | undefined {
    const { here, facts, occurrence, name } = mentioned;
    const imports =
      (occurrence.roles & ROLE.import) !== 0 ||
      here.some(({ kind, receiver }) => isImport(kind) && receiver !== null) ||
      // The name of a module may stand lines behind what is imported from it.
      facts.some(({ kind, receiver }) => isImport(kind) && receiver === name);
    if (imports) return own < 0 ? 'import' : undefined;
    // To name a module in order to reach into it is no use of the module.
    if (nodeType === 'module') return undefined;
    const kinds = new Set((here.length > 0 ? here : facts).map(({ kind }) => kind));
    if (kinds.has('inherit') && this.isFirst(mentioned)) return 'inheritance';
    const called = isCalled(occurrence, this.described.text) === true;
    // Decorators and tags are calls without brackets, which the extractor knows.
    const isCall = kinds.size === 0 ? called : kinds.has('call') && (called || (kinds.size === 1 && here.length > 0));
    if (isCall) return 'call';
    return nodeType === 'variable' ? 'data_dependency' : 'reference';
  }

  /** As the extractor saw it; where it saw several ways, as the text says; where it saw none, as the index does. */
  private accessOf({ facts, occurrence }: Mentioned): PreciseAccess {
    const [first, ...others] = new Set(facts.map(({ kind }) => kind).filter(isAccess));
    if (first !== undefined && others.length === 0) return first;
    return accessOf(occurrence, first === undefined ? undefined : this.described.text) ?? 'read';
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

  /**
   * What the index says nothing about, such as `super(…)`, is left to the rules of the binder: names that the extractor
   * saw at more places than the index.
   */
  private leaveUnspoken(position: number): void {
    const { file } = this.described;
    const spoken = this.spoken.get(position);
    for (const fact of file.referencesOf(position)) {
      const places = Math.max(...namesOf(fact).map((name) => spoken?.get(name) ?? 0));
      const seen = file.referencesNamed(position, fact.name).reduce((sum, { count }) => sum + count, 0);
      if (places < (isImport(fact.kind) ? 1 : seen)) this.tally.leave(position, fact.name);
    }
  }

  /** `{ name }` in JavaScript names a property and a value; some indexers tell of the property alone. */
  private isShorthand({ occurrence, facts }: Mentioned): boolean {
    if (!facts.some(({ kind, receiver }) => kind === 'read' && receiver === null)) return false;
    const { text } = this.described;
    const [start, end] = [text.indexOf(occurrence.range.start), text.indexOf(occurrence.range.end)];
    const before = text.text
      .slice(Math.max(0, start - LOOK_AROUND), start)
      .trimEnd()
      .at(-1);
    const after = text.text.slice(end, end + LOOK_AROUND).trimStart()[0];
    return (before === '{' || before === ',') && (after === '}' || after === ',');
  }
}

function nodeTypeOf(meaning: Known): NodeType {
  return meaning.kind === 'symbol' ? meaning.target.nodeType : meaning.nodeType;
}

function isTypeNode(nodeType: NodeType): boolean {
  return nodeType !== 'variable' && nodeType !== 'function' && nodeType !== 'method' && nodeType !== 'module';
}

function isImport(kind: ReferenceFact['kind']): boolean {
  return kind === 'import' || kind === 'export';
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
