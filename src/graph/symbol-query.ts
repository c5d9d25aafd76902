import { compareText, NODE_TYPES, UsageError } from '../model/index.js';
import type { Envelope, NodeId, NodeType, ProjectId } from '../model/index.js';
import type { Database, Snapshot, SqlValue } from '../sql/index.js';
import { readSymbols, type CodeSymbol } from './code-symbol.js';
import { nameMatcher, type NameMatcher } from './name-score.js';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, envelope, readGeneration, requireCount } from './page.js';
import type { PageOptions } from './page.js';
import { comparePlaces, lookUpNodes, requireName, type NodePlace } from './symbol-lookup.js';

export interface FindOptions extends PageOptions {
  /** Only symbols of this project. */
  readonly project?: ProjectId;
}

export interface NameSearchOptions {
  /** How many of the best to answer with; 10 unless told. */
  readonly k?: number;
  readonly cursor?: string;
  readonly project?: ProjectId;
  readonly type?: NodeType;
  readonly language?: string;
}

/** A found symbol with its rank: `score` from above 0 to 1, and why it fits. */
export interface RankedSymbol extends CodeSymbol {
  readonly score: number;
  readonly why: string;
}

interface Ranked extends NodePlace {
  readonly score: number;
  readonly why: string;
  /** 0 for symbols every importer may name, 1 for the rest. */
  readonly closedness: number;
}

interface SearchRow extends NodePlace {
  readonly name: string;
  readonly qualifiedName: string;
  readonly isPublic: number;
}

const NEEDLES_IN_SQL = 8;

/** Finds symbols by key and by name. Every answer is read from one state of the store. */
export class SymbolQuery {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The definitions a text names, ordered by project and key: a node key, or else a name that must
   * fit whole (see {@link lookUpNodes}); never a beginning of a name. Nothing found is an empty answer.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for an empty text, a bad limit or a foreign cursor.
   */
  async find(nameOrKey: string, options: FindOptions = {}): Promise<Envelope<CodeSymbol>> {
    const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    const after =
      options.cursor === undefined ? undefined : placeOf(decodeCursor('find', ['string', 'string'], options.cursor));
    return this.#database.snapshot(async (snapshot) => {
      const generation = await readGeneration(snapshot);
      const all = await lookUpNodes(snapshot, nameOrKey, options.project);
      const rest = after === undefined ? all : all.filter((place) => comparePlaces(place, after) > 0);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      const next =
        last !== undefined && rest.length > page.length ? encodeCursor('find', [last.project, last.key]) : null;
      return envelope(generation, all.length, await symbolsInOrder(snapshot, page), next);
    });
  }

  /**
   * Symbols whose name resembles the text, best first: an exact name, the same in another case, a
   * name that begins with it, one with the same sub-words, one that contains it. Equals are ordered
   * by public before the rest, then project and key. Modules are answers when nothing else fits, or
   * when asked for by type.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for an empty text, a bad `k`, an unknown type or a
   * foreign cursor.
   */
  async searchByName(text: string, options: NameSearchOptions = {}): Promise<Envelope<RankedSymbol>> {
    const k = requireCount('k', options.k ?? 10);
    requireNodeType(options.type);
    const matcher = nameMatcher(requireName(text));
    const after = options.cursor === undefined ? undefined : rankOf(options.cursor);
    return this.#database.snapshot(async (snapshot) => {
      const generation = await readGeneration(snapshot);
      let found = await rank(snapshot, matcher, options, options.type === 'module' ? 'modules' : 'others', k, after);
      if (found.total === 0 && options.type === undefined) {
        found = await rank(snapshot, matcher, options, 'modules', k, after);
      }
      const symbols = await readSymbols(
        snapshot,
        found.best.map((item) => item.id),
      );
      const items = found.best.flatMap(({ id, score, why }) => {
        const symbol = symbols.get(id);
        return symbol === undefined ? [] : [{ ...symbol, score, why }];
      });
      const last = found.best.at(-1);
      const next = last !== undefined && found.after > found.best.length ? cursorOf(last) : null;
      return envelope(generation, found.total, items, next);
    });
  }
}

function requireNodeType(type: NodeType | undefined): void {
  if (type === undefined || NODE_TYPES.includes(type)) return;
  throw new UsageError(
    'INVALID_ARGUMENT',
    `There is no node type '${String(type)}'; the types are ${NODE_TYPES.join(', ')}.`,
    {
      details: { argument: 'type', value: type },
    },
  );
}

async function symbolsInOrder(snapshot: Snapshot, places: readonly NodePlace[]): Promise<CodeSymbol[]> {
  const symbols = await readSymbols(
    snapshot,
    places.map((place) => place.id),
  );
  return places.flatMap((place) => symbols.get(place.id) ?? []);
}

function placeOf([project, key]: (string | number)[]): NodePlace {
  return { id: 0 as NodeId, project: String(project), key: String(key) };
}

function cursorOf(item: Ranked): string {
  return encodeCursor('search', [item.score, item.closedness, item.project, item.key]);
}

function rankOf(cursor: string): Ranked {
  const [score, closedness, ...place] = decodeCursor('search', ['number', 'number', 'string', 'string'], cursor);
  return { ...placeOf(place), score: Number(score), closedness: Number(closedness), why: '' };
}

function compareRanked(a: Ranked, b: Ranked): number {
  return (
    b.score - a.score || a.closedness - b.closedness || compareText(a.project, b.project) || compareText(a.key, b.key)
  );
}

/** Scores every candidate, counts those that fit, and keeps the best `k` that come after the cursor. */
async function rank(
  snapshot: Snapshot,
  matcher: NameMatcher,
  options: NameSearchOptions,
  among: 'modules' | 'others',
  k: number,
  after: Ranked | undefined,
): Promise<{ total: number; after: number; best: Ranked[] }> {
  let best: Ranked[] = [];
  let total = 0;
  let behind = 0;
  for await (const row of candidates(snapshot, matcher.needles, options, among)) {
    const score = matcher.score(row.name, row.qualifiedName);
    if (score === undefined) continue;
    total++;
    const item: Ranked = { id: row.id, project: row.project, key: row.key, ...score, closedness: 1 - row.isPublic };
    if (after !== undefined && compareRanked(item, after) <= 0) continue;
    behind++;
    best.push(item);
    if (best.length >= 2 * k + 1000) best = best.sort(compareRanked).slice(0, k);
  }
  return { total, after: behind, best: best.sort(compareRanked).slice(0, k) };
}

/** Nodes whose name contains every needle; the inner statement reads the name index alone. */
function candidates(
  snapshot: Snapshot,
  needles: readonly string[],
  options: NameSearchOptions,
  among: 'modules' | 'others',
): AsyncIterable<SearchRow> {
  const used = needles.slice(0, NEEDLES_IN_SQL);
  const parameters: SqlValue[] = used.map(containing);
  const conditions = [
    `n.id IN (SELECT id FROM intel_nodes WHERE ${used.map(() => "symbol_name LIKE ? ESCAPE '\\'").join(' AND ')})`,
    among === 'modules' ? "n.node_type = 'module'" : "n.node_type <> 'module'",
  ];
  for (const [column, value] of [
    ['project_id', options.project],
    ['node_type', options.type],
    ['language', options.language],
  ] as const) {
    if (value === undefined) continue;
    conditions.push(`n.${column} = ?`);
    parameters.push(value);
  }
  return snapshot.iterate<SearchRow>(
    `SELECT n.id AS id, n.project_id AS project, n.node_key AS key, n.symbol_name AS name,
       n.qualified_name AS qualifiedName, n.visibility = 'public' AS isPublic
     FROM intel_nodes AS n WHERE ${conditions.join(' AND ')}`,
    parameters,
  );
}

/** A LIKE pattern for names that contain the text; LIKE folds the case of ASCII only, so other characters fit anything. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&').replace(/[^\0-\x7f]+/g, '%')}%`;
}
