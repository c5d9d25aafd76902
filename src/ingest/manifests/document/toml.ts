import { parse, TomlError } from 'smol-toml';
import { ABSENT, Data } from './data.js';
import { Lines } from './lines.js';
import type { Notes } from './notes.js';

/** Reads TOML. A document with an error is noted and absent: the format's reader gives nothing around errors. */
export function readToml(text: string, notes: Notes): Data {
  try {
    return toData(parse(text), new Lines(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    notes.add(error.line, `The TOML is malformed (${reasonOf(error)}).`);
    return ABSENT;
  }
}

/** The library's message goes on with an excerpt of the file. */
function reasonOf(error: TomlError): string {
  return (error.message.split('\n', 1)[0] ?? '').replace('Invalid TOML document: ', '');
}

function toData(value: unknown, lines: Lines): Data {
  if (typeof value === 'string') {
    return new Data({ kind: 'scalar', value }, () => lines.ofQuoted(value));
  }
  if (typeof value === 'number' || typeof value === 'boolean') return new Data({ kind: 'scalar', value });
  if (Array.isArray(value)) {
    return new Data({ kind: 'list', items: () => value.map((item: unknown) => toData(item, lines)) });
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return ABSENT;
  return new Data({
    kind: 'map',
    entries: () => Object.entries(value).map(([key, item]: [string, unknown]) => [key, toData(item, lines)] as const),
  });
}
