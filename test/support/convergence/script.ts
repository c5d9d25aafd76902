import fc from 'fast-check';
import { edit, edited, type Edit } from './edits.js';
import { oneIn, program, type RandomProgram } from './program.js';
import { WRITERS, type Files } from './spellings/index.js';

/**
 * A script is a list of states of a folder, each followed by an index run. It names files and texts, not
 * edits of a generator, so that a script that once failed means the same for good.
 */

export const CUTS = ['abort', 'fail before', 'fail inside', 'fail after'] as const;

/** A run that does not come to its end. */
export interface Cut {
  /**
   * `abort`: its signal fires. The others: a write fails before it is applied, in its middle, or its
   * answer is lost.
   */
  readonly how: (typeof CUTS)[number];
  /** The how-manieth report of progress, or write, it happens at. Later than the last: not at all. */
  readonly at: number;
  /** Every later write fails too, as if the process were gone. */
  readonly lasting?: boolean;
}

/** How the folder is indexed after a step's changes. What is left out is the plain way. */
export interface Run {
  /**
   * Tells the run what changed: `exact`, the paths of the files; `folders`, the topmost folders they are
   * in; `more`, also files that did not change and one that never was.
   */
  readonly changed?: 'exact' | 'folders' | 'more';
  readonly force?: boolean;
  /** The times of files cannot be trusted yet, so that they are read. */
  readonly unsettled?: boolean;
  /** The store is closed and opened again before. Stores in memory stay open. */
  readonly reopen?: boolean;
  /** A second store on the same file runs it. There is none of a store in memory. */
  readonly other?: boolean;
  readonly cut?: Cut;
}

export interface Step {
  /** New text by path; null for a file that goes. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly run: Run;
}

export interface Script {
  readonly title?: string;
  readonly store: 'memory' | 'file';
  readonly steps: readonly Step[];
}

interface PlannedStep {
  readonly edits: readonly Edit[];
  readonly run: Run;
}

interface Plan {
  readonly store: Script['store'];
  readonly start: RandomProgram;
  readonly branches: readonly RandomProgram[];
  readonly steps: readonly PlannedStep[];
}

const cut: fc.Arbitrary<Cut> = fc.record({
  how: fc.constantFrom(...CUTS),
  // A run reports its progress a few times and writes even less often.
  at: fc.constantFrom(1, 1, 1, 2, 2, 3, 4, 6),
  lasting: fc.boolean(),
});

const yes = fc.constant(true as const);

const run: fc.Arbitrary<Run> = fc
  .record({
    changed: oneIn(2, fc.constantFrom('exact' as const, 'exact' as const, 'folders' as const, 'more' as const)),
    force: oneIn(15, yes),
    unsettled: oneIn(4, yes),
    reopen: oneIn(6, yes),
    other: oneIn(5, yes),
    cut: oneIn(4, cut),
  })
  .map(plainly);

/** Only what is not the plain way, which keeps scripts short to read. */
function plainly(run: { [Part in keyof Run]: Run[Part] | null }): Run {
  return Object.fromEntries(Object.entries(run).filter(([, value]) => value !== null));
}

const plannedStep: fc.Arbitrary<PlannedStep> = fc.record({
  edits: fc.oneof(
    { arbitrary: fc.array(edit, { minLength: 1, maxLength: 1 }), weight: 4 },
    { arbitrary: fc.array(edit, { minLength: 2, maxLength: 4 }), weight: 1 },
  ),
  run,
});

/** Scripts of a language, of about as many steps. */
export function scripts(language: string, length = 14): fc.Arbitrary<Script> {
  const plan: fc.Arbitrary<Plan> = fc.record({
    store: fc.constantFrom('memory', 'memory', 'file'),
    start: program,
    branches: fc.tuple(program, program),
    steps: fc.array(plannedStep, { minLength: Math.ceil(length / 2), maxLength: length, size: 'max' }),
  });
  return plan.map((drawn) => scriptOf(language, drawn));
}

function scriptOf(language: string, { store, start, branches, steps }: Plan): Script {
  const write = WRITERS[language];
  if (write === undefined) throw new RangeError(`No programs are written in ${language}.`);
  let files = write(start);
  let state: State = { current: start, history: [], branches };
  const done: Step[] = [{ files, run: {} }];
  for (const step of steps) {
    for (const each of step.edits) state = after(state, each);
    const next = write(state.current);
    done.push({ files: difference(files, next), run: step.run });
    files = next;
  }
  return { store, steps: done };
}

interface State {
  readonly current: RandomProgram;
  readonly history: readonly RandomProgram[];
  readonly branches: readonly RandomProgram[];
}

function after({ current, history, branches }: State, edit: Edit): State {
  if (edit.kind === 'undo') return { current: history.at(-1) ?? current, history: history.slice(0, -1), branches };
  const left = [...history, current];
  if (edit.kind !== 'branch flip') return { current: edited(current, edit), history: left, branches };
  const at = edit.at % branches.length;
  return { current: branches[at] ?? current, history: left, branches: branches.with(at, current) };
}

/** What has to be written and removed to get from one state to another. */
export function difference(before: Files, now: Files): Record<string, string | null> {
  const gone = Object.keys(before).filter((path) => !Object.hasOwn(now, path));
  const changed = Object.entries(now).filter(([path, text]) => before[path] !== text);
  return { ...Object.fromEntries(gone.map((path) => [path, null])), ...Object.fromEntries(changed) };
}
