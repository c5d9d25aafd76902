import type { Value } from './value.js';

/** Something outside the project, named by the import it comes from and the steps that lead on from there. */
export type Outside = Value & { readonly kind: 'external' };

/** Something outside the project that no import names. */
export const EXTERNAL: Outside = { kind: 'external', specifier: '', path: '' };

/** Paths beyond this are those of long chains of calls, whose types nobody can tell from outside. */
const LONGEST_PATH = 200;
/** Characters that paths are made of cannot be in the names they lead through. */
const NOT_A_NAME = /[.:()[\]@*\0]/;

/** What a module text stands for that leads out of the project. */
export function outsideModule(specifier: string): Outside {
  return { kind: 'external', specifier, path: '' };
}

/** The member `name` of something outside, taken as a type or as a value. */
export function outsideMember(of: Outside, name: string, wanted: 'value' | 'type' | 'call'): Outside {
  if (name === '' || NOT_A_NAME.test(name)) return EXTERNAL;
  return outsideStep(of, (wanted === 'type' ? '::' : '.') + name);
}

/** One step further, see {@link parseOutsidePath}. */
export function outsideStep(of: Outside, step: string): Outside {
  if (of.specifier === '') return of;
  const path = of.path + step;
  return path.length > LONGEST_PATH ? EXTERNAL : { kind: 'external', specifier: of.specifier, path };
}

export type OutsideStep =
  | { readonly kind: 'member'; readonly name: string; readonly isType: boolean }
  /** What it takes as its argument of that number, counted from 0. */
  | { readonly kind: 'argument'; readonly position: number }
  /** The result of calling it, an element of it, a value of the type it is, a container of such values. */
  | { readonly kind: 'call' | 'element' | 'instance' | 'container' };

const STEP = /(\.|::)([^.:()[\]@*\0]+)|\((\d+)\)|(\(\))|(\[\])|(@)|(\*)/y;

/**
 * The steps of a path from a module outside the project.
 *
 * ```
 * path = step*
 * step = '.' name    the member, as a value
 *      | '::' name   the member, as a type or a namespace
 *      | '()'        what calling it gives
 *      | '(' n ')'   what it takes as its argument number n, counted from 0
 *      | '[]'        an element of it
 *      | '@'         a value of the type that it is
 *      | '*'         something that holds such values
 * ```
 *
 * Undefined for a text that is no path.
 */
export function parseOutsidePath(path: string): OutsideStep[] | undefined {
  const steps: OutsideStep[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    if (match === null) return undefined;
    const [, separator, name, argument, call, element, instance] = match;
    if (name !== undefined) steps.push({ kind: 'member', name, isType: separator === '::' });
    else if (argument !== undefined) steps.push({ kind: 'argument', position: Number(argument) });
    else if (call !== undefined) steps.push({ kind: 'call' });
    else if (element !== undefined) steps.push({ kind: 'element' });
    else steps.push({ kind: instance !== undefined ? 'instance' : 'container' });
  }
  return steps;
}

/** The member that a path begins with, and what follows; undefined when it begins otherwise. */
export function firstMember(
  path: string,
): { readonly step: string; readonly name: string; readonly rest: string } | undefined {
  STEP.lastIndex = 0;
  const [step, separator = '', name] = STEP.exec(path) ?? [];
  if (step === undefined || name === undefined || separator === '') return undefined;
  return { step, name, rest: path.slice(step.length) };
}
