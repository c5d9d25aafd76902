import { ConnectionError } from '../../model/index.js';
import { decodeVector, encodeVector } from '../embedding-codec.js';
import { exactScore } from '../search/compare-exactly.js';
import { unitVector } from '../search/cosine.js';
import { checkResultCount, checkVector, damagedVector, throwIfCancelled } from '../search/vector-checks.js';
import { NO_INDEX } from '../search/no-index.js';
import type { VectorMatch } from '../search/top-matches.js';
import type {
  ExactReason,
  Maintenance,
  MaintenanceOptions,
  VectorAnswer,
  VectorIndex,
  VectorIndexCheck,
  VectorIndexStatus,
  VectorSearchOptions,
} from '../search/vector-index.js';
import type { VectorFilter } from '../search/vector-source.js';
import type { FoundRow, OpenCollection, ServerCollection, SqlCondition } from './server-collection.js';
import { ServerIndex, type ServerIndexState } from './server-index.js';
import { serverRecallOf, type ServerIndexSettings } from './server-settings.js';

export interface ServerSearchOptions {
  readonly dimension: number;
  /** The number of vectors from which the server's index is kept and asked. */
  readonly exactBelow: number;
  readonly settings: ServerIndexSettings;
}

interface Plan {
  readonly opened: OpenCollection;
  readonly index: ServerIndex;
  readonly state: ServerIndexState;
  /** What the index gives at most; undefined to compare with all that pass. */
  readonly candidates: number | undefined;
  readonly reason: ExactReason | null;
  readonly condition: SqlCondition | undefined;
}

interface Asked {
  readonly query: Float32Array;
  readonly k: number;
  readonly filter: VectorFilter | undefined;
  readonly signal: AbortSignal | undefined;
}

interface Found {
  readonly matches: readonly VectorMatch[];
  readonly compared: number;
  /** The rows were all that there are. */
  readonly isAll: boolean;
}

const DEFAULT_RESULTS = 10;
/** Rows beyond those wanted, so that rounding on the server does not decide who is the last one. */
const MORE_ROWS = 8;
const WIDENING = 4;
/** Up to so many that pass are compared as fast as the index is walked. */
const FEW_PASSING = 1000;
/** Ids that are sent along with a question. */
const MOST_LISTED = 20_000;
/** So many of the newest are compared beside what the index offers. */
const MOST_RECENT = 1000;
/** The server adds up in single precision: a share of the result for each number of a vector. */
const ROUNDING = 2 ** -24;

/**
 * Finds the nearest vectors on the server that has them: it compares by `vector_distance_cos`, with all that pass or with
 * what its own index offers, and only the best rows travel. Their exact scores are computed here, so that they are the
 * same bits wherever a search runs.
 */
export class ServerSearch implements VectorIndex {
  constructor(
    private readonly collection: ServerCollection,
    private readonly options: ServerSearchOptions,
  ) {}

  async search(query: Float32Array, options: VectorSearchOptions = {}): Promise<VectorAnswer> {
    const { k = DEFAULT_RESULTS, filter, signal, exact = false } = options;
    checkVector(query, this.options.dimension, 'query');
    checkResultCount(k);
    throwIfCancelled(signal);
    const opened = await this.collection.open();
    if (opened === undefined) return exactly({ matches: [], compared: 0, isAll: true }, 'small');
    const asked: Asked = { query: unitVector(query), k, filter, signal };
    const plan = await this.plan(opened, asked, exact);
    if (plan.candidates === undefined) return exactly(await this.run(plan, asked), plan.reason ?? 'small');
    const found = await this.tryIndex(plan, asked);
    if (found === undefined) return exactly(await this.run(withoutIndex(plan), asked), 'no-index');
    if (found.matches.length < Math.min(k, plan.state.count)) {
      return exactly(await this.run(withoutIndex(plan), asked), 'not-enough-candidates');
    }
    const { matches, compared } = found;
    const settings = plan.state.settings ?? this.options.settings;
    return { matches, compared, strategy: 'server-index', reason: null, recallTarget: serverRecallOf(settings, k) };
  }

  async maintain({ mode = 'due', signal, onProgress }: MaintenanceOptions = {}): Promise<Maintenance> {
    const nothing = (why: string): Maintenance => ({ done: 'nothing', why, added: 0 });
    const opened = await this.collection.open();
    if (opened === undefined) return nothing('There are no vectors yet.');
    const index = new ServerIndex(opened.database, opened.model);
    const state = await index.state();
    const isOther = state.settings !== undefined && !isSame(state.settings, this.options.settings);
    if (mode === 'due') {
      if (state.isReady && !isOther) {
        if ((await index.countRecent()) >= MOST_RECENT) await index.forgetRecent();
        return nothing('The server keeps its index in step.');
      }
      if (state.count < this.options.exactBelow) return nothing('So few vectors are compared one by one.');
    }
    if (mode === 'rebuild' || state.settings === undefined || isOther) await index.create(this.options.settings);
    const added = await index.fill({ signal, onProgress });
    const why = mode === 'rebuild' ? 'It was asked for.' : 'The server had no whole index over these vectors.';
    return { done: 'built', why, added: Math.min(added, state.count) };
  }

  async status(): Promise<VectorIndexStatus> {
    const { dimension, exactBelow, settings } = this.options;
    const opened = await this.collection.open();
    if (opened === undefined) return { ...NO_INDEX, strategy: 'exact', reason: 'small', count: 0, dimension };
    const index = new ServerIndex(opened.database, opened.model);
    const state = await index.state();
    const recent = state.isReady ? await index.countRecent() : 0;
    const isWhole = state.isReady && isSame(state.settings, settings);
    const isDue = state.count >= exactBelow && (!isWhole || recent >= MOST_RECENT);
    const isUsed = state.isReady && state.count >= exactBelow;
    return {
      ...NO_INDEX,
      strategy: isUsed ? 'server-index' : 'exact',
      reason: isUsed ? null : state.count < exactBelow ? 'small' : 'no-index',
      count: state.count,
      dimension,
      rows: state.isReady ? state.count : 0,
      recent,
      isMaintenanceDue: isDue,
    };
  }

  async verify(signal?: AbortSignal): Promise<VectorIndexCheck> {
    throwIfCancelled(signal);
    const opened = await this.collection.open();
    if (opened === undefined) return { ok: true, problems: [] };
    const index = new ServerIndex(opened.database, opened.model);
    if (!(await index.state()).isReady) return { ok: true, problems: [] };
    const { strangers, missing } = await index.compare();
    const problems = [
      ...(strangers === 0 ? [] : [`The server's index has ${strangers} vectors that it should not have.`]),
      ...(missing === 0 ? [] : [`The server's index lacks ${missing} vectors.`]),
    ];
    return { ok: problems.length === 0, problems };
  }

  /** Nothing is held here. */
  async close(): Promise<void> {}

  private async plan(opened: OpenCollection, { k, filter }: Asked, exact: boolean): Promise<Plan> {
    const index = new ServerIndex(opened.database, opened.model);
    const state = await index.state();
    const passing = filter === undefined ? state.count : await filter.estimate();
    const reason = exact ? 'asked' : this.reasonToCompare(state, passing, k, filter !== undefined);
    const isListed = reason !== null && passing <= MOST_LISTED;
    const condition = filter === undefined ? undefined : await this.collection.passes(filter, isListed);
    const candidates = reason === null ? state.settings?.searchL : undefined;
    return { opened, index, state, condition, reason, candidates };
  }

  /** Why the index is not asked; null when it is. */
  private reasonToCompare(
    state: ServerIndexState,
    passing: number,
    k: number,
    isFiltered: boolean,
  ): ExactReason | null {
    const { exactBelow } = this.options;
    const { count, isReady, settings } = state;
    if (count < exactBelow) return 'small';
    if (!isReady || settings === undefined) return 'no-index';
    if (isFiltered && passing < Math.min(FEW_PASSING, exactBelow)) return 'selective-filter';
    if (settings.searchL < k) return 'many-results';
    // Of the candidates as many pass as of all.
    return (settings.searchL * passing) / Math.max(1, count) < k ? 'selective-filter' : null;
  }

  /** Undefined when the index went while it was asked: somebody else builds it anew. */
  private async tryIndex(plan: Plan, asked: Asked): Promise<Found | undefined> {
    try {
      const found = await this.run(plan, asked);
      if (found.matches.length >= asked.k) return found;
    } catch (error) {
      if (error instanceof ConnectionError) throw error;
      if ((await plan.index.state()).isReady) throw error;
      return undefined;
    }
    return (await plan.index.state()).isReady ? { matches: [], compared: 0, isAll: false } : undefined;
  }

  private async run(plan: Plan, asked: Asked): Promise<Found> {
    const { query, k, filter, signal } = asked;
    const margin = 2 * query.length * ROUNDING;
    for (let limit = k + MORE_ROWS; ; limit *= WIDENING) {
      throwIfCancelled(signal);
      const rows = await this.read(plan, query, limit);
      const ids = await this.collection.idsOf(rows, filter);
      const matches = scored(query, rows, ids);
      const isAll = rows.length < limit;
      const last = rows.at(-1);
      const kth = matches[k - 1];
      // Who was not sent is at least as far away as the last one, but for the rounding of both.
      const isCertain = kth !== undefined && last !== undefined && 1 - last.distance + margin < kth.score;
      if (isAll || isCertain) return { matches: matches.slice(0, k), compared: rows.length, isAll };
    }
  }

  private async read(plan: Plan, query: Float32Array, limit: number): Promise<FoundRow[]> {
    const { index, candidates, condition } = plan;
    const { database, model, belongs } = plan.opened;
    const bytes = encodeVector(query);
    const wanted = [belongs, ...(condition === undefined ? [] : [condition])];
    const from =
      candidates === undefined
        ? { sql: 'embeddings AS e WHERE e.model_id = ?', parameters: [model.id] }
        : {
            sql: `(SELECT id FROM vector_top_k('${index.name}', ?, ?) UNION SELECT id FROM ${index.recent}) AS t
                  CROSS JOIN embeddings AS e ON e.id = t.id
                  WHERE EXISTS (SELECT 1 FROM vector_indexes WHERE model_id = ? AND is_ready = 1)`,
            parameters: [bytes, candidates, model.id],
          };
    return database.all<FoundRow>(
      `SELECT c.id, c.distance, lower(hex(v.content_hash)) AS hash, v.vector FROM (
         SELECT e.id, vector_distance_cos(e.vector, ?) AS distance FROM ${from.sql}
         AND e.vector <> X'00000000' ${wanted.map(({ sql }) => `AND ${sql}`).join(' ')}
         ORDER BY distance LIMIT ?) AS c CROSS JOIN embeddings AS v ON v.id = c.id
       ORDER BY c.distance`,
      [bytes, ...from.parameters, ...wanted.flatMap(({ parameters }) => parameters), limit],
    );
  }
}

function scored(query: Float32Array, rows: readonly FoundRow[], ids: ReadonlyMap<number, number>): VectorMatch[] {
  const matches: VectorMatch[] = [];
  for (const { id: found, vector } of rows) {
    const id = ids.get(found);
    if (id === undefined) continue;
    if (vector.length !== query.byteLength) throw damagedVector(id);
    matches.push({ id, score: exactScore(query, id, decodeVector(vector)) });
  }
  return matches.sort((a, b) => b.score - a.score || a.id - b.id);
}

function exactly({ matches, compared }: Found, reason: ExactReason): VectorAnswer {
  return { matches, compared, strategy: 'exact', reason, recallTarget: 1 };
}

function withoutIndex(plan: Plan): Plan {
  return { ...plan, candidates: undefined };
}

function isSame(one: ServerIndexSettings | undefined, other: ServerIndexSettings): boolean {
  const names = ['compressNeighbors', 'maxNeighbors', 'insertL', 'searchL'] as const;
  return one !== undefined && names.every((name) => one[name] === other[name]);
}
