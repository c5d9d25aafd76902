import { moduleRules } from './modules/index.js';
import type { ProgramSymbol, SymbolIndex } from './program.js';
import type { Resolver } from './resolver.js';

/** The constructor that a type writes itself: making an instance runs it. */
export function constructorOf(resolver: Resolver, type: ProgramSymbol): SymbolIndex | undefined {
  for (const name of moduleRules(type.language).constructorNames(type.name)) {
    const own = resolver.members.ofType(type.index, name, 'own')?.value;
    if (own?.kind === 'symbol' && resolver.program.symbol(own.symbol).nodeType === 'method') return own.symbol;
  }
  return undefined;
}
