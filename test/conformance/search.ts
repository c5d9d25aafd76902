import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkWords, fillWords, NODE_WORDS_VERSION, rebuildWords } from '../../src/graph/index.js';
import { PdgBuilder, Store, type NodeId } from '../../src/index.js';
import type { Database } from '../../src/sql/index.js';
import { searchInput, type SearchNode } from '../support/search-stores.js';
import type { Backend } from './backends.js';

export function describeSearch(backend: Backend): void {
  describe(`search on the backend ${backend.title}`, () => {
    let database: Database;
    let store: Store;
    beforeEach(async () => {
      database = await backend.open();
      store = new Store(database);
    });
    afterEach(() => store.close());

    const insert = (...nodes: SearchNode[]): Promise<NodeId[]> => store.nodes.batchInsert(nodes.map(searchInput));
    const names = async (text: string, mode: 'name' | 'text' | 'hybrid' = 'hybrid'): Promise<string[]> =>
      (await store.search(text, { mode })).items.map(({ name }) => name);
    const isSound = async (): Promise<unknown> => {
      const { ok, detail } = await checkWords(database, true);
      return ok ? 'sound' : detail;
    };

    it('[U3] answers in every mode, and each answer says why', async () => {
      const [id = 0 as NodeId] = await insert(
        { name: 'parseHTTPHeader', documentation: 'Splits the fields.' },
        { name: 'other' },
      );
      const model = { model: store.embedder.id, dimension: store.embedder.dimension };
      const vector = new Float32Array(model.dimension).fill(1);
      await store.embeddings.put('p', model, [{ nodeId: id, vector }]);
      for (const mode of ['hybrid', 'name', 'text', 'semantic'] as const) {
        const answer = await store.search('http header', { mode });
        expect(answer.items[0], mode).toMatchObject({ name: 'parseHTTPHeader' });
        expect(answer.items[0]?.why).not.toBe('');
      }
      expect(await names('field splitting', 'text')).toEqual(['parseHTTPHeader']);
      expect(await names('httpHedaer', 'name')).toEqual(['parseHTTPHeader']);
      expect(await names('eHTTPH', 'name')).toEqual(['parseHTTPHeader']);
      expect(await names('phh', 'name')).toEqual(['parseHTTPHeader']);
    });

    it('sees every way of writing nodes at once', async () => {
      const [first = 0 as NodeId, second = 0 as NodeId] = await insert({ name: 'oldThing' }, { name: 'keptName' });
      await store.nodes.update(first, { symbolName: 'freshTitle', qualifiedName: 'freshTitle' });
      expect([await names('oldThing', 'name'), await names('fresh title', 'name')]).toEqual([[], ['freshTitle']]);
      await store.nodes.update(second, { documentation: 'Speaks of giraffes.' });
      expect(await names('giraffe', 'text')).toEqual(['keptName']);
      await store.nodes.insert(searchInput({ name: 'keptName', documentation: 'Speaks of zebras.' }));
      expect([await names('giraffe', 'text'), await names('zebra', 'text')]).toEqual([[], ['keptName']]);
      await store.nodes.delete(second);
      expect([await names('zebra', 'text'), await names('keptName', 'name')]).toEqual([[], []]);
      expect(await isSound()).toBe('sound');
    });

    it('sees graphs that are saved, and projects that are deleted', async () => {
      const build = (...list: string[]): PdgBuilder => {
        const builder = new PdgBuilder();
        for (const name of list) {
          const { projectId: _project, ...node } = searchInput({ name });
          builder.addNode(node);
        }
        return builder;
      };
      await store.pdg.savePdg('g', build('alphaOne', 'betaTwo').build());
      expect(await names('alpha', 'name')).toEqual(['alphaOne']);
      await store.pdg.savePdg('g', build('betaTwo', 'gammaThree').build());
      expect([await names('alpha', 'name'), await names('gamma', 'name')]).toEqual([[], ['gammaThree']]);
      expect(await isSound()).toBe('sound');
      await store.projects.delete('g');
      expect(await names('gamma', 'name')).toEqual([]);
      expect(await isSound()).toBe('sound');
    });

    it('gives many nodes their words in one batch', async () => {
      await insert(
        ...Array.from({ length: 300 }, (_, at) => ({ name: `manyItems${at}`, documentation: `Number ${at}.` })),
      );
      expect((await store.search('many items', { mode: 'name', k: 500 })).total).toBe(300);
      expect(await isSound()).toBe('sound');
    });

    it('fills in the words of nodes that were stored before there were any', async () => {
      await insert({ name: 'ancientThing' }, { name: 'otherThing' });
      await database.write([
        { sql: 'UPDATE search_state SET words_version = 0, filled_to = 0' },
        { sql: "INSERT INTO node_words (node_words) VALUES ('delete-all')" },
        { sql: "INSERT INTO node_grams (node_grams) VALUES ('delete-all')" },
      ]);
      const before = await store.search('cient', { mode: 'name' });
      expect(before).toMatchObject({ total: 0, notes: [expect.stringContaining('still to be split')] });
      expect(await isSound()).toContain('2 nodes are not in node_words');
      await fillWords(database);
      expect(await names('cient', 'name')).toEqual(['ancientThing']);
      expect(await isSound()).toBe('sound');
    });

    it('tells words that are not those of the nodes, and makes them anew', async () => {
      const [id = 0 as NodeId] = await insert({ name: 'trueName' }, { name: 'spare' });
      await database.write([
        {
          sql: `INSERT OR REPLACE INTO node_words (rowid, name, humps, scope, signature, documentation)
                VALUES (?, 'false name', 'fn', 'a', '', '')`,
          parameters: [id],
        },
      ]);
      expect((await checkWords(database, false)).ok).toBe(true);
      expect(await isSound()).toContain('the words of 1 nodes are not those of their rows');
      await database.write([{ sql: 'DELETE FROM node_grams WHERE rowid = ?', parameters: [id] }]);
      expect((await checkWords(database, false)).detail).toContain('1 nodes are not in node_grams');
      await rebuildWords(database);
      expect(await isSound()).toBe('sound');
      const [state] = await database.all('SELECT words_version AS version FROM search_state');
      expect(state).toEqual({ version: NODE_WORDS_VERSION });
    });
  });
}
