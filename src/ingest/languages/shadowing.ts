import { parseExpression, UNKNOWN, type Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { Scope } from '../extract/scope.js';

/**
 * Declares a local whose initialiser may name an outer variable of the same name: `x := x.next()`.
 * What follows in the block sees the new one; the initialiser, walked before, saw the old one. Call it
 * when the walk leaves the declaration.
 *
 * @param redeclares true where a block can declare the same name again (Rust)
 */
export function declareShadowing(name: string, type: Expression, extraction: Extraction, redeclares: boolean): void {
  const outer = extraction.scope;
  const known = outer.has(name);
  const mentionsItself = type !== UNKNOWN && parseExpression(type).base === name;
  if (known ? !redeclares : !mentionsItself) return outer.declareLocal(name, type);
  const inner = new Scope(outer, false);
  inner.declareLocal(name, type, outer);
  // The block around restores its own outer scope when the walk leaves it.
  extraction.scope = inner;
}
