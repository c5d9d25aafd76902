import fc from 'fast-check';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import Sqlite from 'better-sqlite3';
import { PdgBuilder } from '../../src/graph/index.js';
import type { Pdg } from '../../src/model/index.js';
import { openStore } from '../../src/store/index.js';
import { cases } from '../support/cases.js';
import { testStore } from '../support/indexing.js';
import { everythingOf, functionKey as key, pdgNode } from '../support/pdgs.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// The law: a snapshot that is not, byte for byte, what was made of the present generation is not looked at.

const graph: Pdg = new PdgBuilder()
  .addNode(pdgNode('a', { signature: 'a()' }))
  .addNode(pdgNode('b'))
  .addEdge({ from: key('a'), to: key('b'), edgeType: 'call', metadata: { callCount: 2 } })
  .build();

describe('the snapshot of a graph', () => {
  let path: string;
  let stored: Uint8Array;
  beforeEach(async () => {
    path = join(temporaryFolder(), 'store.db');
    const store = await openStore(path);
    await store.pdg.savePdg('p', graph);
    await store.pdg.loadPdg('p');
    await store.close();
    stored = select('SELECT data FROM graph_snapshots') as Uint8Array;
  });

  const change = (sql: string, ...values: unknown[]): void => {
    const database = new Sqlite(path);
    database.prepare(sql).run(...values);
    database.close();
  };
  const select = (sql: string): unknown => {
    const database = new Sqlite(path, { readonly: true });
    try {
      return database.prepare(sql).pluck().get();
    } finally {
      database.close();
    }
  };
  const expectRepaired = async (): Promise<void> => {
    const store = await openStore(path);
    try {
      expect(everythingOf(await store.pdg.loadPdg('p'))).toEqual(everythingOf(graph));
    } finally {
      await store.close();
    }
    expect(Buffer.from(select('SELECT data FROM graph_snapshots') as Uint8Array)).toEqual(Buffer.from(stored));
  };

  it('[P1] is made at the first load, not by a save', async () => {
    const other = join(temporaryFolder(), 'other.db');
    const store = await testStore(other);
    await store.pdg.savePdg('p', graph);
    const database = new Sqlite(other, { readonly: true });
    expect(database.prepare('SELECT count(*) FROM graph_snapshots').pluck().get()).toBe(0);
    await store.pdg.loadPdg('p');
    expect(database.prepare('SELECT count(*) FROM graph_snapshots').pluck().get()).toBe(1);
    database.close();
  });

  it('[P1] is what a load answers from', async () => {
    // Behind the back of the library, so that tables and snapshot differ.
    change("UPDATE intel_nodes SET signature = 'other' WHERE symbol_name = 'a'");
    const store = await testStore(path);
    expect((await store.pdg.loadPdg('p')).signature(0)).toBe('a()');
  });

  it('[P1] is not believed when it is cut short, at whatever byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(stored.length - 1), async (length) => {
        change('UPDATE graph_snapshots SET data = ?', stored.subarray(0, length));
        await expectRepaired();
      }),
      cases(20),
    );
  });

  it('[P1] is not believed when a bit of it flipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(stored.length * 8 - 1), async (bit) => {
        const damaged = Uint8Array.from(stored);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        change('UPDATE graph_snapshots SET data = ?', damaged);
        await expectRepaired();
      }),
      cases(20),
    );
  });

  it.each([
    ['is text', "UPDATE graph_snapshots SET data = 'text'"],
    ['has another checksum', 'UPDATE graph_snapshots SET checksum = zeroblob(32)'],
    ['is of another generation', 'UPDATE graph_snapshots SET generation = generation - 1'],
    ['is gone', 'DELETE FROM graph_snapshots'],
  ])('[P1] is made again when it %s', async (_what, sql) => {
    change(sql);
    await expectRepaired();
  });

  it('[P1] is not believed when its row was given to another project or generation', async () => {
    const store = await openStore(path);
    const other = new PdgBuilder().addNode(pdgNode('z')).build();
    const { generation } = await store.pdg.savePdg('q', other);
    await store.close();
    change("INSERT INTO graph_snapshots SELECT 'q', ?, data, checksum FROM graph_snapshots", generation);
    const again = await testStore(path);
    expect(everythingOf(await again.pdg.loadPdg('q'))).toEqual(everythingOf(other));
    const newer = await again.pdg.savePdg('p', other);
    change("UPDATE graph_snapshots SET generation = ? WHERE project_id = 'p'", newer.generation);
    expect(everythingOf(await again.pdg.loadPdg('p'))).toEqual(everythingOf(other));
  });

  it('is not needed: a store that is open for reading only loads from the tables', async () => {
    change('DELETE FROM graph_snapshots');
    const store = await testStore({ path, readOnly: true });
    expect(everythingOf(await store.pdg.loadPdg('p'))).toEqual(everythingOf(graph));
    expect(select('SELECT count(*) FROM graph_snapshots')).toBe(0);
  });
});
