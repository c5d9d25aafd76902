import { Memo } from './memo.js';
import { moduleRules } from './modules/index.js';
import { constructorOf } from './constructors.js';
import { parseOutsidePath, type OutsideStep } from './outside.js';
import { isTypeSymbol, type Program, type ProgramSymbol, type SymbolIndex } from './program.js';
import { Resolver, type Wanted } from './resolver.js';
import { symbolValue, type Value } from './value.js';

/** Where a path from outside begins. */
export type OfferedEntry =
  /** A file, by what a relative import from the root would write; endings may be left out. */
  | { readonly kind: 'file'; readonly path: string; readonly language: string }
  /** All files of a folder together (Go). */
  | { readonly kind: 'folder'; readonly path: string; readonly language: string }
  /** A namespace that files declare (Java). */
  | { readonly kind: 'namespace'; readonly path: string; readonly language: string };

/** A symbol that is offered. */
export interface OfferedSymbol {
  readonly symbol: SymbolIndex;
  /** What making an instance of the symbol runs. */
  readonly initializer: SymbolIndex | undefined;
}

export interface Offered {
  /** Several where it is one of several, as a member of a union type is; none where it is a module without one. */
  readonly symbols: readonly OfferedSymbol[];
  /** Where the program itself has it from, when that is outside of it. */
  readonly outside: { readonly specifier: string; readonly path: string } | undefined;
}

/** Follows names that other programs use, from a module of this program on, as its own importers would. */
export class OfferedNames {
  private readonly resolver: Resolver;

  constructor(private readonly program: Program) {
    this.resolver = new Resolver(program, new Memo());
  }

  /**
   * What a path leads to from the first entry that offers it, after the steps that belong to the entry.
   * Undefined: none does, or its type cannot be told.
   */
  findFirst(
    entries: readonly { readonly entry: OfferedEntry; readonly path: string }[],
    path: string,
    wanted: Wanted,
  ): Offered | undefined {
    for (const { entry, path: first } of entries) {
      const from = this.placeOf(entry);
      const home = this.enter(entry, from);
      const found = home === undefined ? undefined : this.follow(home, first + path, from, wanted);
      // What a script does not have its declarations may.
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private follow(home: Value, path: string, from: ProgramSymbol, wanted: Wanted): Offered | undefined {
    const steps = parseOutsidePath(path);
    if (steps === undefined) return undefined;
    let value: Value | undefined = steps.length === 0 && wanted === 'call' ? this.whole(home) : home;
    for (const [position, step] of steps.entries()) {
      const isLast = steps.slice(position + 1).every(({ kind }) => kind !== 'member');
      value = this.step(value, step, from, isLast ? wanted : 'value', position === 0);
      if (value === undefined) return undefined;
    }
    return this.offeredBy(value, wanted);
  }

  /** A module at the root, to ask from. */
  private placeOf({ language }: OfferedEntry): ProgramSymbol {
    const name = '';
    const place = { name, qualifiedName: name, filePath: name, parent: -1, owner: null, ordinal: 1 };
    return { index: -1, module: -1, nodeType: 'module', language, ...place };
  }

  private enter(entry: OfferedEntry, from: ProgramSymbol): Value | undefined {
    const { program } = this;
    if (entry.kind === 'namespace') return { kind: 'namespace', path: entry.path, modules: [] };
    if (entry.kind === 'folder') {
      const modules = program
        .modulesIn(entry.path)
        .filter((module) => isOfPackage(program.symbol(module), entry.language));
      return modules.length === 0 ? undefined : { kind: 'namespace', path: entry.path, modules };
    }
    const exact = program.module(entry.path);
    if (exact !== undefined) return symbolValue(exact);
    const value = moduleRules(entry.language).resolveModule(program, from, `./${entry.path}`);
    return value?.kind === 'symbol' ? value : undefined;
  }

  private step(
    value: Value,
    step: OutsideStep,
    from: ProgramSymbol,
    wanted: Wanted,
    isFirst: boolean,
  ): Value | undefined {
    const { members, values } = this.resolver;
    switch (step.kind) {
      case 'member': {
        const found = members.of(value, step.name, from, step.isType ? 'type' : wanted)?.value;
        // The default of a module that has none is the module, to those who import it so.
        return found ?? (isFirst && step.name === 'default' ? this.whole(value) : undefined);
      }
      case 'call':
        return values.called(isFirst ? this.whole(value) : value)?.value;
      case 'argument':
        return values.argumentOf(isFirst ? this.whole(value) : value, step.position)?.value;
      case 'element':
        return values.elementOf(value)?.value;
      case 'instance':
        return values.instanceOf(value);
      case 'container':
        return { kind: 'elements', element: value };
    }
  }

  private whole(home: Value): Value {
    return this.resolver.imports.wholeModule(home, new Set());
  }

  private offeredBy(value: Value, wanted: Wanted): Offered | undefined {
    if (value.kind === 'external') {
      const { specifier, path } = value;
      return specifier === '' ? undefined : { symbols: [], outside: { specifier, path } };
    }
    if (value.kind === 'namespace') return value.modules.length > 0 ? { symbols: [], outside: undefined } : undefined;
    const symbols = (value.kind === 'either' ? value.values : [value]).flatMap((one) => this.symbolIn(one, wanted));
    return symbols.length === 0 ? undefined : { symbols, outside: undefined };
  }

  private symbolIn(value: Value, wanted: Wanted): OfferedSymbol[] {
    if (value.kind !== 'symbol') return [];
    const symbol = this.program.symbol(value.symbol);
    const initializer = wanted === 'call' && isTypeSymbol(symbol) ? constructorOf(this.resolver, symbol) : undefined;
    return [{ symbol: value.symbol, initializer }];
  }
}

/** Tests of a package do not belong to what it offers. */
function isOfPackage({ language, filePath }: ProgramSymbol, wanted: string): boolean {
  return language === wanted && !filePath.endsWith('_test.go');
}
