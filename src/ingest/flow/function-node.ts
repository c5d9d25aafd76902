import type { Node } from 'web-tree-sitter';

/**
 * The function in the range of a symbol, UTF-16 positions: the node itself or the nearest one in it,
 * such as the value of a variable. Undefined when there is none.
 */
export function functionIn(root: Node, start: number, end: number, functions: ReadonlySet<string>): Node | undefined {
  const node = root.descendantForIndex(start, Math.max(start, end - 1));
  if (node === null) return undefined;
  let level = [node];
  while (level.length > 0) {
    const found = level.find(({ type, startIndex }) => functions.has(type) && startIndex >= start);
    if (found !== undefined) return found;
    level = level.flatMap((each) =>
      each.namedChildren.filter((child) => child.startIndex < end && child.endIndex > start),
    );
  }
  return undefined;
}
