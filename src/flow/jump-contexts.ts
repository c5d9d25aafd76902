import type { FlowEdgeKind } from './cfg.js';
import type { JumpKind } from './statement.js';

/** An edge that waits for the block it leads to. */
export interface End {
  readonly block: number;
  readonly kind: FlowEdgeKind;
}

/** Where a jump is bound. */
export interface JumpTarget {
  readonly to: JumpKind;
  readonly label: string | null;
}

/** What stands around the place that is being built and can catch a jump. */
export interface LeaveContext {
  readonly kind: 'loop' | 'switch' | 'label';
  readonly labels: readonly string[];
  /** What leads behind the statement, and to its next round. */
  readonly breaks: End[];
  readonly continues: End[];
}

export interface CatchContext {
  readonly kind: 'catch';
  /** Does every error end here? */
  readonly catchesAll: boolean;
  /** Blocks that may throw. */
  readonly sudden: number[];
  /** Those that do. */
  readonly thrown: End[];
}

export interface FinallyContext {
  readonly kind: 'finally';
  /** The variable that says where the block leads to when it is done. */
  readonly variable: string;
  readonly sudden: number[];
  /** Jumps that pass the block, and where they are bound. */
  readonly passing: End[];
  readonly targets: JumpTarget[];
}

export type JumpContext = LeaveContext | CatchContext | FinallyContext;

/** Does the jump end at this context? A `finally` block stops every jump on its way. */
export function stops(context: JumpContext, { to, label }: JumpTarget): boolean {
  if (context.kind === 'finally') return true;
  if (context.kind === 'catch') return to === 'throw';
  if (to === 'continue') return context.kind === 'loop' && (label === null || context.labels.includes(label));
  if (to !== 'break') return false;
  return label === null ? context.kind !== 'label' : context.labels.includes(label);
}

/** Notes a target once. */
export function addTarget(targets: JumpTarget[], target: JumpTarget): void {
  if (!targets.some(({ to, label }) => to === target.to && label === target.label)) targets.push(target);
}
