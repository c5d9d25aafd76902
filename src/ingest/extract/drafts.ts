import type { Node } from 'web-tree-sitter';
import type { Expression, NodeHash, NodeType, ReferenceKind, SymbolFact, Visibility } from '../../model/index.js';
import type { NamedBinding, Scope } from './scope.js';

/** What a rule says about the definition it met. Indexes are UTF-16 positions in the source. */
export interface Definition {
  readonly name: string;
  readonly nodeType: NodeType;
  readonly visibility: Visibility;
  /** The node whose range is the symbol's range; the node of the rule when absent. */
  readonly range?: Node;
  /** Where the signature ends: the start of the body; the end of the range when absent. */
  readonly bodyStart?: number;
  /** True for functions and methods with a body: their complexity is measured. */
  readonly measured?: boolean;
  /** Type of the value: declared or inferred; see model/expression.ts. */
  readonly valueType?: Expression | null;
  /** Replaces the comment before the definition, for languages that document inside. */
  readonly documentation?: string | null;
  /** The node that the comment stands above, when that is not the range (attributes between the two). */
  readonly documentationAbove?: Node;
  /**
   * Dotted name of the type a member belongs to when it is written outside of it (Go methods, Rust
   * impl blocks, C++ out-of-line definitions). The binder finds the type by this name.
   */
  readonly owner?: string;
  /** Receives the name in the scope around the definition; false for members, which have no scope name. */
  readonly declares?: boolean;
  /** Opens a function scope inside the definition; true unless stated. */
  readonly opensScope?: boolean;
}

/** A symbol while its file is still being walked. */
export interface SymbolDraft {
  fact: Omit<SymbolFact, 'contentHash' | 'interfaceHash' | 'valueType' | 'complexity' | 'ordinal'>;
  complexity: number | null;
  contentHash: NodeHash | null;
  valueType: Expression | null;
  /** What a function takes, for languages that ask for it, and the scope of the names in that. */
  parameters?: { readonly types: readonly Expression[]; readonly scope: Scope };
  /** Where the value type's names are looked up. */
  typeScope: Scope;
  /** The name in the scope around the symbol, for those that have one. */
  binding?: NamedBinding | undefined;
  readonly memberNames: Set<string>;
  /** The signature is cut out after the walk, when the comments inside it are known. */
  readonly signatureRange?: { readonly start: number; readonly end: number };
}

/** A reference as it was met; its names are looked up when the whole file was seen. */
export interface ReferenceDraft {
  readonly source: number;
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly receiver: Expression | null;
  readonly alias: string | null;
  readonly scope: Scope;
  readonly row: number;
}
