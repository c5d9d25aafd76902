import type { Script, Step } from './script.js';

/**
 * Makes a failing script shorter as long as it fails: steps go into the ones after them, files go
 * altogether, runs become plain, lines go from texts. Greedy; ends when nothing can go or the time is up.
 *
 * @param fails whether a script still fails; it is asked many times
 */
export async function reduce(
  script: Script,
  fails: (script: Script) => Promise<boolean>,
  limitMs: number,
): Promise<Script> {
  const end = performance.now() + limitMs;
  let best = script;
  for (let changed = true; changed && performance.now() < end;) {
    changed = false;
    for (const way of [fewerSteps, fewerFiles, plainerRuns, fewerLines]) {
      for (let at = 0; performance.now() < end;) {
        const candidate = way(best, at);
        if (candidate === undefined) break;
        if (await fails(candidate)) {
          best = candidate;
          changed = true;
        } else at++;
      }
    }
  }
  return best;
}

/** One smaller script for each position, undefined after the last. */
type Way = (script: Script, at: number) => Script | undefined;

/** The last steps go first: what comes after the failure is of no use. */
const fewerSteps: Way = (script, at) => {
  const position = script.steps.length - 1 - at;
  const [gone, next] = [script.steps[position], script.steps[position + 1]];
  if (gone === undefined) return undefined;
  const steps = script.steps.toSpliced(position, 1);
  return {
    ...script,
    steps: next === undefined ? steps : steps.with(position, { ...next, files: { ...gone.files, ...next.files } }),
  };
};

const fewerFiles: Way = (script, at) => {
  const path = [...new Set(script.steps.flatMap((step) => Object.keys(step.files)))][at];
  if (path === undefined) return undefined;
  return withSteps(script, (step) => {
    const { [path]: _gone, ...files } = step.files;
    return { ...step, files };
  });
};

const plainerRuns: Way = (script, at) => {
  if (at === 0 && script.store === 'file') return { ...script, store: 'memory' };
  const parts = script.steps.flatMap(({ run }, step) => Object.keys(run).map((part) => ({ step, part })));
  const chosen = parts[at - (script.store === 'file' ? 1 : 0)];
  if (chosen === undefined) return undefined;
  return withSteps(script, (step, position) =>
    position === chosen.step
      ? { ...step, run: Object.fromEntries(Object.entries(step.run).filter(([part]) => part !== chosen.part)) }
      : step,
  );
};

/** A line goes from all texts of a file. */
const fewerLines: Way = (script, at) => {
  const lines = script.steps.flatMap((step) =>
    Object.entries(step.files).flatMap(([path, text]) =>
      (text ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`${path}\0${line}`])),
    ),
  );
  const chosen = [...new Set(lines)][at]?.split('\0');
  if (chosen === undefined) return undefined;
  const [path = '', ...line] = chosen;
  return withSteps(script, (step) => {
    const text = step.files[path];
    if (typeof text !== 'string') return step;
    const kept = text.split('\n').filter((each) => each !== line.join('\0'));
    return { ...step, files: { ...step.files, [path]: kept.join('\n') } };
  });
};

function withSteps(script: Script, change: (step: Step, at: number) => Step): Script {
  return { ...script, steps: script.steps.map(change) };
}
