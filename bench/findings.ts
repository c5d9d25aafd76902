import type { GoalResult, Measurement, Suite, SuiteOptions, SuiteResult, Table } from './harness.js';

/** What is known of a suite before it ran. */
export type SuiteFacts = Pick<SuiteResult, 'suite' | 'lane' | 'seeds'> & Partial<Pick<SuiteResult, 'versions'>>;

/** What a part of a suite found, for one size or one kind of work. */
export interface Findings {
  readonly measurements: readonly Measurement[];
  readonly goals: readonly GoalResult[];
  readonly tables: readonly Table[];
  readonly notes?: readonly string[];
}

export function combine(findings: readonly Findings[]): Findings {
  return {
    measurements: findings.flatMap((finding) => finding.measurements),
    goals: findings.flatMap((finding) => finding.goals),
    tables: findings.flatMap((finding) => finding.tables),
    notes: findings.flatMap((finding) => finding.notes ?? []),
  };
}

/** Makes measurements of one side that were taken once. */
export function rowOf(work: string, side: string): (metric: string, unit: string, value: number) => Measurement {
  return (metric, unit, value) => ({ work, side, metric, unit, values: [value] });
}

/** What was found, as the result of a suite. */
export function resultOf(about: SuiteFacts, findings: Findings, { runs, quick }: SuiteOptions): SuiteResult {
  return { versions: {}, notes: [], ...about, runs, quick, ...findings };
}

/** A suite that measures each of its sizes, or those that it is asked for. */
export function suiteBySize(
  about: SuiteFacts,
  sizes: { readonly full: readonly number[]; readonly quick: readonly number[] },
  measure: (size: number, options: SuiteOptions) => Promise<Findings>,
): Suite {
  return {
    name: about.suite,
    run: async (options) => {
      const findings: Findings[] = [];
      for (const size of options.sizes ?? (options.quick ? sizes.quick : sizes.full)) {
        findings.push(await measure(size, options));
      }
      return resultOf(about, combine(findings), options);
    },
  };
}
