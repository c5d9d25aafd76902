/**
 * Writes generated records to a store or asks it, by the library or by the bare client with the same statements.
 *
 * Usage: `node remote-child.js <write|write-bare|push|record|ask|ask-bare> <options as JSON>`. Prints one JSON document.
 */
import { createClient as overHttp, type Client, type InStatement, type InValue } from '@libsql/client/http';
import { createClient as overSocket } from '@libsql/client/ws';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Library from '../src/index.js';
import type { NodeId } from '../src/index.js';
import type * as Sql from '../src/sql/index.js';
import type { RemoteOptions } from './remote.js';
import { generateEdges, generateNodes, inBatches } from './records.js';
import { seededRandom } from './statistics.js';

/** One question as it went to the database: its statements, all of one state when there are several. */
type Question = readonly { readonly sql: string; readonly parameters: readonly InValue[] }[];
const KINDS = ['point', 'callers', 'search'] as const;
type Kind = (typeof KINDS)[number];

async function libraryAt(path: string): Promise<typeof Library> {
  return (await import(pathToFileURL(path).href)) as typeof Library;
}

function clientFor(url: string): Client {
  return url.startsWith('ws') ? overSocket({ url }) : overHttp({ url });
}

async function write({ path, nodes, seed, library }: RemoteOptions): Promise<object> {
  const store = await (await libraryAt(library)).openStore(path);
  const records = [...generateNodes(nodes, seed)];
  let startedAt = performance.now();
  const ids = await store.nodes.batchInsert(records);
  let ms = performance.now() - startedAt;
  const edges = [...generateEdges(ids, seed + 1)];
  startedAt = performance.now();
  await store.edges.batchInsert(edges);
  ms += performance.now() - startedAt;
  await store.close();
  return { ms };
}

const BARE_ROWS = 2000;
/** The server ends a connection that sends very large messages. */
const BARE_STATEMENTS = 8;
const NODE_COLUMNS = [
  ...['id', 'project_id', 'file_path', 'symbol_name', 'node_type', 'signature', 'complexity', 'content_hash'],
  ...['created_at', 'updated_at', 'node_key', 'qualified_name', 'ordinal', 'language', 'visibility', 'interface_hash'],
  ...['value_type', 'documentation', 'start_byte', 'end_byte', 'start_line', 'end_line'],
];
const HASHES = ['content_hash', 'interface_hash'];

/** What somebody writes who knows the client well: many rows in a parameter, few batches, one transaction. */
async function writeBare({ path, nodes, seed, library }: RemoteOptions): Promise<object> {
  await (await (await libraryAt(library)).openStore(path)).close();
  const client = clientFor(path);
  const values = NODE_COLUMNS.map((name, at) =>
    HASHES.includes(name) ? `unhex(r.value ->> ${at})` : `r.value ->> ${at}`,
  );
  const nodeSql = `INSERT INTO intel_nodes (${NODE_COLUMNS.join(', ')}) SELECT ${values.join(', ')} FROM json_each(?) AS r`;
  const edgeSql = `INSERT INTO intel_edges (caller_id, callee_id, edge_type, metadata)
    SELECT r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3 FROM json_each(?) AS r`;
  const records = [...generateNodes(nodes, seed)];
  const ids = records.map((_, at) => (at + 1) as NodeId);
  const edges = [...generateEdges(ids, seed + 1)];
  const startedAt = performance.now();
  const batch = [];
  let id = 1;
  for (const part of inBatches(records, BARE_ROWS)) {
    const rows = part.map((r) => {
      const key = `${r.filePath}#${r.qualifiedName}(${r.nodeType})${r.ordinal > 1 ? `~${r.ordinal}` : ''}`;
      return [id++, r.projectId, r.filePath, r.symbolName, r.nodeType, r.signature, r.complexity, r.contentHash, 0, 0,
        key, r.qualifiedName, r.ordinal, r.language, r.visibility, r.interfaceHash, r.valueType, r.documentation,
        r.startByte, r.endByte, r.startLine, r.endLine]; // prettier-ignore
    });
    batch.push({ sql: nodeSql, args: [JSON.stringify(rows)] });
  }
  await inOneTransaction(client, batch.splice(0));
  for (const part of inBatches(edges, 4 * BARE_ROWS)) {
    const rows = part.map((e) => [e.callerId, e.calleeId, e.edgeType, JSON.stringify(e.metadata)]);
    batch.push({ sql: edgeSql, args: [JSON.stringify(rows)] });
  }
  await inOneTransaction(client, batch);
  const ms = performance.now() - startedAt;
  client.close();
  return { ms };
}

async function inOneTransaction(client: Client, statements: readonly InStatement[]): Promise<void> {
  const transaction = await client.transaction('write');
  for (const part of inBatches(statements, BARE_STATEMENTS)) await transaction.batch(part);
  await transaction.commit();
}

/** A whole store, as `push` sends it, with the comparison at the end. */
async function push({ path, from = '', library }: RemoteOptions): Promise<object> {
  const { openStore, pushStore } = await libraryAt(library);
  const store = await openStore(from);
  const startedAt = performance.now();
  const { bytes } = await pushStore(store, path);
  const ms = performance.now() - startedAt;
  await store.close();
  return { ms, bytes };
}

type Asker = (store: Library.Store) => Promise<unknown>;

/** The same questions for the same seed: single nodes, callers of single nodes, names. */
function questions(count: number, nodes: number, seed: number): Readonly<Record<Kind, readonly Asker[]>> {
  const random = seededRandom(seed);
  const some = [...generateNodes(Math.min(nodes, 5000), seed)];
  const anyId = (): NodeId => (1 + Math.floor(random() * nodes)) as NodeId;
  const anyName = (): string => some[Math.floor(random() * some.length)]?.symbolName ?? '';
  const made = <T>(make: () => T): T[] => Array.from({ length: count }, make);
  return {
    point: made(anyId).map((id) => (store) => store.nodes.get(id)),
    callers: made(anyId).map((id) => (store) => store.traversal.callers([id], { limit: 20 })),
    search: made(anyName).map((name) => (store) => store.search(name.slice(0, 8), { mode: 'name' })),
  };
}

async function ask({ path, replica, nodes, seed, count = 0, library }: RemoteOptions): Promise<object> {
  const store = await (
    await libraryAt(library)
  ).openStore({ path, ...(replica === undefined ? {} : { replicaPath: replica }) });
  const times = await timed(questions(count, nodes, seed), async (question) => question(store));
  await store.close();
  return times;
}

/** Notes the statements that the library asks with, so that the bare client can ask the same. */
async function record({ path, nodes, seed, count = 0, out = '', library }: RemoteOptions): Promise<object> {
  const { Store } = await libraryAt(library);
  const sql = (await import(pathToFileURL(join(dirname(library), 'sql', 'index.js')).href)) as typeof Sql;
  const database = await sql.openDatabase({ path });
  let current: Question[number][] = [];
  const noting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name, of);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (['all', 'first', 'iterate'].includes(String(name))) {
            current.push({ sql: String(args[0]), parameters: (args[1] ?? []) as InValue[] });
          }
          if (name === 'snapshot') {
            const read = args[0] as (snapshot: Sql.Snapshot) => Promise<unknown>;
            return Reflect.apply(value, of, [async (snapshot: Sql.Snapshot) => read(noting(snapshot))]);
          }
          return Reflect.apply(value, of, args) as unknown;
        };
      },
    });
  const store = new Store(noting(database));
  const recorded: Partial<Record<Kind, Question[]>> = {};
  for (const [kind, askers] of Object.entries(questions(count, nodes, seed))) {
    const list: Question[] = [];
    for (const asker of askers) {
      current = [];
      await asker(store);
      list.push(current);
    }
    recorded[kind as Kind] = list;
  }
  await store.close();
  await writeFile(out, JSON.stringify(recorded));
  return {};
}

async function askBare({ path, out = '' }: RemoteOptions): Promise<object> {
  const recorded = JSON.parse(await readFile(out, 'utf8')) as Record<Kind, Question[]>;
  const client = clientFor(path);
  const times = await timed(recorded, async (question) => {
    const statements = question.map(({ sql, parameters }) => ({ sql, args: [...parameters] }));
    const [only] = statements;
    if (only !== undefined && statements.length === 1) return client.execute(only);
    const transaction = await client.transaction('read');
    for (const statement of statements) await transaction.execute(statement);
    transaction.close();
    return undefined;
  });
  client.close();
  return times;
}

/** How long each question took, in milliseconds; the first ones of each kind only warm up. */
async function timed<Q>(
  kinds: Readonly<Record<Kind, readonly Q[]>>,
  run: (question: Q) => Promise<unknown>,
): Promise<object> {
  const times: Partial<Record<Kind, number[]>> = {};
  for (const kind of KINDS) {
    const list: number[] = [];
    for (const question of kinds[kind]) {
      const startedAt = performance.now();
      await run(question);
      list.push(performance.now() - startedAt);
    }
    times[kind] = list.slice(Math.floor(list.length / 10));
  }
  return times;
}

const MODES: Readonly<Record<string, (options: RemoteOptions) => Promise<object>>> = {
  write,
  'write-bare': writeBare,
  push,
  record,
  ask,
  'ask-bare': askBare,
};

const [mode = '', options = ''] = process.argv.slice(2);
const run = MODES[mode];
if (run === undefined) throw new Error(`Usage: remote-child <${Object.keys(MODES).join('|')}> <options as JSON>`);
process.stdout.write(JSON.stringify(await run(JSON.parse(options) as RemoteOptions)));
