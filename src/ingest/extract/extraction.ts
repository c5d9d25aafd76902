import type { Node } from 'web-tree-sitter';
import {
  NodeHash,
  UNKNOWN,
  type Expression,
  type FileFacts,
  type NodeType,
  type ReferenceKind,
  type Visibility,
} from '../../model/index.js';
import type { Deadline } from './deadline.js';
import type { Definition, ReferenceDraft, SymbolDraft } from './drafts.js';
import { FactBuilder } from './fact-builder.js';
import type { LanguageDefinition } from './language.js';
import { Scope } from './scope.js';
import { SymbolDrafts } from './symbol-drafts.js';
import { SourceText, type SourceFile } from './source-text.js';

interface OpenSymbol {
  readonly index: number;
  readonly scope: Scope;
  readonly tokens: string[];
}

/** The state of one file's walk, and the words a language's rules are written in. */
export class Extraction {
  readonly text: string;
  readonly path: string;
  /** Set by rules: the file has import or export statements. */
  isModule = false;
  /**
   * Type of an enclosing node of the one the walk is at: 1 is its parent. Costs nothing, where
   * `node.parent` searches down from the root.
   */
  ancestorType: (level: number) => string | undefined = () => undefined;
  scope: Scope;

  private readonly source: SourceText;
  private readonly drafts: SymbolDrafts;
  private readonly references: ReferenceDraft[] = [];
  private readonly open: OpenSymbol[] = [];
  private readonly complexities: { owner: number | null; value: number }[] = [];
  private readonly consumed = new Set<number>();
  private readonly omitted = new Set<number>();
  private readonly exits: (() => void)[] = [];
  private errorCount = 0;
  private firstErrorLine = 0;

  constructor(
    readonly language: LanguageDefinition,
    file: SourceFile,
    root: Node,
    readonly deadline: Deadline,
  ) {
    this.text = file.text;
    this.path = file.path;
    this.source = new SourceText(file);
    this.drafts = new SymbolDrafts(this.source, language);
    this.scope = new Scope(null, true);
    this.openModule(root);
  }

  // ── Words for rules ──────────────────────────────────────────────────────────────────────────

  textOf(node: Node): string {
    // A rule may go through very many nodes below its own.
    this.deadline.check();
    return this.text.slice(node.startIndex, node.endIndex);
  }

  /** Index of the symbol the walk is in. */
  get current(): number {
    return this.top().index;
  }

  /** Node type of the symbol the walk is in. */
  get currentType(): NodeType {
    return this.symbol(this.current).fact.nodeType;
  }

  /** Name of the symbol the walk is in; the file's name at the top level. */
  get currentName(): string {
    return this.symbol(this.current).fact.name;
  }

  /** Is the walk directly in a class-like symbol, not in one of its methods? */
  get inType(): boolean {
    return isTypeLike(this.currentType);
  }

  /** Index of the innermost class-like symbol around the walk, or undefined. */
  enclosingType(): number | undefined {
    for (let at = this.open.length - 1; at >= 0; at--) {
      const index = this.open[at]?.index ?? 0;
      if (isTypeLike(this.symbol(index).fact.nodeType)) return index;
    }
    return undefined;
  }

  /** Marks a name as handled, so that it is not taken for a free name when the walk comes to it. */
  consume(node: Node | null): void {
    if (node !== null) this.consumed.add(node.startIndex);
  }

  /** The same for the name that starts at a UTF-16 position. */
  consumeAt(index: number): void {
    this.consumed.add(index);
  }

  /** Leaves the text of a verbatim node out of the structure: documentation that is written as code. */
  omit(node: Node): void {
    this.omitted.add(node.startIndex);
  }

  isConsumed(node: Node): boolean {
    return this.consumed.has(node.startIndex);
  }

  /** Starts a symbol that lasts until the walk leaves the node of the rule. Returns its index. */
  define(node: Node, definition: Definition): number {
    const range = definition.range ?? node;
    const outer = this.scope;
    const documentation =
      definition.documentation === undefined
        ? this.source.documentationAbove(definition.documentationAbove ?? range)
        : definition.documentation;
    const index = this.drafts.add(this.current, definition, range, outer, documentation);
    if (definition.declares !== false) this.symbol(index).binding = outer.declareNamed(definition.name);
    this.top().tokens.push(`\u0002${definition.nodeType} ${definition.name}`);
    const inner = definition.opensScope === false ? outer : new Scope(outer, true);
    this.scope = inner;
    this.open.push({ index, scope: outer, tokens: [] });
    if (definition.measured === true) this.complexities.push({ owner: index, value: 1 });
    else this.complexities.push({ owner: null, value: 0 });
    this.onExit(() => this.closeSymbol());
    return index;
  }

  /**
   * Notes a class variable that is only ever assigned (`this.x = …` in a method). It becomes a
   * symbol unless the class defines a member of that name somewhere in the file.
   */
  defineField(owner: number, range: Node, definition: Definition): void {
    this.drafts.addField({ owner, definition, range, scope: this.scope });
  }

  /** Opens a function without a name of its own: a scope, and a complexity that is not the outer one's. */
  anonymousFunction(): void {
    const outer = this.scope;
    this.scope = new Scope(outer, true);
    this.complexities.push({ owner: null, value: 1 });
    this.onExit(() => {
      this.scope = outer;
      this.complexities.pop();
    });
  }

  /** Opens a block scope until the walk leaves the node of the rule. */
  openBlock(): void {
    const outer = this.scope;
    this.scope = new Scope(outer, false);
    this.onExit(() => {
      this.scope = outer;
    });
  }

  /** Adds decision points to the function around the walk. */
  decide(count = 1): void {
    const top = this.complexities[this.complexities.length - 1];
    if (top !== undefined) top.value += count;
  }

  /** A reference from the symbol the walk is in. `receiver` is what the name was written on. */
  refer(kind: ReferenceKind, name: string, receiver: Expression | null, at: Node, alias: string | null = null): void {
    this.referAtRow(kind, name, receiver, at.startPosition.row, alias);
  }

  /** An import: makes `alias` a name of the scope around it (unless it is `*`). */
  importName(name: string, module: string, alias: string, at: Node): void {
    if (alias !== '*') this.scope.declareNamed(alias);
    this.refer('import', name, module, at, alias);
  }

  /** States a namespace or package that the file belongs to, where no single node of the tree says so. */
  declareNamespace(name: string): void {
    this.references.push({
      source: 0,
      kind: 'namespace',
      name,
      receiver: null,
      alias: null,
      scope: this.scope,
      row: 0,
    });
  }

  /** Sets the value type of the innermost measured function around the walk, if nothing declared it. */
  inferReturn(type: Expression): void {
    const symbol = this.symbol(this.current);
    if (!isCallable(symbol.fact.nodeType) || symbol.valueType !== null) return;
    if (this.complexities[this.complexities.length - 1]?.owner !== this.current) return;
    symbol.valueType = type;
    symbol.typeScope = this.scope;
  }

  /** States what the function that the walk has just opened takes, in terms of its own scope. */
  declareTypes(types: readonly (Expression | null)[]): void {
    const symbol = this.symbol(this.current);
    // The result may name the function's own parameters of types.
    if (symbol.valueType !== null) symbol.typeScope = this.scope;
    if (types.every((type) => type === null)) return;
    symbol.parameters = { types: types.map((type) => type ?? UNKNOWN), scope: this.scope };
  }

  /** States what a value of the type that the walk is in does when it is called. */
  declareCallable(type: Expression): void {
    const symbol = this.symbol(this.current);
    if (symbol.valueType !== null) return;
    symbol.valueType = type;
    symbol.typeScope = this.scope;
  }

  setDocumentation(index: number, documentation: string): void {
    const symbol = this.symbol(index);
    symbol.fact = { ...symbol.fact, documentation };
  }

  /** Changes who may name a symbol, for languages that say so away from the definition. */
  setVisibility(index: number, visibility: Visibility): void {
    const symbol = this.symbol(index);
    symbol.fact = { ...symbol.fact, visibility };
  }

  /** Indexes of the symbols directly inside `parent`. */
  childrenOf(parent: number): number[] {
    const children: number[] = [];
    this.drafts.list.forEach((symbol, index) => {
      if (symbol.fact.parent === parent) children.push(index);
    });
    return children;
  }

  nameOf(index: number): string {
    return this.symbol(index).fact.name;
  }

  visibilityOf(index: number): Visibility {
    return this.symbol(index).fact.visibility;
  }

  /** Runs `action` when the walk leaves the node of the rule that calls this. */
  onExit(action: () => void): void {
    this.exits.push(action);
  }

  // ── The walk's side ──────────────────────────────────────────────────────────────────────────

  exitMark(): number {
    return this.exits.length;
  }

  runExits(mark: number): void {
    while (this.exits.length > mark) this.exits.pop()?.();
  }

  isOmitted(start: number): boolean {
    return this.omitted.has(start);
  }

  token(text: string): void {
    this.top().tokens.push(text);
  }

  comment(start: number, end: number): void {
    this.source.comments.add(start, end);
  }

  syntaxError(row: number): void {
    this.errorCount++;
    if (this.firstErrorLine === 0) this.firstErrorLine = row + 1;
  }

  freeName(kind: 'read' | 'type', start: number, end: number): void {
    if (this.consumed.has(start)) return;
    const name = this.text.slice(start, end);
    const meant = kind === 'read' ? (this.language.bareName?.(name) ?? kind) : kind;
    if (meant === 'call' && this.scope.find(name)?.binding.kind === 'local') return;
    this.referAtRow(meant, name, null, this.source.rowOf(start), null);
  }

  finish(): FileFacts {
    this.language.finish?.(this);
    this.drafts.settleFields();
    this.runExits(0);
    return {
      path: this.path,
      language: this.language.name,
      ...new FactBuilder(this, this.source, this.drafts.list, this.references).build(),
      errorCount: this.errorCount,
      firstErrorLine: this.firstErrorLine,
    };
  }

  // ── Inside ───────────────────────────────────────────────────────────────────────────────────

  private openModule(root: Node): void {
    this.drafts.addModule(this.path, root, this.scope);
    this.open.push({ index: 0, scope: this.scope, tokens: [] });
    this.onExit(() => this.hashSymbol());
  }

  private referAtRow(
    kind: ReferenceKind,
    name: string,
    receiver: Expression | null,
    row: number,
    alias: string | null,
  ): void {
    this.references.push({ source: this.current, kind, name, receiver, alias, scope: this.scope, row });
  }

  private closeSymbol(): void {
    const complexity = this.complexities.pop();
    if (complexity !== undefined && complexity.owner !== null) {
      this.symbol(complexity.owner).complexity = complexity.value;
    }
    this.scope = this.top().scope;
    this.hashSymbol();
  }

  private hashSymbol(): void {
    const closed = this.open.pop();
    if (closed !== undefined) this.symbol(closed.index).contentHash = NodeHash.of(closed.tokens.join('\0'));
  }

  private symbol(index: number): SymbolDraft {
    return this.drafts.get(index);
  }

  private top(): OpenSymbol {
    const top = this.open[this.open.length - 1];
    if (top === undefined) throw new RangeError(`No open symbol in ${this.path}.`);
    return top;
  }
}

function isTypeLike(type: NodeType): boolean {
  return (
    type === 'class' ||
    type === 'interface' ||
    type === 'struct' ||
    type === 'trait' ||
    type === 'enum' ||
    type === 'type'
  );
}

function isCallable(type: NodeType): boolean {
  return type === 'function' || type === 'method';
}
