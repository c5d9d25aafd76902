/**
 * Programs as the control flow sees them, the same for every language. Names of variables are unique
 * per declaration; lines are those of the file, 1-based.
 */

/** A function that is a value: what it does to the variables around it when it is called. */
export interface FlowClosure {
  readonly uses: readonly string[];
  readonly mayDefs: readonly string[];
  /** Variables whose functions it may call in turn. */
  readonly calls: readonly string[];
}

/** Variables that have these functions, and those of other variables, once a step is done. */
export interface FlowHolding {
  readonly variables: readonly string[];
  readonly closures: readonly FlowClosure[];
  readonly from: readonly string[];
}

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
  /** Variables whose functions it may call: `resolveCalls` adds what these use and define. */
  readonly calls: readonly string[];
  readonly holdings: readonly FlowHolding[];
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
  /** Does its end lead into the next case? */
  readonly fallsThrough: boolean;
}

export interface FlowSwitch {
  readonly kind: 'switch';
  readonly labels: readonly string[];
  readonly cases: readonly FlowCase[];
  /** Is there a case for every value, so that the last one takes what no other does? */
  readonly isExhaustive: boolean;
  /** Does `break` without a label leave it? */
  readonly breakable: boolean;
}

export interface FlowTry {
  readonly kind: 'try';
  readonly head: FlowStep;
  readonly body: readonly FlowStatement[];
  readonly handlers: readonly (readonly FlowStatement[])[];
  /** Is there a handler for every error? */
  readonly catchesAll: boolean;
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
  /**
   * `always`; `sometimes` for an operator that goes on or leaves; `never` for a word that keeps control
   * from going there, such as Go's `fallthrough`.
   */
  readonly taken: 'always' | 'sometimes' | 'never';
}

export interface FlowLabel {
  readonly kind: 'label';
  readonly label: string;
  readonly body: readonly FlowStatement[];
}

export type FlowStatement =
  { readonly kind: 'step'; readonly step: FlowStep } | FlowIf | FlowLoop | FlowSwitch | FlowTry | FlowJump | FlowLabel;
