import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from '@libsql/client/http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase, readSchemaVersion, type Database } from '../../src/sql/index.js';
import { loadMigrations } from '../../src/sql/migration-files.js';
import { serverForTests } from '../support/servers/in-tests.js';

const VERSION_1 = new URL('../../src/sql/migrations/0001-specification.sql', import.meta.url);
const open: Database[] = [];
async function openAt(path: string, more: { readonly readOnly?: boolean } = {}): Promise<Database> {
  const database = await openDatabase({ path, busyTimeoutMs: 2000, ...more });
  open.push(database);
  return database;
}

describe('opening a database on a server', () => {
  const server = serverForTests({ namespaces: true });
  let names = 0;
  let url: string;
  beforeEach(async () => {
    // Names below localhost are this machine, which not every resolver knows.
    const lookup = dns.lookup.bind(dns) as (host: string, ...rest: unknown[]) => void;
    vi.spyOn(dns, 'lookup').mockImplementation((host: string, ...rest: unknown[]) => {
      lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest);
    });
    const name = `n${++names}`;
    await server().createNamespace(name);
    url = server().urlOfNamespace(name);
  });
  afterEach(async () => {
    for (const database of open.splice(0)) await database.close();
  });

  it('[V1] makes the schema once, whatever the form of the URL and however many do it', async () => {
    const forms = [url, url.replace('http:', 'ws:'), `${url.replace('http:', 'libsql:')}?tls=0`, url];
    const databases = await Promise.all(forms.map((form) => openAt(form)));
    const [first] = databases;
    const recorded = await first?.all('SELECT version FROM schema_migrations ORDER BY version');
    expect(recorded).toEqual(loadMigrations().map(({ version }) => ({ version })));
    for (const database of databases) expect(await readSchemaVersion(database)).toBe(loadMigrations().length);
    expect(databases[2]?.location).toBe(url.replace('http:', 'libsql:'));
  });

  it('[V1] keeps namespaces apart and says when there is none of that name', async () => {
    const first = await openAt(url);
    await first.write([{ sql: `INSERT INTO projects (id) VALUES ('only here')` }]);
    await server().createNamespace('other');
    expect(await (await openAt(server().urlOfNamespace('other'))).all('SELECT id FROM projects')).toEqual([]);
    await expect(openAt(server().urlOfNamespace('absent'))).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
  });

  it('upgrades a version 1 of another program with its edges and embeddings', async () => {
    const client = createClient({ url });
    const node = `INSERT INTO intel_nodes VALUES (?, 'p', 'a.ts', ?, 'function', NULL, 1, ?, ?, 5, 5)`;
    await client.executeMultiple(readFileSync(VERSION_1, 'utf8'));
    await client.batch(
      [
        { sql: node, args: [1, 'f', 'ab'.repeat(32), new Uint8Array([1, 2, 3])] },
        { sql: node, args: [2, 'g', 'cd'.repeat(32), null] },
        `INSERT INTO intel_edges VALUES (1, 2, 'call', '{"callCount":2}')`,
      ],
      'write',
    );
    client.close();
    const database = await openAt(url);
    expect(await readSchemaVersion(database)).toBe(loadMigrations().length);
    expect(await database.all('SELECT * FROM intel_edges')).toEqual([
      { caller_id: 1, callee_id: 2, edge_type: 'call', metadata: '{"callCount":2}' },
    ]);
    expect(await database.first('SELECT embedding, node_key FROM intel_nodes WHERE id = 1')).toEqual({
      embedding: Buffer.from([1, 2, 3]),
      node_key: 'a.ts#f(function)',
    });
    // Foreign keys are looked after again.
    const missing = database.write([{ sql: `INSERT INTO intel_edges VALUES (1, 99, 'call', NULL)` }]);
    await expect(missing).rejects.toMatchObject({ code: 'FOREIGN_KEY', details: { statement: 0 } });
  });

  it('refuses a database of another program or a newer version, and leaves it as it is', async () => {
    const client = createClient({ url });
    await client.execute('CREATE TABLE notes (text)');
    await expect(openAt(url)).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN', details: { tables: ['notes'] } });
    await client.execute('DROP TABLE notes');
    await (await openAt(url)).close();
    await client.execute(`INSERT INTO schema_migrations VALUES (99, 'later', 'x', 0)`);
    await expect(openAt(url)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW', details: { version: 99 } });
    client.close();
  });

  it('[V1] for reading only makes nothing and writes nothing', async () => {
    await expect(openAt(url, { readOnly: true })).rejects.toMatchObject({ code: 'SCHEMA_TOO_OLD' });
    const tables = `SELECT count(*) AS count FROM sqlite_schema`;
    const client = createClient({ url });
    expect((await client.execute(tables)).rows[0]?.['count']).toBe(0);
    client.close();
    await openAt(url);
    const reader = await openAt(url, { readOnly: true });
    expect(await reader.all('SELECT id FROM projects')).toEqual([]);
    await expect(reader.write([{ sql: 'DELETE FROM projects' }])).rejects.toMatchObject({ code: 'READ_ONLY' });
  });
});

describe('a server that cannot be used', () => {
  it.each([
    ['an old SQLite', '3.39.0', 'SERVER_NOT_SUPPORTED'],
    ['no vector functions', '3.45.1', 'SERVER_NOT_SUPPORTED'],
  ])('[V1] is refused plainly: %s', async (_what, version, code) => {
    // Only as much of the protocol as opening asks for.
    const fake = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => response.end(JSON.stringify(answerTo(body, version))));
    });
    await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
    const { port } = fake.address() as AddressInfo;
    const refused = { code, details: { version }, retryable: false };
    await expect(openDatabase({ path: `http://127.0.0.1:${port}` })).rejects.toMatchObject(refused);
    fake.closeAllConnections();
    await new Promise((resolve) => fake.close(resolve));
  });

  it('is not waited for when it does not answer in time', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    for (const scheme of ['http', 'ws']) {
      const opening = openDatabase({ path: `${scheme}://127.0.0.1:${port}`, requestTimeoutMs: 150 });
      await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    }
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

function answerTo(body: string, version: string): object {
  const { requests } = JSON.parse(body) as { requests: { type: string }[] };
  const results = requests.map(({ type }) => {
    if (type === 'close') return { type: 'ok', response: { type } };
    if (body.includes('vector32')) {
      return { type: 'error', error: { message: 'no such function: vector32', code: 'SQL_INPUT_ERROR' } };
    }
    const rows = [[{ type: 'text', value: version }]];
    const result = { cols: [{ name: 'version' }], rows, affected_row_count: 0, last_insert_rowid: null };
    return { type: 'ok', response: { type, result } };
  });
  return { baton: null, base_url: null, results };
}
