import type { Node } from 'web-tree-sitter';
import {
  summarize,
  type FlowCase,
  type FlowJump,
  type FlowLoop,
  type FlowStatement,
  type JumpKind,
} from '../../flow/index.js';
import type { FlowSyntax } from './flow-syntax.js';
import { isSelf } from './self-fields.js';
import { StepDraft } from './step-draft.js';

/** Levels of syntax inside each other; what is deeper cannot be followed without using up the stack. */
const DEPTH_LIMIT = 400;
/** Nodes of syntax; the sets of definitions grow with the square of a function's length. */
const SIZE_LIMIT = 200_000;

/** The function is written in a way that is not followed. The message is a sentence. */
export class FlowUnavailable extends Error {}

interface LoopParts {
  readonly labels?: readonly string[];
  readonly testing?: FlowLoop['testing'];
  /** Gives the test; what it emits runs before each test. */
  readonly test: () => StepDraft;
  readonly body: () => void;
  readonly update?: () => void;
  readonly otherwise?: () => void;
}

/** Turns the syntax of one function into statements of flow: the words that languages are written in. */
export class Lowering {
  private sink: FlowStatement[] = [];
  private readonly scopes: Map<string, string>[] = [new Map<string, string>()];
  /** Which scope is the function's. */
  private base = 0;
  /** For each function that is a value around here, from outside in, the variables declared in it. */
  private readonly owned: Set<string>[] = [];
  private readonly counts = new Map<string, number>();
  private temporaries = 0;
  private depth = 0;
  private visited = 0;
  private labels: string[] = [];
  /** Variables of the function's named results. */
  results: readonly string[] = [];
  private deferred: FlowStatement[][] = [];

  constructor(
    private readonly text: string,
    private readonly syntax: FlowSyntax,
  ) {}

  /** The statements of a function. Throws FlowUnavailable. */
  run(definition: Node): FlowStatement[] {
    return this.collect(() => this.syntax.enter(definition, this));
  }

  textOf(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex);
  }

  // ── Names ────────────────────────────────────────────────────────────────────────────────────

  /** Runs an action with a scope of its own for the names declared in it. */
  scoped(action: () => void): void {
    this.scopes.push(new Map());
    action();
    this.scopes.pop();
  }

  /** Runs an action as a function inside of this one, with everything that a function has for itself. */
  inFunction(action: () => void): void {
    const { base, labels, deferred, results } = this;
    this.base = this.scopes.length;
    this.labels = [];
    this.deferred = [];
    this.results = [];
    this.scoped(action);
    this.base = base;
    this.labels = labels;
    this.deferred = deferred;
    this.results = results;
  }

  /** Declares a name in the innermost scope, or in the function's. */
  declare(name: string, where: 'here' | 'function' = 'here'): void {
    const scope = this.scopes[where === 'here' ? this.scopes.length - 1 : this.base];
    if (scope === undefined || scope.has(name)) return;
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    scope.set(name, `${name}@${count}`);
    for (const owned of this.owned) owned.add(`${name}@${count}`);
  }

  isDeclared(name: string): boolean {
    return this.scopes.some((scope) => scope.has(name));
  }

  /** The variable a name means here; names from outside of the function mean themselves. */
  variable(name: string): string {
    return this.scopes.findLast((scope) => scope.has(name))?.get(name) ?? name;
  }

  /** A variable for a value without a name. */
  temporary(): string {
    return `#${this.temporaries++}`;
  }

  /** Notes a label for the statement that comes next. */
  label(name: string): void {
    this.labels.push(name);
  }

  takeLabels(): string[] {
    const taken = this.labels;
    this.labels = [];
    return taken;
  }

  // ── Steps ────────────────────────────────────────────────────────────────────────────────────

  /** A step of some nodes; branches inside of them are emitted, the step itself is not. */
  step(...nodes: readonly (Node | null)[]): StepDraft {
    const step = new StepDraft();
    for (const node of nodes) if (node !== null) this.walk(node, step);
    return step;
  }

  /** A step that only has the line of a word. */
  mark(node: Node | null): StepDraft {
    const step = new StepDraft();
    if (node !== null) step.cover(node);
    return step;
  }

  walk(node: Node, step: StepDraft): void {
    const { syntax } = this;
    if (syntax.skipped.has(node.type)) return;
    this.deeper(() => {
      const rule = Object.hasOwn(syntax.expressions, node.type) ? syntax.expressions[node.type] : undefined;
      if (syntax.functions.has(node.type)) this.closure(node, step);
      else if (rule !== undefined) rule(node, this, step);
      else if (syntax.identifiers.has(node.type)) this.use(node, step);
      else this.walkChildren(node, step);
    });
  }

  walkChildren(node: Node, step: StepDraft): void {
    if (node.childCount === 0) step.cover(node);
    else for (const child of node.children) this.walk(child, step);
  }

  use(name: Node, step: StepDraft): void {
    step.cover(name);
    step.uses.add(this.variable(this.textOf(name)));
  }

  define(name: Node, step: StepDraft): void {
    step.cover(name);
    step.defs.add(this.variable(this.textOf(name)));
  }

  /** A function or type as a value: what it does, it does when it is called. */
  private closure(node: Node, step: StepDraft): void {
    const owned = new Set<string>();
    this.owned.push(owned);
    // The lines of what is inside of another function are already counted.
    if (this.owned.length === 1) this.coverTokens(node, step);
    const statements = this.collect(() => this.inFunction(() => this.syntax.enter(node, this)));
    this.owned.pop();
    const ownsSelf = this.syntax.ownsSelf(node, this);
    const { closure, holdings } = summarize(
      statements,
      (variable) => !variable.startsWith('#') && !owned.has(variable) && !(ownsSelf && isSelf(variable)),
    );
    step.closures.push(closure);
    step.holdings.push(...holdings);
  }

  /** Is this place inside of a function that is a value? Of that only what it reads and writes is wanted. */
  get isInClosure(): boolean {
    return this.owned.length > 0;
  }

  /** Counts the lines of the words in a node, without comments and empty lines. */
  coverTokens(node: Node, step: StepDraft): void {
    if (this.syntax.skipped.has(node.type) && node.isNamed) return;
    if (node.childCount === 0) step.cover(node);
    else this.deeper(() => node.children.forEach((child) => this.coverTokens(child, step)));
  }

  emit(step: StepDraft): void {
    this.sink.push({ kind: 'step', step: step.finish() });
    this.follow(step);
  }

  /** Emits the value of an expression as a variable's. */
  value(node: Node | null, variable: string): void {
    const step = this.step(node);
    step.defs.add(variable);
    this.emit(step);
  }

  // ── Statements ───────────────────────────────────────────────────────────────────────────────

  statement(node: Node): void {
    const { statements, skipped } = this.syntax;
    if (skipped.has(node.type)) return;
    const rule = Object.hasOwn(statements, node.type) ? statements[node.type] : undefined;
    if (rule !== undefined) this.deeper(() => rule(node, this));
    else this.emit(this.step(node));
  }

  statements(nodes: readonly Node[]): void {
    for (const node of nodes) this.statement(node);
  }

  branch(test: StepDraft, then: () => void, otherwise: () => void = () => undefined): void {
    this.follow(test);
    const held = this.collect(then);
    this.sink.push({ kind: 'if', test: test.finish(), then: held, otherwise: this.collect(otherwise) });
  }

  loop({ labels = [], testing = 'first', test, body, update, otherwise }: LoopParts): void {
    let draft = new StepDraft();
    const before = this.collect(() => {
      draft = test();
    });
    this.sink.push({
      kind: 'loop',
      labels,
      testing,
      before,
      test: draft.finish(),
      body: this.collect(() => {
        this.follow(draft);
        body();
      }),
      update: this.collect(update),
      otherwise: this.collect(otherwise),
    });
  }

  /** One case of a switch: its test, null for the one without, and its guard. */
  case(
    test: (() => StepDraft) | null,
    guard: (() => StepDraft) | null,
    body: () => void,
    fallsThrough = false,
  ): FlowCase {
    const tested = test === null ? null : this.tested(test);
    return {
      before: tested?.before ?? [],
      test: tested?.test ?? null,
      guard: guard === null ? null : this.tested(guard),
      body: this.collect(body),
      fallsThrough,
    };
  }

  jump(to: JumpKind, step: StepDraft, label: string | null = null, taken: FlowJump['taken'] = 'always'): void {
    this.follow(step);
    this.sink.push({ kind: 'jump', to, label, step: step.finish(), taken });
  }

  /** Puts statements off until the function ends, before those that were put off earlier. */
  defer(statements: FlowStatement[]): void {
    this.deferred.unshift(statements);
  }

  /** What was put off, in the order in which it runs. */
  takeDeferred(): FlowStatement[] {
    return this.deferred.splice(0).flat();
  }

  push(statement: FlowStatement): void {
    this.sink.push(statement);
  }

  /** What an action emits. */
  collect(action: (() => void) | undefined): FlowStatement[] {
    const outer = this.sink;
    const own: FlowStatement[] = [];
    this.sink = own;
    action?.();
    this.sink = outer;
    return own;
  }

  private tested(test: () => StepDraft): NonNullable<FlowCase['guard']> {
    let draft = new StepDraft();
    const before = this.collect(() => {
      draft = test();
      this.follow(draft);
    });
    return { before, test: draft.finish() };
  }

  private follow(step: StepDraft): void {
    for (const follower of step.followers.splice(0)) follower();
  }

  private deeper(action: () => void): void {
    if (this.depth >= DEPTH_LIMIT) throw new FlowUnavailable('Its code is nested too deeply.');
    if (!this.isInClosure && ++this.visited > SIZE_LIMIT) throw new FlowUnavailable('It is too long.');
    this.depth++;
    action();
    this.depth--;
  }
}
