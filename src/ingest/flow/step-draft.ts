import type { Node } from 'web-tree-sitter';
import type { FlowStep } from '../../flow/index.js';

/** A step while its parts are being read. */
export class StepDraft {
  readonly uses = new Set<string>();
  readonly defs = new Set<string>();
  readonly mayDefs = new Set<string>();
  /** What runs right behind the step: the default values of what it takes apart. */
  readonly followers: (() => void)[] = [];
  private readonly lines = new Set<number>();

  /** Counts the lines of a node, from first to last, as the step's. */
  cover(node: Node): void {
    const last = node.endPosition.row;
    for (let row = node.startPosition.row; row <= last; row++) this.lines.add(row + 1);
  }

  finish(): FlowStep {
    return {
      lines: [...this.lines].sort((a, b) => a - b),
      uses: [...this.uses],
      defs: [...this.defs],
      mayDefs: [...this.mayDefs],
    };
  }
}
