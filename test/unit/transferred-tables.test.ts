import { expect, it } from 'vitest';
import { openDatabase } from '../../src/sql/index.js';
import { sectionsOf, TRANSFERRED_TABLES } from '../../src/store/transfer/sections.js';

/** What stays in its store: it counts only there, follows from the rest, or is on its way. */
const LEFT = [
  ...['schema_migrations', 'generations', 'id_blocks', 'batch_guards', 'lease_guards', 'leases'],
  ...['graph_snapshots', 'graph_results', 'embedding_orphans', 'embedding_journal', 'index_cursors'],
  ...['global_symbols', 'global_symbols_queue', 'external_queue', 'external_symbols', 'external_candidates'],
  ...['node_words', 'node_grams'].flatMap((each) =>
    ['', '_config', '_data', '_docsize', '_idx'].map((part) => each + part),
  ),
  ...['node_word_places', 'search_state'],
  ...['vector_indexes', 'vector_identity', 'vector_graphs', 'vector_holders', 'vector_home', 'embedding_outbox'],
  ...['vector_migration', 'vector_migration_parts', 'vector_migration_nodes'],
  ...['external_watches', 'transfer_parts', 'transfer_ids', 'transfer_marks', 'shard_projects'],
];

it('decides of every table of a store whether push and pull take it along', async () => {
  const database = await openDatabase({ path: ':memory:' });
  const rows = await database.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  );
  expect(rows.map(({ name }) => name)).toEqual([...LEFT, ...TRANSFERRED_TABLES].sort());
  const ownSections = (await sectionsOf(database)).filter(({ name }) => TRANSFERRED_TABLES.includes(name));
  for (const { name, inserts } of ownSections)
    expect([name, inserts.join(' ')]).toEqual([name, expect.stringContaining(name)]);
  await database.close();
});
