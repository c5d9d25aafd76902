import type { NodeId, NodeType } from '../../../src/model/index.js';
import type { Store } from '../../../src/store/index.js';
import type { ModelChoice, NodeVector } from '../../../src/vectors/index.js';
import { nodeInput } from '../records.js';

/** Where the node of a vector lies. */
export interface VectorPlace {
  readonly project?: string;
  readonly filePath?: string;
  readonly type?: NodeType;
  readonly language?: string;
}

const ROWS_PER_BATCH = 2000;

/** Makes a node for each vector and puts it there; gives the nodes in the order of the vectors. */
export async function putVectors(
  store: Store,
  choice: ModelChoice,
  vectors: readonly Float32Array[],
  placeOf: (at: number) => VectorPlace = () => ({}),
): Promise<NodeId[]> {
  const inputs = vectors.map((_, at) => {
    const { project = 'p', filePath = 'src/a.ts', type = 'function', language = 'typescript' } = placeOf(at);
    return nodeInput(`f${at}`, { projectId: project, filePath, nodeType: type, language });
  });
  const nodes = await store.nodes.batchInsert(inputs);
  const byProject = new Map<string, NodeVector[]>();
  for (const [at, vector] of vectors.entries()) {
    const project = placeOf(at).project ?? 'p';
    const entries = byProject.get(project) ?? [];
    entries.push({ nodeId: nodes[at] as NodeId, vector });
    byProject.set(project, entries);
  }
  for (const [project, entries] of byProject) {
    for (let from = 0; from < entries.length; from += ROWS_PER_BATCH) {
      await store.embeddings.put(project, choice, entries.slice(from, from + ROWS_PER_BATCH));
    }
  }
  return nodes;
}
