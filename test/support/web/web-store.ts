import { openStore, type NodeId } from '../../../src/index.js';
import { indexFolder } from '../index-folder.js';
import { nodeInput } from '../records.js';

/** A name that would be an element if anything took it for markup. */
export const HOSTILE = '<img src=x onerror=alert(1)>';

/** A store of some folders, with a snapshot of measures, and of projects that no folder has: large ones and hostile ones. */
export async function makeWebStore(database: string, roots: readonly string[]): Promise<void> {
  const store = await openStore(database);
  try {
    for (const root of roots) await indexFolder(store, root);
    await store.link();
    await store.analytics.takeSnapshot({ project: 'commander', label: 'first' });
    await store.nodes.batchInsert(
      Array.from({ length: 10_000 }, (_, number) => nodeInput(`item${number}`, { projectId: 'large' })),
    );
    const hub = await store.nodes.insert(nodeInput('hub', { projectId: 'many' }));
    const callers = await store.nodes.batchInsert(
      Array.from({ length: 1200 }, (_, number) => nodeInput(`caller${number}`, { projectId: 'many' })),
    );
    await store.edges.batchInsert(callers.map((callerId: NodeId) => ({ callerId, calleeId: hub, edgeType: 'call' })));
    const hostile = { projectId: HOSTILE, filePath: `src/${HOSTILE}.ts`, signature: HOSTILE, complexity: 30 };
    await store.nodes.insert(nodeInput(HOSTILE, hostile));
  } finally {
    await store.close();
  }
}
