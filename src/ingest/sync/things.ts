import {
  routeOfKey,
  type Program,
  type ProgramReference,
  type ProgramSymbol,
  type SymbolIndex,
} from '../../binding/index.js';
import {
  Fingerprinter,
  fingerprintOf,
  type Fingerprint,
  type NodeHash,
  type PreciseReference,
  type Visibility,
} from '../../model/index.js';

/**
 * The questions of {@link Program} as things that results depend on: what each is called, and what its
 * answer looks like. Two answers that look alike are alike to the binder.
 */

/**
 * What is asked about one symbol. `symbol` is where it stands and how it may be used; `own` is what its own binding begins with: its code, its references, those that
 * a compiler told of, and the members of types elsewhere that are written in it.
 */
export type SymbolQuestion =
  | 'symbol'
  | 'valueType'
  | 'own'
  | 'interfaceHash'
  | 'isScope'
  | 'references import'
  | 'references export'
  | 'references inherit'
  | 'references namespace';

/**
 * What is asked about a name in one symbol. `named` is all that a file makes of a name: what is written,
 * imported and exported under it.
 */
export type NameQuestion = 'named' | 'children' | 'aliased import' | 'aliased export';

/** What is asked about a name in the whole project. `route` is by what `routeKey` makes of topic and name. */
export type GlobalQuestion =
  'module' | 'modulesNamed' | 'modulesIn' | 'modulesAt' | 'topLevel' | 'soleMember' | 'writtenFor' | 'route' | 'keyed';

export function symbolThing(question: SymbolQuestion, index: SymbolIndex): Fingerprint {
  return fingerprintOf(question, index);
}

export function nameThing(question: NameQuestion, index: SymbolIndex, name: string): Fingerprint {
  return fingerprintOf(question, index, name);
}

export function globalThing(question: GlobalQuestion, name: string): Fingerprint {
  return fingerprintOf(question, name);
}

/** The name under which members of one name in one family of languages are asked for. */
export function soleMemberName(name: string, family: string): string {
  return `${name}\0${family}`;
}

/** Of a thing whose symbol is gone: unlike anything that is there. */
export const GONE = -2 as Fingerprint;

/** The answer to `symbol`: what its number does not say already. */
export interface Standing {
  readonly symbol: ProgramSymbol;
  readonly visibility: Visibility;
  readonly hasBody: boolean;
}

export function standingOf(program: Program, index: SymbolIndex): Standing {
  return { symbol: program.symbol(index), visibility: program.visibility(index), hasBody: program.hasBody(index) };
}

export function looksOfStanding({ symbol, visibility, hasBody }: Standing): Fingerprint {
  const { parent, module, owner, language, filePath } = symbol;
  return fingerprintOf(parent, module, owner ?? '\0', language, filePath, visibility, hasBody ? 1 : 0);
}

export function looksOfText(text: string | null): Fingerprint {
  return text === null ? fingerprintOf() : fingerprintOf(text);
}

export function looksOfFlag(flag: boolean): Fingerprint {
  return fingerprintOf(flag ? 1 : 0);
}

export function looksOfIndex(index: SymbolIndex | undefined): Fingerprint {
  return fingerprintOf(index ?? -1);
}

export function looksOfList(list: readonly SymbolIndex[]): Fingerprint {
  const hasher = new Fingerprinter();
  for (const index of list) hasher.number(index);
  return hasher.digest();
}

export function looksOfReferences(references: readonly ProgramReference[]): Fingerprint {
  const hasher = new Fingerprinter();
  for (const { source, kind, name, receiver, alias, count } of references) {
    hasher
      .number(source)
      .text(kind)
      .text(name)
      .text(receiver ?? '\0')
      .text(alias ?? '\0')
      .number(count);
  }
  return hasher.digest();
}

/** The answer to `own`. */
export interface Own {
  readonly contentHash: NodeHash;
  readonly references: readonly ProgramReference[];
  readonly outsideChildren: readonly SymbolIndex[];
  readonly precise: readonly PreciseReference[] | undefined;
}

export function ownOf(program: Program, index: SymbolIndex): Own {
  return {
    contentHash: program.contentHash(index),
    references: program.allReferences(index),
    outsideChildren: program.outsideChildren(index),
    precise: program.preciseOf(index),
  };
}

export function looksOfOwn({ contentHash, references, outsideChildren, precise }: Own): Fingerprint {
  const parts = [contentHash, looksOfReferences(references), looksOfList(outsideChildren)] as const;
  // Without a compiler's word it looks as it did before there were any.
  return precise === undefined ? fingerprintOf(...parts) : fingerprintOf(...parts, looksOfPrecise(precise));
}

function looksOfPrecise(precise: readonly PreciseReference[]): Fingerprint {
  const hasher = new Fingerprinter();
  for (const { target, edgeType, name, count, access } of precise) {
    hasher.text(target.kind);
    if (target.kind === 'symbol') hasher.text(target.key);
    if (target.kind === 'external') {
      const { manager, packageName, version, descriptors } = target.moniker;
      hasher.text(manager).text(packageName).text(version).text(descriptors);
    }
    hasher
      .text(edgeType)
      .text(name)
      .number(count)
      .text(access ?? '\0');
  }
  return hasher.digest();
}

/** The answer to `named`. */
export interface Named {
  readonly children: readonly SymbolIndex[];
  readonly import: readonly ProgramReference[];
  readonly export: readonly ProgramReference[];
}

export function namedIn(program: Program, index: SymbolIndex, name: string): Named {
  return {
    children: program.children(index, name),
    import: program.aliased(index, 'import', name),
    export: program.aliased(index, 'export', name),
  };
}

export function looksOfNamed(named: Named): Fingerprint {
  return fingerprintOf(looksOfList(named.children), looksOfReferences(named.import), looksOfReferences(named.export));
}

/** The answer to `writtenFor`. */
export interface Written {
  readonly members: readonly SymbolIndex[];
  readonly inherits: readonly ProgramReference[];
}

export function writtenFor(program: Program, typeName: string): Written {
  return { members: program.membersWrittenFor(typeName), inherits: program.inheritsFor(typeName) };
}

export function looksOfWritten({ members, inherits }: Written): Fingerprint {
  return fingerprintOf(looksOfList(members), looksOfReferences(inherits));
}

/** Of the answer to `route`: every answer was made from a text that is equal for equal answers. */
export function looksOfRoute(answer: unknown): Fingerprint {
  return looksOfText(answer === undefined ? null : JSON.stringify(answer));
}

/** Is it the module of a file, of which everything about a name is one thing? */
export function isFileModule({ parent }: Pick<ProgramSymbol, 'parent'>): boolean {
  return parent < 0;
}

/** What the answer to a question about a symbol looks like. */
export function looksOf(program: Program, question: SymbolQuestion, index: SymbolIndex): Fingerprint {
  switch (question) {
    case 'symbol':
      return looksOfStanding(standingOf(program, index));
    case 'valueType':
      return looksOfText(program.valueType(index));
    case 'own':
      return looksOfOwn(ownOf(program, index));
    case 'interfaceHash':
      return looksOfText(program.interfaceHash(index));
    case 'isScope':
      return looksOfFlag(program.isScope(index));
    case 'references import':
      return looksOfReferences(program.references(index, 'import'));
    case 'references export':
      return looksOfReferences(program.references(index, 'export'));
    case 'references inherit':
      return looksOfReferences(program.references(index, 'inherit'));
    case 'references namespace':
      return looksOfReferences(program.references(index, 'namespace'));
  }
}

export function looksOfName(program: Program, question: NameQuestion, index: SymbolIndex, name: string): Fingerprint {
  switch (question) {
    case 'named':
      return looksOfNamed(namedIn(program, index, name));
    case 'children':
      return looksOfList(program.children(index, name));
    case 'aliased import':
      return looksOfReferences(program.aliased(index, 'import', name));
    case 'aliased export':
      return looksOfReferences(program.aliased(index, 'export', name));
  }
}

export function looksOfGlobal(program: Program, question: GlobalQuestion, name: string): Fingerprint {
  switch (question) {
    case 'module':
      return looksOfIndex(program.module(name));
    case 'modulesNamed':
      return looksOfList(program.modulesNamed(name));
    case 'modulesIn':
      return looksOfList(program.modulesIn(name));
    case 'modulesAt':
      return looksOfList(program.modulesAt(name));
    case 'topLevel':
      return looksOfList(program.topLevel(name));
    case 'soleMember': {
      const [member = '', family = ''] = name.split('\0');
      return looksOfIndex(program.soleMember(member, family));
    }
    case 'writtenFor':
      return looksOfWritten(writtenFor(program, name));
    case 'keyed':
      return looksOfIndex(program.keyed(name));
    case 'route': {
      const { topic, name: asked } = routeOfKey(name);
      return looksOfRoute(program.route(topic, asked));
    }
  }
}
