import { CancelledError, type NodeId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import type { Check } from './integrity.js';
import { gramText, NODE_WORDS_VERSION, nodeWords, wordStatementsIfSame, type WordedNode } from './node-words.js';

interface State {
  readonly version: number;
  readonly filledTo: number;
}

interface WordedRow extends WordedNode {
  readonly id: NodeId;
}

const NODES_PER_BATCH = 2000;
const WORDED_ROWS_SQL = `
  SELECT id, file_path AS filePath, symbol_name AS symbolName, qualified_name AS qualifiedName, signature, documentation
  FROM intel_nodes`;

async function readState(snapshot: Snapshot): Promise<State> {
  const row = await snapshot.first<State>(
    'SELECT words_version AS version, filled_to AS filledTo FROM search_state WHERE id = 1',
  );
  return row ?? { version: 0, filledTo: 0 };
}

/** Whether every node can be found by its words; not so in an upgraded store that is open for reading only. */
export async function hasAllWords(snapshot: Snapshot): Promise<boolean> {
  return (await readState(snapshot)).version === NODE_WORDS_VERSION;
}

/**
 * Makes the words of nodes that were stored by an earlier version; does nothing when they are there. Each
 * group of nodes is a batch of its own: a process that was interrupted is gone on from by the next. Nodes
 * that others write meanwhile keep the words that these wrote.
 *
 * Throws CancelledError.
 */
export async function fillWords(database: Database, signal?: AbortSignal): Promise<void> {
  const { version, filledTo } = await readState(database);
  if (version === NODE_WORDS_VERSION) return;
  let after = filledTo;
  for (;;) {
    if (signal?.aborted === true) throw new CancelledError();
    const rows = await database.all<WordedRow>(`${WORDED_ROWS_SQL} WHERE id > ? ORDER BY id LIMIT ?`, [
      after,
      NODES_PER_BATCH,
    ]);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
    await database.write(
      [
        ...wordStatementsIfSame(rows.map((row) => [row.id, row])),
        { sql: 'UPDATE search_state SET filled_to = ? WHERE id = 1', parameters: [after] },
      ],
      { repeatable: true },
    );
  }
  await database.write(
    [
      {
        sql: 'INSERT OR REPLACE INTO search_state (id, words_version, filled_to) VALUES (1, ?, 0)',
        parameters: [NODE_WORDS_VERSION],
      },
    ],
    { repeatable: true },
  );
}

/** Throws away the words of all nodes and makes them anew. Until it ends, searches say that they are incomplete. */
export async function rebuildWords(database: Database, signal?: AbortSignal): Promise<void> {
  await database.write(
    [
      { sql: 'INSERT OR REPLACE INTO search_state (id, words_version, filled_to) VALUES (1, 0, 0)' },
      { sql: "INSERT INTO node_words (node_words) VALUES ('delete-all')" },
      { sql: "INSERT INTO node_grams (node_grams) VALUES ('delete-all')" },
    ],
    { repeatable: true },
  );
  await fillWords(database, signal);
}

/**
 * Whether the tables of search have a row for each node and for nothing else; with `deep`, also whether the
 * words in them are those of the nodes, each at its place.
 */
export async function checkWords(database: Database, deep: boolean): Promise<Check> {
  return database.snapshot(async (snapshot) => {
    const faults: string[] = [];
    if (!(await hasAllWords(snapshot))) faults.push('they were made by another version, or not all of them yet');
    for (const table of ['node_words', 'node_grams'] as const) {
      const missing = await countOf(snapshot, `SELECT id FROM intel_nodes EXCEPT SELECT id FROM ${table}_docsize`);
      const spare = await countOf(snapshot, `SELECT id FROM ${table}_docsize EXCEPT SELECT id FROM intel_nodes`);
      if (missing > 0) faults.push(`${missing} nodes are not in ${table}`);
      if (spare > 0) faults.push(`${spare} rows of ${table} stand for no node`);
    }
    if (faults.length === 0 && deep) faults.push(...(await compareWords(snapshot)));
    return {
      name: 'search-words',
      ok: faults.length === 0,
      detail:
        faults.length === 0
          ? 'every node is found by its words'
          : `${faults.join('; ')}: rebuildSearch makes them anew`,
    };
  });
}

async function countOf(snapshot: Snapshot, sql: string): Promise<number> {
  const row = await snapshot.first<{ count: number }>(`SELECT count(*) AS count FROM (${sql})`);
  return row?.count ?? 0;
}

const COLUMNS = ['name', 'humps', 'scope', 'signature', 'documentation'] as const;

/** Sums, for each node, a hash of every word at its place, as it is stored and as it should be. */
async function compareWords(snapshot: Snapshot): Promise<string[]> {
  const sums = new Map<number, number>();
  const places = snapshot.iterate<{ term: string; doc: number; col: string; offset: number }>(
    'SELECT term, doc, col, "offset" FROM node_word_places',
  );
  for await (const { term, doc, col, offset } of places) {
    sums.set(doc, ((sums.get(doc) ?? 0) + placeHash(term, col, offset)) | 0);
  }
  let differing = 0;
  // What ranks answers, besides: how many words each node has in each column.
  const sized = `SELECT n.*, s.sz AS sizes FROM (${WORDED_ROWS_SQL}) AS n LEFT JOIN node_words_docsize AS s ON s.id = n.id`;
  for await (const row of snapshot.iterate<WordedRow & { readonly sizes: Uint8Array | null }>(sized)) {
    let sum = 0;
    const lengths = COLUMNS.map(() => 0);
    for (const [at, words] of nodeWords(row).entries()) {
      if (words === '') continue;
      const all = words.split(' ');
      lengths[at] = all.length;
      for (const [offset, word] of all.entries()) sum = (sum + placeHash(word, COLUMNS[at] ?? '', offset)) | 0;
    }
    const areSizes = row.sizes !== null && varints(lengths).equals(row.sizes);
    if (sum !== (sums.get(row.id) ?? 0) || !areSizes) differing++;
  }
  const unlike = await countUnlikeGrams(snapshot);
  return [
    ...(differing === 0 ? [] : [`the words of ${differing} nodes are not those of their rows`]),
    ...(unlike === 0 ? [] : [`the names of ${unlike} nodes are not found by their letters`]),
  ];
}

/** Numbers as SQLite writes them one after the other: seven bits a byte, the highest first. */
function varints(numbers: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (const number of numbers) {
    const own = [number & 0x7f];
    for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128))
      own.unshift((rest & 0x7f) | 0x80);
    bytes.push(...own);
  }
  return Buffer.from(bytes);
}

/** A sample: asks for names as a search would. */
async function countUnlikeGrams(snapshot: Snapshot): Promise<number> {
  const rows = await snapshot.all<{ id: NodeId; name: string }>(
    'SELECT id, symbol_name AS name FROM intel_nodes WHERE length(symbol_name) > 2 ORDER BY content_hash LIMIT 200',
  );
  let unlike = 0;
  for (const { id, name } of rows) {
    const expression = gramExpression(name);
    if (expression === undefined) continue;
    const found = await snapshot.first('SELECT 1 FROM node_grams WHERE node_grams MATCH ? AND rowid = ?', [
      expression,
      id,
    ]);
    if (found === undefined) unlike++;
  }
  return unlike;
}

/** More groups of letters tell names no better apart. */
const MOST_GRAMS = 64;

/**
 * The groups of three letters of a text, as a query of FTS5 for names that have them all; undefined for a text of
 * fewer letters.
 */
export function gramExpression(text: string): string | undefined {
  const letters = [...gramText(text)];
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= letters.length && grams.size < MOST_GRAMS; at++)
    grams.add(letters.slice(at, at + 3).join(''));
  if (grams.size === 0) return undefined;
  return [...grams].map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND ');
}

/** FNV-1a. */
function placeHash(term: string, column: string, offset: number): number {
  let hash = 0x811c9dc5 ^ offset;
  for (const text of [column, ' ', term]) {
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
