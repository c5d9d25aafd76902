import { CancelledError, type ProjectId } from '../model/index.js';
import { GraphResultStore, type Columns, type GraphState, type KeptGraphs } from '../graph/index.js';
import type { Database, Snapshot } from '../sql/index.js';

/** Something that is computed from the whole graph of a project or of the store. */
export interface GraphQuery<Result> {
  /** The name of what is computed. */
  readonly name: string;
  /** Grows when the same graph gives another result, or one that is kept otherwise. */
  readonly version: number;
  /** Every option that the result depends on, checked; goes through JSON. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
  /** Computes the result; a graph that is `kept` is not read. */
  compute(snapshot: Snapshot, project: ProjectId | undefined, kept: KeptGraphs | undefined): Promise<Result>;
  /** The result in columns; nothing else is kept of it. */
  toColumns(result: Result): Columns;
  /** The result again; undefined for columns of another form. */
  fromColumns(columns: Columns): Result | undefined;
}

/** Tells of a result that was computed rather than read back. */
export type ComputationListener = (query: string, project: ProjectId | null) => void;

/** A result, and how to keep it when it is a new one. */
export interface Found<Result> {
  readonly result: Result;
  /** To be called outside of the snapshot that the result was found in. */
  readonly keep: () => Promise<void>;
}

const NOTHING = async (): Promise<void> => undefined;

/** Results of whole graphs: read back while the graph is as it was, else computed and kept. */
export class WholeGraph {
  readonly #database: Database;
  readonly #kept: GraphResultStore;
  readonly #graphs: KeptGraphs | undefined;
  readonly #onComputed: ComputationListener;

  constructor(database: Database, graphs: KeptGraphs | undefined, onComputed: ComputationListener) {
    this.#database = database;
    this.#kept = new GraphResultStore(database);
    this.#graphs = graphs;
    this.#onComputed = onComputed;
  }

  /** What a project, or the whole store, is at in a snapshot. */
  async stateOf(snapshot: Snapshot, project: ProjectId | undefined): Promise<GraphState> {
    return this.#kept.stateOf(snapshot, project);
  }

  /** Answers from the result of a query and from the state of the store that it holds for. */
  async answer<Result, Answer>(
    query: GraphQuery<Result>,
    project: ProjectId | undefined,
    answerFrom: (snapshot: Snapshot, result: Result) => Promise<Answer>,
  ): Promise<Answer> {
    const { answer, keep } = await this.#database.snapshot(async (snapshot) => {
      const found = await this.find(snapshot, query, project);
      return { answer: await answerFrom(snapshot, found.result), keep: found.keep };
    });
    await keep();
    return answer;
  }

  /** The result of a query, in a snapshot of the caller's. Throws CancelledError when the signal has fired. */
  async find<Result>(
    snapshot: Snapshot,
    query: GraphQuery<Result>,
    project: ProjectId | undefined,
  ): Promise<Found<Result>> {
    const { name, version, options, signal } = query;
    if (signal?.aborted === true) throw new CancelledError('The analysis was cancelled.', { cause: signal.reason });
    const text = JSON.stringify({ query: name, version, ...options });
    const state = await this.#kept.stateOf(snapshot, project);
    const columns = await this.#kept.read(snapshot, state, text);
    const known = columns === undefined ? undefined : query.fromColumns(columns);
    if (known !== undefined) return { result: known, keep: NOTHING };
    const result = await query.compute(snapshot, project, this.#graphs);
    this.#onComputed(name, project ?? null);
    return { result, keep: async () => this.#kept.keep(state, text, query.toColumns(result)) };
  }
}
