import {
  familyOf,
  folderStemOf,
  lastSegment,
  MemoryProgram,
  placeOf,
  SCOPE_REFERENCE_KINDS,
  stemOf,
  type Program,
  type ProgramReference,
  type SymbolIndex,
} from '../../binding/index.js';
import { nodeKey, type FileFacts, type Fingerprint, type PreciseFile } from '../../model/index.js';
import {
  globalThing,
  GONE,
  isFileModule,
  looksOf,
  looksOfGlobal,
  looksOfName,
  nameThing,
  soleMemberName,
  symbolThing,
  type GlobalQuestion,
  type NameQuestion,
  type SymbolQuestion,
} from './things.js';

/** The facts of a file with the number of each of its symbols. */
export interface NumberedFile {
  readonly facts: FileFacts;
  readonly ids: readonly SymbolIndex[];
  /** What a compiler says of the file as it is. */
  readonly precise?: PreciseFile | undefined;
}

/** A file as it was and as it is; one of them is missing when it is new, or gone. */
export interface FileChange {
  readonly path: string;
  readonly before: NumberedFile | undefined;
  readonly after: NumberedFile | undefined;
}

const ALONE: readonly SymbolQuestion[] = ['symbol', 'valueType', 'own', 'interfaceHash', 'isScope'];

/**
 * Which things look different now, given which files and which routes changed: each with what tells how
 * it looks in `now`, the program after the change.
 *
 * @param routes keys of routes, as `routeKey` makes them
 */
export function findChangedThings(
  changes: readonly FileChange[],
  now: Program,
  routes: Iterable<string> = [],
): ChangedThings {
  const things: ChangedThings['things'] = new Map();
  let isSeenOutside = false;
  for (const change of changes) {
    const comparison = new FileComparison(change, now, things);
    comparison.run();
    isSeenOutside ||= comparison.isSeenOutside;
  }
  for (const key of routes) {
    things.set(globalThing('route', key), () => looksOfGlobal(now, 'route', key));
    isSeenOutside = true;
  }
  return { things, isSeenOutside };
}

export interface ChangedThings {
  readonly things: Map<Fingerprint, () => Fingerprint>;
  /** Is it more than what symbols do inside, so that names that others look up may lead elsewhere? */
  readonly isSeenOutside: boolean;
}

class FileComparison {
  isSeenOutside = false;
  private readonly before: MemoryProgram;
  private readonly after: MemoryProgram;

  constructor(
    private readonly change: FileChange,
    private readonly now: Program,
    private readonly changed: Map<Fingerprint, () => Fingerprint>,
  ) {
    this.before = programOf(change.before);
    this.after = programOf(change.after);
  }

  run(): void {
    for (const { index } of this.before.symbols) this.compareSymbol(index);
    this.compareGlobal('topLevel', (program) => this.named(program, 'top-level', (name) => name));
    this.compareGlobal('soleMember', (program) =>
      this.named(program, 'member', (name, language) => soleMemberName(name, familyOf(language))),
    );
    this.compareGlobal('writtenFor', writtenFor);
    this.compareGlobal('writtenFor', inheritingFor);
    this.compareModule();
    this.compareKeys();
  }

  /** A symbol that is new was nothing to anyone before. */
  private compareSymbol(index: SymbolIndex): void {
    const { before, after } = this;
    if (!after.has(index)) return this.compareGone(index);
    for (const question of ALONE) this.compare(question, index);
    const hasSameReferences = isSameReferences(before.allReferences(index), after.allReferences(index));
    if (!hasSameReferences) for (const kind of SCOPE_REFERENCE_KINDS) this.compare(`references ${kind}`, index);
    if (hasSameReferences && isSameList(before.allChildren(index), after.allChildren(index))) return;
    for (const [question, names] of Object.entries(namesAskedIn(before, index)) as [NameQuestion, Set<string>][]) {
      const all = new Set([...names, ...namesAskedIn(after, index)[question]]);
      for (const name of all) this.compareName(question, index, name);
    }
  }

  /** Whoever asked something of it that was not there learned of the symbol from something that was. */
  private compareGone(index: SymbolIndex): void {
    this.isSeenOutside = true;
    const gone = (): Fingerprint => GONE;
    for (const question of ALONE) this.changed.set(symbolThing(question, index), gone);
    for (const kind of SCOPE_REFERENCE_KINDS) this.changed.set(symbolThing(`references ${kind}`, index), gone);
    for (const [question, names] of Object.entries(namesAskedIn(this.before, index)) as [NameQuestion, Set<string>][]) {
      for (const name of names) this.changed.set(nameThing(question, index, name), gone);
    }
  }

  private compare(question: SymbolQuestion, index: SymbolIndex): void {
    const looks = looksOf(this.after, question, index);
    if (looks === looksOf(this.before, question, index)) return;
    this.changed.set(symbolThing(question, index), () => looks);
    if (question !== 'own') this.isSeenOutside = true;
  }

  private compareName(question: NameQuestion, index: SymbolIndex, name: string): void {
    const looks = looksOfName(this.after, question, index, name);
    if (looks === looksOfName(this.before, question, index, name)) return;
    this.isSeenOutside = true;
    this.changed.set(nameThing(question, index, name), () => looks);
  }

  /** What this file adds to an answer that all files give together. */
  private compareGlobal(question: GlobalQuestion, parts: (program: MemoryProgram) => Map<string, string>): void {
    const before = parts(this.before);
    const after = parts(this.after);
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(name) !== after.get(name)) this.noteGlobal(question, name);
    }
  }

  private named(
    program: MemoryProgram,
    place: 'member' | 'top-level',
    nameOf: (name: string, language: string) => string,
  ): Map<string, string> {
    const parts = new Map<string, string>();
    for (const symbol of program.symbols) {
      if (symbol.parent < 0 || placeOf(symbol, program.symbol(symbol.parent)) !== place) continue;
      addPart(parts, nameOf(symbol.name, symbol.language), symbol.index);
    }
    return parts;
  }

  private compareModule(): void {
    const { path, before, after } = this.change;
    if (before?.ids[0] === after?.ids[0]) return;
    const slash = path.lastIndexOf('/');
    this.noteGlobal('module', path);
    this.noteGlobal('modulesNamed', path.slice(slash + 1));
    this.noteGlobal('modulesIn', slash < 0 ? '' : path.slice(0, slash));
    this.noteGlobal('modulesAt', stemOf(path));
    const folderStem = folderStemOf(path);
    if (folderStem !== undefined) this.noteGlobal('modulesAt', folderStem);
  }

  /** A key stays with its number for as long as it is there. */
  private compareKeys(): void {
    for (const symbol of this.before.symbols)
      if (!this.after.has(symbol.index)) this.noteGlobal('keyed', nodeKey(symbol));
    for (const symbol of this.after.symbols)
      if (!this.before.has(symbol.index)) this.noteGlobal('keyed', nodeKey(symbol));
  }

  private noteGlobal(question: GlobalQuestion, name: string): void {
    this.isSeenOutside = true;
    this.changed.set(globalThing(question, name), () => looksOfGlobal(this.now, question, name));
  }
}

function programOf(file: NumberedFile | undefined): MemoryProgram {
  if (file === undefined) return new MemoryProgram([], []);
  return new MemoryProgram([file.facts], file.ids, [], preciseByPath([file]));
}

/** What compilers say of files, by path. */
export function preciseByPath(files: readonly NumberedFile[]): Map<string, PreciseFile> {
  return new Map(
    files.flatMap(({ facts, precise }) => (precise === undefined ? [] : [[facts.path, precise] as const])),
  );
}

/** The names in a symbol about which something can be answered, by question. */
export function namesAskedIn(program: MemoryProgram, index: SymbolIndex): Record<NameQuestion, Set<string>> {
  const children = new Set(program.allChildren(index).map((child) => program.symbol(child).name));
  const aliases = (kind: 'import' | 'export'): Set<string> =>
    new Set(program.references(index, kind).flatMap(({ alias }) => alias ?? []));
  const [imported, exported] = [aliases('import'), aliases('export')];
  const none = new Set<string>();
  return isFileModule(program.symbol(index))
    ? {
        named: new Set([...children, ...imported, ...exported]),
        children: none,
        'aliased import': none,
        'aliased export': none,
      }
    : { named: none, children, 'aliased import': imported, 'aliased export': exported };
}

function isSameList(before: readonly SymbolIndex[], after: readonly SymbolIndex[]): boolean {
  return before.length === after.length && before.every((index, at) => index === after[at]);
}

function isSameReferences(before: readonly ProgramReference[], after: readonly ProgramReference[]): boolean {
  return (
    before.length === after.length &&
    before.every((reference, at) => {
      const other = after[at];
      return (
        other !== undefined &&
        reference.kind === other.kind &&
        reference.name === other.name &&
        reference.receiver === other.receiver &&
        reference.alias === other.alias &&
        reference.count === other.count
      );
    })
  );
}

function writtenFor(program: MemoryProgram): Map<string, string> {
  const parts = new Map<string, string>();
  for (const { owner, index } of program.symbols) if (owner !== null) addPart(parts, lastSegment(owner), index);
  return parts;
}

function inheritingFor(program: MemoryProgram): Map<string, string> {
  const parts = new Map<string, string>();
  for (const { index } of program.symbols) {
    for (const { alias, name, receiver, count } of program.references(index, 'inherit')) {
      if (alias !== null) addPart(parts, lastSegment(alias), [index, alias, name, receiver ?? '\0', count].join('\0'));
    }
  }
  return parts;
}

function addPart(parts: Map<string, string>, name: string, part: string | number): void {
  parts.set(name, `${parts.get(name) ?? ''}${part}\n`);
}
