import { gramExpression } from '../graph/index.js';
import type { NodeId } from '../model/index.js';
import type { Snapshot, SqlValue } from '../sql/index.js';
import { forgivenSlips } from './edit-distance.js';
import { anyWordExpression, initialsExpression, resemblingExpression, subWordsExpression } from './match-expression.js';
import { isInitials, nameMatcher, type NameMatcher, type NameScore } from './name-match.js';
import { CANDIDATE_COLUMNS, compareItems, readAtMost } from './ranked-list.js';
import type { CandidateRow, ListItem, RankedList } from './ranked-list.js';
import type { NodeCondition } from './search-options.js';

/** When so many names begin or are made up as wanted, those that only contain the text are not looked for. */
const ENOUGH = 50;
/** More words make a sentence, which names seldom resemble. */
const MOST_WORDS = 32;
const HIGHEST_CHARACTER = '\u{10ffff}';

interface Asked {
  readonly snapshot: Snapshot;
  readonly matcher: NameMatcher;
  readonly condition: NodeCondition;
  /** So many candidates are read from each source. */
  readonly most: number;
}

type Source = Awaited<ReturnType<typeof readAtMost<CandidateRow>>>;
type Fit = (name: string, qualifiedName: string) => NameScore | undefined;

/**
 * Symbols whose names fit a text, best first. Candidates come from the index of names, the words and initials of
 * names and their groups of letters; names that merely contain the text are looked for when fewer than fifty fit
 * better, and names that are spelt otherwise or have some of the words when none fits. Modules are answers when
 * nothing else fits, or when asked for by type.
 */
export async function nameList(
  snapshot: Snapshot,
  text: string,
  condition: NodeCondition,
  options: { readonly most: number; readonly withModules: boolean },
): Promise<RankedList> {
  const asked: Asked = { snapshot, matcher: nameMatcher(text), condition, most: options.most };
  const { matcher } = asked;
  const found = new Fitting((name, qualifiedName) => matcher.fit(name, qualifiedName), options.withModules);
  found.add(await beginning(asked));
  found.add(await havingWords(asked));
  found.add(await havingInitials(asked));
  if (found.count < ENOUGH) found.add(await containing(asked));
  if (found.count > 0) return found.list(options.most);
  const loosely = new Fitting((name, qualifiedName) => matcher.fitLoosely(name, qualifiedName), options.withModules);
  loosely.add(await resembling(asked));
  loosely.add(await havingSomeWords(asked));
  return loosely.list(options.most);
}

/** Collects what fits of several sources. */
class Fitting {
  readonly #items = new Map<NodeId, ListItem>();
  readonly #modules = new Map<NodeId, ListItem>();
  readonly #refused = new Set<NodeId>();
  #isComplete = true;

  constructor(
    private readonly fit: Fit,
    private readonly withModules: boolean,
  ) {}

  get count(): number {
    return this.#items.size > 0 ? this.#items.size : this.#modules.size;
  }

  add({ rows, isComplete }: Source): void {
    this.#isComplete &&= isComplete;
    for (const row of rows) {
      if (this.#items.has(row.id) || this.#modules.has(row.id) || this.#refused.has(row.id)) continue;
      const score = this.fit(row.name, row.qualifiedName);
      if (score === undefined) {
        this.#refused.add(row.id);
        continue;
      }
      const { id, project, key, type, closedness } = row;
      const items = type === 'module' && !this.withModules ? this.#modules : this.#items;
      items.set(id, { id, project, key, type, closedness, score: score.score, fit: score.why });
    }
  }

  list(most: number): RankedList {
    const items = this.#items.size > 0 ? this.#items : this.#modules;
    const sorted = [...items.values()].sort(compareItems);
    return { items: sorted.slice(0, most), isComplete: this.#isComplete && sorted.length <= most };
  }
}

/** Names that begin with the text as it is written, or all in small or capital letters, the shortest first. */
async function beginning({ snapshot, matcher, condition, most }: Asked): Promise<Source> {
  const { ownName } = matcher;
  const first = String.fromCodePoint(ownName.codePointAt(0) ?? 0);
  const spellings = [
    ownName,
    ownName.toLowerCase(),
    ownName.toUpperCase(),
    first.toUpperCase() + ownName.slice(first.length),
    first.toLowerCase() + ownName.slice(first.length),
  ];
  const ranges = [...new Set(spellings)].map((spelling) => [spelling, spelling + HIGHEST_CHARACTER]);
  return readAtMost(
    snapshot,
    `SELECT ${CANDIDATE_COLUMNS} FROM (
       SELECT n.id FROM json_each(?) AS w
       CROSS JOIN intel_nodes AS n ON n.symbol_name >= w.value ->> 0 AND n.symbol_name < w.value ->> 1
       WHERE ${condition.sql === '' ? 'true' : condition.sql} ORDER BY length(n.symbol_name) LIMIT ?
     ) AS w CROSS JOIN intel_nodes AS n ON n.id = w.id`,
    [JSON.stringify(ranges), ...condition.parameters],
    most,
  );
}

async function havingWords(asked: Asked): Promise<Source> {
  const { words } = asked.matcher;
  if (words.length === 0 || words.length > MOST_WORDS) return NOTHING;
  return matching(asked, 'node_words', subWordsExpression(words));
}

async function havingInitials(asked: Asked): Promise<Source> {
  const letters = asked.matcher.words.join('');
  return isInitials(letters) ? matching(asked, 'node_words', initialsExpression(letters)) : NOTHING;
}

async function containing(asked: Asked): Promise<Source> {
  const { snapshot, matcher, condition, most } = asked;
  const expression = gramExpression(matcher.ownName);
  if (expression !== undefined) return matching(asked, 'node_grams', expression);
  return readAtMost(
    snapshot,
    `SELECT ${CANDIDATE_COLUMNS} FROM intel_nodes AS n
     WHERE n.id IN (SELECT id FROM intel_nodes WHERE symbol_name LIKE ? ESCAPE '\\')${andAlso(condition)} LIMIT ?`,
    [likePattern(matcher.ownName), ...condition.parameters],
    most,
  );
}

async function resembling(asked: Asked): Promise<Source> {
  const { words } = asked.matcher;
  if (words.length === 0 || words.length > MOST_WORDS) return NOTHING;
  const sources: Source[] = [];
  for (const wanted of words.length > 1 ? [[words.join('')], words] : [words]) {
    const expression = resemblingExpression(wanted, forgivenSlips);
    if (expression !== undefined) sources.push(await matching(asked, 'node_grams', expression));
  }
  return {
    rows: sources.flatMap(({ rows }) => rows),
    isComplete: sources.every(({ isComplete }) => isComplete),
  };
}

async function havingSomeWords(asked: Asked): Promise<Source> {
  const words = asked.matcher.stems.slice(0, MOST_WORDS);
  if (words.length < 2) return NOTHING;
  return matching(asked, 'node_words', anyWordExpression(words, 'name'), 'ORDER BY bm25(node_words)');
}

const NOTHING: Source = { rows: [], isComplete: true };

async function matching(
  { snapshot, condition, most }: Asked,
  table: 'node_words' | 'node_grams',
  expression: string,
  order = '',
): Promise<Source> {
  const parameters: SqlValue[] = [expression, ...condition.parameters];
  return readAtMost(
    snapshot,
    `SELECT ${CANDIDATE_COLUMNS} FROM ${table} CROSS JOIN intel_nodes AS n ON n.id = ${table}.rowid
     WHERE ${table} MATCH ?${andAlso(condition)} ${order} LIMIT ?`,
    parameters,
    most,
  );
}

function andAlso({ sql }: NodeCondition): string {
  return sql === '' ? '' : ` AND ${sql}`;
}

/** LIKE folds the case of ASCII only, so other characters fit anything; what is read is compared again. */
function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&').replace(/[^\0-\x7f]+/g, '%')}%`;
}
