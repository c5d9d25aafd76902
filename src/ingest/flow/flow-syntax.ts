import type { Node } from 'web-tree-sitter';
import type { Lowering } from './lowering.js';
import type { StepDraft } from './step-draft.js';

/** How the control flow of a language is written: what to do by node type. */
export interface FlowSyntax {
  /** Functions that have a flow. */
  readonly definitions: ReadonlySet<string>;
  /** Functions and types: inside of others they are values, whatever they hold. */
  readonly functions: ReadonlySet<string>;
  /** Node types that are nothing to the flow: comments, types. */
  readonly skipped: ReadonlySet<string>;
  readonly identifiers: ReadonlySet<string>;
  /** Statements; a type that is not named is one step of everything in it. */
  readonly statements: Readonly<Record<string, (node: Node, lowering: Lowering) => void>>;
  /** Parts of steps; a type that is not named is the parts it has. */
  readonly expressions: Readonly<Record<string, (node: Node, lowering: Lowering, step: StepDraft) => void>>;
  /** Is this name, inside of a function that is a value, given another value there? */
  readonly isTarget: (name: Node) => boolean;
  /** Adds what a function or type that is a value does with the fields of the object around it. */
  readonly seeSelf: (node: Node, lowering: Lowering, step: StepDraft) => void;
  /** Runs a whole function: its parameters, then its body. */
  readonly enter: (definition: Node, lowering: Lowering) => void;
}
