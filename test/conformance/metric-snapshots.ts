import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Analytics, type SnapshotComparison } from '../../src/analytics/index.js';
import { NodeStore, PdgBuilder, PdgStore, ProjectStore } from '../../src/graph/index.js';
import type { Pdg } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { functionKey as key, pdgNode } from '../support/pdgs.js';
import { nodeInput } from '../support/records.js';
import type { Backend } from './backends.js';

/** Functions by name with a complexity, and calls between them. */
function graph(complexities: Readonly<Record<string, number>>, ...calls: readonly [from: string, to: string][]): Pdg {
  const builder = new PdgBuilder();
  for (const [name, complexity] of Object.entries(complexities)) {
    builder.addNode(pdgNode(name, { complexity, startLine: 1, endLine: 1 + 10 * complexity }));
  }
  for (const [from, to] of calls) builder.addEdge({ from: key(from), to: key(to), edgeType: 'call', metadata: null });
  return builder.build();
}

const BEFORE = graph({ grown: 2, kept: 4, gone: 12, called: 1 }, ['grown', 'called'], ['gone', 'called']);
const AFTER = graph(
  { grown: 9, kept: 4, fresh: 30, called: 1 },
  ['grown', 'called'],
  ['grown', 'kept'],
  ['fresh', 'called'],
);

/** The law of snapshots of measures, over one backend. */
export function describeMetricSnapshots(backend: Backend): void {
  describe(`snapshots of measures on the backend ${backend.name}`, () => {
    let database: Database;
    let measures: Analytics;
    let time: number;
    let commit: string | undefined;
    beforeEach(async () => {
      database = await backend.open();
      time = Date.UTC(2026, 0, 1);
      commit = undefined;
      measures = new Analytics(database, {
        clock: () => time++,
        readCommit: async (project) => (project === 'none' ? undefined : commit),
      });
      await save(BEFORE);
    });
    afterEach(() => database.close());

    const save = (pdg: Pdg, project = 'p'): Promise<object> => new PdgStore(database, () => 1000).savePdg(project, pdg);
    const labels = async (project?: string): Promise<string[]> =>
      (await measures.listSnapshots(project === undefined ? {} : { project })).items.map(({ label }) => label);
    const told = ({ items }: SnapshotComparison): string[] =>
      items.map(({ change, key: symbol, changed }) => `${change} ${symbol.slice(5, -10)} ${changed.join(' ')}`.trim());

    it('[A5] compares two of them: what came, went and changed, before and after', async () => {
      const first = await measures.takeSnapshot({ project: 'p', label: 'v1' });
      expect(first).toMatchObject({ label: 'v1', project: 'p', takenAt: Date.UTC(2026, 0, 1), generation: 1 });
      await save(AFTER);
      await measures.takeSnapshot({ project: 'p', label: 'v2' });
      await save(graph({ unrelated: 1 }));
      const difference = await measures.compareSnapshots({ project: 'p', from: 'v1', to: 'v2' });
      expect(difference).toMatchObject({
        ...{ generation: 3, total: 5, truncated: false, cursor: null },
        from: { label: 'v1', project: 'p', generation: 1 },
        to: { label: 'v2', project: 'p', generation: 2 },
        counts: { added: 1, removed: 1, changed: 3 },
        nodesByType: { before: { function: 4 }, after: { function: 4 } },
        edgesByType: { before: { call: 2 }, after: { call: 3 } },
        complexity: {
          before: { simple: 3, moderate: 0, complex: 1, very_complex: 0 },
          after: { simple: 2, moderate: 1, complex: 0, very_complex: 1 },
        },
      });
      // Those first whose complexity changed most.
      expect(told(difference)).toEqual([
        'added fresh',
        'removed gone',
        'changed grown complexity fanOut lines',
        'changed called centrality',
        'changed kept fanIn centrality',
      ]);
      const [fresh, gone, grown] = difference.items;
      expect(fresh).toMatchObject({ before: null, after: { complexity: 30, fanOut: 1, fanIn: 0, lines: 301 } });
      expect(gone).toMatchObject({ before: { complexity: 12, fanOut: 1, lines: 121 }, after: null });
      expect(grown).toMatchObject({
        ...{ project: 'p', key: key('grown'), type: 'function' },
        before: { complexity: 2, fanOut: 1, lines: 21 },
        after: { complexity: 9, fanOut: 2, lines: 91 },
      });
    });

    it('[A5] compares one with the present, and finds nothing where nothing changed', async () => {
      await measures.takeSnapshot({ project: 'p', label: 'v1' });
      const same = await measures.compareSnapshots({ project: 'p', from: 'v1', centralityTolerance: 0 });
      expect(same).toMatchObject({ total: 0, items: [], counts: { added: 0, removed: 0, changed: 0 } });
      expect(same.to).toEqual({ label: null, project: 'p', takenAt: Date.UTC(2026, 0, 1) + 1, generation: 1 });
      await save(AFTER);
      const now = await measures.compareSnapshots({ project: 'p', from: 'v1' });
      await measures.takeSnapshot({ project: 'p', label: 'v2' });
      const stored = await measures.compareSnapshots({ project: 'p', from: 'v1', to: 'v2' });
      expect(now.items).toEqual(stored.items);
      const back = await measures.compareSnapshots({ project: 'p', from: 'v2', to: 'v1' });
      expect(back.counts).toEqual({ added: 1, removed: 1, changed: 3 });
    });

    it('[A5] counts centrality as changed by the tolerance', async () => {
      await save(graph({ a: 1, b: 1, c: 1, d: 1 }, ['a', 'b'], ['c', 'd']));
      await measures.takeSnapshot({ project: 'p', label: 'v1' });
      await save(graph({ a: 1, b: 1, c: 1, d: 1 }, ['a', 'b'], ['b', 'a'], ['c', 'd']));
      const strict = await measures.compareSnapshots({ project: 'p', from: 'v1', centralityTolerance: 0 });
      expect(told(strict)).toContain('changed d centrality');
      const usual = await measures.compareSnapshots({ project: 'p', from: 'v1', centralityTolerance: 1 });
      expect(told(usual)).toEqual(['changed a fanIn', 'changed b fanOut']);
      for (const centralityTolerance of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(
          measures.compareSnapshots({ project: 'p', from: 'v1', centralityTolerance }),
        ).rejects.toMatchObject({ details: { argument: 'centralityTolerance' } });
      }
    });

    it('[A5] hands out pages that join to the whole difference', async () => {
      await measures.takeSnapshot({ project: 'p', label: 'v1' });
      await save(AFTER);
      const whole = await measures.compareSnapshots({ project: 'p', from: 'v1' });
      const seen: unknown[] = [];
      let cursor: string | null = null;
      do {
        const page: SnapshotComparison = await measures.compareSnapshots({
          ...{ project: 'p', from: 'v1', limit: 1 },
          ...(cursor === null ? {} : { cursor }),
        });
        expect(page).toMatchObject({ total: 5, counts: whole.counts, truncated: page.cursor !== null });
        seen.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== null);
      expect(seen).toEqual(whole.items);
      await expect(measures.compareSnapshots({ project: 'p', from: 'v1', cursor: 'x' })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    });

    it('[A5] measures the whole store, whose symbols are told apart by their project', async () => {
      await save(BEFORE, 'q');
      expect(await measures.takeSnapshot({ label: 'all' })).toMatchObject({ project: null, generation: 2 });
      await save(AFTER, 'q');
      const difference = await measures.compareSnapshots({ from: 'all' });
      expect(new Set(difference.items.map(({ project }) => project))).toEqual(new Set(['q']));
      expect(difference).toMatchObject({ total: 5, nodesByType: { before: { function: 8 } } });
      // A snapshot of the store is none of a project.
      await expect(measures.compareSnapshots({ project: 'q', from: 'all' })).rejects.toMatchObject({
        code: 'SNAPSHOT_NOT_FOUND',
        details: { project: 'q', label: 'all' },
      });
    });

    it('[A5] is labelled by the commit, else the generation, else the time', async () => {
      commit = 'c0ffee';
      expect((await measures.takeSnapshot({ project: 'p' })).label).toBe('c0ffee');
      commit = undefined;
      expect((await measures.takeSnapshot({ project: 'p' })).label).toBe('generation-1');
      expect((await measures.takeSnapshot()).label).toBe('generation-1');
      await new NodeStore(database).insert(nodeInput('by hand'));
      expect((await measures.takeSnapshot({ project: 'p' })).label).toBe('2026-01-01T00:00:00.003Z');
    });

    it('[A5] refuses a label that exists, and replaces it when told', async () => {
      await measures.takeSnapshot({ project: 'p', label: 'v1' });
      await save(AFTER);
      const again = measures.takeSnapshot({ project: 'p', label: 'v1' });
      await expect(again).rejects.toMatchObject({ code: 'SNAPSHOT_EXISTS', details: { project: 'p', label: 'v1' } });
      expect((await measures.compareSnapshots({ project: 'p', from: 'v1' })).total).toBe(5);
      await measures.takeSnapshot({ project: 'p', label: 'v1', replace: true });
      expect((await measures.compareSnapshots({ project: 'p', from: 'v1' })).total).toBe(0);
      expect(await labels('p')).toEqual(['v1']);
      // Two at once: one of them has it.
      const both = await Promise.allSettled([0, 1].map(() => measures.takeSnapshot({ project: 'p', label: 'v2' })));
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('[A5] refuses bad labels and unknown projects, and stops when told to', async () => {
      for (const label of ['', '  ', 'a\nb', '\ud800', 'x'.repeat(201)]) {
        await expect(measures.takeSnapshot({ project: 'p', label })).rejects.toMatchObject({
          ...{ code: 'INVALID_ARGUMENT', details: { argument: 'label' } },
        });
      }
      await expect(measures.takeSnapshot({ project: 'x', label: 'v1' })).rejects.toMatchObject({
        ...{ code: 'PROJECT_NOT_FOUND', details: { project: 'x' } },
      });
      await expect(measures.takeSnapshot({ project: 'p', signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'CANCELLED',
      });
      await expect(measures.compareSnapshots({ project: 'p', from: 'v0' })).rejects.toMatchObject({
        code: 'SNAPSHOT_NOT_FOUND',
      });
      expect(await labels()).toEqual([]);
    });

    it('[A5] lists them in the order they were taken, and deletes them', async () => {
      await save(BEFORE, 'q');
      for (const label of ['c', 'a', 'b']) await measures.takeSnapshot({ project: 'p', label });
      await measures.takeSnapshot({ project: 'q', label: 'a' });
      await measures.takeSnapshot({ label: 'a' });
      expect(await labels('p')).toEqual(['c', 'a', 'b']);
      const all = await measures.listSnapshots();
      expect(all).toMatchObject({ generation: 2, total: 5, truncated: false });
      expect(all.items.map(({ project }) => project)).toEqual(['p', 'p', 'p', 'q', null]);
      expect(all.items.every(({ sizeBytes }) => sizeBytes > 0)).toBe(true);
      const first = await measures.listSnapshots({ limit: 2 });
      expect(first).toMatchObject({ total: 5, truncated: true });
      const rest = await measures.listSnapshots({ limit: 3, cursor: String(first.cursor) });
      expect([...first.items, ...rest.items]).toEqual(all.items);
      expect(rest.cursor).toBeNull();
      expect(await measures.deleteSnapshot('a', { project: 'p' })).toBe(true);
      expect(await measures.deleteSnapshot('a', { project: 'p' })).toBe(false);
      expect(await labels()).toEqual(['c', 'b', 'a', 'a']);
      await new ProjectStore(database).delete('q');
      expect((await measures.listSnapshots()).items.map(({ project }) => project)).toEqual(['p', 'p', null]);
    });

    it('[A5] takes few bytes for each symbol', async () => {
      const complexities = Object.fromEntries(
        Array.from({ length: 2000 }, (_, at) => [`functionNumber${at}`, at % 30]),
      );
      await save(graph(complexities));
      const { sizeBytes } = await measures.takeSnapshot({ project: 'p', label: 'large' });
      expect(sizeBytes / 2000).toBeLessThan(10);
      expect((await measures.compareSnapshots({ project: 'p', from: 'large' })).total).toBe(0);
    });

    it('[A5] holds numbers of any size, and symbols without a complexity', async () => {
      const id = await new NodeStore(database).insert(nodeInput('vast', { complexity: 2 ** 40, endLine: 2 ** 41 }));
      await measures.takeSnapshot({ project: 'p', label: 'v1' });
      await new NodeStore(database).update(id, { complexity: null });
      const { items } = await measures.compareSnapshots({ project: 'p', from: 'v1' });
      expect(items).toMatchObject([
        { changed: ['complexity'], before: { complexity: 2 ** 40, lines: 2 ** 41 + 1 }, after: { complexity: null } },
      ]);
      expect((await new NodeStore(database).get(id))?.complexity).toBeNull();
    });
  });
}
