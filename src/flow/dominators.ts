/**
 * Immediate dominators by the iteration of Cooper, Harvey and Kennedy (2001): for each node the last one
 * that every path from the root to it passes before it. The root has itself; -1 for what is not reached.
 */
export function immediateDominators(root: number, successors: readonly (readonly number[])[]): Int32Array {
  const order = postorder(root, successors);
  const rank = new Int32Array(successors.length).fill(-1);
  order.forEach((node, at) => (rank[node] = at));
  const predecessors: number[][] = successors.map(() => []);
  for (const from of order) for (const to of successors[from] ?? []) predecessors[to]?.push(from);
  const dominators = new Int32Array(successors.length).fill(-1);
  dominators[root] = root;
  for (let changed = true; changed;) {
    changed = false;
    for (let at = order.length - 2; at >= 0; at--) {
      const node = order[at] ?? root;
      let common = -1;
      for (const from of predecessors[node] ?? []) {
        if ((dominators[from] ?? -1) < 0) continue;
        common = common < 0 ? from : meet(from, common, dominators, rank);
      }
      if (common === dominators[node]) continue;
      dominators[node] = common;
      changed = true;
    }
  }
  return dominators;
}

function meet(first: number, second: number, dominators: Int32Array, rank: Int32Array): number {
  let [a, b] = [first, second];
  const rankOf = (node: number): number => rank[node] ?? -1;
  while (a !== b) {
    while (rankOf(a) < rankOf(b)) a = dominators[a] ?? -1;
    while (rankOf(b) < rankOf(a)) b = dominators[b] ?? -1;
  }
  return a;
}

function postorder(root: number, successors: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(successors.length);
  const path = [{ node: root, next: 0 }];
  seen[root] = 1;
  for (let top = path[0]; top !== undefined; top = path[path.length - 1]) {
    const to = successors[top.node]?.[top.next++];
    if (to === undefined) {
      order.push(top.node);
      path.pop();
    } else if (seen[to] === 0) {
      seen[to] = 1;
      path.push({ node: to, next: 0 });
    }
  }
  return order;
}
