import { afterAll, beforeAll } from 'vitest';
import type { Client } from '@libsql/client';
import { SqldServer, type SqldOptions } from './sqld.js';

/** The first time of all, the program is fetched. */
const FETCH_TIMEOUT_MS = 300_000;

/** A server for all tests of the enclosing describe block or file. */
export function serverForTests(options: SqldOptions = {}): () => SqldServer {
  let server: SqldServer | undefined;
  beforeAll(async () => {
    server = await SqldServer.start(options);
  }, FETCH_TIMEOUT_MS);
  afterAll(async () => {
    await server?.stop();
  });
  return () => {
    if (server === undefined) throw new Error('The server runs while tests do.');
    return server;
  };
}

/** Makes the database of a server as good as new: tables that are there stay, and have only their first rows. */
export async function emptyServer(url: string): Promise<void> {
  const { createClient } = await import('@libsql/client/http');
  const client = createClient({ url });
  try {
    const { rows } = await client.execute(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations'
       AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'libsql\\_%' ESCAPE '\\'`,
    );
    const tables = rows.map((row) => row['name'] as string);
    if (!tables.includes('id_blocks')) return;
    await client.batch(await dropIndexes(client), 'write');
    const plain = tables.filter((table) => !OF_SEARCH.test(table) && !OF_VECTORS.test(table));
    await client.migrate([...plain.map((table) => `DELETE FROM "${table}"`), ...FIRST_ROWS_SQL]);
  } finally {
    client.close();
  }
}

/** Indexes over vectors, and what holds them in step. */
async function dropIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.execute(
    `SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'trigger') AND name GLOB 'vector_index_[0-9]*'
     AND name NOT GLOB '*_shadow'`,
  );
  return rows.map((row) => `DROP ${row['type'] as string} IF EXISTS "${row['name'] as string}"`);
}

const OF_VECTORS = /^vector_index_\d/;
/** Virtual tables and what lies behind them, which only they may change. */
const OF_SEARCH = /^node_(?:words|grams|word_places)/;
/** The rows that the migrations make. */
const FIRST_ROWS_SQL = [
  `INSERT INTO id_blocks VALUES ('node', 1)`,
  `INSERT INTO search_state VALUES (1, 1, 0)`,
  `INSERT INTO node_words (node_words) VALUES ('delete-all')`,
  `INSERT INTO node_grams (node_grams) VALUES ('delete-all')`,
];
