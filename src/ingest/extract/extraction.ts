import type { Node } from 'web-tree-sitter';
import {
  compareSourceOrder,
  NodeHash,
  parseExpression,
  UNKNOWN,
  type Expression,
  type FileFacts,
  type NodeType,
  type ReferenceFact,
  type ReferenceKind,
  type SymbolFact,
  type Visibility,
} from '../../model/index.js';
import { CommentTrail } from './comment-trail.js';
import type { LanguageDefinition } from './language.js';
import { Scope } from './scope.js';
import { TextOffsets } from './text-offsets.js';

const SIGNATURE_LENGTH_LIMIT = 600;

/** A source file as it is handed to the extractor. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Length of `text` in UTF-8 bytes. */
  readonly textBytes: number;
  /** Bytes of the file before `text`. */
  readonly leadingBytes: number;
}

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

interface OpenSymbol {
  readonly index: number;
  readonly scope: Scope;
  readonly tokens: string[];
}

interface PendingSymbol {
  fact: Omit<SymbolFact, 'contentHash' | 'interfaceHash' | 'valueType' | 'complexity' | 'ordinal'>;
  complexity: number | null;
  contentHash: NodeHash | null;
  valueType: Expression | null;
  /** Where the value type's names are looked up. */
  typeScope: Scope;
  readonly memberNames: Set<string>;
  /** The signature is cut out after the walk, when the comments inside it are known. */
  readonly signatureRange?: { readonly start: number; readonly end: number };
}

interface PendingReference {
  readonly source: number;
  readonly kind: ReferenceKind;
  readonly name: string;
  readonly receiver: Expression | null;
  readonly alias: string | null;
  readonly scope: Scope;
  readonly row: number;
}

interface PendingField {
  readonly owner: number;
  readonly definition: Definition;
  readonly range: Node;
  readonly scope: Scope;
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

  private readonly offsets: TextOffsets;
  private readonly lineStarts: readonly number[];
  private readonly comments: CommentTrail;
  private readonly symbols: PendingSymbol[] = [];
  private readonly references: PendingReference[] = [];
  private readonly fields: PendingField[] = [];
  private readonly open: OpenSymbol[] = [];
  private readonly complexities: { owner: number | null; value: number }[] = [];
  private readonly consumed = new Set<number>();
  private readonly omitted = new Set<number>();
  private readonly exits: (() => void)[] = [];
  private errorCount = 0;
  private firstErrorLine = 0;

  constructor(
    readonly language: LanguageDefinition,
    private readonly source: SourceFile,
    root: Node,
  ) {
    this.text = source.text;
    this.path = source.path;
    this.offsets = new TextOffsets(source.text, source.textBytes, source.leadingBytes);
    this.comments = new CommentTrail(source.text);
    this.lineStarts = findLineStarts(source.text);
    this.scope = new Scope(null, true);
    this.openModule(root);
  }

  // ── Words for rules ──────────────────────────────────────────────────────────────────────────

  textOf(node: Node): string {
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
    if (definition.declares !== false) outer.declareNamed(definition.name);
    const index = this.addSymbol(this.current, definition, range, outer, this.documentationFor(definition, range));
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
    this.fields.push({ owner, definition, range, scope: this.scope });
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
    this.references.push({ source: 0, kind: 'namespace', name, receiver: null, alias: null, scope: this.scope, row: 0 });
  }

  /** Sets the value type of the innermost measured function around the walk, if nothing declared it. */
  inferReturn(type: Expression): void {
    const symbol = this.symbol(this.current);
    if (!isCallable(symbol.fact.nodeType) || symbol.valueType !== null) return;
    if (this.complexities[this.complexities.length - 1]?.owner !== this.current) return;
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
    this.symbols.forEach((symbol, index) => {
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
    this.comments.add(start, end);
  }

  syntaxError(row: number): void {
    this.errorCount++;
    if (this.firstErrorLine === 0) this.firstErrorLine = row + 1;
  }

  freeName(kind: 'read' | 'type', start: number, end: number): void {
    if (this.consumed.has(start)) return;
    const name = this.text.slice(start, end);
    if (this.language.builtins.has(name)) return;
    this.referAtRow(kind, name, null, this.rowOf(start), null);
  }

  finish(): FileFacts {
    this.language.finish?.(this);
    this.addFields();
    this.runExits(0);
    const positions = this.sourcePositions();
    return {
      path: this.path,
      language: this.language.name,
      symbols: this.finishSymbols(positions),
      references: this.finishReferences(positions),
      errorCount: this.errorCount,
      firstErrorLine: this.firstErrorLine,
    };
  }

  /** Row of a UTF-16 position, 0-based. */
  private rowOf(index: number): number {
    const { lineStarts } = this;
    let low = 0;
    let high = lineStarts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((lineStarts[middle] ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // ── Inside ───────────────────────────────────────────────────────────────────────────────────

  private openModule(root: Node): void {
    const name = this.path.slice(this.path.lastIndexOf('/') + 1);
    this.symbols.push({
      fact: {
        name,
        qualifiedName: '',
        nodeType: 'module',
        parent: -1,
        signature: null,
        documentation: null,
        visibility: 'public',
        startByte: 0,
        endByte: this.source.leadingBytes + this.source.textBytes,
        startLine: 1,
        endLine: root.endPosition.row + 1,
      },
      complexity: null,
      contentHash: null,
      valueType: null,
      typeScope: this.scope,
      memberNames: new Set(),
    });
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

  private addSymbol(
    parent: number,
    definition: Definition,
    range: Node,
    scope: Scope,
    documentation: string | null,
  ): number {
    const owner = this.symbol(parent);
    owner.memberNames.add(definition.name);
    const prefix = [owner.fact.qualifiedName, definition.owner ?? ''].filter((part) => part !== '').join('.');
    this.symbols.push({
      fact: {
        name: definition.name,
        qualifiedName: prefix === '' ? definition.name : `${prefix}.${definition.name}`,
        nodeType: definition.nodeType,
        parent,
        signature: null,
        documentation,
        visibility: definition.visibility,
        startByte: this.offsets.toBytes(range.startIndex),
        endByte: this.offsets.toBytes(range.endIndex),
        startLine: range.startPosition.row + 1,
        endLine: range.endPosition.row + 1,
      },
      complexity: definition.measured === true ? 1 : null,
      contentHash: null,
      valueType: definition.valueType ?? null,
      typeScope: scope,
      memberNames: new Set(),
      signatureRange: { start: range.startIndex, end: definition.bodyStart ?? range.endIndex },
    });
    return this.symbols.length - 1;
  }

  private documentationFor(definition: Definition, range: Node): string | null {
    if (definition.documentation !== undefined) return definition.documentation;
    const above = definition.documentationAbove ?? range;
    return this.comments.before(above.startIndex, above.startPosition.row);
  }

  private signature(start: number, end: number): string {
    const text = this.comments.without(start, Math.min(end, start + 4 * SIGNATURE_LENGTH_LIMIT));
    const folded = text.replace(/\s+/g, ' ').replace(/[\s={:]+$/, '').trimStart();
    return folded.length <= SIGNATURE_LENGTH_LIMIT ? folded : `${folded.slice(0, SIGNATURE_LENGTH_LIMIT - 1)}…`;
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

  private addFields(): void {
    if (this.fields.length === 0) return;
    const variables = this.variablesByPlace();
    for (const { owner, definition, range, scope } of this.fields) {
      const place = `${owner} ${definition.name}`;
      if (this.symbol(owner).memberNames.has(definition.name)) {
        this.learnType(variables.get(place), definition.valueType ?? null, scope);
        continue;
      }
      const index = this.addSymbol(owner, definition, range, scope, null);
      this.symbol(index).contentHash = NodeHash.of(this.leafTexts(range).join('\0'));
      variables.set(place, index);
    }
  }

  private variablesByPlace(): Map<string, number> {
    const variables = new Map<string, number>();
    this.symbols.forEach(({ fact }, index) => {
      if (fact.nodeType === 'variable') variables.set(`${fact.parent} ${fact.name}`, index);
    });
    return variables;
  }

  /** The first assignment that says something decides the type: `self.x = None` says nothing. */
  private learnType(index: number | undefined, valueType: Expression | null, scope: Scope): void {
    if (index === undefined || valueType === null) return;
    const variable = this.symbol(index);
    if (this.finishType(variable.valueType, variable.typeScope) !== null) return;
    variable.valueType = valueType;
    variable.typeScope = scope;
  }

  /** The texts of the leaves of a small subtree, without comments. */
  private leafTexts(node: Node): string[] {
    if (this.language.comments.includes(node.type)) return [];
    if (node.childCount === 0 || this.language.verbatim.includes(node.type)) return [this.textOf(node)];
    return node.children.flatMap((child) => this.leafTexts(child));
  }

  /** Numbers the symbols in source order; `positions` maps the index of the walk to that order. */
  private finishSymbols(positions: readonly number[]): SymbolFact[] {
    const facts: SymbolFact[] = [];
    const ordinals = new Map<string, number>();
    for (const index of invert(positions)) {
      const { complexity, contentHash, valueType, typeScope, signatureRange, ...symbol } = this.symbol(index);
      const signature = signatureRange === undefined ? null : this.signature(signatureRange.start, signatureRange.end);
      const fact = { ...symbol.fact, signature };
      const identity = `${fact.nodeType} ${fact.qualifiedName}`;
      const ordinal = (ordinals.get(identity) ?? 0) + 1;
      ordinals.set(identity, ordinal);
      const type = this.finishType(valueType, typeScope);
      facts.push({
        ...fact,
        parent: fact.parent < 0 ? -1 : (positions[fact.parent] ?? 0),
        ordinal,
        complexity,
        valueType: type,
        contentHash: contentHash ?? NodeHash.of(''),
        interfaceHash: interfaceHash(fact, type),
      });
    }
    return facts;
  }

  private sourcePositions(): number[] {
    const order = this.symbols.map((_, index) => index);
    order.sort((a, b) => compareSourceOrder(this.symbol(a).fact, this.symbol(b).fact) || a - b);
    return invert(order);
  }

  private finishType(valueType: Expression | null, scope: Scope): Expression | null {
    if (valueType === null) return null;
    const resolved = scope.resolve(valueType);
    return resolved.startsWith(UNKNOWN) ? null : resolved;
  }

  /** Resolves local names, drops what can only be local or built in, and folds equal references. */
  private finishReferences(positions: readonly number[]): ReferenceFact[] {
    const closed = this.language.closedModules(this);
    const folded = new Map<string, { -readonly [K in keyof ReferenceFact]: ReferenceFact[K] }>();
    for (const reference of this.references) {
      const resolved = this.finishReference(reference, closed);
      if (resolved === undefined) continue;
      const identity = `${resolved.source} ${resolved.kind} ${resolved.name} ${resolved.receiver} ${resolved.alias}`;
      const earlier = folded.get(identity);
      if (earlier === undefined) folded.set(identity, { ...resolved, source: positions[resolved.source] ?? 0 });
      else {
        earlier.count++;
        earlier.line = Math.min(earlier.line, resolved.line);
      }
    }
    return [...folded.values()].sort((a, b) => a.source - b.source);
  }

  private finishReference(reference: PendingReference, closed: boolean): ReferenceFact | undefined {
    const { source, kind, name, alias, scope, row } = reference;
    const line = row + 1 - this.symbol(source).fact.startLine;
    const fact = { source, kind, name, receiver: reference.receiver, alias, count: 1, line };
    if (kind === 'import' || kind === 'export' || kind === 'namespace') return fact;
    if (reference.receiver === null) return this.finishBareName(fact, scope, closed);
    const receiver = scope.resolve(reference.receiver);
    if (receiver.startsWith(UNKNOWN) && kind !== 'call') return undefined;
    // Nothing is known of the value after an unknown start, whatever members were taken from it.
    const known = this.knownReceiver(receiver.startsWith(UNKNOWN) ? UNKNOWN : receiver, fact.name, scope, closed);
    return known === undefined || (known === UNKNOWN && kind !== 'call') ? undefined : { ...fact, receiver: known };
  }

  private knownReceiver(receiver: Expression, name: string, scope: Scope, closed: boolean): Expression | undefined {
    const { receiverOf } = this.language;
    const known = receiverOf === undefined ? receiver : receiverOf(receiver, name);
    if (known === undefined || known === UNKNOWN || !closed) return known;
    const { base } = parseExpression(known);
    if (isVisible(base, scope)) return known;
    return base.startsWith('@') ? UNKNOWN : undefined;
  }

  private finishBareName(fact: ReferenceFact, scope: Scope, closed: boolean): ReferenceFact | undefined {
    const found = scope.find(fact.name);
    if (found === undefined) return closed || this.language.builtins.has(fact.name) ? undefined : fact;
    if (found.binding.kind === 'named') return fact;
    // A local that stands for something of the file: `const run = api.run; run()`.
    const target = scope.resolve(fact.name);
    const dot = target.lastIndexOf('.');
    if (fact.kind !== 'call' || target.endsWith(')') || target.endsWith(']')) return undefined;
    if (dot <= 0) return scope.find(target)?.binding.kind === 'named' ? { ...fact, name: target } : undefined;
    return { ...fact, name: target.slice(dot + 1), receiver: target.slice(0, dot) };
  }

  private symbol(index: number): PendingSymbol {
    const symbol = this.symbols[index];
    if (symbol === undefined) throw new RangeError(`No symbol ${index} in ${this.path}.`);
    return symbol;
  }

  private top(): OpenSymbol {
    const top = this.open[this.open.length - 1];
    if (top === undefined) throw new RangeError(`No open symbol in ${this.path}.`);
    return top;
  }
}

/** The inverse of a permutation. */
function invert(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length).fill(0);
  permutation.forEach((to, from) => {
    inverse[to] = from;
  });
  return inverse;
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function isTypeLike(type: NodeType): boolean {
  return type === 'class' || type === 'interface' || type === 'struct' || type === 'trait' || type === 'enum' || type === 'type';
}

function isCallable(type: NodeType): boolean {
  return type === 'function' || type === 'method';
}


/** Does the file itself say what the base of an expression is? */
function isVisible(base: string, scope: Scope): boolean {
  if (base === 'this' || base === 'super' || base === UNKNOWN) return true;
  const head = base.startsWith('@') ? (base.slice(1).split('::')[0] ?? '') : base;
  return scope.find(head) !== undefined;
}

/** What others can depend on: the name, kind, visibility, signature and value type. */
function interfaceHash(fact: PendingSymbol['fact'], valueType: Expression | null): NodeHash {
  const { name, nodeType, visibility, signature } = fact;
  const parts = nodeType === 'module' ? [nodeType] : [name, nodeType, visibility, signature ?? '', valueType ?? ''];
  return NodeHash.of(parts.join('\0'));
}
