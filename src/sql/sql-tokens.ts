/** A piece of SQL that means something: comments and blanks are left out. */
export interface SqlToken {
  /** `word` is an unquoted name or keyword; `parameter` is `?` or `?3`. */
  readonly kind: 'word' | 'quoted' | 'parameter' | 'symbol';
  /** As written; of a word in upper case. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many parentheses are open around it; of a parenthesis itself, around the pair. */
  readonly depth: number;
}

const PATTERN = new RegExp(
  [
    String.raw`(?<blank>\s+|--[^\n]*|/\*[^]*?\*/)`,
    String.raw`(?<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|\x60[^\x60]*\x60|\[[^\]]*\])`,
    String.raw`(?<parameter>\?\d*)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<symbol>[^])`,
  ].join('|'),
  'yu',
);

/** Takes a text of SQL apart, as far as telling words from what is quoted needs it. Numbers are symbols. */
export function tokenize(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let depth = 0;
  PATTERN.lastIndex = 0;
  while (PATTERN.lastIndex < sql.length) {
    const start = PATTERN.lastIndex;
    const { groups } = PATTERN.exec(sql) ?? {};
    if (groups?.['blank'] !== undefined) continue;
    const end = PATTERN.lastIndex;
    const text = sql.slice(start, end);
    const isWord = groups?.['word'] !== undefined;
    const kind = isWord
      ? 'word'
      : groups?.['quoted'] !== undefined
        ? 'quoted'
        : groups?.['parameter'] !== undefined
          ? 'parameter'
          : 'symbol';
    if (kind === 'symbol' && text === ')') depth--;
    tokens.push({ kind, text: isWord ? text.toUpperCase() : text, start, end, depth });
    if (kind === 'symbol' && text === '(') depth++;
  }
  return tokens;
}

const WRITING = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE']);
const READING = new Set(['SELECT', 'VALUES', 'WITH', 'PRAGMA', 'EXPLAIN']);
const known = new Map<string, SqlShape>();
/** More than the distinct statements of all stores together. */
const KNOWN_LIMIT = 1024;

export interface SqlShape {
  /** A statement that changes nothing. */
  readonly isRead: boolean;
  /** A read that can stand in parentheses, so that its rows can be had in parts. */
  readonly isQuery: boolean;
  /** Its answer has rows: a read, or a write with RETURNING. */
  readonly givesRows: boolean;
  /** How many values it takes. */
  readonly parameterCount: number;
}

/** What kind of statement a text is; looked at once for each text. */
export function shapeOf(sql: string): SqlShape {
  const remembered = known.get(sql);
  if (remembered !== undefined) return remembered;
  const tokens = tokenize(sql);
  const first = tokens[0]?.text ?? '';
  const isRead = READING.has(first) && (first !== 'WITH' || !tokens.some(isWriting));
  const shape: SqlShape = {
    isRead: isRead || first === '',
    givesRows: isRead || tokens.some(({ kind, depth, text }) => kind === 'word' && depth === 0 && text === 'RETURNING'),
    isQuery: isRead && first !== 'PRAGMA' && first !== 'EXPLAIN',
    parameterCount: countParameters(tokens),
  };
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(sql, shape);
  return shape;
}

/** After WITH, the word that decides stands outside of all parentheses; `replace(…)` is a function. */
function isWriting({ kind, depth, text }: SqlToken, index: number, tokens: readonly SqlToken[]): boolean {
  return kind === 'word' && depth === 0 && WRITING.has(text) && tokens[index + 1]?.text !== '(';
}

function countParameters(tokens: readonly SqlToken[]): number {
  let highest = 0;
  for (const { kind, text } of tokens) {
    if (kind === 'parameter') highest = text === '?' ? highest + 1 : Math.max(highest, Number(text.slice(1)));
  }
  return highest;
}
