import { NODE_TYPES, UsageError, type NodeId, type NodeType, type ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import type { EmbeddingModel } from './embedding-model.js';
import type { VectorFilter } from './search/vector-source.js';
import type { SqlCondition } from './server/server-collection.js';

/** Which symbols a search may answer with. A list that is empty lets nothing pass. */
export interface NodeFilter {
  readonly projects?: readonly ProjectId[];
  readonly types?: readonly NodeType[];
  readonly languages?: readonly string[];
  /** What the path of the file begins with: `src/` or `src/car`. */
  readonly pathPrefix?: string;
}

/** Finds nodes by their columns, for whoever has their ids alone. */
export interface NodeChooser {
  /** A query that gives the `id` of each node that passes. */
  ids(filter: NodeFilter): SqlCondition;
  /** A condition on the node whose id an expression gives. */
  includes(id: string, filter: NodeFilter): SqlCondition;
}

/** So many vectors are looked at to estimate how many pass. */
const SAMPLE = 256;
/** Fewer that pass in the sample say little: then they are listed, which is also the way they are searched. */
const LEAST_IN_SAMPLE = 8;
const ESTIMATES_KEPT = 64;
/** An estimate is used again until this share of the vectors changed. */
const SHARE_OF_CHANGES = 0.01;

/** Throws UsageError `INVALID_ARGUMENT` for a field that is no list of texts, or an unknown type. */
export function checkNodeFilter(filter: NodeFilter): void {
  for (const field of ['projects', 'types', 'languages'] as const) {
    const values: unknown = filter[field];
    if (values === undefined) continue;
    if (!Array.isArray(values) || values.some((value) => typeof value !== 'string')) {
      throw invalidFilter(field, values, 'must be a list of texts');
    }
  }
  const known: readonly string[] = NODE_TYPES;
  const stranger = filter.types?.find((type) => !known.includes(type));
  if (stranger !== undefined) throw invalidFilter('types', stranger, `has none of ${known.join(', ')}`);
  if (filter.pathPrefix !== undefined && typeof filter.pathPrefix !== 'string') {
    throw invalidFilter('pathPrefix', filter.pathPrefix, 'must be a text');
  }
}

function invalidFilter(field: string, value: unknown, problem: string): UsageError {
  return new UsageError('INVALID_ARGUMENT', `The filter's field '${field}' ${problem}.`, {
    details: { field: `filter.${field}`, value },
  });
}

/** A filter that lets everything pass is none. */
export function isEmptyFilter({ projects, types, languages, pathPrefix = '' }: NodeFilter): boolean {
  return projects === undefined && types === undefined && languages === undefined && pathPrefix === '';
}

/** What is known of the vectors of a model without a search. */
interface VectorState {
  readonly count: number;
  readonly version: number;
}

/** Translates filters of nodes into filters of the vectors of one model. A vector passes when one of its nodes does. */
export class NodeFilters {
  private readonly estimates = new Map<string, { readonly estimate: number; readonly version: number }>();

  constructor(
    private readonly database: Database,
    private readonly model: EmbeddingModel,
    private readonly chooser: NodeChooser,
  ) {}

  vectorFilter(filter: NodeFilter): VectorFilter {
    let ids: Promise<readonly number[]> | undefined;
    const list = (): Promise<readonly number[]> => (ids ??= this.list(filter));
    return {
      estimate: () => this.estimate(filter, list),
      ids: list,
      test: (some) => this.test(filter, some),
      condition: (id, isListed) => this.condition(id, filter, isListed),
    };
  }

  /** The nodes of some vectors that pass, in no particular order. */
  async nodesOf(
    ids: readonly number[],
    filter: NodeFilter,
  ): Promise<{ readonly embeddingId: number; readonly nodeId: NodeId }[]> {
    const passes = this.passes('l.node_id', filter);
    return this.database.all<{ embeddingId: number; nodeId: NodeId }>(
      `SELECT l.embedding_id AS embeddingId, l.node_id AS nodeId
       FROM json_each(?) AS w CROSS JOIN node_embeddings AS l ON l.embedding_id = w.value WHERE ${passes.sql}`,
      [JSON.stringify(ids), ...passes.parameters],
    );
  }

  /** Chooses the way of a search, so one that is a little old does no harm. */
  private async estimate(filter: NodeFilter, list: () => Promise<readonly number[]>): Promise<number> {
    const key = JSON.stringify([filter.projects, filter.types, filter.languages, filter.pathPrefix]);
    const state = await this.state();
    const known = this.estimates.get(key);
    if (known !== undefined && Math.abs(state.version - known.version) <= state.count * SHARE_OF_CHANGES) {
      return known.estimate;
    }
    const estimate = await this.estimateAnew(filter, state, list);
    this.estimates.delete(key);
    this.estimates.set(key, { estimate, version: state.version });
    for (const oldest of this.estimates.keys()) {
      if (this.estimates.size <= ESTIMATES_KEPT) break;
      this.estimates.delete(oldest);
    }
    return estimate;
  }

  private async estimateAnew(
    filter: NodeFilter,
    { count }: VectorState,
    list: () => Promise<readonly number[]>,
  ): Promise<number> {
    if (count <= SAMPLE) return (await list()).length;
    const passes = this.passes('l.node_id', filter);
    // The hashes of contents have no order that means anything, so the first of them are a fair sample.
    const row = await this.database.first<{ passing: number; sampled: number }>(
      `SELECT coalesce(sum(passing), 0) AS passing, count(*) AS sampled FROM (
         SELECT EXISTS (SELECT 1 FROM node_embeddings AS l WHERE l.embedding_id = s.id AND ${passes.sql}) AS passing
         FROM (SELECT id FROM embeddings AS e
               WHERE model_id = ? AND EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
               ORDER BY content_hash LIMIT ${SAMPLE}) AS s)`,
      [...passes.parameters, this.model.id],
    );
    const { passing = 0, sampled = 0 } = row ?? {};
    if (passing < LEAST_IN_SAMPLE) return (await list()).length;
    return Math.round((count * passing) / sampled);
  }

  private async list(filter: NodeFilter): Promise<readonly number[]> {
    const { sql, parameters } = this.listing(filter);
    return (await this.database.all<{ id: number }>(sql, parameters)).map(({ id }) => id);
  }

  private listing(filter: NodeFilter): SqlCondition {
    const nodes = this.chooser.ids(filter);
    return {
      sql: `SELECT DISTINCT l.embedding_id AS id FROM (${nodes.sql}) AS w
            CROSS JOIN node_embeddings AS l
              ON l.node_id = w.id AND l.scope_id IN (SELECT id FROM embedding_scopes WHERE model_id = ?)`,
      parameters: [...nodes.parameters, this.model.id],
    };
  }

  private condition(id: string, filter: NodeFilter, isListed: boolean): SqlCondition {
    if (isListed) {
      const { sql, parameters } = this.listing(filter);
      return { sql: `${id} IN (${sql})`, parameters };
    }
    const { sql, parameters } = this.passes('l.node_id', filter);
    return { sql: `EXISTS (SELECT 1 FROM node_embeddings AS l WHERE l.embedding_id = ${id} AND ${sql})`, parameters };
  }

  private async test(filter: NodeFilter, ids: readonly number[]): Promise<ReadonlySet<number>> {
    const passes = this.passes('l.node_id', filter);
    const rows = await this.database.all<{ id: number }>(
      `SELECT w.value AS id FROM json_each(?) AS w
       WHERE EXISTS (SELECT 1 FROM node_embeddings AS l WHERE l.embedding_id = w.value AND ${passes.sql})`,
      [JSON.stringify(ids), ...passes.parameters],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private passes(id: string, filter: NodeFilter): SqlCondition {
    return isEmptyFilter(filter) ? { sql: '1', parameters: [] } : this.chooser.includes(id, filter);
  }

  private async state(): Promise<VectorState> {
    const row = await this.database.first<VectorState>(
      'SELECT vector_count AS count, version FROM embedding_models WHERE id = ?',
      [this.model.id],
    );
    return row ?? { count: 0, version: 0 };
  }
}
