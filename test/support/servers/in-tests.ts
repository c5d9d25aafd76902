import { afterAll, beforeAll } from 'vitest';
import { SqldServer, type SqldOptions } from './sqld.js';

/** A server for all tests of the enclosing describe block or file. */
export function serverForTests(options: SqldOptions = {}): () => SqldServer {
  let server: SqldServer | undefined;
  beforeAll(async () => {
    server = await SqldServer.start(options);
  });
  afterAll(async () => {
    await server?.stop();
  });
  return () => {
    if (server === undefined) throw new Error('The server runs while tests do.');
    return server;
  };
}

/** Empties the database of a server: no table of anybody is left. */
export async function emptyServer(url: string): Promise<void> {
  const { createClient } = await import('@libsql/client/http');
  const client = createClient({ url });
  try {
    const { rows } = await client.execute(
      `SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view', 'trigger')
       AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'libsql\\_%' ESCAPE '\\' ORDER BY type DESC`,
    );
    const drops = rows.map(({ type, name }) => `DROP ${String(type)} "${String(name)}"`);
    await client.executeMultiple(['PRAGMA foreign_keys = OFF', ...drops, 'PRAGMA foreign_keys = ON'].join(';\n'));
  } finally {
    client.close();
  }
}
