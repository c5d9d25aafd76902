/**
 * Asks questions about a generated graph that lies in a database, by the store over its tables, by the store over
 * the graph in memory, or by a bare script.
 *
 * Usage: `node --expose-gc graph-child.js <tables|memory|bare|resident> <file> <nodes> <seed> <questions> <library>`,
 * where library is the path of the built public face. Prints one JSON document. `cold` are calls each of which
 * is the first of a connection; `warm` come one after the other on one connection, after a round that is not counted.
 */
import Sqlite from 'better-sqlite3';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { NodeId, Store } from '../src/index.js';
import { PROJECT_ID } from './records.js';
import { seededRandom } from './statistics.js';

const HOPS = 5;
const PAGE = 100;
const COLD_SHARE = 5;
const KINDS = ['callers', 'callees', 'impact'] as const;
type Kind = (typeof KINDS)[number];

/** Gives how many symbols there are in all. */
type Asker = (kind: Kind, of: number) => Promise<number>;
interface Connection {
  readonly ask: Asker;
  close(): Promise<void>;
}

function storeAsker(store: Store): Asker {
  return async (kind, of) => {
    const seeds = [of as NodeId];
    const { traversal } = store;
    if (kind === 'impact') return (await traversal.impact(seeds, { depth: HOPS, limit: PAGE })).total;
    return (await traversal[kind](seeds, { limit: PAGE })).total;
  };
}

const NODE_COLUMNS = `n.id, n.node_key, n.project_id, n.symbol_name, n.qualified_name, n.node_type, n.language,
  n.visibility, n.file_path, n.start_line, n.end_line, n.signature, n.complexity, hex(n.content_hash)`;

function neighboursSql(near: string, far: string): string {
  return `SELECT ${NODE_COLUMNS}, e.metadata FROM intel_edges AS e JOIN intel_nodes AS n ON n.id = e.${far}
    WHERE e.${near} = ? AND e.edge_type = 'call' ORDER BY n.project_id, n.node_key`;
}

/** The levels of a walk as SQL has them: a symbol is met once for each length of a way to it. */
const REACHED = `WITH RECURSIVE reached(id, depth) AS (
    SELECT ?, 0 UNION
    SELECT e.caller_id, r.depth + 1 FROM reached AS r CROSS JOIN intel_edges AS e ON e.callee_id = r.id
    WHERE r.depth < ${HOPS}
      AND e.edge_type IN ('call', 'inheritance', 'data_dependency', 'reference', 'import')),
  nearest(id, depth) AS (SELECT id, min(depth) FROM reached WHERE depth > 0 GROUP BY id)`;

/** A page and the total by recursive SQL; it explains nothing. */
function bareConnection(file: string): Connection {
  const database = new Sqlite(file, { readonly: true });
  database.pragma('cache_size = -131072');
  const neighbours = {
    callers: database.prepare(neighboursSql('callee_id', 'caller_id')).raw(),
    callees: database.prepare(neighboursSql('caller_id', 'callee_id')).raw(),
  };
  const page = database
    .prepare(
      `${REACHED} SELECT w.depth, (SELECT count(*) FROM nearest), ${NODE_COLUMNS}
       FROM nearest AS w JOIN intel_nodes AS n ON n.id = w.id
       ORDER BY w.depth, n.project_id, n.node_key LIMIT ${PAGE}`,
    )
    .raw();
  return {
    ask: async (kind, of) => {
      if (kind !== 'impact') return neighbours[kind].all(of).length;
      const rows = page.all(of) as unknown[][];
      return Number(rows[0]?.[1] ?? 0);
    },
    close: async () => void database.close(),
  };
}

async function storeConnection(library: typeof Library, file: string): Promise<Connection> {
  const store = await library.openStore(file);
  return { ask: storeAsker(store), close: () => store.close() };
}

interface Asked {
  readonly cold: Times;
  readonly warm: Times;
  /** Of all questions together, to see that the sides found the same. */
  readonly totals: Readonly<Record<string, number>>;
}

async function timed(ask: Asker, kind: Kind, of: number): Promise<readonly [ms: number, total: number]> {
  const startedAt = performance.now();
  const total = await ask(kind, of);
  return [performance.now() - startedAt, total];
}

type Times = Record<string, readonly number[]>;

/** Every call on a connection of its own, which is opened in the measured time. */
async function askCold(symbols: readonly number[], open: () => Promise<Connection>): Promise<Times> {
  const times: Times = {};
  for (const kind of KINDS) {
    const calls: number[] = [];
    for (const of of symbols) {
      const startedAt = performance.now();
      const connection = await open();
      await connection.ask(kind, of);
      calls.push(performance.now() - startedAt);
      await connection.close();
    }
    times[kind] = calls;
  }
  return times;
}

async function askWarm(symbols: readonly number[], ask: Asker): Promise<Omit<Asked, 'cold'>> {
  const warm: Times = {};
  const totals: Record<string, number> = {};
  for (const kind of KINDS) {
    for (const of of symbols) await ask(kind, of);
    const calls: number[] = [];
    let sum = 0;
    for (const of of symbols) {
      const [ms, total] = await timed(ask, kind, of);
      calls.push(ms);
      sum += total;
    }
    warm[kind] = calls;
    totals[kind] = sum;
  }
  return { warm, totals };
}

/** How much larger the process is with the graph than without, next to a page cache that is kept small. */
async function residentOf(library: typeof Library, file: string): Promise<object> {
  const store = await library.openStore({ path: file, cacheSizeBytes: 4 * 1024 * 1024 });
  await store.status();
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  const { nodes } = await store.pdg.keep(PROJECT_ID);
  const keepMs = performance.now() - startedAt;
  await store.traversal.callers([1 as NodeId]);
  globalThis.gc?.();
  const { rss } = process.memoryUsage();
  await store.close();
  return { nodes, keepMs, residentBytes: rss - before };
}

async function main(): Promise<object> {
  const [mode, file = '', nodes, seed, questions, libraryPath] = process.argv.slice(2);
  if (libraryPath === undefined)
    throw new Error('Usage: graph-child <mode> <file> <nodes> <seed> <questions> <library>');
  const random = seededRandom(Number(seed));
  const symbols = Array.from({ length: Number(questions) }, () => 1 + Math.floor(random() * Number(nodes)));
  const early = symbols.slice(0, Math.ceil(symbols.length / COLD_SHARE));
  if (mode === 'bare') {
    const cold = await askCold(early, async () => bareConnection(file));
    return { cold, ...(await askWarm(symbols, bareConnection(file).ask)) } satisfies Asked;
  }
  const library = (await import(pathToFileURL(libraryPath).href)) as typeof Library;
  if (mode === 'resident') return residentOf(library, file);
  const cold = mode === 'memory' ? {} : await askCold(early, () => storeConnection(library, file));
  const store = await library.openStore(file);
  if (mode === 'memory') await store.pdg.keep(PROJECT_ID);
  return { cold, ...(await askWarm(symbols, storeAsker(store))) } satisfies Asked;
}

process.stdout.write(JSON.stringify(await main()));
