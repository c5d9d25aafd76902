import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SliceDirection } from '../../src/flow/index.js';

/** Where the sources and what was worked out about them are; its README says how they are written. */
export const SLICES = fileURLToPath(new URL('../fixtures/slices/', import.meta.url));

/** A part of a function that is evaluated as a whole, and the parts it depends on. */
export interface ExpectedStep {
  readonly id: string;
  readonly lines: readonly number[];
  /** Ids of the steps that decide whether it runs, then of those whose values it sees. */
  readonly needs: readonly string[];
}

export interface ExpectedSlice {
  readonly line: number;
  readonly direction: SliceDirection;
  readonly lines: readonly number[];
}

export interface SliceFixture {
  /** Of the source, from the folder of fixtures. */
  readonly path: string;
  readonly functionName: string;
  readonly steps: readonly ExpectedStep[];
  readonly slices: readonly ExpectedSlice[];
}

/** All fixtures, in the order of their paths. Throws an Error for a line that is not written as it should be. */
export function sliceFixtures(): SliceFixture[] {
  const files = readdirSync(SLICES, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return files
    .filter((path) => path.endsWith('.slices'))
    .sort()
    .map((path) => readFixture(path, files));
}

function readFixture(path: string, files: readonly string[]): SliceFixture {
  const stem = path.slice(0, -'slices'.length);
  const source = files.find((each) => each.startsWith(stem) && each !== path);
  if (source === undefined) throw new Error(`${path} has no source beside it.`);
  let functionName = '';
  const steps: ExpectedStep[] = [];
  const slices: ExpectedSlice[] = [];
  for (const raw of readFileSync(SLICES + path, 'utf8').split('\n')) {
    const line = raw.replace(/#.*/, '').trim();
    const named = /^function (\S+)$/.exec(line);
    const step = /^(\d+)([a-z]?)(?:@([\d,-]+))?:([^|]*)\|(.*)$/.exec(line);
    const slice = /^slice (\d+) (backward|forward): (.+)$/.exec(line);
    if (named !== null) functionName = named[1] ?? '';
    else if (step !== null) steps.push(stepOf(step));
    else if (slice !== null) slices.push(sliceOf(slice));
    else if (line !== '') throw new Error(`${path} has a line that says nothing: ${raw}`);
  }
  return { path: source, functionName, steps, slices };
}

function stepOf([, first = '', letter = '', lines = first, control = '', data = '']: RegExpExecArray): ExpectedStep {
  return {
    id: first + letter,
    lines: numbersOf(lines),
    needs: [...control.split(/\s+/), ...data.split(/\s+/)].filter(Boolean),
  };
}

function sliceOf([, line = '', direction = '', lines = '']: RegExpExecArray): ExpectedSlice {
  return { line: Number(line), direction: direction === 'forward' ? 'forward' : 'backward', lines: numbersOf(lines) };
}

/** `3 5-7` as 3, 5, 6, 7. */
function numbersOf(text: string): number[] {
  return text.split(/[\s,]+/).flatMap((part) => {
    const [from = NaN, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  });
}

/** What the dependences that were written down make of a slice: everything that can be reached over them. */
export function reachedLines({ steps }: SliceFixture, { line, direction }: ExpectedSlice): number[] {
  const reached = new Set(steps.filter(({ lines }) => lines.includes(line)));
  for (const at of reached) {
    for (const other of steps) {
      const isNext = direction === 'backward' ? at.needs.includes(other.id) : other.needs.includes(at.id);
      if (isNext) reached.add(other);
    }
  }
  return [...new Set([...reached].flatMap(({ lines }) => lines))].sort((a, b) => a - b);
}
