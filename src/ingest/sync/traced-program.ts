import {
  routeKey,
  type Program,
  type ProgramReference,
  type ProgramSymbol,
  type RouteAnswers,
  type RouteTopic,
  type ScopeReferenceKind,
  type SymbolIndex,
} from '../../binding/index.js';
import type { QueryReader, Reading } from '../../incremental/index.js';
import type { Fingerprint, NodeHash, PreciseReference, Visibility } from '../../model/index.js';
import {
  globalThing,
  isFileModule,
  looksOfFlag,
  looksOfIndex,
  looksOfList,
  looksOfNamed,
  looksOfOwn,
  looksOfReferences,
  looksOfRoute,
  looksOfStanding,
  looksOfText,
  looksOfWritten,
  namedIn,
  nameThing,
  ownOf,
  soleMemberName,
  standingOf,
  symbolThing,
  writtenFor,
  type GlobalQuestion,
  type Named,
  type NameQuestion,
  type Own,
  type Standing,
  type SymbolQuestion,
  type Written,
} from './things.js';

/** A question that was answered, ready to be noted again. */
interface Asked<V> extends Reading {
  readonly answer: V;
}

/** A program that tells a reader each question that it is asked, and answers it once. */
export class TracedProgram implements Program {
  private readonly standings = new Map<SymbolIndex, Asked<Standing>>();
  private readonly bySymbol = new Map<SymbolQuestion, Map<SymbolIndex, Asked<unknown>>>();
  private readonly byName = new Map<NameQuestion, Map<SymbolIndex, Map<string, Asked<unknown>>>>();
  private readonly global = new Map<GlobalQuestion, Map<string, Asked<unknown>>>();

  constructor(
    private readonly program: Program,
    private readonly reader: Pick<QueryReader, 'read'>,
  ) {}

  symbol(index: SymbolIndex): ProgramSymbol {
    return this.standing(index).symbol;
  }

  visibility(index: SymbolIndex): Visibility {
    return this.standing(index).visibility;
  }

  valueType(index: SymbolIndex): string | null {
    return this.ofSymbol('valueType', index, () => this.program.valueType(index), looksOfText);
  }

  contentHash(index: SymbolIndex): NodeHash {
    return this.own(index).contentHash;
  }

  interfaceHash(index: SymbolIndex): NodeHash {
    return this.ofSymbol('interfaceHash', index, () => this.program.interfaceHash(index), looksOfText);
  }

  hasBody(index: SymbolIndex): boolean {
    return this.standing(index).hasBody;
  }

  isScope(index: SymbolIndex): boolean {
    return this.ofSymbol('isScope', index, () => this.program.isScope(index), looksOfFlag);
  }

  outsideChildren(parent: SymbolIndex): readonly SymbolIndex[] {
    return this.own(parent).outsideChildren;
  }

  allReferences(source: SymbolIndex): readonly ProgramReference[] {
    return this.own(source).references;
  }

  preciseOf(source: SymbolIndex): readonly PreciseReference[] | undefined {
    return this.own(source).precise;
  }

  keyed(key: string): SymbolIndex | undefined {
    return this.ofProject('keyed', key, () => this.program.keyed(key), looksOfIndex);
  }

  references(source: SymbolIndex, kind: ScopeReferenceKind): readonly ProgramReference[] {
    const answer = (): readonly ProgramReference[] => this.program.references(source, kind);
    return this.ofSymbol(`references ${kind}`, source, answer, looksOfReferences);
  }

  children(parent: SymbolIndex, name: string): readonly SymbolIndex[] {
    if (this.isFileModule(parent)) return this.named(parent, name).children;
    return this.ofName('children', parent, name, () => this.program.children(parent, name), looksOfList);
  }

  aliased(source: SymbolIndex, kind: 'import' | 'export', alias: string): readonly ProgramReference[] {
    if (this.isFileModule(source)) return this.named(source, alias)[kind];
    const answer = (): readonly ProgramReference[] => this.program.aliased(source, kind, alias);
    return this.ofName(`aliased ${kind}`, source, alias, answer, looksOfReferences);
  }

  module(path: string): SymbolIndex | undefined {
    return this.ofProject('module', path, () => this.program.module(path), looksOfIndex);
  }

  modulesNamed(fileName: string): readonly SymbolIndex[] {
    return this.ofProject('modulesNamed', fileName, () => this.program.modulesNamed(fileName), looksOfList);
  }

  modulesIn(folder: string): readonly SymbolIndex[] {
    return this.ofProject('modulesIn', folder, () => this.program.modulesIn(folder), looksOfList);
  }

  modulesAt(stem: string): readonly SymbolIndex[] {
    return this.ofProject('modulesAt', stem, () => this.program.modulesAt(stem), looksOfList);
  }

  route<T extends RouteTopic>(topic: T, name: string): RouteAnswers[T] | undefined {
    return this.ofProject('route', routeKey(topic, name), () => this.program.route(topic, name), looksOfRoute);
  }

  topLevel(name: string): readonly SymbolIndex[] {
    return this.ofProject('topLevel', name, () => this.program.topLevel(name), looksOfList);
  }

  soleMember(name: string, family: string): SymbolIndex | undefined {
    const answer = (): SymbolIndex | undefined => this.program.soleMember(name, family);
    return this.ofProject('soleMember', soleMemberName(name, family), answer, looksOfIndex);
  }

  membersWrittenFor(typeName: string): readonly SymbolIndex[] {
    return this.writtenFor(typeName).members;
  }

  inheritsFor(typeName: string): readonly ProgramReference[] {
    return this.writtenFor(typeName).inherits;
  }

  private standing(index: SymbolIndex): Standing {
    let asked = this.standings.get(index);
    if (asked === undefined) {
      const answer = standingOf(this.program, index);
      asked = askedFor(symbolThing('symbol', index), looksOfStanding(answer), answer.symbol.filePath, answer);
      this.standings.set(index, asked);
    }
    this.reader.read(asked);
    return asked.answer;
  }

  private own(index: SymbolIndex): Own {
    return this.ofSymbol('own', index, () => ownOf(this.program, index), looksOfOwn);
  }

  private named(module: SymbolIndex, name: string): Named {
    return this.ofName('named', module, name, () => namedIn(this.program, module, name), looksOfNamed);
  }

  private writtenFor(typeName: string): Written {
    return this.ofProject('writtenFor', typeName, () => writtenFor(this.program, typeName), looksOfWritten);
  }

  private isFileModule(index: SymbolIndex): boolean {
    return isFileModule(this.standings.get(index)?.answer.symbol ?? this.program.symbol(index));
  }

  private ofSymbol<V>(
    question: SymbolQuestion,
    index: SymbolIndex,
    answer: () => V,
    looks: (answer: V) => Fingerprint,
  ): V {
    const answered = tableOf(this.bySymbol, question);
    let asked = answered.get(index) as Asked<V> | undefined;
    if (asked === undefined) {
      const value = answer();
      asked = askedFor(symbolThing(question, index), looks(value), this.fileOf(index), value);
      answered.set(index, asked);
    }
    this.reader.read(asked);
    return asked.answer;
  }

  private ofName<V>(
    question: NameQuestion,
    index: SymbolIndex,
    name: string,
    answer: () => V,
    looks: (answer: V) => Fingerprint,
  ): V {
    const answered = tableOf(tableOf(this.byName, question), index);
    let asked = answered.get(name) as Asked<V> | undefined;
    if (asked === undefined) {
      const value = answer();
      asked = askedFor(nameThing(question, index, name), looks(value), this.fileOf(index), value);
      answered.set(name, asked);
    }
    this.reader.read(asked);
    return asked.answer;
  }

  private ofProject<V>(question: GlobalQuestion, name: string, answer: () => V, looks: (answer: V) => Fingerprint): V {
    const answered = tableOf(this.global, question);
    let asked = answered.get(name) as Asked<V> | undefined;
    if (asked === undefined) {
      const value = answer();
      asked = askedFor(globalThing(question, name), looks(value), null, value);
      answered.set(name, asked);
    }
    this.reader.read(asked);
    return asked.answer;
  }

  /** Not a question of the binder, so it is not noted. */
  private fileOf(index: SymbolIndex): string {
    return (this.standings.get(index)?.answer.symbol ?? this.program.symbol(index)).filePath;
  }
}

function askedFor<V>(thing: Fingerprint, fingerprint: Fingerprint, partition: string | null, answer: V): Asked<V> {
  return { thing, fingerprint, partition, answer, seenBy: 0, packedIn: 0, place: 0 };
}

function tableOf<K, L, V>(tables: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let table = tables.get(key);
  if (table === undefined) tables.set(key, (table = new Map<L, V>()));
  return table;
}
