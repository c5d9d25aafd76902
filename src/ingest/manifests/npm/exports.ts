import type { Data } from '../document/data.js';
import type { Notes, Placed } from '../document/notes.js';
import type { NpmEntry } from './npm-facts.js';

/**
 * Which conditions are asked first, for somebody who looks for sources: the ones that packages use for their sources, then
 * what importers of today get. Those of one platform come last, and unknown ones before them in the order of the file.
 */
const CONDITIONS = ['source', 'typescript', 'development', 'types', 'import', 'module', 'node', 'default', 'require'];
const PLATFORMS = new Set(['browser', 'deno', 'worker', 'workerd', 'react-native', 'edge-light', 'electron']);
const MAX_DEPTH = 16;

/** The entries of `exports`, in all its forms: one target, conditions, subpaths, arrays of alternatives, null. */
export function exportEntries(data: Data, notes: Notes): NpmEntry[] {
  const keys = data.entries().map(([key]) => key);
  const hasSubpaths = keys.some((key) => key.startsWith('.'));
  if (hasSubpaths && !keys.every((key) => key.startsWith('.'))) {
    notes.add(data.line, 'The exports mix subpaths and conditions; the conditions are ignored.');
  }
  if (!hasSubpaths) return [{ specifier: '.', files: leaves(data) }];
  return data
    .entries()
    .filter(([key]) => key.startsWith('.'))
    .map(([key, target]) => entryOf(key, target));
}

/** The entries of `imports`. Names without `#` mean nothing to Node. */
export function importEntries(data: Data): NpmEntry[] {
  return data.entries().flatMap(([key, target]) => (key.startsWith('#') ? [entryOf(key, target)] : []));
}

/** `./lib/` is the older way to write `./lib/*`. */
function entryOf(key: string, target: Data): NpmEntry {
  const files = leaves(target);
  if (!key.endsWith('/')) return { specifier: key, files };
  return { specifier: `${key}*`, files: files.map((file) => ({ ...file, text: file.text.replace(/\/$/, '/*') })) };
}

function leaves(data: Data, depth = 0): Placed[] {
  if (data.text !== undefined) return [{ text: data.text, line: data.line }];
  if (depth > MAX_DEPTH) return [];
  if (data.kind === 'list') return data.items().flatMap((item) => leaves(item, depth + 1));
  const ranked = data.entries().map(([condition, target], order) => ({ rank: rankOf(condition), order, target }));
  ranked.sort((a, b) => a.rank - b.rank || a.order - b.order);
  return ranked.flatMap(({ target }) => leaves(target, depth + 1));
}

function rankOf(condition: string): number {
  if (PLATFORMS.has(condition)) return CONDITIONS.length + 1;
  const rank = CONDITIONS.indexOf(condition.startsWith('types@') ? 'types' : condition);
  return rank < 0 ? CONDITIONS.length : rank;
}
