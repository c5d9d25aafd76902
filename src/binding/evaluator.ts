import { parseExpression, UNKNOWN, type Expression } from '../model/index.js';
import { keyOf, type BindingQuery } from './binding-query.js';
import { moduleRules } from './modules/index.js';
import { EXTERNAL, outsideStep } from './outside.js';
import { isTypeSymbol, type ProgramSymbol } from './program.js';
import type { Resolver } from './resolver.js';
import { evidence, fingerprintOfFound, weaker, type Found, type Value } from './value.js';

/** Works out what value expressions stand for. */
export class Evaluator {
  private readonly valueTypes: BindingQuery<Found | null>;

  constructor(private readonly resolver: Resolver) {
    this.valueTypes = resolver.define(
      'type',
      (key) => {
        const symbol = resolver.program.symbol(Number(key));
        const valueType = resolver.program.valueType(symbol.index);
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
      const next: Found | undefined =
        step.kind === 'member'
          ? this.resolver.members.of(found.value, step.name, from)
          : step.kind === 'call'
            ? this.called(found.value)
            : this.elementOf(found.value);
      found = next === undefined ? undefined : { value: next.value, evidence: weaker(found.evidence, next.evidence) };
    }
    return found;
  }

  private evaluateBase(base: string, from: ProgramSymbol): Found | undefined {
    const rules = moduleRules(from.language);
    const keyword = rules.moduleKeywords?.has(base) === true ? this.moduleNamed(base, from) : undefined;
    if (keyword !== undefined) return keyword;
    if (base === 'this' || base === 'super') return this.selfType(from, base);
    if (!base.startsWith('@')) {
      const named = this.resolver.lookup(from, base, 'value') ?? this.openNamespace(base, from);
      return named ?? (rules.isLibraryName?.(base) === true ? this.moduleNamed(base, from) : undefined);
    }
    const levels = /\**$/.exec(base)?.[0].length ?? 0;
    const type = this.typeNamed(base.slice(1, base.length - levels), from);
    if (type === undefined) return undefined;
    let value = this.instanceOf(type.value);
    for (let level = 0; level < levels; level++) value = { kind: 'elements', element: value };
    return { value, evidence: weaker(type.evidence, evidence('receiver')) };
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
    return aliased ?? (isTypeSymbol(symbol) ? { kind: 'instance', type: type.symbol } : type);
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
    if (value.kind !== 'symbol') return undefined;
    const symbol = this.resolver.program.symbol(value.symbol);
    if (symbol.nodeType === 'function' || symbol.nodeType === 'method') return this.typeOfValue(symbol);
    const rules = moduleRules(symbol.language);
    if (isTypeSymbol(symbol) && rules.callMakesInstance) {
      return { value: this.instanceOf(value), evidence: evidence('receiver') };
    }
    return undefined;
  }

  /** What a value holds. */
  elementOf(value: Value): Found | undefined {
    if (value.kind === 'external') return { value: outsideStep(value, '[]'), evidence: evidence('receiver') };
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
