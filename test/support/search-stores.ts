import { Store } from '../../src/index.js';
import { NodeHash, type NodeId } from '../../src/model/index.js';
import type { NodeInput } from '../../src/graph/node-input.js';
import { openDatabase } from '../../src/sql/index.js';

/** A symbol of a test; what a test does not care about has a plain value. */
export type SearchNode = Partial<NodeInput> & { readonly name: string };

export function searchInput({ name, ...rest }: SearchNode): NodeInput {
  return {
    projectId: 'p',
    filePath: 'src/a.ts',
    symbolName: name,
    nodeType: 'function',
    language: 'typescript',
    contentHash: NodeHash.of(`${rest.projectId ?? 'p'} ${rest.filePath ?? ''} ${rest.qualifiedName ?? name}`),
    ...rest,
  };
}

/** A store in memory with these symbols. */
export async function storeWith(nodes: readonly SearchNode[]): Promise<{ store: Store; ids: readonly NodeId[] }> {
  const store = new Store(await openDatabase({ path: ':memory:' }));
  return { store, ids: await store.nodes.batchInsert(nodes.map(searchInput)) };
}
