import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/model/index.js';
import { openDatabase } from '../../src/sql/index.js';
import { KeptWorld, worlds, type Question } from '../support/kept-worlds.js';
import { PDG_CASES } from '../support/pdgs.js';

/** The law: whatever is kept in memory, and whatever happened since, an answer is that of the tables, item for item. */

const TIMEOUT_MS = 60_000 + 300 * PDG_CASES;

type Answer = Envelope<unknown> | { readonly error: unknown };

async function answer(
  world: KeptWorld,
  question: Question,
  way: 'kept' | 'plain',
  cursor: string | null,
): Promise<Answer> {
  try {
    return await world.ask(question, way, cursor);
  } catch (error) {
    return { error: (error as { code?: unknown }).code ?? error };
  }
}

/** Every page of an answer. */
async function pages(world: KeptWorld, question: Question, way: 'kept' | 'plain'): Promise<Answer[]> {
  const all: Answer[] = [];
  let cursor: string | null = null;
  do {
    const page = await answer(world, question, way, cursor);
    all.push(page);
    cursor = 'error' in page ? null : page.cursor;
  } while (cursor !== null);
  return all;
}

describe('graphs in memory', () => {
  it(
    'answer as the tables do on any graph, with any of them kept and after any changes',
    async () => {
      let fromMemory = 0;
      let asked = 0;
      await fc.assert(
        fc.asyncProperty(worlds, async ({ edges, kept, events, questions }) => {
          const world = new KeptWorld(await openDatabase({ path: ':memory:' }));
          await world.fill(edges);
          for (const project of kept) await world.pdgs.keep(project);
          for (const event of events) await world.happen(event);
          for (const question of questions) {
            world.recorded.takeEdgeReads();
            const found = await pages(world, question, 'kept');
            asked++;
            if (world.recorded.takeEdgeReads() === 0) fromMemory++;
            expect(found).toEqual(await pages(world, question, 'plain'));
          }
          await world.database.close();
        }),
        { numRuns: PDG_CASES },
      );
    // Answers that never come from memory would be equal as well.
      expect(fromMemory).toBeGreaterThan(asked / 8);
    },
    TIMEOUT_MS,
  );
});
