import {
  alternativesOf,
  functionTypeOf,
  levelsOf,
  parseExpression,
  UNKNOWN,
  type Expression,
  type ExpressionStep,
  type FunctionType,
} from '../model/index.js';
import { keyOf, type BindingQuery } from './binding-query.js';
import { moduleRules } from './modules/index.js';
import { EXTERNAL, outsideStep } from './outside.js';
import { isTypeSymbol, type ProgramSymbol, type SymbolIndex } from './program.js';
import type { Resolver } from './resolver.js';
import { eitherFound, eitherOf, evidence, fingerprintOfFound, weaker, type Found, type Value } from './value.js';

/** Works out what value expressions stand for. */
export class Evaluator {
  private readonly valueTypes: BindingQuery<Found | null>;
  /** Variables whose values are being followed: one that leads back to itself holds nothing. */
  private readonly followed = new Set<SymbolIndex>();

  constructor(private readonly resolver: Resolver) {
    this.valueTypes = resolver.define(
      'type',
      (key) => {
        const symbol = resolver.program.symbol(Number(key));
        const written = resolver.program.valueType(symbol.index);
        // Of a function it is what calling it gives.
        const valueType =
          isFunction(symbol) && written !== null ? (functionTypeOf(written)?.result ?? written) : written;
        return (valueType === null ? undefined : this.settle(this.evaluate(valueType, symbol))) ?? null;
      },
      fingerprintOfFound,
      null,
    );
  }

  /** What a value expression written in the code of `from` stands for. */
  evaluate(expression: Expression, from: ProgramSymbol): Found | undefined {
    if (expression.startsWith(UNKNOWN)) return undefined;
    const { base, steps } = parseExpression(expression);
    let found = this.evaluateBase(base, from);
    for (const step of steps) {
      if (found === undefined) return undefined;
      const next: Found | undefined = this.after(found.value, step, from);
      found = next === undefined ? undefined : { value: next.value, evidence: weaker(found.evidence, next.evidence) };
    }
    return found;
  }

  private after(value: Value, step: ExpressionStep, from: ProgramSymbol): Found | undefined {
    switch (step.kind) {
      case 'member':
        return this.resolver.members.of(value, step.name, from);
      case 'call':
        return this.called(value);
      case 'argument':
        return this.argumentOf(value, step.position);
      case 'element':
        return this.elementOf(value);
    }
  }

  private evaluateBase(base: string, from: ProgramSymbol): Found | undefined {
    const rules = moduleRules(from.language);
    const keyword = rules.moduleKeywords?.has(base) === true ? this.moduleNamed(base, from) : undefined;
    if (keyword !== undefined) return keyword;
    if (base === 'this' || base === 'super') return this.selfType(from, base);
    if (base.startsWith('<') || base.startsWith('{')) return this.evaluateType(base, from);
    if (!base.startsWith('@')) {
      const named = this.resolver.lookup(from, base, 'value') ?? this.openNamespace(base, from);
      return named ?? (rules.isLibraryName?.(base) === true ? this.moduleNamed(base, from) : undefined);
    }
    const levels = levelsOf(base);
    const type = this.typeNamed(base.slice(1, base.length - levels), from);
    if (type === undefined) return undefined;
    return { value: held(this.instanceOf(type.value), levels), evidence: weaker(type.evidence, evidence('receiver')) };
  }

  /** A type that is written out: alternatives, or a function. */
  private evaluateType(base: string, from: ProgramSymbol): Found | undefined {
    const levels = levelsOf(base);
    const plain = base.slice(0, base.length - levels);
    if (plain.startsWith('<')) {
      return {
        value: held({ kind: 'function', type: plain, scope: from.index }, levels),
        evidence: evidence('receiver'),
      };
    }
    const types = alternativesOf(plain)?.types ?? [];
    const found = eitherFound(types.map((type) => this.evaluate(type, from)));
    return found === undefined ? undefined : { value: held(found.value, levels), evidence: found.evidence };
  }

  /** The symbol of a type name, whose segments are joined by `::`. */
  typeNamed(name: string, from: ProgramSymbol): Found | undefined {
    const [first = '', ...rest] = name.split('::');
    let found = this.resolver.lookup(from, first, 'type');
    if (found === undefined && rest.length > 0)
      found = this.openNamespace(first, from) ?? this.moduleNamed(first, from);
    for (const segment of rest) {
      const next: Found | undefined =
        found === undefined ? undefined : this.resolver.members.of(found.value, segment, from, 'type');
      found =
        next === undefined || found === undefined
          ? undefined
          : { value: next.value, evidence: weaker(found.evidence, next.evidence) };
    }
    return found;
  }

  /** In languages with namespaces, a name that is nothing else may start the path of one. */
  private openNamespace(name: string, from: ProgramSymbol): Found | undefined {
    if (moduleRules(from.language).namespaceSeparator === undefined) return undefined;
    return { value: { kind: 'namespace', path: name, modules: [] }, evidence: evidence('namespace') };
  }

  private moduleNamed(name: string, from: ProgramSymbol): Found | undefined {
    const value = this.resolver.imports.resolveModule(from, name);
    if (value === undefined) return undefined;
    // Only where every name may be that of a library is a name that nothing explains one.
    const isNamed = value.kind !== 'external' || moduleRules(from.language).moduleKeywords !== undefined;
    return { value: isNamed ? value : EXTERNAL, evidence: evidence('import') };
  }

  /** A value of a type; what is no type stands for itself. */
  instanceOf(type: Value): Value {
    if (type.kind === 'external') return outsideStep(type, '@');
    if (type.kind !== 'symbol') return type;
    const symbol = this.resolver.program.symbol(type.symbol);
    // An alias of another type is that type.
    const aliased = symbol.nodeType === 'type' ? this.typeOfValue(symbol)?.value : undefined;
    const instance: Value = isTypeSymbol(symbol) ? { kind: 'instance', type: type.symbol } : type;
    if (aliased === undefined || aliased.kind === 'external') return aliased ?? instance;
    // With members of its own it is both: `type T = A & { member }`.
    return this.resolver.program.isScope(symbol.index) ? (eitherOf([instance, aliased]) ?? instance) : aliased;
  }

  private selfType(from: ProgramSymbol, base: 'this' | 'super'): Found | undefined {
    for (let scope: ProgramSymbol | undefined = from; scope !== undefined; scope = this.resolver.parent(scope)) {
      const type = isTypeSymbol(scope) || this.isNamespaceLike(scope) ? scope.index : this.resolver.ownerType(scope);
      if (type === undefined) continue;
      if (base === 'this') return { value: { kind: 'instance', type }, evidence: evidence('self') };
      const parent = this.resolver.members.bases(type)[0];
      if (parent !== undefined) return { value: { kind: 'instance', type: parent }, evidence: evidence('inheritance') };
      const outside = this.resolver.members.outsideBase(type);
      return outside === undefined
        ? undefined
        : { value: outsideStep(outside, '@'), evidence: evidence('inheritance') };
    }
    return undefined;
  }

  /** Object literals and Ruby modules hold methods whose `this` is the holder. */
  private isNamespaceLike(scope: ProgramSymbol): boolean {
    return scope.nodeType === 'variable'
      ? this.resolver.program.isScope(scope.index)
      : scope.nodeType === 'module' && scope.parent >= 0;
  }

  /** What calling a value gives. */
  called(value: Value): Found | undefined {
    if (value.kind === 'external') return { value: outsideStep(value, '()'), evidence: evidence('receiver') };
    if (value.kind === 'either') return eitherFound(value.values.map((one) => this.called(one)));
    if (value.kind === 'function') return this.partOf(value, (type) => type.result);
    if (value.kind === 'instance') return this.callSignature(value.type, (type) => type.result);
    if (value.kind !== 'symbol') return undefined;
    const symbol = this.resolver.program.symbol(value.symbol);
    if (isFunction(symbol)) return this.typeOfValue(symbol);
    if (symbol.nodeType === 'variable') return this.throughVariable(symbol, (inner) => this.called(inner));
    const rules = moduleRules(symbol.language);
    if (isTypeSymbol(symbol) && rules.callMakesInstance) {
      return { value: this.instanceOf(value), evidence: evidence('receiver') };
    }
    return undefined;
  }

  /** What is expected as an argument. */
  argumentOf(value: Value, position: number): Found | undefined {
    const parameter = ({ parameters }: FunctionType): Expression => parameters[position] ?? UNKNOWN;
    switch (value.kind) {
      case 'either':
        return eitherFound(value.values.map((one) => this.argumentOf(one, position)));
      case 'function':
        return this.partOf(value, parameter);
      case 'instance':
        return this.callSignature(value.type, parameter);
      case 'symbol': {
        const symbol = this.resolver.program.symbol(value.symbol);
        if (symbol.nodeType === 'variable') {
          return this.throughVariable(symbol, (inner) => this.argumentOf(inner, position));
        }
        return this.callSignature(symbol.index, parameter);
      }
      case 'external':
        return { value: outsideStep(value, `(${position})`), evidence: evidence('receiver') };
      default:
        return undefined;
    }
  }

  private throughVariable(variable: ProgramSymbol, ask: (value: Value) => Found | undefined): Found | undefined {
    const inner = this.followed.has(variable.index) ? undefined : this.typeOfValue(variable);
    if (inner === undefined) return undefined;
    this.followed.add(variable.index);
    try {
      return weakened(ask(inner.value), inner.evidence);
    } finally {
      this.followed.delete(variable.index);
    }
  }

  /** A part of what a function, or a type that can be called, is declared as. */
  private callSignature(index: SymbolIndex, part: (type: FunctionType) => Expression): Found | undefined {
    const type = this.resolver.program.valueType(index);
    return type?.startsWith('<') === true ? this.partOf({ type, scope: index }, part) : undefined;
  }

  private partOf(
    { type, scope }: { readonly type: Expression; readonly scope: SymbolIndex },
    part: (type: FunctionType) => Expression,
  ): Found | undefined {
    const parsed = functionTypeOf(type);
    return parsed === undefined ? undefined : this.evaluate(part(parsed), this.resolver.program.symbol(scope));
  }

  /** What a value holds. */
  elementOf(value: Value): Found | undefined {
    if (value.kind === 'external') return { value: outsideStep(value, '[]'), evidence: evidence('receiver') };
    if (value.kind === 'either') return eitherFound(value.values.map((one) => this.elementOf(one)));
    const held = value.kind === 'symbol' ? this.typeOfValue(this.resolver.program.symbol(value.symbol))?.value : value;
    return held?.kind === 'elements' ? { value: held.element, evidence: evidence('receiver') } : undefined;
  }

  /** The value that a variable holds, or that a function returns. */
  typeOfValue(symbol: ProgramSymbol): Found | undefined {
    return this.resolver.runner.get(this.valueTypes, keyOf(symbol.index)) ?? undefined;
  }

  /** A variable that stands for another variable holds what that one holds. */
  private settle(found: Found | undefined): Found | undefined {
    if (found?.value.kind !== 'symbol') return found;
    const symbol = this.resolver.program.symbol(found.value.symbol);
    if (symbol.nodeType !== 'variable' || this.resolver.program.valueType(symbol.index) === null) return found;
    const held = this.typeOfValue(symbol);
    return held === undefined ? found : { value: held.value, evidence: weaker(found.evidence, held.evidence) };
  }
}

function isFunction({ nodeType }: ProgramSymbol): boolean {
  return nodeType === 'function' || nodeType === 'method';
}

/** A value inside of so many levels of container. */
function held(value: Value, levels: number): Value {
  let outer = value;
  for (let level = 0; level < levels; level++) outer = { kind: 'elements', element: outer };
  return outer;
}

function weakened(found: Found | undefined, by: Found['evidence']): Found | undefined {
  return found === undefined ? undefined : { value: found.value, evidence: weaker(found.evidence, by) };
}
