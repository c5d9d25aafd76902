import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Analytics, type Hotspot, type HotspotPreset } from '../../src/analytics/index.js';
import { countChanges } from '../../src/ingest/index.js';
import { CancelledError } from '../../src/model/index.js';
import { openStore } from '../../src/index.js';
import { git } from '../support/git.js';
import { graphDatabase, type FixtureEdge, type FixtureNode } from '../support/graph-fixture.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

// calm and busy are alike but for their files; hub is called by all others.
const NODES: readonly FixtureNode[] = [
  { id: 1, name: 'hub', complexity: 3, file: 'hub.ts' },
  { id: 2, name: 'calm', complexity: 9, file: 'calm.ts' },
  { id: 3, name: 'busy', complexity: 9, file: 'busy.ts' },
  { id: 4, name: 'small', complexity: 1, file: 'calm.ts' },
  { id: 5, name: 'Shape', type: 'interface' },
];
const EDGES: readonly FixtureEdge[] = [2, 3, 4].map((from) => ({ from, to: 1 }));
const CHANGES = new Map([['p', new Map(Object.entries({ 'busy.ts': 40, 'calm.ts': 2 }))]]);

const names = (items: readonly Hotspot[]): string[] => items.map((item) => item.name);

describe('hotspots', () => {
  it('[A3] combine complexity, fans, centrality and change frequency, and show each', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES), { readChanges: async () => CHANGES });
    const answer = await measures.getHotspots();
    expect(names(answer.items)).toEqual(['busy', 'calm', 'hub', 'small']);
    expect(answer.items[0]).toMatchObject({ complexity: 9, fanOut: 1, fanIn: 0, changes: 40 });
    expect(answer.items[2]).toMatchObject({ fanOut: 0, fanIn: 3, changes: 0 });
    const [busy, , hub] = answer.items;
    expect(hub?.centrality).toBeGreaterThan(busy?.centrality ?? 1);
    // Each measure of it but two is the largest: fan-in is 0, centrality that of a symbol nobody calls.
    const low = Math.log1p(5 * (busy?.centrality ?? 0)) / Math.log1p(5 * (hub?.centrality ?? 0));
    expect(busy?.score).toBeCloseTo(100 * (0.35 + 0.15 + 0.2 + 0.15 * low), 6);
  });

  it('[A3] leave the weight of what is not known to the other measures', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES));
    const { items } = await measures.getHotspots({ weights: { centrality: 0, fanIn: 0, fanOut: 0 } });
    expect(items.map(({ name, changes, score }) => [name, changes, Math.round(score)])).toEqual([
      ['busy', null, 100],
      ['calm', null, 100],
      ['hub', null, 60],
      ['small', null, 30],
    ]);
  });

  it('[A3] weigh as told, and keep their scores whatever the threshold', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES), { readChanges: async () => CHANGES });
    const others = { complexity: 0, fanIn: 0, fanOut: 0, changes: 0 };
    expect(names((await measures.getHotspots({ weights: others })).items)[0]).toBe('hub');
    const all = await measures.getHotspots();
    const some = await measures.getHotspots({ threshold: 3 });
    expect(some.total).toBe(3);
    expect(some.items).toEqual(all.items.slice(0, 3));
  });

  it('[A3] come in pages that join to the whole ranking', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES));
    const seen: Hotspot[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Analytics['getHotspots']>> = await measures.getHotspots({
        limit: 1,
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page.total).toBe(4);
      seen.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen).toEqual((await measures.getHotspots()).items);
  });

  it('[A3] refuse bad weights and presets, and stop when told to', async () => {
    const measures = new Analytics(await graphDatabase(NODES, EDGES));
    const nothing = { complexity: 0, fanIn: 0, fanOut: 0, centrality: 0, changes: 0 };
    for (const weights of [{ fanIn: -1 }, { changes: Number.NaN }, nothing]) {
      await expect(measures.getHotspots({ weights })).rejects.toMatchObject({ details: { argument: 'weights' } });
    }
    await expect(measures.getHotspots({ preset: 'x' as HotspotPreset })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      details: { argument: 'preset' },
    });
    await expect(measures.getHotspots({ signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
  });
});

describe('change frequency', () => {
  it('[A3] is the number of commits that touched a file, by its path in the project', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '-q');
    for (const [at, text] of ['1', '2', '3'].entries()) {
      writeTree(folder, {
        'app/often é\n.ts': `export const a = ${text};\n`,
        ...(at > 0 ? {} : { 'app/b.ts': '//\n' }),
      });
      writeTree(folder, { [`other/${text}.ts`]: '//\n' });
      git(folder, 'add', '.');
      git(folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qm', text);
    }
    const counts = await countChanges(join(folder, 'app'));
    expect(Object.fromEntries(counts ?? [])).toEqual({ 'often é\n.ts': 3, 'b.ts': 1 });
    await expect(countChanges(folder, AbortSignal.abort())).rejects.toThrow(CancelledError);
  });

  it('[A3] is not known outside of a repository, and shown for a project that is one', async () => {
    const folder = temporaryFolder();
    const project = join(folder, 'app');
    mkdirSync(project);
    expect(await countChanges(project)).toBeUndefined();
    expect(await countChanges(join(folder, 'absent'))).toBeUndefined();
    git(project, 'init', '-q');
    expect(await countChanges(project)).toBeUndefined();
    writeTree(project, { 'a.ts': 'export function f(): number {\n  return 1;\n}\n' });
    git(project, 'add', '.');
    git(project, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qm', 'one');
    mkdirSync(join(project, 'untracked'));
    expect(await countChanges(join(project, 'untracked'))).toBeUndefined();
    const store = await openStore();
    await store.index({ root: project, projectId: 'app' });
    expect((await store.analytics.getHotspots()).items).toMatchObject([{ name: 'f', changes: 1 }]);
    await store.close();
  });
});
