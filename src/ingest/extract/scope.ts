import {
  alternatives,
  alternativesOf,
  declaredType,
  functionType,
  functionTypeOf,
  parseExpression,
  UNKNOWN,
  type Expression,
} from '../../model/index.js';

/** What a name stands for inside a scope. */
export type Binding =
  /** A local variable or parameter; `type` says what its value is, in terms of the scope it was declared in. */
  | { readonly kind: 'local'; readonly type: Expression; readonly from?: Scope; readonly isType?: boolean }
  /** A symbol or an import of this file: the binder finds it again by its name. */
  | NamedBinding;

/** A name of the file; the suffix is the ordinal (`~2`) when the name alone would mean another definition. */
export interface NamedBinding {
  readonly kind: 'named';
  suffix: string;
}

const UNKNOWN_LOCAL: Binding = { kind: 'local', type: UNKNOWN };
const SUBSTITUTION_LIMIT = 8;
const EXPRESSION_LENGTH_LIMIT = 160;

/** A lexical scope of one file. Names are looked up from the inside out once the whole file was seen. */
export class Scope {
  private names: Map<string, Binding> | null = null;

  constructor(
    readonly parent: Scope | null,
    /** True for the scopes that hoisted declarations land in: functions and the file. */
    readonly isFunction: boolean,
  ) {}

  /** @param from where the names in `type` are looked up, when that is not this scope (`let x = x.next()`) */
  declareLocal(name: string, type: Expression | null = null, from?: Scope): void {
    if (type === null || type === UNKNOWN) return this.declare(name, UNKNOWN_LOCAL);
    const held = declaredType(type);
    this.declare(name, from === undefined ? { kind: 'local', type: held } : { kind: 'local', type: held, from });
  }

  /** Declares a parameter of a type, of which at least `type` is known. */
  declareType(name: string, type: Expression | null): void {
    this.declare(name, type === null ? UNKNOWN_LOCAL : { kind: 'local', type: declaredType(type), isType: true });
  }

  /** Declares a symbol or an import. Undefined when the scope already has the name. */
  declareNamed(name: string): NamedBinding | undefined {
    const binding: NamedBinding = { kind: 'named', suffix: '' };
    this.declare(name, binding);
    return this.names?.get(name) === binding ? binding : undefined;
  }

  /** The nearest enclosing function or file scope, this one included. */
  functionScope(): Scope {
    let scope: Scope = this;
    while (!scope.isFunction && scope.parent !== null) scope = scope.parent;
    return scope;
  }

  has(name: string): boolean {
    return this.names?.has(name) ?? false;
  }

  find(name: string): { readonly binding: Binding; readonly scope: Scope } | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const binding = scope.names?.get(name);
      if (binding !== undefined) return { binding, scope };
    }
    return undefined;
  }

  /**
   * Replaces local names at the base of an expression by what they stand for, until the base is a
   * name of the file, a type, `this`, `super` or unknown.
   */
  resolve(expression: Expression): Expression {
    let current = expression;
    let scope: Scope = this;
    for (let round = 0; round < SUBSTITUTION_LIMIT; round++) {
      const { base } = parseExpression(current);
      if (base === UNKNOWN || base === 'this' || base === 'super') return current;
      const parts = scope.resolveParts(base);
      if (parts !== undefined) return parts === UNKNOWN ? UNKNOWN : parts + current.slice(base.length);
      const isType = base.startsWith('@');
      const head = isType ? (/^[^:*]*/.exec(base.slice(1))?.[0] ?? '') : base;
      const found = scope.find(head);
      if (found === undefined) return current;
      if (found.binding.kind === 'named') return withSuffix(current, head, found.binding.suffix);
      if (found.binding.type === UNKNOWN) return UNKNOWN;
      // A parameter of a type stands for what it extends.
      if (isType && (found.binding.isType !== true || base.includes('::'))) return UNKNOWN;
      current = found.binding.type + current.slice(isType ? head.length + 1 : base.length);
      if (current.length > EXPRESSION_LENGTH_LIMIT) return UNKNOWN;
      scope = found.binding.from ?? found.scope;
    }
    return UNKNOWN;
  }

  /** Resolves the types inside of a base; undefined for a base that has none. */
  private resolveParts(base: string): Expression | undefined {
    const choice = alternativesOf(base);
    if (choice !== undefined) {
      const known = choice.types.map((type) => this.resolve(type)).filter((type) => !type.startsWith(UNKNOWN));
      return known.length === 0 ? UNKNOWN : alternatives(known) + '*'.repeat(choice.levels);
    }
    const callable = functionTypeOf(base);
    if (callable === undefined) return undefined;
    const parameters = callable.parameters.map((type) => this.resolve(type));
    return functionType({ parameters, result: this.resolve(callable.result) });
  }

  private declare(name: string, binding: Binding): void {
    this.names ??= new Map();
    const earlier = this.names.get(name);
    // The first declaration wins unless it said nothing: `let x; x = new Foo()`.
    if (earlier === undefined || (earlier.kind === 'local' && earlier.type === UNKNOWN)) this.names.set(name, binding);
  }
}

/** Puts the suffix behind the name an expression starts with. */
function withSuffix(expression: Expression, head: string, suffix: string): Expression {
  if (suffix === '') return expression;
  const end = (expression.startsWith('@') ? 1 : 0) + head.length;
  return expression.slice(0, end) + suffix + expression.slice(end);
}
