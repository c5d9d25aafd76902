import {
  compareSourceOrder,
  declaredType,
  functionType,
  NodeHash,
  parseExpression,
  UNKNOWN,
  type Expression,
  type FileFacts,
  type ReferenceFact,
  type SymbolFact,
} from '../../model/index.js';
import type { ReferenceDraft, SymbolDraft } from './drafts.js';
import type { Extraction } from './extraction.js';
import type { LanguageDefinition } from './language.js';
import type { Scope } from './scope.js';
import type { SourceText } from './source-text.js';

/** Chains longer than this lead nowhere that could be followed. */
const RECEIVER_LENGTH_LIMIT = 160;
/** Of functions whose parameters are longer only the result is kept. */
const FUNCTION_LENGTH_LIMIT = 600;

/** Turns what the walk of a file noted into facts, once all scopes of the file are known. */
export class FactBuilder {
  private readonly language: LanguageDefinition;
  private readonly positions: readonly number[];
  private readonly ordinals: readonly number[];

  constructor(
    private readonly extraction: Extraction,
    private readonly source: SourceText,
    private readonly symbols: readonly SymbolDraft[],
    private readonly references: readonly ReferenceDraft[],
  ) {
    this.language = extraction.language;
    this.positions = this.sourcePositions();
    this.ordinals = this.countOrdinals();
    symbols.forEach(({ binding }, index) => {
      const ordinal = this.ordinals[index] ?? 1;
      // Of several definitions under one name, a place inside the file means the one it can see.
      if (binding !== undefined && ordinal > 1) binding.suffix = `~${ordinal}`;
    });
  }

  build(): Pick<FileFacts, 'symbols' | 'references'> {
    return { symbols: this.finishSymbols(), references: this.finishReferences() };
  }

  private finishSymbols(): SymbolFact[] {
    const facts: SymbolFact[] = [];
    for (const index of invert(this.positions)) {
      this.extraction.deadline.check();
      const symbol = this.symbol(index);
      const { fact: draft, complexity, contentHash, signatureRange } = symbol;
      const signature =
        signatureRange === undefined ? null : this.source.signature(signatureRange.start, signatureRange.end);
      const fact = { ...draft, signature };
      const type = typeOf(symbol);
      facts.push({
        ...fact,
        parent: fact.parent < 0 ? -1 : (this.positions[fact.parent] ?? 0),
        ordinal: this.ordinals[index] ?? 1,
        complexity,
        valueType: type,
        contentHash: contentHash ?? NodeHash.of(''),
        interfaceHash: interfaceHash(fact, type),
      });
    }
    return facts;
  }

  /** By index of the walk: which definition of its name and type a symbol is, in source order. */
  private countOrdinals(): number[] {
    const counts = new Map<string, number>();
    const ordinals: number[] = [];
    for (const index of invert(this.positions)) {
      const { nodeType, qualifiedName } = this.symbol(index).fact;
      const identity = `${nodeType} ${qualifiedName}`;
      const ordinal = (counts.get(identity) ?? 0) + 1;
      counts.set(identity, ordinal);
      ordinals[index] = ordinal;
    }
    return ordinals;
  }

  /** By index of the walk: the position in source order. */
  private sourcePositions(): number[] {
    const order = this.symbols.map((_, index) => index);
    order.sort((a, b) => compareSourceOrder(this.symbol(a).fact, this.symbol(b).fact) || a - b);
    return invert(order);
  }

  /** Resolves local names, drops what can only be local or built in, and folds equal references. */
  private finishReferences(): ReferenceFact[] {
    const closed = this.language.closedModules(this.extraction);
    const folded = new Map<string, { -readonly [K in keyof ReferenceFact]: ReferenceFact[K] }>();
    for (const reference of this.references) {
      this.extraction.deadline.check();
      const resolved = this.finishReference(reference, closed);
      if (resolved === undefined) continue;
      const identity = `${resolved.source} ${resolved.kind} ${resolved.name} ${resolved.receiver} ${resolved.alias}`;
      const earlier = folded.get(identity);
      if (earlier === undefined) folded.set(identity, { ...resolved, source: this.positions[resolved.source] ?? 0 });
      else {
        earlier.count++;
        earlier.line = Math.min(earlier.line, resolved.line);
      }
    }
    return [...folded.values()].sort((a, b) => a.source - b.source);
  }

  private finishReference(reference: ReferenceDraft, closed: boolean): ReferenceFact | undefined {
    const { source, kind, name, alias, scope, row } = reference;
    const line = row + 1 - this.symbol(source).fact.startLine;
    const fact = { source, kind, name, receiver: reference.receiver, alias, count: 1, line };
    if (kind === 'import' || kind === 'export' || kind === 'namespace') return fact;
    if (reference.receiver === null) return this.finishBareName(fact, scope, closed);
    const written = scope.resolve(reference.receiver);
    const receiver = written.length > RECEIVER_LENGTH_LIMIT ? UNKNOWN : written;
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
    if (found.binding.kind === 'named') return { ...fact, name: fact.name + found.binding.suffix };
    // A local that stands for something of the file: `const run = api.run; run()`.
    const target = scope.resolve(fact.name);
    const dot = target.lastIndexOf('.');
    if (fact.kind !== 'call' || target.endsWith(')') || target.endsWith(']')) return undefined;
    if (dot <= 0) return scope.find(target)?.binding.kind === 'named' ? { ...fact, name: target } : undefined;
    return { ...fact, name: target.slice(dot + 1), receiver: target.slice(0, dot) };
  }

  private symbol(index: number): SymbolDraft {
    const symbol = this.symbols[index];
    if (symbol === undefined) throw new RangeError(`No symbol ${index} in ${this.extraction.path}.`);
    return symbol;
  }
}

/** The type of a value in terms of the file, or null when nothing is known of it. */
export function finishType(valueType: Expression | null, scope: Scope): Expression | null {
  if (valueType === null) return null;
  const resolved = scope.resolve(declaredType(valueType));
  return resolved.startsWith(UNKNOWN) ? null : resolved;
}

/** The value type of a symbol; of a function that says what it takes, this as well. */
function typeOf({ valueType, typeScope, parameters }: SymbolDraft): Expression | null {
  const result = finishType(valueType, typeScope);
  if (parameters === undefined) return result;
  const types = parameters.types.map((type) => finishType(type, parameters.scope) ?? UNKNOWN);
  if (types.every((type) => type === UNKNOWN)) return result;
  const whole = functionType({ parameters: types, result: result ?? UNKNOWN });
  return whole.length > FUNCTION_LENGTH_LIMIT ? result : whole;
}

/** The inverse of a permutation. */
function invert(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length).fill(0);
  permutation.forEach((to, from) => {
    inverse[to] = from;
  });
  return inverse;
}

/** Does the file itself say what the base of an expression is? */
function isVisible(base: string, scope: Scope): boolean {
  if (base === 'this' || base === 'super' || base === UNKNOWN || /^[<{]/.test(base)) return true;
  const head = base.startsWith('@') ? (/^[^:*]*/.exec(base.slice(1))?.[0] ?? '') : base;
  return scope.find(head) !== undefined;
}

/** What others can depend on: the name, kind, visibility, signature and value type. */
function interfaceHash(fact: SymbolDraft['fact'], valueType: Expression | null): NodeHash {
  const { name, nodeType, visibility, signature } = fact;
  const parts = nodeType === 'module' ? [nodeType] : [name, nodeType, visibility, signature ?? '', valueType ?? ''];
  return NodeHash.of(parts.join('\0'));
}
