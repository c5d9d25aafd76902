import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadMigrations } from '../../src/sql/migration-files.js';
import { GIVEN_MODEL } from '../../src/vectors/index.js';
import { dumpOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { functionKey } from '../support/pdgs.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { v1Embedding } from '../support/v1-database.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const RECORDED = readFileSync(fixture('v4.dump.txt'), 'utf8').trimEnd().split('\n');
const GIVEN = { model: GIVEN_MODEL, dimension: 24 };

function copyOf(name: string): string {
  const path = join(temporaryFolder(), name);
  copyFileSync(fixture(name), path);
  return path;
}

describe('a database of version 4', () => {
  it('[S1] is upgraded in place and has the same canonical form', async () => {
    const store = await testStore(copyOf('v4.db'));
    expect((await store.status()).schemaVersion).toBe(loadMigrations().length);
    expect((await store.verify()).checks.filter((check) => !check.ok)).toEqual([]);
    expect(await dumpOf(store)).toEqual(RECORDED);
  });

  it('[V5] answers with the embeddings in its rows, and keeps them beside those that indexing makes', async () => {
    const store = await testStore(copyOf('v4.db'));
    const node = await store.nodes.getByKey('fixture', 'b.ts#b(function)');
    expect(node?.embedding).toEqual(v1Embedding(7));
    const graph = await store.pdg.loadPdg('graph', { embeddings: true });
    expect(['a', 'b'].map((name) => graph.embedding(graph.indexOf(functionKey(name))))).toEqual([
      v1Embedding(8),
      Uint8Array.of(1, 2, 3),
    ]);
    const report = await indexFolder(store, sourceFolder(), { projectId: 'fixture' });
    // Its facts and edges are of earlier versions of the extractor and the binder.
    expect(report.recomputed).toMatchObject({ parse: 3, bindings: report.nodes });
    expect(await store.embed('fixture')).toMatchObject({ embedded: 8, waiting: 0 });
    const loaded = await store.pdg.loadPdg('fixture', { embeddings: true });
    expect(loaded.embeddings.size).toBe(8);
    expect(loaded.embedding(loaded.indexOf('b.ts#b(function)'))).toEqual(v1Embedding(7));
    await store.pdg.savePdg('graph', graph);
    expect((await store.pdg.loadPdg('graph', { embeddings: true })).embeddings).toEqual(graph.embeddings);
    expect((await store.verify()).ok).toBe(true);
  });
});

describe.each(['v1.db', 'v2.db', 'v3.db', 'v4.db'])('[V5] a database %s', (name) => {
  it('has one model of the vectors in its rows, and each of them is found', async () => {
    const store = await testStore(copyOf(name));
    expect(await store.embeddings.models()).toEqual([GIVEN]);
    let found = 0;
    for await (const { nodeId, vector } of store.embeddings.vectors(GIVEN)) {
      found++;
      const node = await store.nodes.require(nodeId);
      expect(vector).toEqual(new Float32Array(node.embedding?.slice().buffer ?? new ArrayBuffer(0)));
      expect(await store.embeddings.get(nodeId, GIVEN)).toEqual(vector);
    }
    expect(found).toBe({ 'v1.db': 5, 'v2.db': 1, 'v3.db': 1, 'v4.db': 2 }[name]);
  });
});
