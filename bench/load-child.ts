/**
 * Reads a generated graph from a database into memory, by the store or by a bare script.
 *
 * Usage: `node load-child.js <prepare|tables|snapshot|bare> <file> <nodes> <seed> <library>`, where library is
 * the path of the built public face. Prints one JSON document; `totalMs` counts from the start of the
 * process. `tables` and `snapshot` both load the graph; which of the two ways it is depends on the file.
 */
import Sqlite from 'better-sqlite3';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { NodeId } from '../src/index.js';
import { EDGES_PER_NODE, generateEdges, generateNodes, inBatches, PROJECT_ID } from './records.js';

const NODES_PER_BATCH = 100_000;
const EDGES_PER_BATCH = 400_000;

interface Loaded {
  readonly nodes: number;
  readonly edges: number;
  readonly loadMs: number;
}

async function prepare(library: typeof Library, file: string, nodes: number, seed: number): Promise<void> {
  const store = await library.openStore(file);
  const ids: NodeId[] = [];
  for (const batch of inBatches(generateNodes(nodes, seed), NODES_PER_BATCH)) {
    for (const id of await store.nodes.batchInsert(batch)) ids.push(id);
  }
  for (const batch of inBatches(generateEdges(ids, seed + 1), EDGES_PER_BATCH)) await store.edges.batchInsert(batch);
  // A commit that knows the counts, as those of indexing do; without them nothing would be kept of a load.
  const nothing = {
    deletedNodes: [],
    nodes: [],
    references: [],
    deletedEdges: [],
    edges: [],
    deletedFiles: [],
    files: [],
  };
  await store.projects.commit({
    ...nothing,
    projectId: PROJECT_ID,
    root: null,
    expectedGeneration: 0,
    counts: { nodes, edges: nodes * EDGES_PER_NODE },
    advancesGeneration: true,
  });
  await store.close();
}

async function load(library: typeof Library, file: string): Promise<Loaded> {
  const store = await library.openStore(file);
  const startedAt = performance.now();
  const pdg = await store.pdg.loadPdg(PROJECT_ID);
  const loadMs = performance.now() - startedAt;
  return { nodes: pdg.nodeCount, edges: pdg.edgeCount, loadMs };
}

/** Keeps every row, as the graph does; rows are arrays, which better-sqlite3 makes faster than objects. */
function loadBare(file: string): Loaded {
  const database = new Sqlite(file, { readonly: true });
  database.pragma('cache_size = -131072');
  const startedAt = performance.now();
  const nodes = database
    .prepare(
      `SELECT id, file_path, symbol_name, node_type, signature, complexity, content_hash, qualified_name, ordinal,
         language, visibility, interface_hash, value_type, documentation, owner_name, parent_id, start_byte, end_byte,
         start_line, end_line
       FROM intel_nodes WHERE project_id = ?`,
    )
    .raw()
    .all(PROJECT_ID);
  const edges = database
    .prepare(
      `SELECT e.caller_id, e.callee_id, e.edge_type, e.metadata
       FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id WHERE n.project_id = ?`,
    )
    .raw()
    .all(PROJECT_ID);
  return { nodes: nodes.length, edges: edges.length, loadMs: performance.now() - startedAt };
}

async function main(): Promise<void> {
  const [mode, file, nodes, seed, libraryPath] = process.argv.slice(2);
  if (file === undefined || libraryPath === undefined)
    throw new Error('Usage: load-child <mode> <file> <nodes> <seed> <library>');
  if (mode === 'bare') return report(loadBare(file));
  const library = (await import(pathToFileURL(libraryPath).href)) as typeof Library;
  if (mode === 'prepare') return prepare(library, file, Number(nodes), Number(seed));
  report(await load(library, file));
}

function report(loaded: Loaded): void {
  process.stdout.write(JSON.stringify({ ...loaded, totalMs: performance.now() }));
}

await main();
