import {
  decodeCursor,
  encodeCursor,
  envelope,
  hasAllWords,
  readGeneration,
  readSymbols,
  type CodeSymbol,
} from '../graph/index.js';
import { isLestockageError, wordsOf, type Envelope, type ErrorCode, type NodeId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import type { Embedder, NearestAnswer, NearestSymbols, VectorStrategy } from '../vectors/index.js';
import { readHeldWords, reasonsOf, sentenceOf, type SearchReasons } from './explain.js';
import { fuse, LIST_MODES, type FusedItem, type ListMode } from './fuse.js';
import { gainOf, readUsers, signalsOf, type GraphSignals } from './graph-signals.js';
import { nameList } from './name-list.js';
import { compareItems, type RankedList } from './ranked-list.js';
import { conditionOf, MAX_RANKED, requireFilter, requireK, requireMode, requireQuery } from './search-options.js';
import type { SearchMode, SearchOptions } from './search-options.js';
import { findNearest, missingVectors, semanticList } from './semantic-list.js';
import { askedWords, textList } from './text-list.js';

/** A found symbol: `score` from above 0, and why it is an answer, as a line for people and taken apart. */
export interface SearchHit extends CodeSymbol {
  /** Compares the items of one answer, and those of other modes not. */
  readonly score: number;
  readonly why: string;
  readonly reasons: SearchReasons;
}

/** What one mode brought to an answer. */
export interface ListReport {
  readonly mode: ListMode;
  /** How many symbols it ranked. */
  readonly found: number;
  /** False when more may fit than were ranked. */
  readonly isComplete: boolean;
  /** Of `semantic`: how the nearest vectors were found, and the share of the true ones to expect. */
  readonly strategy?: VectorStrategy;
  readonly recallTarget?: number | null;
}

/**
 * `total` counts the symbols that were ranked; where a list is not complete, more may fit, and the answer counts
 * as truncated, also on its last page.
 */
export interface SearchAnswer extends Envelope<SearchHit> {
  readonly mode: SearchMode;
  readonly lists: readonly ListReport[];
  /** What is to be known of the answer, in sentences: what could not be compared, and why. */
  readonly notes: readonly string[];
}

export interface SearchParts {
  readonly embedder: Embedder;
  /** Over the vectors of the embedder's model. */
  readonly nearest: NearestSymbols;
}

/** So many of each list are fused, or as many as are asked for. */
const FUSED = 200;
/** So many of one mode alone are ranked; {@link MAX_RANKED} when more are asked for. */
const RANKED = 1000;

interface Asked {
  readonly text: string;
  readonly options: SearchOptions;
  readonly mode: SearchMode;
  readonly k: number;
  /** How many of each list are ranked. The same on all pages of an answer. */
  readonly depth: number;
  readonly after: Position | undefined;
}

interface Position {
  readonly score: number;
  readonly closedness: number;
  readonly project: string;
  readonly key: string;
}

interface Found {
  readonly lists: Readonly<Partial<Record<ListMode, RankedList>>>;
  readonly notes: readonly string[];
}

type Ranked = FusedItem & { readonly signals?: GraphSignals };

/** Finds symbols by their names, by the words of their texts, by what they mean, and by all of these at once. */
export class SymbolSearch {
  constructor(
    private readonly database: Database,
    private readonly parts: SearchParts,
  ) {}

  /** See `Store.search`. */
  async search(text: string, options: SearchOptions = {}): Promise<SearchAnswer> {
    const asked = requireAsked(text, options);
    const near = await this.nearestTo(asked);
    // Vectors are compared before: what changed since then is left out by the lists that follow.
    return this.database.snapshot(async (snapshot) => {
      const generation = await readGeneration(snapshot);
      const found = await readLists(snapshot, asked, near);
      const ranked = await rank(snapshot, asked, found.lists);
      const rest = ranked.filter((item) => asked.after === undefined || comparePositions(item, asked.after) > 0);
      const page = rest.slice(0, asked.k);
      const last = page.at(-1);
      const next = last !== undefined && rest.length > page.length ? cursorOf(asked, last) : null;
      const items = await hitsOf(snapshot, asked, page);
      const lists = reportsOf(found.lists, near.answer);
      const truncated = next !== null || lists.some(({ isComplete }) => !isComplete);
      const { mode } = asked;
      return { ...envelope(generation, ranked.length, items, next), truncated, mode, lists, notes: found.notes };
    });
  }

  /** Nothing is compared in the other modes, without vectors, and for a text without a word. */
  private async nearestTo({ text, options, mode, depth }: Asked): Promise<Nearest> {
    if (mode === 'name' || mode === 'text') return {};
    const missing = await missingVectors(this.database, this.parts.embedder, options.project);
    const note = missing?.note;
    if (missing?.isNone === true || wordsOf(text).length === 0) return note === undefined ? {} : { note };
    const { signal } = options;
    const k = { k: depth, ...(signal === undefined ? {} : { signal }) };
    try {
      const answer = await findNearest(this.parts, text, options, k);
      return note === undefined ? { answer } : { answer, note };
    } catch (error) {
      // The other lists are answers without it; asked for alone it is none.
      if (mode !== 'hybrid' || !isLestockageError(error) || !OF_VECTORS.has(error.code)) throw error;
      return { note: `Meaning was not compared: ${error.message}` };
    }
  }
}

/** What may be wrong with a database that has the vectors alone. */
const OF_VECTORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CONNECTION_FAILED',
  'DATABASE_NOT_FOUND',
  'NOT_AUTHORIZED',
  'SCHEMA_TOO_NEW',
  'SCHEMA_TOO_OLD',
  'SERVER_NOT_SUPPORTED',
  'VECTORS_ELSEWHERE',
  'VECTORS_MISMATCH',
  'VECTORS_OUT_OF_STEP',
]);

interface Nearest {
  readonly answer?: NearestAnswer;
  readonly note?: string;
}

function requireAsked(text: string, options: SearchOptions): Asked {
  requireQuery(text);
  requireFilter(options);
  const mode = requireMode(options.mode ?? 'hybrid');
  const k = requireK(options.k ?? 10);
  const ranked = k > RANKED ? MAX_RANKED : RANKED;
  const first = mode === 'hybrid' ? Math.max(FUSED, k) : ranked;
  if (options.cursor === undefined) return { text, options, mode, k, depth: first, after: undefined };
  const shape = ['number', 'number', 'number', 'string', 'string'] as const;
  const [depth, score, closedness, project, key] = decodeCursor(`search-${mode}`, shape, options.cursor);
  const after = { score: Number(score), closedness: Number(closedness), project: String(project), key: String(key) };
  return { text, options, mode, k, depth: requireK(Number(depth)), after };
}

async function readLists(snapshot: Snapshot, asked: Asked, near: Nearest): Promise<Found> {
  const { text, options, mode, depth } = asked;
  const lists: Partial<Record<ListMode, RankedList>> = {};
  const condition = conditionOf(options);
  const isAsked = (list: ListMode): boolean => mode === list || mode === 'hybrid';
  if (isAsked('name')) {
    lists.name = await nameList(snapshot, text, condition, { most: depth, withModules: options.type === 'module' });
  }
  if (isAsked('text')) lists.text = await textList(snapshot, askedWords(text), condition, depth);
  if (near.answer !== undefined) lists.semantic = await semanticList(snapshot, near.answer, depth);
  const notes = near.note === undefined ? [] : [near.note];
  if (mode !== 'semantic' && !(await hasAllWords(snapshot))) {
    notes.push('The words of some symbols are still to be split; opening the store for writing does so.');
  }
  return { lists, notes };
}

async function rank(snapshot: Snapshot, { mode, options }: Asked, lists: Found['lists']): Promise<Ranked[]> {
  const fused = fuse(itemsOf(lists));
  const [only] = LIST_MODES.filter((each) => each === mode);
  if (only !== undefined) {
    return fused.map((item) => ({ ...item, score: item.places[only]?.item.score ?? 0 })).sort(comparePositions);
  }
  const users = await readUsers(
    snapshot,
    fused.map(({ node }) => node.id),
  );
  return fused
    .map((item) => {
      const signals = signalsOf(item.node, users.get(item.node.id) ?? 0, options.near);
      return { ...item, signals, score: Math.round(item.score * gainOf(signals) * 1e6) / 1e6 };
    })
    .sort(comparePositions);
}

function itemsOf(lists: Found['lists']): Parameters<typeof fuse>[0] {
  return Object.fromEntries(Object.entries(lists).map(([mode, list]) => [mode, list.items]));
}

async function hitsOf(snapshot: Snapshot, { text }: Asked, page: readonly Ranked[]): Promise<SearchHit[]> {
  const ids = page.map(({ node }) => node.id);
  const symbols = await readSymbols(snapshot, ids);
  const inText: NodeId[] = page.filter(({ places }) => places.text !== undefined).map(({ node }) => node.id);
  const words = await readHeldWords(snapshot, inText, askedWords(text));
  return page.flatMap(({ node, score, places, signals }) => {
    const symbol = symbols.get(node.id);
    if (symbol === undefined) return [];
    const reasons = reasonsOf(places, words.get(node.id) ?? [], signals);
    return [{ ...symbol, score, why: sentenceOf(reasons), reasons }];
  });
}

function reportsOf(lists: Found['lists'], answer: NearestAnswer | undefined): ListReport[] {
  return LIST_MODES.flatMap((mode) => {
    const list = lists[mode];
    if (list === undefined) return [];
    const report = { mode, found: list.items.length, isComplete: list.isComplete };
    if (mode !== 'semantic' || answer === undefined) return [report];
    return [{ ...report, strategy: answer.strategy, recallTarget: answer.recallTarget }];
  });
}

function cursorOf({ mode, depth }: Asked, { score, node }: Ranked): string {
  return encodeCursor(`search-${mode}`, [depth, score, node.closedness, node.project, node.key]);
}

function comparePositions(a: Ranked | Position, b: Ranked | Position): number {
  return compareItems(positionOf(a), positionOf(b));
}

function positionOf(item: Ranked | Position): Position {
  if (!('node' in item)) return item;
  const { closedness, project, key } = item.node;
  return { score: item.score, closedness, project, key };
}
