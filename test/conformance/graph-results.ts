import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Analytics, type CentralityOptions } from '../../src/analytics/index.js';
import { EdgeStore, NodeStore, PdgBuilder, PdgStore, ProjectStore } from '../../src/graph/index.js';
import type { NodeId, Pdg } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { functionKey as key, pdgNode } from '../support/pdgs.js';
import { RecordedDatabase } from '../support/recorded-database.js';
import type { Backend } from './backends.js';

// The law: a result of a whole graph is computed once for each state of the graph and each choice of options.

const moduleOf = (file: string) =>
  pdgNode(file, { filePath: file, nodeType: 'module', qualifiedName: '', complexity: null });

/** Functions that call each other in a circle of `size` and one that begins it, in two files that import each other. */
function circle(size: number): Pdg {
  const builder = new PdgBuilder().addNode(moduleOf('a.ts')).addNode(moduleOf('b.ts'));
  builder.addEdge({ from: 'a.ts#(module)', to: 'b.ts#(module)', edgeType: 'import', metadata: null });
  builder.addEdge({ from: 'b.ts#(module)', to: 'a.ts#(module)', edgeType: 'import', metadata: null });
  builder.addNode(pdgNode('main', { complexity: 2 }));
  builder.addEdge({ from: key('main'), to: key('f0'), edgeType: 'call', metadata: null });
  for (let at = 0; at < size; at++) {
    builder.addNode(pdgNode(`f${at}`, { complexity: at + 1 }));
    builder.addEdge({ from: key(`f${at}`), to: key(`f${(at + 1) % size}`), edgeType: 'call', metadata: null });
    builder.addEdge({ from: key('main'), to: key(`f${at}`), edgeType: 'reference', metadata: null });
  }
  return builder.build();
}

/** The law of kept results of whole graphs, over one backend. */
export function describeGraphResults(backend: Backend): void {
  describe(`results of whole graphs on the backend ${backend.name}`, () => {
    let inner: Database;
    let reads: RecordedDatabase;
    let computed: string[];
    let measures: Analytics;
    beforeEach(async () => {
      inner = await backend.open();
      reads = new RecordedDatabase(inner);
      computed = [];
      measures = new Analytics(reads, {
        onComputed: (query, project) => void computed.push(`${query} of ${project ?? 'all'}`),
      });
      await save('p', 4);
      await save('q', 3);
    });
    afterEach(() => inner.close());

    const save = (project: string, size: number): Promise<object> =>
      new PdgStore(inner, () => 1000).savePdg(project, circle(size));
    const rowCount = async (): Promise<number> => (await inner.all('SELECT 1 FROM graph_results')).length;
    const took = <T>(list: T[]): T[] => list.splice(0);
    const readsEdges = (): boolean => reads.take().some((sql) => sql.includes('intel_edges'));

    const questions: Readonly<Record<string, (project: { project?: string }) => Promise<unknown>>> = {
      pageRank: (scope) => measures.getCentrality(scope),
      betweenness: (scope) => measures.getCentrality({ ...scope, measure: 'betweenness' }),
      cycles: (scope) => measures.getCycles(scope),
      importCycles: (scope) => measures.getImportCycles(scope),
    };

    it.each(Object.entries(questions))('[A4] computes %s once, and afterwards reads no edge', async (name, ask) => {
      for (const scope of [{}, { project: 'p' }]) {
        const first = await ask(scope);
        expect([took(computed), readsEdges()]).toEqual([[`${name} of ${scope.project ?? 'all'}`], true]);
        expect(await ask(scope)).toEqual(first);
        expect([took(computed), readsEdges()]).toEqual([[], false]);
      }
      expect(await rowCount()).toBe(2);
    });

    it.each(Object.entries(questions))('[A4] computes %s again after a commit', async (name, ask) => {
      await Promise.all([ask({}), ask({ project: 'p' }), ask({ project: 'q' })]);
      took(computed);
      await save('p', 6);
      expect(await ask({ project: 'p' })).toMatchObject({ generation: 3 });
      expect(took(computed)).toEqual([`${name} of p`]);
      await ask({});
      expect(took(computed)).toEqual([`${name} of all`]);
      // The other project is as it was.
      await ask({ project: 'q' });
      expect(took(computed)).toEqual([]);
    });

    it('[A4] gives after a commit what a store gives that never kept anything', async () => {
      await measures.getCentrality({ project: 'p' });
      await measures.getCycles({ project: 'p' });
      await save('p', 6);
      const fresh = await backend.open();
      await new PdgStore(fresh).savePdg('p', circle(6));
      const clean = new Analytics(fresh);
      const shown = (answer: { items: readonly object[] }): string =>
        JSON.stringify(answer.items, (name, value: unknown) => (name === 'id' ? undefined : value));
      expect(shown(await measures.getCentrality({ project: 'p' }))).toBe(shown(await clean.getCentrality()));
      expect(shown(await measures.getCycles({ project: 'p' }))).toBe(shown(await clean.getCycles()));
      await fresh.close();
    });

    it('[A4] lets no two choices of options share a result', async () => {
      const choices: CentralityOptions[] = [
        {},
        { damping: 0.5 },
        { edgeTypes: ['call', 'reference'] },
        { measure: 'betweenness' },
        { measure: 'betweenness', sampleSize: 3 },
        { measure: 'betweenness', sampleSize: 3, seed: 2 },
        { measure: 'betweenness', edgeTypes: ['call', 'reference'] },
      ];
      const answers: string[] = [];
      for (const choice of choices) answers.push(JSON.stringify(await measures.getCentrality(choice)));
      expect(took(computed)).toHaveLength(choices.length);
      expect(new Set(answers).size).toBe(choices.length);
      for (const [at, choice] of choices.entries()) {
        expect(JSON.stringify(await measures.getCentrality(choice))).toBe(answers[at]);
      }
      // The same choice in other words.
      await measures.getCentrality({ damping: 0.85, edgeTypes: ['call', 'call'], sampleSize: 3 });
      await measures.getCentrality({ edgeTypes: ['reference', 'call'], limit: 1 });
      expect(took(computed)).toEqual([]);
      for (const bad of [{ damping: Number.NaN }, { damping: 1 }, { edgeTypes: [] }]) {
        await expect(measures.getCentrality(bad)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
      await expect(measures.getCentrality({ measure: 'betweenness', sampleSize: Number.NaN })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    });

    it('[A4] shares the PageRank of the hotspots', async () => {
      const first = await measures.getHotspots({ project: 'p' });
      expect(took(computed)).toEqual(['pageRank of p']);
      expect(await measures.getHotspots({ project: 'p' })).toEqual(first);
      await measures.getCentrality({ project: 'p' });
      expect(took(computed)).toEqual([]);
    });

    it('[A4] neither believes nor keeps a result once something else than indexing wrote', async () => {
      await measures.getCentrality({ project: 'p' });
      await measures.getCentrality();
      await measures.getCentrality({ project: 'q' });
      took(computed);
      const kept = await rowCount();
      const [f0, main] = await Promise.all(
        ['f0', 'main'].map(async (name) => (await new NodeStore(inner).getByKey('p', key(name)))?.id as NodeId),
      );
      await new EdgeStore(inner).insert({ callerId: f0!, calleeId: main!, edgeType: 'call' });
      for (let round = 0; round < 2; round++) {
        const { items } = await measures.getCentrality({ project: 'p' });
        expect(items.find((item) => item.name === 'main')?.centrality).toBeGreaterThan(0.1);
        await measures.getCentrality();
        expect(took(computed)).toEqual(['pageRank of p', 'pageRank of all']);
      }
      expect(await rowCount()).toBe(kept);
      await new NodeStore(inner).update(f0!, { complexity: 30 });
      await measures.getCentrality({ project: 'p' });
      expect(took(computed)).toEqual(['pageRank of p']);
    });

    it('[A4] keeps no result of a graph that changed while it was computed', async () => {
      let interfered = false;
      const interfering = new RecordedDatabase(inner);
      interfering.snapshot = async (read) => {
        const answer = await inner.snapshot(read);
        if (!interfered) await save('p', 5);
        interfered = true;
        return answer;
      };
      const slow = new Analytics(interfering);
      await slow.getCentrality({ project: 'p' });
      expect(await rowCount()).toBe(0);
    });

    it('[A4] keeps eight results of a project at most, and none of earlier generations', async () => {
      for (let seed = 0; seed < 20; seed++) {
        await measures.getCentrality({ project: 'p', measure: 'betweenness', sampleSize: 2, seed });
        await measures.getCentrality({ measure: 'betweenness', sampleSize: 2, seed });
      }
      expect(await rowCount()).toBe(16);
      took(computed);
      await measures.getCentrality({ project: 'p', measure: 'betweenness', sampleSize: 2, seed: 19 });
      expect(took(computed)).toEqual([]);
      await save('p', 5);
      await measures.getCentrality({ project: 'p' });
      await measures.getCentrality();
      expect(await rowCount()).toBe(2);
      await new ProjectStore(inner).delete('p');
      expect(await rowCount()).toBe(1);
    });

    it('[A4] stops at a fired signal although a result is kept', async () => {
      await measures.getCycles();
      await expect(measures.getCycles({ signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
    });
  });
}
