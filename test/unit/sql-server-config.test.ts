import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/sql/index.js';

describe('options of a server', () => {
  it.each([
    [{ replicaPath: 'r.db', path: 'local.db' }, 'replicaPath'],
    [{ authToken: 'x', path: 'local.db' }, 'authToken'],
    [{ syncIntervalMs: 5, path: 'http://host' }, 'syncIntervalMs'],
    [{ durability: 'full', path: 'http://host' }, 'durability'],
    [{ wal: false, path: 'http://host' }, 'wal'],
    [{ path: 'http://me:secret@host' }, 'path'],
    [{ path: 'libsql://host?authToken=secret' }, 'path'],
    [{ path: 'libsql://host?tsl=0' }, 'path'],
    [{ path: 'http://' }, 'path'],
  ] as const)('refuses %j by the name of the option', async (config, option) => {
    const error: unknown = await openDatabase(config).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'INVALID_OPTION', details: { option } });
    expect(String(error) + JSON.stringify(error)).not.toContain('secret');
  });
});
