import { vi } from 'vitest';

/** How many cases every property is to be tried with; undefined for what each finds enough. */
const wanted = process.env['PROPERTY_CASES'];
// As many as one wants may take as long as they take.
if (wanted !== undefined) vi.setConfig({ testTimeout: 3_600_000 });

/** How long a property may take, in milliseconds: as long as it takes when one wants many cases. */
export function timeLimit(usualMs: number): number {
  return wanted === undefined ? usualMs : 3_600_000;
}

/**
 * How many cases a property is tried with: as many as PROPERTY_CASES says, or few enough for every run.
 * Throws an Error when it is not a whole number from 1.
 */
export function cases(usual: number): { readonly numRuns: number } {
  if (wanted === undefined) return { numRuns: usual };
  if (!/^[1-9]\d{0,6}$/.test(wanted)) throw new Error(`PROPERTY_CASES is not a number of cases: ${wanted}`);
  return { numRuns: Number(wanted) };
}
