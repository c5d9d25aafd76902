import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../src/index.js';
import { listAnswer, type ListForm } from '../../../src/mcp/list-answer.js';
import { clipped, tokensOf } from '../../../src/mcp/token-budget.js';

/** The law: whatever the items are, a text keeps within its budget, and the cursors lead through all items once. */

/** A list whose cursor is the position to go on from. */
function formOf(items: readonly string[], asked: number[] = [], notes: readonly string[] = []): ListForm<string> {
  return {
    title: 'things',
    fetch: async ({ limit, cursor }): Promise<Envelope<string>> => {
      asked.push(limit);
      const from = Number(cursor ?? 0);
      const page = items.slice(from, from + limit);
      const next = from + page.length < items.length ? String(from + page.length) : null;
      return { generation: 3, total: items.length, truncated: next !== null, cursor: next, items: page };
    },
    text: (item) => item,
    json: (item) => ({ item }),
    notes: () => notes,
    none: 'Nothing.',
  };
}

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 60 });
const manyTexts = fc.record({
  items: texts,
  notes: fc.array(fc.string({ maxLength: 2000 }), { maxLength: 3 }),
  limit: fc.integer({ min: 1, max: 80 }),
  maxTokens: fc.integer({ min: 200, max: 2000 }),
});

describe('a list within a budget', () => {
  it('[U5] is never longer than the budget, and is read through by its cursors', async () => {
    await fc.assert(
      fc.asyncProperty(manyTexts, async ({ items, notes, limit, maxTokens }) => {
        const seen: unknown[] = [];
        let cursor: string | undefined;
        do {
          const { text, structured } = await listAnswer(formOf(items, [], notes), { limit, cursor, maxTokens });
          expect(tokensOf(text)).toBeLessThanOrEqual(maxTokens);
          const page = structured['items'] as { item: string }[];
          expect(page.length).toBeLessThanOrEqual(limit);
          expect(page.length > 0 || items.length === 0).toBe(true);
          seen.push(...page.map(({ item }) => item));
          cursor = (structured['cursor'] as string | null) ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toEqual(items);
      }),
    );
  });

  it('is asked for once when it fits, and again for exactly what fits when it does not', async () => {
    const items = Array.from({ length: 30 }, (_, at) => `${at} ${'x'.repeat(97)}`);
    const whole: number[] = [];
    expect((await listAnswer(formOf(items, whole), { limit: 30, maxTokens: 2000 })).text).toMatch(
      /^things: total 30, shown 30, truncated no, generation 3\n0 x/,
    );
    expect(whole).toEqual([30]);
    const cut: number[] = [];
    const { text, structured } = await listAnswer(formOf(items, cut), { limit: 20, maxTokens: 300 });
    const shown = (structured['items'] as unknown[]).length;
    expect(cut).toEqual([20, shown]);
    expect(text).toContain(`shown ${shown}, truncated yes`);
    expect(
      text.endsWith(`\n${20 - shown} more left out to keep within maxTokens 300; to read on: cursor ${shown}`),
    ).toBe(true);
  });

  it('shows the beginning of an item that is too large by itself, and goes on after it', async () => {
    const items = ['y'.repeat(5000), 'z'.repeat(500)];
    const { text, structured } = await listAnswer(formOf(items), { limit: 5, maxTokens: 200 });
    expect(tokensOf(text)).toBeLessThanOrEqual(200);
    expect(text).toMatch(/\ny+… \(cut to keep within maxTokens\)\n1 more left out/);
    expect(structured).toMatchObject({ cursor: '1', items: [{ item: items[0] }] });
  });

  it('says what it means that nothing is in it', async () => {
    const { text, structured } = await listAnswer(formOf([]), { limit: 5, maxTokens: 200 });
    expect(text).toBe('things: total 0, shown 0, truncated no, generation 3\nNothing.');
    expect(structured).toEqual({ generation: 3, total: 0, truncated: false, cursor: null, items: [] });
  });
});

describe('a text that is clipped', () => {
  it('has at most so many bytes, and no half character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 3, max: 60 }), (text, bytes) => {
        const short = clipped(text, bytes);
        expect(Buffer.byteLength(short)).toBeLessThanOrEqual(Math.max(bytes, 0));
        if (short !== text) expect(text.startsWith(short.slice(0, -1))).toBe(true);
        expect(short).not.toContain('\ufffd');
      }),
    );
  });
});
