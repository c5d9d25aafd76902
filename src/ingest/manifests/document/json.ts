import jsonc from 'jsonc-parser';
import { ABSENT, Data } from './data.js';
import { Lines } from './lines.js';
import type { Notes } from './notes.js';

export interface JsonOptions {
  /** Comments and commas after the last item are allowed, as in a tsconfig. */
  readonly isRelaxed?: boolean;
}

/** Reads JSON and keeps what can be read around its errors, of which the first is noted. */
export function readJson(text: string, notes: Notes, options: JsonOptions = {}): Data {
  const errors: jsonc.ParseError[] = [];
  const isRelaxed = options.isRelaxed ?? false;
  const root = jsonc.parseTree(text, errors, { disallowComments: !isRelaxed, allowTrailingComma: isRelaxed });
  const lines = new Lines(text);
  const [first] = errors;
  if (first !== undefined) {
    notes.add(lines.at(first.offset), `The JSON is malformed (${jsonc.printParseErrorCode(first.error)}).`);
  }
  return root === undefined ? ABSENT : toData(root, lines);
}

function toData(node: jsonc.Node, lines: Lines): Data {
  const place = () => lines.at(node.offset);
  if (node.type === 'object') return new Data({ kind: 'map', entries: () => entriesOf(node, lines) }, place);
  if (node.type === 'array') {
    return new Data({ kind: 'list', items: () => (node.children ?? []).map((item) => toData(item, lines)) }, place);
  }
  return new Data({ kind: 'scalar', value: node.value as string | number | boolean | null }, place);
}

function entriesOf(node: jsonc.Node, lines: Lines): (readonly [string, Data])[] {
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [[String(key.value), toData(value, lines)] as const];
  });
}
