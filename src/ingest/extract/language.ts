import type { Node } from 'web-tree-sitter';
import type { Expression } from '../../model/index.js';
import type { Extraction } from './extraction.js';

/** Runs when the walk enters a node of its type, before the node's children. */
export type Rule = (node: Node, extraction: Extraction) => void;

/** How a language writes the things the store knows. One table per language, no other place knows its syntax. */
export interface LanguageDefinition {
  /** Name in the store: `typescript`, `python`, … */
  readonly name: string;
  /** Grammar file: `tree-sitter-<grammar>.wasm`. */
  readonly grammar: string;
  /** File name endings with the dot, in lower case. */
  readonly extensions: readonly string[];
  /** Node types that are not part of the structure. */
  readonly comments: readonly string[];
  /** Node types whose whole text is one token: strings, whose inner layout means something. */
  readonly verbatim: readonly string[];
  /** Node types whose whole text is one token and that hold no code: the walk does not go into them. */
  readonly opaque?: readonly string[];
  /** Leaf types of names used as values: each is a `read` unless a rule consumed it. */
  readonly identifiers: readonly string[];
  /** Leaf types of names used as types: each is a `type` reference unless a rule consumed it. */
  readonly typeIdentifiers: readonly string[];
  /** Node types that open a block scope. */
  readonly blocks: readonly string[];
  /** Node types that add one to the cyclomatic complexity of the function around them. */
  readonly decisions: readonly string[];
  /** Names that never leave the language: predeclared functions, types and constants. */
  readonly builtins: ReadonlySet<string>;
  /** Node types with what to do on entering them. */
  readonly rules: Readonly<Record<string, Rule>>;
  /** True when the name of a free identifier can only mean something of this file or a global of the language. */
  readonly closedModules: (extraction: Extraction) => boolean;
  /**
   * The last word on what a name was written on: undefined when it can only be a member of a built-in
   * type, which is nothing of the project.
   */
  readonly receiverOf?: (receiver: Expression, name: string) => Expression | undefined;
  /** What a free name in `identifiers` does, where naming something calls it; `read` unless stated. */
  readonly bareName?: (name: string) => 'read' | 'call';
  /** Runs after the walk, before references are resolved. */
  readonly finish?: (extraction: Extraction) => void;
}
