import { describe, expect, it } from 'vitest';
import { play } from '../support/convergence/play.js';
import { difference, type Run, type Script } from '../support/convergence/script.js';
import { HISTORIES, sourcesOf, type PackageHistory } from '../support/packages.js';

/** The law: it holds for real programs too, whichever of their versions comes after which. */

const LIMIT_MS = 120_000;

/** Forth, back, and in leaps; numbers of versions, the last one being -1. */
const WALK = [0, 1, 2, 3, -1, 3, 2, 1, 0, -1, 1];

/** Away from a version and back to it. */
const RETURNS = [0, -1, 0, -1];

/** How the run after each move is made; the plain way where nothing is said. */
const RUNS: readonly (Run | undefined)[] = [
  undefined,
  { changed: 'exact' },
  undefined,
  { reopen: true },
  { changed: 'folders' },
  { cut: { how: 'fail inside', at: 1, lasting: true } },
  { changed: 'exact', other: true },
  { cut: { how: 'abort', at: 3 } },
  undefined,
  { unsettled: true },
  { force: true },
];

async function walkOf(history: PackageHistory, walk: readonly number[]): Promise<Script> {
  const versions = await sourcesOf(history);
  let files: Record<string, string> = {};
  const steps = walk.map((number, at) => {
    const next = versions.at(number) ?? {};
    const step = { files: difference(files, next), run: RUNS[at] ?? {} };
    files = next;
    return step;
  });
  return { title: history.name, store: 'file', steps };
}

describe.each(HISTORIES)('walking through published versions of $name', (history) => {
  it(
    '[I5] leaves after every move what a run from scratch gives',
    async () => {
      const script = await walkOf(history, WALK);
      const { steps, edges } = await play(script, { deep: true });
      expect(steps).toBe(WALK.length);
      expect(edges).toBeGreaterThan(WALK.length * 500);
    },
    LIMIT_MS,
  );

  it(
    '[I6] parses and analyses nothing of a version that was there before',
    async () => {
      const { steps } = await walkOf(history, RETURNS);
      const seen = new Set<number>();
      // Negative numbers are others for the same version: the first time it is told by one of them counts.
      const wasThere = RETURNS.map((number) => seen.size === seen.add(number).size);
      await play(
        { store: 'file', steps: steps.map((step) => ({ ...step, run: {} })) },
        {
          onReport: ({ recomputed }, step) => {
            if (wasThere[step] === true) expect(recomputed).toMatchObject({ parse: 0, analysis: 0 });
          },
        },
      );
    },
    LIMIT_MS,
  );
});
