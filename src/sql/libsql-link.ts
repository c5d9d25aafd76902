import type { Client, InValue, ResultSet, Value } from '@libsql/client';
import { ConnectionError } from '../model/index.js';
import type { SqlRow, SqlValue } from './database.js';
import { connectionError, failedStatement, toRemoteError } from './libsql-errors.js';
import { MAX_INT32 } from './option-check.js';
import { wellFormed } from './row-chunks.js';
import type { ResolvedServerConfig } from './server-config.js';
import { withoutSecrets } from './server-options.js';

/** A statement as it goes to the server. */
export interface RemoteStatement {
  readonly sql: string;
  readonly parameters: SqlRow;
  /** Where errors say that it comes from. */
  readonly place?: { readonly statement: number; readonly row?: number };
}

export interface RemoteResult {
  readonly rows: readonly Record<string, SqlValue>[];
  /** False for a statement that gives no rows by its nature. */
  readonly hasColumns: boolean;
  readonly changes: number;
}

/** A transaction that reads; one state of the database. */
export interface ReadTransaction {
  read(statement: RemoteStatement): Promise<RemoteResult>;
  end(): void;
}

const WEBSOCKET = /^wss?:/i;

/**
 * The way to a server. Everything it throws is typed; a ConnectionError says whether the request can have
 * reached the server. It repeats nothing.
 */
export class LibsqlLink {
  readonly location: string;
  /** A message over a web socket may be 16 MB, as the servers have it; a request over HTTP has no such bound. */
  readonly maxRequestBytes: number;
  readonly #config: ResolvedServerConfig;
  readonly #connect: (fetcher: typeof fetch) => Client;
  #client: Client;
  /** The longest that any request was given so far. */
  #patienceMs: number;
  /** Over web sockets a server that refuses a token only hangs up; over HTTP it says so. */
  #second: Promise<LibsqlLink> | undefined;

  private constructor(config: ResolvedServerConfig, connect: (fetcher: typeof fetch) => Client) {
    this.#config = config;
    this.#connect = connect;
    this.location = withoutSecrets(config.url);
    this.maxRequestBytes = WEBSOCKET.test(config.url) ? 6_000_000 : 12_000_000;
    this.#patienceMs = config.requestTimeoutMs;
    this.#client = this.#newClient();
  }

  /** Loads the client library; sends nothing yet. */
  static async open(config: ResolvedServerConfig): Promise<LibsqlLink> {
    const { createClient } = WEBSOCKET.test(config.url)
      ? await import('@libsql/client/ws')
      : await import('@libsql/client/http');
    const authToken = config.authToken?.reveal();
    return new LibsqlLink(config, (fetcher) =>
      createClient({
        url: config.url,
        ...(authToken === undefined ? {} : { authToken }),
        // A number of the database may be larger than a number of JavaScript; the library would refuse it.
        intMode: 'bigint',
        fetch: fetcher,
      }),
    );
  }

  /** One statement, in one round trip. */
  async execute(statement: RemoteStatement): Promise<RemoteResult> {
    const result = await this.#request([statement], (client) => client.execute(toArguments(statement)));
    return toResult(result);
  }

  /** Statements in one transaction and one round trip. `extraTimeMs` is what it may take beyond other requests. */
  async batch(
    statements: readonly RemoteStatement[],
    mode: 'read' | 'write',
    extraTimeMs = 0,
  ): Promise<RemoteResult[]> {
    const results = await this.#request(
      statements,
      (client) => client.batch(statements.map(toArguments), mode),
      extraTimeMs,
    );
    return results.map(toResult);
  }

  /**
   * The same for statements that the server may work on for long. A transaction that takes longer than 5 seconds loses
   * its lock to others that wait; then every statement of it fails, and the library tells of each failure but one to
   * nobody, which ends the process, unless the statements are part of a transaction of its own.
   */
  async longBatch(statements: readonly RemoteStatement[], extraTimeMs: number): Promise<RemoteResult[]> {
    const send = async (client: Client): Promise<ResultSet[]> => {
      const transaction = await client.transaction('write');
      try {
        const results = await transaction.batch([...statements.map(toArguments), { sql: 'COMMIT', args: [] }]);
        return results.slice(0, -1);
      } finally {
        transaction.close();
      }
    };
    return (await this.#request(statements, send, extraTimeMs)).map(toResult);
  }

  /** A script of statements without parameters, on one connection. */
  async script(text: string): Promise<void> {
    await this.#request([], (client) => client.executeMultiple(text));
  }

  async transaction(): Promise<ReadTransaction> {
    const transaction = await this.#request([], (client) => client.transaction('read'));
    return {
      read: async (statement) => {
        const [result] = await this.#request([statement], () => transaction.batch([toArguments(statement)]));
        return result === undefined ? { rows: [], hasColumns: false, changes: 0 } : toResult(result);
      },
      // Whatever the server still holds of it, it drops when the stream is gone.
      end: () => transaction.close(),
    };
  }

  /** The same server over HTTP; itself when it is that already. */
  async overHttp(): Promise<LibsqlLink> {
    if (!WEBSOCKET.test(this.#config.url)) return this;
    this.#second ??= LibsqlLink.open({ ...this.#config, url: this.#config.url.replace(/^ws/i, 'http') });
    return this.#second;
  }

  close(): void {
    this.#client.close();
    void this.#second?.then((link) => link.close());
  }

  async #request<T>(
    statements: readonly RemoteStatement[],
    send: (client: Client) => Promise<T>,
    extraTimeMs = 0,
  ): Promise<T> {
    const limitMs = Math.min(this.#config.requestTimeoutMs + extraTimeMs, MAX_INT32);
    this.#patienceMs = Math.max(this.#patienceMs, limitMs);
    const client = this.#client;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(connectionError({ message: `none within ${limitMs} ms` }, { location: this.location }));
        this.#renew(client);
      }, limitMs);
    });
    try {
      return await Promise.race([send(client), late]);
    } catch (error) {
      throw toRemoteError(error, { location: this.location, ...statements[failedStatement(error) ?? 0]?.place });
    } finally {
      clearTimeout(timer);
    }
  }

  /** A web socket that has gone silent stays so: what comes next uses another. Requests over HTTP are apart anyway. */
  #renew(silent: Client): void {
    if (silent !== this.#client || !WEBSOCKET.test(this.#config.url)) return;
    this.#client = this.#newClient();
    silent.close();
  }

  #newClient(): Client {
    return this.#connect((request, options) =>
      fetch(request, { ...options, signal: AbortSignal.timeout(this.#patienceMs) }),
    );
  }
}

/** Over HTTP a server says why it refuses; not every server that takes web sockets answers over HTTP. */
export async function overHttpFirst<T>(link: LibsqlLink, ask: (way: LibsqlLink) => Promise<T>): Promise<T> {
  const way = await link.overHttp();
  try {
    return await ask(way);
  } catch (error) {
    if (way === link || !(error instanceof ConnectionError)) throw error;
    return ask(link);
  }
}

function toArguments({ sql, parameters }: RemoteStatement): { sql: string; args: InValue[] } {
  return { sql, args: parameters.map((value) => (typeof value === 'string' ? wellFormed(value) : value)) };
}

/** Plain objects by column name, with the values a local database gives. */
function toResult({ columns, rows, rowsAffected }: ResultSet): RemoteResult {
  return {
    hasColumns: columns.length > 0,
    changes: rowsAffected,
    rows: rows.map((row) => {
      const result: Record<string, SqlValue> = {};
      for (const [index, column] of columns.entries()) result[column] = toSqlValue(row[index]);
      return result;
    }),
  };
}

function toSqlValue(value: Value | undefined): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof ArrayBuffer ? Buffer.from(value) : (value ?? null);
}
