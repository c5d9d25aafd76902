import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/index.js';
import { indexFolder, sourceFolder, testStore } from '../support/indexing.js';

interface Exported {
  readonly nodes: readonly { readonly key: string; readonly project: string; readonly embedding?: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly type: string }[];
}

async function textOf(store: Store, format: 'json' | 'jsonl', project?: string): Promise<string> {
  let text = '';
  for await (const line of store.exportLines({ format, ...(project === undefined ? {} : { project }) }))
    text += `${line}\n`;
  return text;
}

async function documentOf(store: Store, project?: string): Promise<Exported> {
  return JSON.parse(await textOf(store, 'json', project)) as Exported;
}

describe('the export of a store', () => {
  it('[U7] has all nodes, then all edges, in canonical order, as one document or a line each', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder());
    const { nodes, edges } = await documentOf(store);
    const { pdg } = await store.pdg.load('p');
    expect(nodes.map(({ key }) => key)).toEqual([...pdg.nodeIndices()].map((node) => pdg.nodeKey(node)));
    expect(edges).toHaveLength(pdg.edgeCount);
    expect(nodes.find(({ key }) => key === 'a.ts#Box.open(method)')).toMatchObject({
      project: 'p',
      name: 'open',
      qualifiedName: 'Box.open',
      type: 'method',
      language: 'typescript',
      file: 'a.ts',
      parent: 'a.ts#Box(class)',
      startLine: 6,
      endLine: 6,
      complexity: 1,
    });
    expect(edges.find(({ from, type }) => from === 'a.ts#a(function)' && type === 'call')).toEqual({
      project: 'p',
      from: 'a.ts#a(function)',
      to: 'b.ts#b(function)',
      type: 'call',
      confidence: 1,
      strategy: 'import',
      metadata: { callCount: 1, confidence: 1, strategy: 'import' },
    });
    const lines = (await textOf(store, 'jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      ...nodes.map((node) => ({ kind: 'node', ...node })),
      ...edges.map((edge) => ({ kind: 'edge', ...edge })),
    ]);
  });

  it('is the same for equal stores, and holds embeddings', async () => {
    const root = sourceFolder();
    const [first, second] = [await testStore(), await testStore()];
    await indexFolder(first, sourceFolder({ 'z.ts': 'export const z = 1;\n' }, 'other'));
    await first.projects.delete('other');
    for (const store of [first, second]) {
      await indexFolder(store, root);
      const node = await store.nodes.getByKey('p', 'a.ts#a(function)');
      await store.nodes.update(node!.id, { embedding: Uint8Array.of(0, 0, 128, 63) });
    }
    expect(await textOf(first, 'jsonl')).toBe(await textOf(second, 'jsonl'));
    const { nodes } = await documentOf(first);
    expect(nodes.filter(({ embedding }) => embedding !== undefined)).toMatchObject([
      { key: 'a.ts#a(function)', embedding: 'AACAPw==' },
    ]);
  });

  it('is that of one project when asked for, and of an empty store empty', async () => {
    const store = await testStore();
    expect(await documentOf(store)).toEqual({ nodes: [], edges: [] });
    expect(await textOf(store, 'jsonl')).toBe('');
    await indexFolder(store, sourceFolder());
    await indexFolder(store, sourceFolder({ 'q.ts': 'export const q = 1;\n' }, 'q'));
    expect((await documentOf(store, 'q')).nodes.map(({ key }) => key)).toEqual(['q.ts#(module)', 'q.ts#q(variable)']);
    expect(new Set((await documentOf(store)).nodes.map(({ project }) => project))).toEqual(new Set(['p', 'q']));
  });
});
