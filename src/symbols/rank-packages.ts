import type { PackageManager } from '../model/index.js';
import type { LinkReason } from './external-links.js';
import { compareNewestFirst, isInRange } from './versions.js';

/** A package that may be the one that is asked for, and why. */
export interface RankedPackage<P, A> extends ProvidedPackage<P, A> {
  readonly reason: LinkReason;
  /** From 1, best first; packages of one rank are a tie. */
  readonly rank: number;
}

interface ProvidedPackage<P, A> {
  readonly provider: P;
  /** The manifest's entry that asks for it. */
  readonly asked: A | undefined;
}

interface Versioned {
  readonly manager: PackageManager;
  readonly name: string;
  readonly version: string | null;
}

interface Asked {
  readonly range: string | null;
  readonly lockedVersion: string | null;
}

const ORDER: Readonly<Record<LinkReason, number>> = { locked: 0, range: 1, declared: 2, import: 2, 'outside-range': 3 };

/**
 * Packages in the order of the evidence for them: locked, in the range, of an unknown version, outside the range;
 * then the newest. Packages of other names are no versions of each other: the best of each are a tie.
 */
export function rankPackages<P extends Versioned, A extends Asked>(
  provided: readonly ProvidedPackage<P, A>[],
): RankedPackage<P, A>[] {
  const ordered = provided.map((each) => ({ ...each, reason: reasonFor(each) })).sort(compareEvidence);
  return ordered.map((each) => {
    const better = ordered.filter(
      (other) => other.provider.name === each.provider.name && compareEvidence(other, each) < 0,
    );
    return { ...each, rank: better.length + 1 };
  });
}

interface Reasoned {
  readonly provider: Versioned;
  readonly reason: LinkReason;
}

function compareEvidence(a: Reasoned, b: Reasoned): number {
  return ORDER[a.reason] - ORDER[b.reason] || compareNewestFirst(a.provider.version, b.provider.version);
}

function reasonFor({ provider: { manager, version }, asked }: ProvidedPackage<Versioned, Asked>): LinkReason {
  if (asked === undefined) return 'import';
  if (version === null) return 'declared';
  if (asked.lockedVersion !== null && asked.lockedVersion === version) return 'locked';
  if (asked.range === null) return 'declared';
  const fits = isInRange(manager, version, asked.range);
  return fits === undefined ? 'declared' : fits ? 'range' : 'outside-range';
}
