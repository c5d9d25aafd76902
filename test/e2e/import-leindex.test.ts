import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floats, leIndexDatabase } from '../support/leindex-database.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('lestockage import leindex', () => {
  it('[U2] imports a database that can then be asked', async () => {
    const db = join(temporaryFolder(), 'code.db');
    const path = leIndexDatabase({
      nodes: [
        { id: 1, file: 'a.rs', name: 'Cart::add', type: 'method', embedding: floats([1, 2]) },
        { id: 2, file: 'b.rs', name: 'total', type: 'function' },
      ],
      edges: [
        [1, 2, 'call', '{"call_count":3}'],
        [1, 9, 'call'],
      ],
    });
    const imported = await runCli(['import', 'leindex', path, '--project', 'shop-2', '--db', db, '--json']);
    expect(imported.status).toBe(0);
    expect(JSON.parse(imported.stdout)).toMatchObject({
      generation: 1,
      projects: [{ project: 'shop-2', nodes: 2, edges: 1, warnings: [{ code: 'DANGLING_EDGES', file: path }] }],
    });
    const callers = await runCli(['callers', 'total', '--db', db, '--json']);
    expect(JSON.parse(callers.stdout)).toMatchObject({
      items: [{ symbol: { key: 'a.rs#Cart.add(method)' }, edge: { metadata: { callCount: 3 } } }],
    });
    const status = await runCli(['status', '--db', db, '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ projects: [{ project: 'shop-2', embeddings: 1, root: null }] });
    expect((await runCli(['verify', '--deep', '--db', db])).status).toBe(0);
  });

  it('ends with 5 for what is no LeIndex database and 3 for an absent one', async () => {
    const folder = temporaryFolder();
    const db = join(folder, 'code.db');
    writeFileSync(join(folder, 'text'), 'no database, but a text that is long enough\n');
    expect((await runCli(['import', 'leindex', join(folder, 'text'), '--db', db])).status).toBe(5);
    const old = await runCli(['import', 'leindex', leIndexDatabase({ version: 9 }), '--db', db, '--json']);
    expect(old).toMatchObject({ status: 5 });
    expect(JSON.parse(old.stdout)).toMatchObject({ error: { code: 'SCHEMA_TOO_NEW', details: { version: 9 } } });
    expect((await runCli(['import', 'leindex', join(folder, 'absent'), '--db', db])).status).toBe(3);
  });
});
