import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import {
  reachedLines,
  SLICES,
  sliceFixtures,
  type ExpectedSlice,
  type SliceFixture,
} from '../support/slice-fixtures.js';

// Real functions whose dependences and slices were worked out by hand; test/fixtures/slices/README.md says how.

const FIXTURES = sliceFixtures();
let store: Store;

beforeAll(async () => {
  store = await openStore(':memory:');
  await store.index({ root: SLICES, projectId: 'slices' });
});
afterAll(() => store.close());

async function check(fixture: SliceFixture, expected: ExpectedSlice): Promise<void> {
  expect(reachedLines(fixture, expected), 'what the written dependences give').toEqual(expected.lines);
  const { line, direction } = expected;
  const found = await store.slice({ project: 'slices', file: fixture.path, line, direction });
  expect(found.function.name).toBe(fixture.functionName);
  expect(found.lines).toEqual(expected.lines);
}

it('[P4] slices of real functions in five languages are kept, two functions of each at least', () => {
  const counts = new Map<string, number>();
  for (const { path, steps, slices } of FIXTURES) {
    const language = path.replace(/\/.*/, '');
    counts.set(language, (counts.get(language) ?? 0) + 1);
    expect(new Set(slices.map(({ direction }) => direction)).size, path).toBe(2);
    const ids = steps.map(({ id }) => id);
    expect(
      steps.flatMap(({ needs }) => needs.filter((need) => !ids.includes(need))),
      path,
    ).toEqual([]);
  }
  expect([...counts.keys()]).toEqual(['go', 'java', 'python', 'rust', 'typescript']);
  for (const [language, count] of counts) expect(count, language).toBeGreaterThanOrEqual(2);
});

describe.each(FIXTURES)('[P4] a slice of $path', (fixture) => {
  it.each(fixture.slices)('$direction from line $line is what was worked out by hand', (expected) =>
    check(fixture, expected),
  );
});
