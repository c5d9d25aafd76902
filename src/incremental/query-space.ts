import { isLestockageError, type Fingerprint } from '../model/index.js';
import type { Database, SqlValue, Statement } from '../sql/index.js';
import { requireName } from './argument-checks.js';
import type { ContentStore } from './content-store.js';
import { MemoStore, packChange, type Mark, type StoredPack } from './memo-store.js';
import { Definitions, type Query, type QueryInput } from './query-definition.js';
import { inputThing, QueryRun, requireKey, type RunResult } from './query-run.js';
import type { QueryEvent } from './query.js';

export interface QuerySpaceOptions {
  /** Told of every computation that ran, or was found not to be needed although something near it changed. */
  readonly onEvent?: (event: QueryEvent) => void;
}

/** What is stored of a root. */
interface RootState {
  readonly partition: string;
  /** Grows whenever something is said to have changed. */
  readonly revision: number;
  readonly checksum: Uint8Array | null;
  readonly marks: readonly Mark[];
  readonly stored: StoredPack | undefined;
}

/** Under this name, which no query has, stands the revision of a space. */
const REVISION = '';
const REVISION_OF = `coalesce((SELECT version FROM query_versions WHERE space = ? AND query = '${REVISION}'), 0)`;

/**
 * Queries of your own: results that are computed once, kept in the store, and computed again only when
 * something that they read has become another one. Opened with `store.queries`.
 *
 * ```ts
 * const text = defineInput({ name: 'text', read: (path) => readFile(path, 'utf8') });
 * const words = defineQuery({
 *   name: 'words',
 *   version: 1,
 *   compute: (ask, path) => ask.input(text, path).split(/\s+/).filter(Boolean).length,
 * });
 * const space = store.queries('words', [text, words]);
 * await space.get(words, 'README.md');
 * await space.changed(text, ['README.md']);
 * ```
 *
 * Several programs may use one space at once. What is stored is always the result of inputs that were
 * read after the last `changed` that concerns it: a run that was overtaken by one stores nothing.
 */
export class QuerySpace {
  private readonly definitions: Definitions;
  private readonly memos: MemoStore;
  private readonly space: string;

  /** Use `store.queries`. Throws UsageError `INVALID_ARGUMENT`. @internal */
  constructor(
    private readonly database: Database,
    private readonly contents: ContentStore,
    name: string,
    definitions: Iterable<QueryInput | Query>,
    private readonly options: QuerySpaceOptions = {},
  ) {
    this.space = `queries/${requireName('name', name)}`;
    this.definitions = new Definitions(definitions);
    this.memos = new MemoStore(database, this.space);
  }

  /**
   * The result of a query for a key, as of the inputs that were said to have changed; a store that is
   * open for reading only keeps nothing of it.
   *
   * Throws UsageError `QUERY_CYCLE` with the path, and `INVALID_ARGUMENT` for a definition that the space
   * was not opened with or a value that is not JSON; LimitError `LIMIT_EXCEEDED` for a result or a
   * nesting that is too large; CancelledError; and what a computation or the reading of an input throws,
   * even when another computation catches it. Nothing is stored then.
   */
  async get<V>(query: Query<V>, key: string, options: { readonly signal?: AbortSignal } = {}): Promise<V> {
    this.definitions.require(query);
    const state = await this.load(query.name, requireKey(key));
    const { marks, revision, stored } = state;
    const { space, definitions, contents } = this;
    const marked = new Set<Fingerprint>(marks.map(({ thing }) => thing));
    const run = new QueryRun({
      space,
      definitions,
      contents,
      pack: stored?.pack,
      marked,
      revision,
      signal: options.signal,
    });
    const result = await run.run(query, key);
    if (result.update !== undefined || marks.length > 0) await this.save(state, result.update);
    for (const event of result.events) this.options.onEvent?.(event);
    return result.value as V;
  }

  /**
   * Says that an input may have become another one for these keys. Whatever read it is looked at when it
   * is asked for next, by this program or another one, now or after a restart. Atomic. Returns how many of the
   * results that were asked for are concerned.
   */
  async changed<V>(input: QueryInput<V>, keys: Iterable<string>): Promise<number> {
    this.definitions.require(input);
    const things = JSON.stringify([...keys].map((key) => inputThing(input as QueryInput, requireKey(key))));
    const readers = `FROM json_each(?) AS w CROSS JOIN memo_dependents AS d ON d.thing = w.value
      CROSS JOIN memo_packs AS p ON p.id = d.pack_id AND p.space = ?`;
    const { returned } = await this.database.write([
      {
        // Also when nothing read it yet: a run that reads it now must not store what it was.
        sql: `INSERT INTO query_versions (space, query, version) VALUES (?, '${REVISION}', 1)
              ON CONFLICT (space, query) DO UPDATE SET version = version + 1`,
        parameters: [this.space],
      },
      {
        sql: `INSERT OR IGNORE INTO memo_marks (space, partition, thing) SELECT p.space, p.partition, d.thing ${readers}`,
        parameters: [things, this.space],
      },
      { sql: `SELECT count(DISTINCT p.id) AS count ${readers}`, parameters: [things, this.space] },
    ]);
    return Number(returned[2]?.[0]?.['count'] ?? 0);
  }

  /** The queries and keys that results are kept for because they were asked for, in order. */
  async list(): Promise<{ query: string; key: string }[]> {
    return (await this.memos.partitions()).map((partition) => {
      const [query = '', key = ''] = JSON.parse(partition) as string[];
      return { query, key };
    });
  }

  /** Forgets what is kept for a query and a key. Was there anything? */
  async delete<V>(query: Query<V>, key: string): Promise<boolean> {
    const { partition, stored } = await this.load(query.name, requireKey(key));
    if (stored === undefined) return false;
    const where = 'WHERE space = ? AND partition = ?';
    const parameters = [this.space, partition];
    const { returned } = await this.database.write([
      { sql: 'DELETE FROM memo_dependents WHERE pack_id = ?', parameters: [stored.id] },
      { sql: `DELETE FROM memo_packs ${where} RETURNING id`, parameters },
      { sql: `DELETE FROM memo_marks ${where}`, parameters },
    ]);
    return returned[1]?.length === 1;
  }

  private async load(query: string, key: string): Promise<RootState> {
    const partition = JSON.stringify([query, key]);
    // The marks are read before the results: one that comes in between is for the next time.
    const row = await this.database.first<{ revision: number; checksum: SqlValue; things: string }>(
      `SELECT ${REVISION_OF} AS revision,
         (SELECT checksum FROM memo_packs WHERE space = ? AND partition = ?) AS checksum,
         (SELECT json_group_array(thing) FROM memo_marks WHERE space = ? AND partition = ?) AS things`,
      [this.space, this.space, partition, this.space, partition],
    );
    const things = JSON.parse(row?.things ?? '[]') as Fingerprint[];
    const checksum = row?.checksum instanceof Uint8Array ? row.checksum : null;
    const stored = (await this.memos.load([partition])).get(partition);
    return {
      partition,
      revision: row?.revision ?? 0,
      checksum,
      marks: things.map((thing) => ({ partition, thing })),
      stored,
    };
  }

  /** Stores what a run found, unless somebody else stored or changed something meanwhile. */
  private async save(state: RootState, update: RunResult['update']): Promise<void> {
    const { partition, revision, stored, marks } = state;
    try {
      const statements =
        update === undefined
          ? []
          : [
              ...this.contents.statementsForPut(update.entries),
              ...(await this.memos.statements([packChange(partition, update.pack, stored)], new Map(), revision)),
            ];
      await this.database.write([...this.guards(state), ...statements, this.memos.statementForMarksDone(marks)]);
    } catch (error) {
      const isNoMatter = isLestockageError(error) && (error.code === 'STALE_GENERATION' || error.code === 'READ_ONLY');
      if (!isNoMatter) throw error;
    }
  }

  /** The batch fails when the root, or anything that was said to have changed, is no longer as it was read. */
  private guards({ partition, revision, checksum }: RootState): Statement[] {
    return [
      {
        sql: `INSERT INTO batch_guards (holds) SELECT ${REVISION_OF} = ?
                AND (SELECT checksum FROM memo_packs WHERE space = ? AND partition = ?) IS ?`,
        parameters: [this.space, revision, this.space, partition, checksum],
      },
      { sql: 'DELETE FROM batch_guards' },
    ];
  }
}
