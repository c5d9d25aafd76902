import { compareText } from '../model/index.js';

/** The order of two places in an answer, part by part; a place without parts is before all others. */
export function comparePlace(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [position, part] of b.entries()) {
    const order = compareText(String(a[position]), String(part));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
