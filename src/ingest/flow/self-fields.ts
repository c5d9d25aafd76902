import type { StepDraft } from './step-draft.js';

// The fields of the object that a method runs on are variables of their own (`this.x`). Two more
// variables stand for all of them: `this!` is changed by calls that may change any field, and `this*` is
// changed by every change and seen by whoever sees the whole object.

/** Reads a field, or the whole object. */
export function readSelf(step: StepDraft, self: string, field: string | null): void {
  step.uses.add(field === null ? `${self}*` : `${self}.${field}`);
  if (field !== null) step.uses.add(`${self}!`);
}

/** Writes a field as a whole, or changes something in it. */
export function writeSelf(step: StepDraft, self: string, field: string, isWhole: boolean): void {
  (isWhole ? step.defs : step.mayDefs).add(`${self}.${field}`);
  step.mayDefs.add(`${self}*`);
}

/** A method may read every field. */
export function callOnSelf(step: StepDraft, self: string): void {
  step.uses.add(`${self}*`);
}

/** A method that is called for its effect may change every field. */
export function changeSelf(step: StepDraft, self: string): void {
  step.mayDefs.add(`${self}!`).add(`${self}*`);
}

/** Is this a variable for a part of the object that a method runs on, or for all of it? */
export function isSelf(variable: string): boolean {
  return /^(this|self)[.!*]/.test(variable);
}
