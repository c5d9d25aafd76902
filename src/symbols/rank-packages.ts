import type { PackageManager } from '../model/index.js';
import type { LinkReason } from './external-refs.js';
import { compareNewestFirst, isInRange } from './versions.js';

/** A package that may be the one that is asked for, and why. */
export interface RankedPackage<P> {
  readonly provider: P;
  readonly reason: LinkReason;
  /** From 1, best first; packages of one rank are a tie. */
  readonly rank: number;
}

interface Versioned {
  readonly manager: PackageManager;
  readonly version: string | null;
}

interface Asked {
  readonly range: string | null;
  readonly lockedVersion: string | null;
}

const ORDER: Readonly<Record<LinkReason, number>> = { locked: 0, range: 1, declared: 2, import: 2, 'outside-range': 3 };

/**
 * Packages in the order of the evidence for them: the locked version, one in the range, one of an unknown version, one
 * outside the range; then the newest. Without a manifest's entry the import is all there is to go by.
 */
export function rankPackages<P extends Versioned>(
  providers: readonly P[],
  asked: Asked | undefined,
): RankedPackage<P>[] {
  const ordered = providers.map((provider) => ({ provider, reason: reasonFor(provider, asked) })).sort(compareEvidence);
  let rank = 0;
  return ordered.map((each, position) => {
    const before = ordered[position - 1];
    if (before === undefined || compareEvidence(before, each) !== 0) rank = position + 1;
    return { ...each, rank };
  });
}

interface Reasoned {
  readonly provider: Versioned;
  readonly reason: LinkReason;
}

function compareEvidence(a: Reasoned, b: Reasoned): number {
  return ORDER[a.reason] - ORDER[b.reason] || compareNewestFirst(a.provider.version, b.provider.version);
}

function reasonFor({ manager, version }: Versioned, asked: Asked | undefined): LinkReason {
  if (asked === undefined) return 'import';
  if (version === null) return 'declared';
  if (asked.lockedVersion !== null && asked.lockedVersion === version) return 'locked';
  if (asked.range === null) return 'declared';
  const fits = isInRange(manager, version, asked.range);
  return fits === undefined ? 'declared' : fits ? 'range' : 'outside-range';
}
