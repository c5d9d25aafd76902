import type { PreciseEdgeType, PreciseReference } from '../model/index.js';
import type { Program, ProgramReference, SymbolIndex } from './program.js';

/** What of a reference counts for its edge. */
export type Mention = Pick<ProgramReference, 'kind' | 'count'>;

/** What a compiler said of the names in one symbol. A name that is used in several ways may be in several of the sets. */
export interface Told {
  /**
   * Names whose targets it did not know, or that are no longer where it saw them: references by these names are
   * left to the rules of the binder.
   */
  readonly open: ReadonlySet<string>;
  /** Names of symbols of the project. */
  readonly inside: ReadonlySet<string>;
  /** Names of symbols of other packages. */
  readonly outside: ReadonlySet<string>;
}

/** Binds what a compiler resolved; `add` makes the edges. */
export function bindPrecise(
  program: Program,
  precise: readonly PreciseReference[],
  add: (target: SymbolIndex, edgeType: PreciseEdgeType, mention: Mention) => void,
): Told {
  const [open, inside, outside] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { target: to, edgeType, name, count, access } of precise) {
    // A target in another package is known not to be here.
    if (to.kind === 'external') {
      outside.add(name);
      continue;
    }
    const target = to.kind === 'symbol' ? program.keyed(to.key) : undefined;
    if (target === undefined) {
      open.add(name);
      continue;
    }
    inside.add(name);
    add(target, edgeType, { kind: access ?? 'call', count });
  }
  return { open, inside, outside };
}

/**
 * May a reference lead out of the project? Not where all that the compiler saw under its name is in the project. It
 * names a package and a version, where an import names what other projects are looked up by; so the binder follows
 * the import, and the compiler says where not to.
 */
export function mayLeadOutside(reference: ProgramReference, { inside, outside }: Told): boolean {
  // The name of a module says nothing of a name that is imported from it.
  const { name, alias, receiver } = reference;
  for (const names of [[name, alias], [isImport(reference) ? receiver : null]]) {
    if (names.some((each) => each !== null && outside.has(each))) return true;
    if (names.some((each) => each !== null && inside.has(each))) return false;
  }
  return true;
}

/** Is it a reference that is written with one of the names? An import is also written with its module's. */
export function isNamed(
  { name, alias, receiver, kind }: Pick<ProgramReference, 'name' | 'alias' | 'receiver' | 'kind'>,
  names: ReadonlySet<string>,
): boolean {
  if (names.has(name) || (alias !== null && names.has(alias))) return true;
  return isImport({ kind }) && receiver !== null && names.has(receiver);
}

function isImport({ kind }: Pick<ProgramReference, 'kind'>): boolean {
  return kind === 'import' || kind === 'export';
}
