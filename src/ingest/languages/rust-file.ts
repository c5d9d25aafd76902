import type { Node } from 'web-tree-sitter';
import type { Extraction } from '../extract/extraction.js';

/** An `impl` or `trait` block around the walk. */
export interface RustImplementation {
  /** Dotted name of the type; for types without a name their text. */
  readonly type: string;
  readonly isTrait: boolean;
  /** Members of `impl Trait for …` are as visible as the trait. */
  readonly ofTrait: boolean;
}

/** What the rules of one Rust file tell each other. */
export class RustFile {
  readonly implementations: RustImplementation[] = [];
  /** Start positions of member, path and type names that another rule has dealt with. */
  readonly handled = new Set<number>();
  /** Bodies of `for` loops with what to do on entering them, by start position. */
  readonly bodies = new Map<number, () => void>();
  /** The attributes right above the walk: where they start and end. */
  attributes: { readonly first: Node; readonly end: number } | undefined;

  /** Dotted name that `Self` stands for. */
  selfType(): string | undefined {
    return this.implementations[this.implementations.length - 1]?.type;
  }
}

const files = new WeakMap<Extraction, RustFile>();

export function rustFile(extraction: Extraction): RustFile {
  let file = files.get(extraction);
  if (file === undefined) {
    file = new RustFile();
    files.set(extraction, file);
  }
  return file;
}
