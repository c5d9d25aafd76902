import { describe, expect, it } from 'vitest';
import { cyclomatic, slice, type SliceDirection } from '../../src/flow/index.js';
import { flowsOf } from './flows.js';

/** A slice of the first function of a text, as it would be marked in the margin: the lines of the slice. */
async function sliceOf(path: string, text: string, line: number, direction: SliceDirection): Promise<number[]> {
  const [first] = await flowsOf(path, text);
  if (first === undefined) throw new Error('No function.');
  return slice(first.flow, [line], direction);
}

export interface FlowCase {
  readonly title: string;
  readonly path: string;
  /** Lines of a function; the first one is line 1. */
  readonly text: readonly string[];
  readonly backward?: readonly (readonly [line: number, lines: readonly number[]])[];
  readonly forward?: readonly (readonly [line: number, lines: readonly number[]])[];
}

/** Slices of the first function of each text. */
export function describeSlices(cases: readonly FlowCase[]): void {
  describe.each(cases)('[P4] a slice shows $title', ({ path, text, backward = [], forward = [] }) => {
    it('of a function whose graph is as complex as its text', async () => {
      for (const { symbol, flow } of await flowsOf(path, text.join('\n'))) {
        expect(cyclomatic(flow.cfg)).toBe(symbol.complexity);
      }
    });
    it.each(backward)('backward from line %i', async (line, lines) => {
      expect(await sliceOf(path, text.join('\n'), line, 'backward')).toEqual(lines);
    });
    if (forward.length === 0) return;
    it.each(forward)('forward from line %i', async (line, lines) => {
      expect(await sliceOf(path, text.join('\n'), line, 'forward')).toEqual(lines);
    });
  });
}
