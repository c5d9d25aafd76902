/**
 * Programs as the control flow sees them, the same for every language. Names of variables are unique
 * per declaration; lines are those of the file, 1-based.
 */

/** Something that is evaluated as a whole: an expression, a declaration, a condition. */
export interface FlowStep {
  /** Where its text stands, in rising order; empty for a step that only connects others. */
  readonly lines: readonly number[];
  /** Variables it reads. */
  readonly uses: readonly string[];
  /** Variables it gives a new value. */
  readonly defs: readonly string[];
  /** Variables whose value it may change, in part or at times: the old one may still be seen. */
  readonly mayDefs: readonly string[];
}

export interface FlowIf {
  readonly kind: 'if';
  readonly test: FlowStep;
  readonly then: readonly FlowStatement[];
  readonly otherwise: readonly FlowStatement[];
}

export interface FlowLoop {
  readonly kind: 'loop';
  readonly labels: readonly string[];
  /** Evaluated before each test. */
  readonly before: readonly FlowStatement[];
  readonly test: FlowStep;
  readonly testing: 'first' | 'last' | 'never';
  readonly body: readonly FlowStatement[];
  /** Between the body and the next round; `continue` leads here. */
  readonly update: readonly FlowStatement[];
  /** When the test fails; `break` passes it by. */
  readonly otherwise: readonly FlowStatement[];
}

export interface FlowCase {
  /** Evaluated before the test of this case. */
  readonly before: readonly FlowStatement[];
  /** Null for the case that takes what no other does, wherever it stands. */
  readonly test: FlowStep | null;
  /** Has the last word once the test holds. */
  readonly guard: { readonly before: readonly FlowStatement[]; readonly test: FlowStep } | null;
  readonly body: readonly FlowStatement[];
}

export interface FlowSwitch {
  readonly kind: 'switch';
  readonly labels: readonly string[];
  readonly cases: readonly FlowCase[];
  /** Does the end of a case lead into the next one? */
  readonly fallsThrough: boolean;
  /** Does `break` without a label leave it? */
  readonly breakable: boolean;
}

export interface FlowTry {
  readonly kind: 'try';
  readonly head: FlowStep;
  readonly body: readonly FlowStatement[];
  readonly handlers: readonly (readonly FlowStatement[])[];
  /** After a body that threw nothing; its own errors are not handled here. */
  readonly otherwise: readonly FlowStatement[];
  readonly last: readonly FlowStatement[] | null;
}

export type JumpKind = 'return' | 'throw' | 'break' | 'continue';

export interface FlowJump {
  readonly kind: 'jump';
  readonly to: JumpKind;
  readonly label: string | null;
  readonly step: FlowStep;
}

export interface FlowLabel {
  readonly kind: 'label';
  readonly label: string;
  readonly body: readonly FlowStatement[];
}

export type FlowStatement =
  { readonly kind: 'step'; readonly step: FlowStep } | FlowIf | FlowLoop | FlowSwitch | FlowTry | FlowJump | FlowLabel;
