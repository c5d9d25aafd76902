import { stemOf, STOP_WORDS, subWordsOf, wordsOf, type NodeId, type NodeRecord } from '../model/index.js';
import type { BulkStatement, SqlRow } from '../sql/index.js';

/** Raise it when the same node gives other words: all rows are made again when a database is opened next. */
export const NODE_WORDS_VERSION = 1;

/** What a node's words depend on. */
export type WordedNode = Pick<NodeRecord, 'filePath' | 'symbolName' | 'qualifiedName' | 'signature' | 'documentation'>;

/** Longer ones say what a symbol is about long before. */
const DOCUMENTATION_WORDS = 200;
const SIGNATURE_WORDS = 100;
/** Longer ones are data. */
const WORD_LENGTH = 40;
const REMEMBERED_WORDS = 50_000;

const STOPPED: ReadonlySet<string> = new Set(STOP_WORDS);

/** The sub-words of a word in lower case, and the stems of those that say something. */
interface Split {
  readonly parts: readonly string[];
  readonly stems: readonly string[];
}
const splits = new Map<string, Split>();

export function isStopWord(word: string): boolean {
  return STOPPED.has(word);
}

/** The sub-words of a text, in lower case. */
export function searchWords(text: string): string[] {
  return wordsOf(text).flatMap((word) => splitOf(word).parts);
}

/** The words of a text that say something, as stems; all of them when none does. */
export function searchStems(text: string): string[] {
  const stems = wordsOf(text).flatMap((word) => splitOf(word).stems);
  return stems.length > 0 ? stems : searchWords(text).map(stemOf);
}

/** The columns of `node_words` for a node: name, humps, scope, signature, documentation. */
export function nodeWords(node: WordedNode): readonly [string, string, string, string, string] {
  const name = searchWords(node.symbolName);
  const own = new Set<string>();
  const scope = new Set<string>();
  let stems = '';
  for (const word of name) {
    const stem = stemOf(word);
    own.add(stem);
    if (stem !== word) stems += ` ${stem}`;
  }
  for (const word of searchWords(scopeOf(node))) {
    const stem = stemOf(word);
    own.add(stem);
    scope.add(stem);
  }
  return [
    name.join(' ') + stems,
    name.length > 1 ? name.map((word) => word.slice(0, firstLength(word))).join('') : '',
    joined(scope),
    distinctStems(node.signature, SIGNATURE_WORDS, own),
    distinctStems(node.documentation, DOCUMENTATION_WORDS, NONE),
  ];
}

/** What encloses a symbol, and the last part of its file's path. */
function scopeOf({ qualifiedName, symbolName, filePath }: WordedNode): string {
  const around = qualifiedName.slice(0, Math.max(0, qualifiedName.length - symbolName.length));
  const file = filePath.slice(filePath.lastIndexOf('/') + 1);
  const extension = file.lastIndexOf('.');
  return `${around} ${extension > 0 ? file.slice(0, extension) : file}`;
}

const NONE: ReadonlySet<string> = new Set();

function distinctStems(text: string | null, limit: number, besides: ReadonlySet<string>): string {
  if (text === null || text === '') return '';
  const found = new Set<string>();
  for (const word of wordsOf(text)) {
    for (const stem of splitOf(word).stems) if (!besides.has(stem)) found.add(stem);
    if (found.size >= limit) break;
  }
  return joined(found);
}

function joined(words: Iterable<string>): string {
  let text = '';
  for (const word of words) text += text === '' ? word : ` ${word}`;
  return text;
}

function firstLength(word: string): number {
  return (word.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
}

function splitOf(word: string): Split {
  const known = splits.get(word);
  if (known !== undefined) return known;
  if (splits.size >= REMEMBERED_WORDS) splits.clear();
  const parts = subWordsOf(word).map((part) => part.slice(0, WORD_LENGTH));
  const split = { parts, stems: parts.filter((part) => !STOPPED.has(part)).map(stemOf) };
  splits.set(word, split);
  return split;
}

const WORDS_SQL = `
  INSERT OR REPLACE INTO node_words (rowid, name, humps, scope, signature, documentation) VALUES (?, ?, ?, ?, ?, ?)`;
const GRAMS_SQL = 'INSERT OR REPLACE INTO node_grams (rowid, name) VALUES (?, ?)';
const BY_KEY = '(SELECT id FROM intel_nodes WHERE project_id = ? AND node_key = ?)';
const IF_SAME = `
  FROM intel_nodes WHERE id = ? AND symbol_name = ? AND qualified_name = ? AND file_path = ?
    AND signature IS ? AND documentation IS ?`;

/** What makes nodes of these ids found by their words. */
export function wordStatements(nodes: Iterable<readonly [NodeId, WordedNode]>): BulkStatement[] {
  return [
    { sql: WORDS_SQL, rows: rowsOf(nodes, ([id, node]) => [id, ...nodeWords(node)]) },
    { sql: GRAMS_SQL, rows: rowsOf(nodes, ([id, node]) => [id, gramText(node.symbolName)]) },
  ];
}

/** The same for nodes whose ids only the batch knows, by project and key. */
export function wordStatementsByKey(nodes: readonly (readonly [string, string, WordedNode])[]): BulkStatement[] {
  return [
    {
      sql: WORDS_SQL.replace('(?,', `(${BY_KEY},`),
      rows: rowsOf(nodes, ([project, key, node]) => [project, key, ...nodeWords(node)]),
    },
    {
      sql: GRAMS_SQL.replace('(?,', `(${BY_KEY},`),
      rows: rowsOf(nodes, ([project, key, node]) => [project, key, gramText(node.symbolName)]),
    },
  ];
}

/** The same for nodes that somebody else may have changed or deleted meanwhile: then nothing is written. */
export function wordStatementsIfSame(nodes: readonly (readonly [NodeId, WordedNode])[]): BulkStatement[] {
  const state = ({ symbolName, qualifiedName, filePath, signature, documentation }: WordedNode): SqlRow => [
    symbolName,
    qualifiedName,
    filePath,
    signature,
    documentation,
  ];
  return [
    {
      sql: `INSERT OR REPLACE INTO node_words (rowid, name, humps, scope, signature, documentation)
            SELECT id, ?, ?, ?, ?, ? ${IF_SAME}`,
      rows: rowsOf(nodes, ([id, node]) => [...nodeWords(node), id, ...state(node)]),
    },
    {
      sql: `INSERT OR REPLACE INTO node_grams (rowid, name) SELECT id, ? ${IF_SAME}`,
      rows: rowsOf(nodes, ([id, node]) => [gramText(node.symbolName), id, ...state(node)]),
    },
  ];
}

/** SQLite's tokenizer would end at a NUL. */
export function gramText(name: string): string {
  return name.replaceAll('\0', ' ');
}

function rowsOf<T>(items: Iterable<T>, toRow: (item: T) => SqlRow): Iterable<SqlRow> {
  return {
    *[Symbol.iterator](): Generator<SqlRow, void, void> {
      for (const item of items) yield toRow(item);
    },
  };
}
