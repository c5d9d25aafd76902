import type { Node } from 'web-tree-sitter';
import type { Lowering } from './lowering.js';
import type { StepDraft } from './step-draft.js';

/** How the control flow of a language is written: what to do by node type. */
export interface FlowSyntax {
  /** Functions that have a flow. */
  readonly definitions: ReadonlySet<string>;
  /** Functions and types: inside of others they are values, which run when they are called. */
  readonly functions: ReadonlySet<string>;
  /** Node types that are nothing to the flow: comments, types. */
  readonly skipped: ReadonlySet<string>;
  readonly identifiers: ReadonlySet<string>;
  /** Statements; a type that is not named is one step of everything in it. */
  readonly statements: Readonly<Record<string, (node: Node, lowering: Lowering) => void>>;
  /** Parts of steps; a type that is not named is the parts it has. */
  readonly expressions: Readonly<Record<string, (node: Node, lowering: Lowering, step: StepDraft) => void>>;
  /** Does this function or type, as a value, run on an object of its own, not on the one around it? */
  readonly ownsSelf: (node: Node, lowering: Lowering) => boolean;
  /** Runs a whole function: its parameters, then its body; all functions of a type. */
  readonly enter: (definition: Node, lowering: Lowering) => void;
}
