import type { Node } from 'web-tree-sitter';
import type { FlowClosure, FlowHolding, FlowStep } from '../../flow/index.js';

/** A step while its parts are being read. */
export class StepDraft {
  readonly uses = new Set<string>();
  readonly defs = new Set<string>();
  readonly mayDefs = new Set<string>();
  /** What runs right behind the step: the default values of what it takes apart. */
  readonly followers: (() => void)[] = [];
  /** Functions it makes. */
  readonly closures: FlowClosure[] = [];
  /** Of the variables inside of these. */
  readonly holdings: FlowHolding[] = [];
  /** Does it call anything? Then what it makes and what it uses may be called. */
  isCall = false;
  private readonly lines = new Set<number>();

  /** Counts the lines of a node, from first to last, as the step's. */
  cover(node: Node): void {
    const last = node.endPosition.row;
    for (let row = node.startPosition.row; row <= last; row++) this.lines.add(row + 1);
  }

  /**
   * The step. When it calls something, the functions that it makes may run here; else they run when they
   * are called by a variable that it defines.
   */
  finish(): FlowStep {
    for (const { uses } of this.closures) addAll(this.uses, uses);
    const defined = [...this.defs, ...this.mayDefs];
    const calls = new Set<string>(this.isCall ? this.uses : []);
    const holdings = [...this.holdings];
    if (this.isCall) {
      for (const closure of this.closures) {
        addAll(this.mayDefs, closure.mayDefs);
        addAll(calls, closure.calls);
      }
    } else if (defined.length > 0 && this.closures.length + this.uses.size > 0) {
      holdings.push({ variables: defined, closures: [...this.closures], from: [...this.uses] });
    }
    return {
      lines: [...this.lines].sort((a, b) => a - b),
      uses: [...this.uses],
      defs: [...this.defs],
      mayDefs: [...this.mayDefs],
      calls: [...calls],
      holdings,
    };
  }
}

function addAll(set: Set<string>, values: readonly string[]): void {
  for (const value of values) set.add(value);
}
