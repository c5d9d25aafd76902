import type { PreciseEdgeType, PreciseReference } from '../model/index.js';
import type { Program, ProgramReference, SymbolIndex } from './program.js';

/** What of a reference counts for its edge. */
export type Mention = Pick<ProgramReference, 'kind' | 'count'>;

/**
 * Binds what a compiler resolved; `add` makes the edges. Returns the names whose targets it did not know, or
 * that are no longer where it saw them: references by these names are left to the rules of the binder.
 */
export function bindPrecise(
  program: Program,
  precise: readonly PreciseReference[],
  add: (target: SymbolIndex, edgeType: PreciseEdgeType, mention: Mention) => void,
): ReadonlySet<string> {
  const open = new Set<string>();
  for (const { target: to, edgeType, name, count, access } of precise) {
    // A target in another package is known not to be here.
    if (to.kind === 'external') continue;
    const target = to.kind === 'symbol' ? program.keyed(to.key) : undefined;
    if (target === undefined) open.add(name);
    else add(target, edgeType, { kind: access ?? 'call', count });
  }
  return open;
}

/** Is it a reference that is written with one of the names? An import is also written with its module's. */
export function isNamed(
  { name, alias, receiver, kind }: Pick<ProgramReference, 'name' | 'alias' | 'receiver' | 'kind'>,
  names: ReadonlySet<string>,
): boolean {
  if (names.has(name) || (alias !== null && names.has(alias))) return true;
  return (kind === 'import' || kind === 'export') && receiver !== null && names.has(receiver);
}
