import type { Check } from '../graph/index.js';
import { CancelledError, type ProjectId } from '../model/index.js';
import { HashedSubWords } from '../vectors/index.js';
import type { Store } from './store.js';

/** Numbers of two machines may differ in their last bits. */
const TOLERANCE = 1e-6;
const EXAMPLES = 3;

/** Whether the vectors of a store can be made again at no cost but time: those of the built-in embedder. */
export function hasRepeatableVectors({ embedder }: Store): boolean {
  return embedder instanceof HashedSubWords;
}

/**
 * Compares the vector of each symbol of a project with the one that a clean rebuild made of it. Symbols that one of
 * the two has no vector of are left to other checks. Throws CancelledError.
 */
export async function compareVectors(
  store: Store,
  fresh: Store,
  project: ProjectId,
  signal?: AbortSignal,
): Promise<Check> {
  const choice = { model: store.embedder.id, dimension: store.embedder.dimension };
  const differing: string[] = [];
  let compared = 0;
  for (const { path } of await fresh.files.list(project)) {
    if (signal?.aborted === true) throw new CancelledError();
    const nodes = new Map((await store.nodes.getByFile(project, path)).map((node) => [node.key, node.id]));
    for (const { id, key } of await fresh.nodes.getByFile(project, path)) {
      const stored = nodes.get(key);
      const vector = stored === undefined ? undefined : await store.embeddings.get(stored, choice);
      const expected = vector === undefined ? undefined : await fresh.embeddings.get(id, choice);
      if (vector === undefined || expected === undefined) continue;
      compared++;
      if (vector.some((value, at) => !(Math.abs(value - (expected[at] ?? NaN)) <= TOLERANCE))) differing.push(key);
    }
  }
  const ok = differing.length === 0;
  const more = differing.length > EXAMPLES ? `, and ${differing.length - EXAMPLES} more` : '';
  return {
    name: `vectors ${project}`,
    ok,
    detail: ok
      ? `are those of the symbols as they are (${compared} of them)`
      : `not so for ${differing.slice(0, EXAMPLES).join(', ')}${more}: every vector is that of its symbol`,
  };
}
