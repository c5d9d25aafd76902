import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { worldOf } from '../support/across/across.js';
import { PROGRAMS } from '../support/across/programs.js';
import { makeEdit, randomEdit, type RandomEdit } from '../support/across/random-edits.js';
import { acrossOf, expectSound, linesOf, permutations, World, type Projects } from '../support/across/world.js';
import { cases, timeLimit } from '../support/cases.js';

/** The law: what a store holds of several projects depends on their files, not on the order of anything. */

const LIMIT_MS = timeLimit(120_000);

describe.each(Object.entries(PROGRAMS))('five projects of %s that use each other', (language, projects) => {
  it(
    '[X2] [X5] leave the same store in whatever order they are indexed',
    async () => {
      const world = await worldOf(projects);
      const ids = Object.keys(projects);
      await world.indexAll();
      const lines = await linesOf(world.store);
      expect((await acrossOf(world.store)).length, language).toBeGreaterThan(7);
      await expectSound(world.store);
      // The first, its reverse, and as many of the others as are wanted.
      const all = permutations(ids);
      const wanted = Math.min(all.length, cases(6).numRuns);
      for (let at = 0; at < wanted; at++) {
        const order = all[Math.floor((at * (all.length - 1)) / Math.max(1, wanted - 1))] ?? ids;
        expect(await world.fromScratch(order), order.join(' ')).toEqual(lines);
      }
    },
    LIMIT_MS,
  );

  it(
    '[X2] leave the same store when each of them is taken away and comes back',
    async () => {
      const world = await worldOf(projects);
      await world.indexAll();
      const lines = await linesOf(world.store);
      for (const id of Object.keys(projects)) {
        await world.store.projects.delete(id);
        expect(await linesOf(world.store), `without ${id}`).toEqual(
          await world.fromScratch(Object.keys(projects).filter((each) => each !== id)),
        );
        await world.index(id);
        expect(await linesOf(world.store), `with ${id} again`).toEqual(lines);
      }
      await expectSound(world.store);
    },
    LIMIT_MS,
  );

  it(
    '[X2] [I5] leave, edited and deleted in between, what their files say',
    async () => {
      let edges = 0;
      await fc.assert(
        fc.asyncProperty(script, async (steps) => {
          edges += await played(language, projects, steps);
        }),
        cases(3),
      );
      expect(edges).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

interface Step {
  /** All are made before the first of the projects is indexed again. */
  readonly edits: readonly RandomEdit[];
  /** A project that is deleted first, or indexed once more. */
  readonly other: { readonly project: number; readonly isDeleted: boolean } | null;
  /** In which order projects are looked at. */
  readonly seed: number;
}

const script: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    edits: fc.array(randomEdit, { minLength: 1, maxLength: 3 }),
    other: fc.option(fc.record({ project: fc.nat(4), isDeleted: fc.boolean() }), { freq: 3 }),
    seed: fc.nat(119),
  }),
  { minLength: 1, maxLength: 6, size: 'max' },
);

/** Plays edits on projects of which only some are indexed in the beginning; gives how many edges there were. */
async function played(language: string, projects: Projects, steps: readonly Step[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lestockage-test-'));
  const store = await openStore(':memory:');
  try {
    const world = new World(store, folder, projects);
    const orders = permutations(world.projects);
    const indexed = new Set<string>();
    let edges = 0;
    for (const { edits, other, seed } of steps) {
      const changed = new Set(edits.flatMap((edit) => makeEdit(world, language, projects, edit) ?? []));
      const extra = other === null ? undefined : world.projects[other.project];
      if (extra !== undefined && other?.isDeleted === true && indexed.delete(extra)) {
        changed.delete(extra);
        await store.projects.delete(extra);
      } else if (extra !== undefined) changed.add(extra);
      const order = (orders[seed] ?? []).filter((id) => changed.has(id));
      for (const id of order) {
        await world.index(id);
        indexed.add(id);
      }
      // Each step brings in one project that was not there.
      const missing = (orders[seed] ?? []).find((id) => !indexed.has(id) && id !== extra);
      if (missing !== undefined) {
        await world.index(missing);
        indexed.add(missing);
      }
      expect(await linesOf(store)).toEqual(
        await world.fromScratch((orders[119 - seed] ?? []).filter((id) => indexed.has(id))),
      );
      edges += (await acrossOf(store)).length;
      await expectSound(store);
    }
    return edges;
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
