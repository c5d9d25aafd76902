/**
 * Writes generated records into a database whose schema exists, by the store or by a bare script.
 *
 * Usage: `node bulk-child.js <prepare|store|bare> <file> <nodes> <seed> <library>`, where library is the
 * path of the built public face. Prints one JSON document with the times of the writing alone:
 * making the records is not part of them.
 */
import Sqlite from 'better-sqlite3';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { Edge, NodeId, NodeRecord } from '../src/index.js';
import { generateEdges, generateNodes, inBatches } from './records.js';

const NODES_PER_BATCH = 100_000;
const EDGES_PER_BATCH = 400_000;

/** What both sides do, each in its way; a batch is one transaction. */
interface Writer {
  insertNodes(records: readonly NodeRecord[]): Promise<readonly NodeId[]>;
  insertEdges(edges: readonly Edge[]): Promise<unknown>;
  close(): Promise<void>;
}

async function storeWriter(library: typeof Library, file: string): Promise<Writer> {
  const store = await library.openStore(file);
  return {
    insertNodes: (records) => store.nodes.batchInsert(records),
    insertEdges: (edges) => store.edges.batchInsert(edges),
    close: () => store.close(),
  };
}

/** The settings are those that the store uses by default. */
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA cache_size = -131072;
  PRAGMA journal_size_limit = 67108864;`;

const INSERT_NODE = `
  INSERT INTO intel_nodes (id, project_id, file_path, symbol_name, node_type, signature, complexity, content_hash,
    embedding, created_at, updated_at, node_key, qualified_name, ordinal, language, visibility, interface_hash,
    value_type, documentation, parent_id, start_byte, end_byte, start_line, end_line)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)`;
const INSERT_EDGE = 'INSERT INTO intel_edges (caller_id, callee_id, edge_type, metadata) VALUES (?, ?, ?, ?)';

function bareWriter(file: string): Writer {
  const database = new Sqlite(file);
  database.exec(PRAGMAS);
  const node = database.prepare(INSERT_NODE);
  const edge = database.prepare(INSERT_EDGE);
  let nextId = 1;
  const insertNodes = database.transaction((records: readonly NodeRecord[]): NodeId[] => {
    const now = Date.now();
    return records.map((r) => {
      const id = nextId++ as NodeId;
      const key = `${r.filePath}#${r.qualifiedName}(${r.nodeType})${r.ordinal > 1 ? `~${r.ordinal}` : ''}`;
      const hash = Buffer.from(r.contentHash, 'hex');
      const interfaceHash = Buffer.from(r.interfaceHash, 'hex');
      node.run(id, r.projectId, r.filePath, r.symbolName, r.nodeType, r.signature, r.complexity, hash, r.embedding, now,
        now, key, r.qualifiedName, r.ordinal, r.language, r.visibility, interfaceHash, r.valueType, r.documentation,
        r.startByte, r.endByte, r.startLine, r.endLine); // prettier-ignore
      return id;
    });
  });
  const insertEdges = database.transaction((edges: readonly Edge[]): void => {
    for (const e of edges) edge.run(e.callerId, e.calleeId, e.edgeType, JSON.stringify(e.metadata));
  });
  return {
    insertNodes: async (records) => insertNodes(records),
    insertEdges: async (edges) => insertEdges(edges),
    close: async () => void database.close(),
  };
}

async function write(open: () => Promise<Writer>, nodes: number, seed: number): Promise<object> {
  const times = { openMs: 0, nodesMs: 0, edgesMs: 0, closeMs: 0 };
  const timed = async <T>(part: keyof typeof times, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work();
    times[part] += performance.now() - startedAt;
    return result;
  };
  const writer = await timed('openMs', open);
  const ids: NodeId[] = [];
  for (const batch of inBatches(generateNodes(nodes, seed), NODES_PER_BATCH)) {
    for (const id of await timed('nodesMs', () => writer.insertNodes(batch))) ids.push(id);
  }
  for (const batch of inBatches(generateEdges(ids, seed + 1), EDGES_PER_BATCH)) {
    await timed('edgesMs', () => writer.insertEdges(batch));
  }
  await timed('closeMs', () => writer.close());
  return { ...times, totalMs: times.openMs + times.nodesMs + times.edgesMs + times.closeMs };
}

async function main(): Promise<void> {
  const [mode, file, nodes, seed, libraryPath] = process.argv.slice(2);
  if (file === undefined || libraryPath === undefined)
    throw new Error('Usage: bulk-child <mode> <file> <nodes> <seed> <library>');
  if (mode === 'bare') {
    process.stdout.write(JSON.stringify(await write(async () => bareWriter(file), Number(nodes), Number(seed))));
    return;
  }
  const library = (await import(pathToFileURL(libraryPath).href)) as typeof Library;
  if (mode === 'prepare') {
    await (await library.openStore(file)).close();
    return;
  }
  process.stdout.write(JSON.stringify(await write(() => storeWriter(library, file), Number(nodes), Number(seed))));
}

await main();
