import type { Node } from 'web-tree-sitter';
import type { Expression } from '../../model/index.js';
import type { Extraction } from '../extract/extraction.js';
import { containerOf } from './elements.js';
import { BUILTIN_TYPES, CONTAINER_TYPES, WRAPPER_TYPES } from './python-builtins.js';
import { stateOf } from './python-state.js';

/**
 * Type hints are read from their text: the same text can be code, a subscript or a quoted forward
 * reference, which the grammar shows as three different trees.
 */

/** One type as written: `a.b.Name[argument, …]`, a list of types (`[int, str]`), or alternatives. */
export interface TypeText {
  /** Dotted name; empty for lists and unions. */
  readonly name: string;
  /** Where the name starts in the file; -1 inside a quoted type. */
  readonly start: number;
  readonly arguments: readonly TypeText[];
  readonly alternatives: readonly TypeText[];
}

const TOKEN = /[\p{L}_][\p{L}\p{N}_]*(?:\s*\.\s*[\p{L}_][\p{L}\p{N}_]*)*|"[^"\n]*"|'[^'\n]*'|[[\](),|]|\S/uy;
const QUOTED_DEPTH_LIMIT = 3;

class TypeReader {
  private token = '';
  private tokenStart = 0;
  private at = 0;

  /** @param offset position of the text in the file; -1 when it is quoted */
  constructor(
    private readonly text: string,
    private readonly offset: number,
    private readonly quotes = 0,
  ) {
    this.advance();
  }

  union(): TypeText | undefined {
    const alternatives: TypeText[] = [];
    for (;;) {
      const term = this.term();
      if (term !== undefined) alternatives.push(term);
      if (this.token !== '|') break;
      this.advance();
    }
    if (alternatives.length <= 1) return alternatives[0];
    return { name: '', start: -1, arguments: [], alternatives };
  }

  private term(): TypeText | undefined {
    const { token, tokenStart } = this;
    if (token === '' || token === ']' || token === ',' || token === '|' || token === ')') return undefined;
    this.advance();
    if (token === '(') {
      const inner = this.list(')');
      return inner.length === 1 ? inner[0] : { name: '', start: -1, arguments: inner, alternatives: [] };
    }
    if (token === '[') return { name: '', start: -1, arguments: this.list(']'), alternatives: [] };
    if (token.startsWith('"') || token.startsWith("'")) return this.quoted(token);
    if (!/^[\p{L}_]/u.test(token)) return this.skipRest();
    // A call or a literal prefix (`b"x"`) is no type.
    const next: string = this.token;
    if (next === '(') {
      this.advance();
      this.list(')');
      return undefined;
    }
    if (next.startsWith('"') || next.startsWith("'")) return this.skipRest();
    const start = this.offset < 0 ? -1 : this.offset + tokenStart;
    const name = token.replace(/\s/g, '');
    if (next !== '[') return { name, start, arguments: [], alternatives: [] };
    this.advance();
    const list = this.list(']', argumentLimit(name));
    return { name, start, arguments: list, alternatives: [] };
  }

  private quoted(token: string): TypeText | undefined {
    if (this.quotes >= QUOTED_DEPTH_LIMIT) return undefined;
    return new TypeReader(token.slice(1, -1), -1, this.quotes + 1).union();
  }

  /** Types up to the closing bracket, which is consumed; those beyond `limit` are values, not types. */
  private list(close: string, limit = Infinity): TypeText[] {
    const types: TypeText[] = [];
    for (let position = 0; this.token !== '' && this.token !== close;) {
      if (this.token === ',') {
        position++;
        this.advance();
        continue;
      }
      const before = this.at;
      const type = this.union();
      if (type !== undefined && position < limit) types.push(type);
      if (this.at === before && this.token !== close && this.token !== ',') this.advance();
    }
    this.advance();
    return types;
  }

  /** Gives up on something that is no type, up to the next comma or bracket of this level. */
  private skipRest(): undefined {
    while (this.token !== '' && !/^[[\](),|]$/.test(this.token)) this.advance();
    return undefined;
  }

  private advance(): void {
    while (this.at < this.text.length && /[\s\\]/.test(this.text[this.at] ?? '')) this.at++;
    TOKEN.lastIndex = this.at;
    this.tokenStart = this.at;
    this.token = TOKEN.exec(this.text)?.[0] ?? '';
    this.at += this.token.length;
  }
}

function argumentLimit(name: string): number {
  const last = lastName(name);
  if (last === 'Literal') return 0;
  return last === 'Annotated' ? 1 : Infinity;
}

function lastName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Reads a type hint; undefined when there is no type in it. */
export function readType(text: string, offset = -1): TypeText | undefined {
  const quotes = /^[\s]*(?:"""|''')/.test(text);
  return new TypeReader(quotes ? text.trim().slice(2, -2) : text, offset).union();
}

/** The value expression of a value of the type; null when the type says nothing useful. */
export function typeValue(type: TypeText | undefined): Expression | null {
  if (type === undefined) return null;
  if (type.alternatives.length > 0) return unionValue(type.alternatives);
  const last = lastName(type.name);
  const { arguments: types } = type;
  const container = CONTAINER_TYPES.get(last);
  if (container !== undefined && types.length > 0)
    return elements(container === 'first' ? types[0] : types[types.length - 1]);
  const wrapped = WRAPPER_TYPES.get(last);
  if (wrapped !== undefined && types.length > 0)
    return typeValue(wrapped === 'first' ? types[0] : types[types.length - 1]);
  switch (last) {
    case 'tuple':
    case 'Tuple':
      return tupleValue(types);
    case 'Union':
      return unionValue(types);
    case 'type':
    case 'Type':
      return types[0] !== undefined && types[0].name !== '' ? types[0].name : null;
    case 'Self':
      return 'this';
    case 'LiteralString':
    case 'AnyStr':
      return '@str';
    case '':
    case 'None':
    case 'Any':
    case 'object':
    case 'Callable':
    case 'Literal':
    case 'Final':
    case 'ClassVar':
    case 'TypeAlias':
      return null;
    default:
      return `@${type.name.replaceAll('.', '::')}`;
  }
}

function elements(type: TypeText | undefined): Expression | null {
  const element = typeValue(type);
  return element === null ? null : containerOf(element);
}

function tupleValue(types: readonly TypeText[]): Expression | null {
  const values = new Set(types.filter(({ name }) => name !== '').map((type) => typeValue(type)));
  const [only] = values;
  return (values.size === 1 && only !== null && only !== undefined ? containerOf(only) : null) ?? '@tuple';
}

/** The one alternative that can have members of the project. */
function unionValue(types: readonly TypeText[]): Expression | null {
  const values = types.filter(({ name }) => name !== 'None').map((type) => typeValue(type));
  const useful = values.filter((value) => value === null || !isBuiltinValue(value));
  if (useful.length === 0) return values[0] ?? null;
  return useful.length === 1 ? (useful[0] ?? null) : null;
}

function isBuiltinValue(value: Expression): boolean {
  return value.startsWith('@') && BUILTIN_TYPES.has(value.slice(1));
}

/** Reads a type hint without referring to anything. */
export function readHint(node: Node | null, extraction: Extraction): TypeText | undefined {
  return node === null ? undefined : readType(extraction.textOf(node), node.startIndex);
}

/** Refers to every name of a type hint and marks the names as handled. Returns the type. */
export function useType(node: Node | null, extraction: Extraction, hint?: TypeText): TypeText | undefined {
  if (node === null) return undefined;
  const state = stateOf(extraction);
  state.typesUntil = Math.max(state.typesUntil, node.endIndex);
  const type = hint ?? readHint(node, extraction);
  if (type !== undefined) referType(type, node, extraction);
  return type;
}

function referType(type: TypeText, node: Node, extraction: Extraction): void {
  for (const part of [...type.alternatives, ...type.arguments]) referType(part, node, extraction);
  const { name, start } = type;
  if (name === '') return;
  const dot = name.lastIndexOf('.');
  const last = name.slice(dot + 1);
  if (start >= 0) {
    extraction.consumeAt(start);
    if (dot >= 0) consumePath(start, extraction);
  }
  if (dot >= 0) extraction.refer('type', last, name.slice(0, dot), node);
  else if (!extraction.language.builtins.has(name)) extraction.refer('type', name, null, node);
}

/** Marks every name of a dotted path as handled, with the layout there may be between them. */
function consumePath(start: number, extraction: Extraction): void {
  const part = /\s*\.\s*([\p{L}_][\p{L}\p{N}_]*)/uy;
  part.lastIndex = start + (/^[\p{L}\p{N}_]*/u.exec(extraction.text.slice(start, start + 200))?.[0].length ?? 0);
  for (let match = part.exec(extraction.text); match !== null; match = part.exec(extraction.text)) {
    const at = match.index + match[0].length - (match[1]?.length ?? 0);
    extraction.consumeAt(at);
    stateOf(extraction).handled.add(at);
  }
}
