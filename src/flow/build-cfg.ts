import { ENTRY, EXIT, type Cfg, type FlowEdge, type FlowEdgeKind } from './cfg.js';
import {
  addTarget,
  stops,
  type CatchContext,
  type End,
  type FinallyContext,
  type JumpContext,
  type JumpTarget,
  type LeaveContext,
} from './jump-contexts.js';
import type {
  FlowCase,
  FlowIf,
  FlowJump,
  FlowLabel,
  FlowLoop,
  FlowStatement,
  FlowStep,
  FlowSwitch,
  FlowTry,
} from './statement.js';

/** Builds the control flow graph of a function from its statements, the parameters' included. */
export function buildCfg(statements: readonly FlowStatement[]): Cfg {
  return new CfgBuilder().build(statements);
}

class CfgBuilder {
  private readonly blocks: FlowStep[][] = [[], []];
  private readonly edges: FlowEdge[] = [];
  private readonly contexts: JumpContext[] = [];
  private ends: End[] = [{ block: ENTRY, kind: 'next' }];
  /** The block that the next step may be added to. */
  private open: number | undefined = ENTRY;
  private finallyCount = 0;

  build(statements: readonly FlowStatement[]): Cfg {
    this.run(statements);
    this.linkTo(EXIT);
    const steps: FlowStep[] = [];
    const blocks = this.blocks.map((each) => {
      const from = steps.length;
      steps.push(...each);
      return { from, to: steps.length };
    });
    return { steps, blocks, edges: this.edges };
  }

  private run(statements: readonly FlowStatement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: FlowStatement): void {
    switch (statement.kind) {
      case 'step':
        this.step(statement.step);
        return;
      case 'if':
        return this.branch(statement);
      case 'loop':
        return this.loop(statement);
      case 'switch':
        return this.choice(statement);
      case 'try':
        return this.attempt(statement);
      case 'jump':
        return this.jump(statement);
      case 'label':
        return this.label(statement);
    }
  }

  // ── Blocks and edges ─────────────────────────────────────────────────────────────────────────

  private link(from: number, to: number, kind: FlowEdgeKind): void {
    this.edges.push({ from, to, kind });
  }

  private linkTo(block: number): void {
    for (const end of this.ends) this.link(end.block, block, end.kind);
    this.leaveWith([]);
  }

  /** What comes next follows these ends, in a block of its own. */
  private leaveWith(ends: End[]): void {
    this.ends = ends;
    this.open = undefined;
  }

  private startBlock(): number {
    const block = this.blocks.push([]) - 1;
    this.linkTo(block);
    for (const context of this.contexts.toReversed()) {
      if (context.kind !== 'catch' && context.kind !== 'finally') continue;
      context.sudden.push(block);
      if (context.kind === 'finally' || context.catchesAll) break;
    }
    this.ends = [{ block, kind: 'next' }];
    this.open = block;
    return block;
  }

  /** Adds a step and gives its block. Where errors are caught each step has a block: it may be the last. */
  private step(step: FlowStep): number {
    const isCaught = this.contexts.some(({ kind }) => kind === 'catch' || kind === 'finally');
    const isFull = this.open !== undefined && isCaught && (this.blocks[this.open]?.length ?? 0) > 0;
    const block = this.open === undefined || isFull ? this.startBlock() : this.open;
    this.blocks[block]?.push(step);
    return block;
  }

  /** What statements leave open when they start from some ends. */
  private from(ends: End[], statements: readonly FlowStatement[]): End[] {
    this.leaveWith(ends);
    this.run(statements);
    return this.ends;
  }

  // ── Statements ───────────────────────────────────────────────────────────────────────────────

  private branch({ test, then, otherwise }: FlowIf): void {
    const block = this.step(test);
    const held = this.from([{ block, kind: 'true' }], then);
    const failed = this.from([{ block, kind: 'false' }], otherwise);
    this.leaveWith([...held, ...failed]);
  }

  private loop(loop: FlowLoop): void {
    const start = this.startBlock();
    const context: LeaveContext = { kind: 'loop', labels: loop.labels, breaks: [], continues: [] };
    let block: number;
    if (loop.testing === 'last') {
      this.inside(context, () => this.run(loop.body));
      this.leaveWith([...this.ends, ...context.continues]);
      this.run(loop.before);
      block = this.step(loop.test);
      this.leaveWith([{ block, kind: 'true' }]);
    } else {
      this.run(loop.before);
      block = this.step(loop.test);
      this.leaveWith([{ block, kind: 'true' }]);
      this.inside(context, () => this.run(loop.body));
      this.leaveWith([...this.ends, ...context.continues]);
    }
    this.run(loop.update);
    this.linkTo(start);
    const failed = this.from([{ block, kind: loop.testing === 'never' ? 'never' : 'false' }], loop.otherwise);
    this.leaveWith([...failed, ...context.breaks]);
  }

  private choice({ labels, cases, isExhaustive, breakable }: FlowSwitch): void {
    const context: LeaveContext = { kind: breakable ? 'switch' : 'label', labels, breaks: [], continues: [] };
    const entries = cases.map((each) => this.caseEntry(each));
    // What no test takes goes to the case without one.
    const rest = this.ends;
    const standard = cases.findIndex(({ test }) => test === null);
    // Of a last case that takes all the others refuse, the test cannot fail.
    const isLastSure = isExhaustive && cases.length > 0;
    const refused: End[] = isLastSure ? rest.map(({ block }) => ({ block, kind: 'never' })) : rest;
    const done: End[] = standard < 0 ? refused : [];
    let previous: End[] = [];
    this.inside(context, () => {
      cases.forEach(({ body, fallsThrough }, at) => {
        const entry = at === standard ? rest : (entries[at] ?? []);
        previous = this.from([...previous, ...entry], body);
        if (fallsThrough) return;
        done.push(...previous);
        previous = [];
      });
    });
    this.leaveWith([...done, ...previous, ...context.breaks]);
  }

  /** Builds the tests of a case and gives the way in; what they refuse stays open. */
  private caseEntry({ before, test, guard }: FlowCase): End[] {
    if (test === null) return [];
    this.run(before);
    const block = this.step(test);
    const refused: End[] = [{ block, kind: 'false' }];
    let entry: End[] = [{ block, kind: 'true' }];
    if (guard !== null) {
      this.leaveWith(entry);
      this.run(guard.before);
      const last = this.step(guard.test);
      refused.push({ block: last, kind: 'false' });
      entry = [{ block: last, kind: 'true' }];
    }
    this.leaveWith(refused);
    return entry;
  }

  private label({ label, body }: FlowLabel): void {
    const context: LeaveContext = { kind: 'label', labels: [label], breaks: [], continues: [] };
    this.inside(context, () => this.run(body));
    this.leaveWith([...this.ends, ...context.breaks]);
  }

  private attempt(attempted: FlowTry): void {
    const { last } = attempted;
    if (last === null) return this.guarded(attempted);
    const context: FinallyContext = {
      kind: 'finally',
      variable: `#finally${this.finallyCount++}`,
      sudden: [],
      passing: [],
      targets: [],
    };
    this.inside(context, () => this.guarded(attempted));
    this.finish(context, last);
  }

  private guarded({ head, body, handlers, catchesAll, otherwise }: FlowTry): void {
    const block = this.step(head);
    const context: CatchContext = { kind: 'catch', catchesAll, sudden: [], thrown: [] };
    this.leaveWith([{ block, kind: 'next' }]);
    if (handlers.length === 0) this.run(body);
    else this.inside(context, () => this.run(body));
    this.run(otherwise);
    const done = [...this.ends];
    handlers.forEach((handler, at) => {
      const entry: End[] = [{ block, kind: 'exception' }];
      for (const from of context.sudden) entry.push({ block: from, kind: 'throws' });
      for (const end of context.thrown) entry.push(at === 0 ? end : { block: end.block, kind: 'perhaps' });
      done.push(...this.from(entry, handler));
    });
    this.leaveWith(done);
  }

  /** Builds a `finally` block: once, with ways out to wherever the jumps that pass it are bound. */
  private finish({ variable, sudden, passing, targets }: FinallyContext, last: readonly FlowStatement[]): void {
    const isLive = this.ends.some(({ kind }) => kind !== 'fall');
    if (targets.length > 0) {
      this.startBlock();
      this.step(withoutLines({ defs: [variable] }));
    }
    const entry = [...this.ends, ...passing];
    for (const from of sudden) entry.push({ block: from, kind: 'throws' });
    this.leaveWith(entry);
    // The start of the block is its own, so that no way in is counted twice.
    this.startBlock();
    this.run(last);
    if (targets.length === 0) return;
    const outer = targets.flatMap((target) => this.passedBy(target));
    const block = this.step(withoutLines({ uses: [variable], mayDefs: outer }));
    targets.forEach((target, at) => this.jumpFrom(block, target, !isLive && at === 0 ? 'jump' : 'resume'));
    this.leaveWith([{ block, kind: isLive ? 'next' : 'fall' }]);
  }

  private jump({ to, label, step, taken }: FlowJump): void {
    const target: JumpTarget = { to, label };
    const passed = this.passedBy(target);
    const isSure = taken === 'always';
    const noted = isSure ? { defs: [...step.defs, ...passed] } : { mayDefs: [...step.mayDefs, ...passed] };
    const block = this.step(passed.length === 0 || taken === 'never' ? step : { ...step, ...noted });
    this.jumpFrom(block, target, JUMP_KINDS[taken]);
    this.leaveWith([{ block, kind: isSure ? 'fall' : 'next' }]);
  }

  /** The variable of the `finally` block that a jump passes first, if it passes one. */
  private passedBy(target: JumpTarget): string[] {
    const context = this.contexts.findLast((each) => stops(each, target) && !lets(each));
    return context?.kind === 'finally' ? [context.variable] : [];
  }

  /**
   * Sends control from the end of a block to a target, or to the first `finally` block on the way there;
   * an error past handlers that may not be for it as well.
   */
  private jumpFrom(block: number, target: JumpTarget, kind: FlowEdgeKind): void {
    let end: End = { block, kind };
    for (const context of this.contexts.toReversed()) {
      if (!stops(context, target)) continue;
      if (context.kind === 'catch') {
        context.thrown.push(end);
        if (context.catchesAll) return;
        end = { block, kind: 'perhaps' };
        continue;
      }
      if (context.kind === 'finally') {
        context.passing.push(end);
        addTarget(context.targets, target);
      } else if (target.to === 'break') context.breaks.push(end);
      else context.continues.push(end);
      return;
    }
    this.link(block, EXIT, end.kind);
  }

  private inside(context: JumpContext, build: () => void): void {
    this.contexts.push(context);
    build();
    this.contexts.pop();
  }
}

const JUMP_KINDS = { always: 'jump', sometimes: 'perhaps', never: 'fall' } as const;

/** May an error pass it, for lack of a handler? */
function lets(context: JumpContext): boolean {
  return context.kind === 'catch' && !context.catchesAll;
}

function withoutLines(step: Partial<FlowStep>): FlowStep {
  return { lines: [], uses: [], defs: [], mayDefs: [], calls: [], holdings: [], ...step };
}
