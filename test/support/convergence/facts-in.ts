import type { Store } from '../../../src/store/index.js';

/**
 * What the store remembers besides the graph, in a form that is equal for equal facts: files and
 * references, and what manifests say of imports. What is wrong there shows in edges only after a later edit.
 */
export async function factsIn(store: Store, projectId: string): Promise<string[]> {
  const lines: string[] = [];
  const keys = new Map<number, string>();
  for (const file of await store.files.list(projectId)) {
    // The times of a file are known or not, depending on when it was looked at.
    const { statKey: _statKey, ...facts } = file;
    lines.push(`file ${JSON.stringify(facts)}`);
    for (const node of await store.nodes.getByFile(projectId, file.path)) keys.set(node.id, node.key);
  }
  let [lastSource, position] = [-1, 0];
  for await (const { sourceId, ...row } of store.references.listByProject(projectId)) {
    position = sourceId === lastSource ? position + 1 : 0;
    lastSource = sourceId;
    lines.push(`reference ${keys.get(sourceId)} ${position} ${JSON.stringify(row)}`);
  }
  for (const route of await store.packages.routes(projectId)) lines.push(`route ${JSON.stringify(route)}`);
  return lines.sort();
}
