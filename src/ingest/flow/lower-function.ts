import type { Node } from 'web-tree-sitter';
import type { FlowStatement } from '../../flow/index.js';
import type { FlowSyntax } from './flow-syntax.js';
import { functionIn } from './function-node.js';
import { FlowUnavailable, Lowering } from './lowering.js';

/**
 * The statements of the function that a symbol's range holds, UTF-16 positions in `text`. Throws
 * FlowUnavailable with the reason when there are none.
 */
export function lowerFunction(
  root: Node,
  text: string,
  range: { readonly start: number; readonly end: number },
  syntax: FlowSyntax,
): FlowStatement[] {
  const definition = functionIn(root, range.start, range.end, syntax.definitions);
  if (definition === undefined) throw new FlowUnavailable('It is not written as a function.');
  return new Lowering(text, syntax).run(definition);
}
