import { printable } from '../answers/index.js';
import { crossProjectKey, type Store } from '../index.js';
import { given } from './given.js';
import { quoted } from './text-forms.js';

/** The symbols that a name stands for. */
export interface Subject {
  readonly total: number;
  /** The first of them, as `project//key`. */
  readonly keys: readonly string[];
}

const SHOWN_KEYS = 5;

/** Throws NotFoundError `PROJECT_NOT_FOUND`, and UsageError `INVALID_ARGUMENT` for what can be no name. */
export async function subjectOf(store: Store, name: string, project: string | undefined): Promise<Subject> {
  if (project !== undefined) await store.projects.require(project);
  const { total, items } = await store.symbols.find(name, { limit: SHOWN_KEYS, ...given({ project }) });
  return { total, keys: items.map((symbol) => crossProjectKey(symbol.project, symbol.key)) };
}

/** Says so when a name stands for several symbols: the answer is about all of them. */
export function subjectNotes(name: string, { total, keys }: Subject): string[] {
  if (total < 2) return [];
  const more = total > keys.length ? `, and ${total - keys.length} more` : '';
  const text = `${quoted(name)} stands for ${total} symbols, all of which are meant: ${keys.join(', ')}${more}. `;
  return [printable(`${text}Ask with one key, or with project, for less.`)];
}
