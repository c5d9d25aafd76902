import { tokenize, type SqlToken } from './sql-tokens.js';

/** How the values of one column stand in the JSON text of a chunk: as they are, or as a place in the bytes beside it. */
export type ColumnKind = 'plain' | 'bytes';

/** Where a statement finds the rows of a chunk. */
export interface RowSource {
  /** What stands after FROM; gives the rows as `r`, each a JSON array in `r.value`. */
  readonly from: string;
  /** The bytes of the chunk. */
  readonly bytes: string;
}

/** Makes of a statement for one row the statement for all rows of a chunk. */
export type BulkRewrite = (kinds: readonly ColumnKind[], source: RowSource) => string;

const rewrites = new Map<string, BulkRewrite | undefined>();
const REWRITES_LIMIT = 256;

/**
 * A statement that is run for each row of a list, as one that takes the rows from a JSON text; undefined
 * where that could change what it does. Understood are an INSERT of one row of VALUES that does not read
 * its own table, and a DELETE of the rows whose columns equal the values.
 */
export function rewriteForRows(sql: string): BulkRewrite | undefined {
  if (!rewrites.has(sql)) {
    if (rewrites.size >= REWRITES_LIMIT) rewrites.clear();
    const tokens = tokenize(sql);
    rewrites.set(sql, rewriteInsert(sql, tokens) ?? rewriteDelete(sql, tokens));
  }
  return rewrites.get(sql);
}

function rewriteInsert(sql: string, tokens: readonly SqlToken[]): BulkRewrite | undefined {
  if (tokens[0]?.text !== 'INSERT') return undefined;
  const into = tokens.findIndex(({ text }) => text === 'INTO');
  const table = tokens[into + 1];
  const at = tokens.findIndex(({ kind, text, depth }) => kind === 'word' && text === 'VALUES' && depth === 0);
  const values = tokens[at];
  const open = tokens[at + 1];
  if (into < 0 || table === undefined || values === undefined || open?.text !== '(') return undefined;
  const close = tokens.findIndex(({ text, depth }, index) => index > at + 1 && text === ')' && depth === 0);
  const inside = tokens.slice(at + 2, close);
  const after = tokens.slice(close + 1);
  const before = tokens.slice(0, at);
  const closing = tokens[close];
  if (closing === undefined || after[0]?.text === ',') return undefined;
  if ([...before, ...after].some(({ kind }) => kind === 'parameter')) return undefined;
  // A row that is computed from its own table has to see the rows before it.
  if (inside.some(({ kind, text }) => kind !== 'symbol' && text === table.text)) return undefined;
  return (kinds, source) =>
    sql.slice(0, values.start) +
    `SELECT ${substitute(sql, inside, kinds, source)} FROM ${source.from} WHERE true` +
    sql.slice(closing.end);
}

function rewriteDelete(sql: string, tokens: readonly SqlToken[]): BulkRewrite | undefined {
  const [first, from, table, where] = tokens;
  if (first?.text !== 'DELETE' || from?.text !== 'FROM' || where?.text !== 'WHERE' || table === undefined)
    return undefined;
  const columns: string[] = [];
  for (let at = 4; at < tokens.length; at += 4) {
    const [column, equals, value, and] = tokens.slice(at, at + 4);
    const isComparison = column?.kind === 'word' && equals?.text === '=' && value?.text === '?';
    if (!isComparison || (and !== undefined && and.text !== 'AND')) return undefined;
    columns.push(sql.slice(column.start, column.end));
  }
  if (columns.length === 0) return undefined;
  return (kinds, source) => {
    const values = columns.map((_, index) => valueOf(index, kinds[index], source));
    return `${sql.slice(0, where.start)}WHERE (${columns.join(', ')}) IN (SELECT ${values.join(', ')} FROM ${source.from})`;
  };
}

/** The text of tokens with the value of the row in the place of each parameter. */
function substitute(sql: string, tokens: readonly SqlToken[], kinds: readonly ColumnKind[], source: RowSource): string {
  let text = '';
  let next = 0;
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1];
    if (previous !== undefined && previous.end < token.start) text += ' ';
    if (token.kind !== 'parameter') {
      text += sql.slice(token.start, token.end);
      continue;
    }
    const column = token.text === '?' ? next : Number(token.text.slice(1)) - 1;
    next = Math.max(next, column + 1);
    text += valueOf(column, kinds[column], source);
  }
  return text;
}

function valueOf(column: number, kind: ColumnKind | undefined, source: RowSource): string {
  // In parentheses, because a sign before it would otherwise belong to the row.
  if (kind === 'plain' || kind === undefined) return `(r.value ->> '$[${column}]')`;
  // substr(…, NULL, NULL) is NULL, as the value was.
  return `substr(${source.bytes}, r.value ->> '$[${column}][0]', r.value ->> '$[${column}][1]')`;
}
