import type { VectorFilter } from '../../../src/vectors/index.js';

export interface CountedFilter extends VectorFilter {
  /** How often each question was asked. */
  readonly asked: { estimate: number; ids: number; test: number };
}

/** A filter over a list of ids that counts what it is asked. */
export function filterOf(ids: readonly number[], estimate = ids.length): CountedFilter {
  const passing = new Set(ids);
  const asked = { estimate: 0, ids: 0, test: 0 };
  return {
    asked,
    estimate: async () => {
      asked.estimate++;
      return estimate;
    },
    ids: async () => {
      asked.ids++;
      return ids;
    },
    test: async (some) => {
      asked.test++;
      return new Set(some.filter((id) => passing.has(id)));
    },
  };
}
