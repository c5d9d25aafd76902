import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/index.js';
import type { Embedder } from '../../../src/vectors/index.js';
import { RecordingEmbedder } from '../../support/embedders.js';
import { failureOf, indexFolder, sourceFolder, SOURCES, testStore } from '../../support/indexing.js';
import { pdgNode } from '../../support/pdgs.js';
import { PdgBuilder } from '../../../src/graph/index.js';
import { nodeInput } from '../../support/records.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const ALL = ['Box', 'a', 'a.ts', 'b', 'b.ts', 'c', 'c.ts', 'open'];

interface World {
  readonly store: Store;
  readonly root: string;
  readonly embedder: RecordingEmbedder;
  /** Indexes the folder and embeds; gives the names of what was embedded. */
  readonly run: () => Promise<string[]>;
  readonly write: (path: string, text: string) => void;
}

async function world(
  files: Readonly<Record<string, string>> = SOURCES,
  embedder = new RecordingEmbedder(),
): Promise<World> {
  const root = sourceFolder(files);
  const store = await testStore({ embedder });
  const run = async (): Promise<string[]> => {
    await indexFolder(store, root);
    const { embedded } = await store.embed('p');
    const names = embedder.take();
    expect(embedded).toBe(names.length);
    return names;
  };
  return { store, root, embedder, run, write: (path, text) => writeFileSync(join(root, path), text) };
}

/** For every symbol its vector, by key. */
async function vectorsOf(store: Store, embedder: Embedder, project = 'p'): Promise<Map<string, number[]>> {
  const vectors = new Map<string, number[]>();
  const choice = { model: embedder.id, dimension: embedder.dimension };
  for await (const { nodeId, vector } of store.embeddings.vectors(choice, project)) {
    vectors.set((await store.nodes.require(nodeId)).key, [...vector]);
  }
  return vectors;
}

async function vectorsFromScratch(root: string): Promise<Map<string, number[]>> {
  const embedder = new RecordingEmbedder();
  const store = await testStore({ embedder });
  await indexFolder(store, root, { projectId: 'p' });
  await store.embed('p');
  return vectorsOf(store, embedder);
}

describe('embedding a project', () => {
  it('gives the embedder for each symbol its own text, without documentation and without what is written in it', async () => {
    const { store, root, embedder } = await world({
      'm.py':
        '"""All about boxes."""\nclass Box:\n    """A box."""\n    size = 1\n    def open(self):\n        """Opens\n\n        it."""\n        return self.size\n',
      'f.ts':
        '/**\n * Adds up.\n * Größe 😀.\n */\nexport function add(a: number) {\n  // größe 😀\n  const inner = () => a;\n  return inner() + 1;\n}\n',
      'g.go': 'package g\n\n// Run runs.\n// Twice.\nfunc Run() {}\n',
    });
    await indexFolder(store, root);
    await store.embed('p');
    const texts = Object.fromEntries(embedder.inputs.map((input) => [input.name, [input.documentation, input.body]]));
    expect(texts).toMatchInlineSnapshot(`
      {
        "Box": [
          "A box.",
          "class Box:
      size = 1
      open",
        ],
        "Run": [
          "Run runs.
      Twice.",
          "func Run() {}",
        ],
        "add": [
          "Adds up.
      Größe 😀.",
          "export function add(a: number) {
      inner
      return inner() + 1;
      }",
        ],
        "f.ts": [
          null,
          "add",
        ],
        "g.go": [
          null,
          "package g
      Run",
        ],
        "inner": [
          "größe 😀",
          "const inner = () => a;",
        ],
        "m.py": [
          "All about boxes.",
          "Box",
        ],
        "open": [
          "Opens

      it.",
          "def open(self):
      return self.size",
        ],
        "size": [
          null,
          "size = 1",
        ],
      }
    `);
  });

  it('[I6] embeds nothing when nothing changed, and for a layout edit and an undo', async () => {
    const { store, run, write } = await world();
    expect(await run()).toEqual(ALL);
    expect((await store.status()).projects[0]?.embeddings).toBe(ALL.length);
    expect(await run()).toEqual([]);
    write('a.ts', SOURCES['a.ts'].replace('  return b() + 1;', '\n\n      return b() + 1;\n'));
    expect(await run()).toEqual([]);
    write('a.ts', SOURCES['a.ts'].replace('b() + 1', 'b() + 22'));
    expect(await run()).toEqual(['a']);
    write('a.ts', SOURCES['a.ts']);
    expect(await run()).toEqual([]);
  });

  it('[I6] embeds for a comment the symbol that it documents or stands in, and for a rename what it names', async () => {
    const { store, root, embedder, run, write } = await world();
    await run();
    write('b.ts', `/** Gives two. */\n${SOURCES['b.ts']}`);
    expect(await run()).toEqual(['b']);
    write('b.ts', `/** Gives two. */\n${SOURCES['b.ts'].replace('return 2', 'return 2 // two')}`);
    expect(await run()).toEqual(['b']);
    renameSync(join(root, 'b.ts'), join(root, 'lib/b.ts'));
    expect(await run()).toEqual([]);
    rmSync(join(root, 'a.ts'));
    expect(await run()).toEqual([]);
    expect(await vectorsOf(store, embedder)).toEqual(await vectorsFromScratch(root));
  });

  it('embeds the same code once for all projects of a store', async () => {
    const { store, embedder, run } = await world();
    await run();
    await indexFolder(store, sourceFolder(SOURCES, 'copy'), { projectId: 'copy' });
    expect(await store.embed('copy')).toEqual({ embedded: 0, reused: ALL.length, waiting: 0 });
    expect(embedder.take()).toEqual([]);
    expect(await vectorsOf(store, embedder, 'copy')).toEqual(await vectorsOf(store, embedder, 'p'));
  });

  it('goes on where an embedder failed, and keeps what was committed', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [`f${at}.ts`, `export function fn${at}() { return ${at}; }\n`]),
    );
    const embedder = new RecordingEmbedder();
    let left = 2;
    const failing: Embedder = {
      id: embedder.id,
      dimension: embedder.dimension,
      embed: async (batch) => {
        if (left-- === 0) throw new Error('out of memory');
        return embedder.embed(batch);
      },
    };
    const root = sourceFolder(files);
    const store = await testStore({ embedder: failing });
    await indexFolder(store, root);
    await expect(store.embed('p')).rejects.toMatchObject({ code: 'EMBEDDER_FAILED', details: { model: 'recording' } });
    const before = embedder.take().length;
    expect(before).toBe(256);
    expect((await vectorsOf(store, embedder)).size).toBe(256);
    expect((await store.verify()).ok).toBe(true);
    const { embedded } = await store.embed('p');
    expect(before + embedded).toBe(300);
    expect(await vectorsOf(store, embedder)).toEqual(await vectorsFromScratch(root));
  });

  it('leaves a file that is not what was indexed for the next run', async () => {
    const { store, root, embedder, run, write } = await world();
    await indexFolder(store, root);
    write('a.ts', 'export const changed = 1;\n');
    expect(await store.embed('p')).toMatchObject({ embedded: 4, waiting: 1 });
    embedder.take();
    expect(await run()).toEqual(['a.ts', 'changed']);
    expect(await vectorsOf(store, embedder)).toEqual(await vectorsFromScratch(root));
  });

  it('does the batch anew when a file is indexed while it is embedded', async () => {
    const { store, root, run, write, embedder } = await world();
    await indexFolder(store, root);
    const embed = embedder.embed.bind(embedder);
    let once = true;
    embedder.embed = async (batch) => {
      const vectors = await embed(batch);
      if (once) {
        once = false;
        write('b.ts', 'export function b(): number {\n  return 3;\n}\nexport function late() {}\n');
        await indexFolder(store, root);
      }
      return vectors;
    };
    await store.embed('p');
    expect(embedder.take()).toEqual(expect.arrayContaining(['late']));
    expect(await run()).toEqual([]);
    expect(await vectorsOf(store, embedder)).toEqual(await vectorsFromScratch(root));
  });

  it('embeds graphs without files, and nodes that were inserted by hand when it is asked for all', async () => {
    const embedder = new RecordingEmbedder();
    const store = await testStore({ embedder });
    await store.pdg.savePdg('g', new PdgBuilder().addNode(pdgNode('a', { documentation: 'First.' })).build());
    expect(await store.embed('g')).toEqual({ embedded: 1, reused: 0, waiting: 0 });
    await store.nodes.insert(nodeInput('late', { projectId: 'g', filePath: 'new.ts' }));
    expect(await store.embed('g')).toMatchObject({ embedded: 0 });
    expect(await store.embed('g', { all: true })).toEqual({ embedded: 1, reused: 1, waiting: 0 });
    expect(await failureOf(store.embed('nobody'))).toBe('PROJECT_NOT_FOUND');
  });

  it('stops when it is told to, and reports how far it is', async () => {
    const { store, root } = await world();
    await indexFolder(store, root);
    expect(await failureOf(store.embed('p', { signal: AbortSignal.abort() }))).toBe('CANCELLED');
    const seen: number[] = [];
    await store.embed('p', { onProgress: ({ filesDone, filesTotal }) => seen.push(filesDone, filesTotal) });
    expect(seen).toEqual([3, 3]);
  });

  it('[V6] follows the files with each model that the database was opened with', async () => {
    const root = sourceFolder();
    const path = join(temporaryFolder(), 'store.db');
    const first = new RecordingEmbedder('first');
    const second = new RecordingEmbedder('second', 3);
    const runWith = async (embedder: RecordingEmbedder): Promise<string[]> => {
      const store = await testStore({ path, embedder });
      await indexFolder(store, root);
      await store.embed('p');
      expect(await vectorsOf(store, embedder)).toHaveProperty('size', ALL.length);
      await store.close();
      return embedder.take();
    };
    expect([await runWith(first), await runWith(second)]).toEqual([ALL, ALL]);
    writeFileSync(join(root, 'b.ts'), SOURCES['b.ts'].replace('2', '5'));
    expect([await runWith(first), await runWith(second), await runWith(first)]).toEqual([['b'], ['b'], []]);
  });

  it('is part of an index run unless it is asked not to be', async () => {
    const { store, root, embedder } = await world();
    const without = await store.index({ root, workers: 0, embed: false });
    expect(without.recomputed.embeddings).toBe(0);
    expect(embedder.take()).toEqual([]);
    const phases = new Set<string>();
    const report = await store.index({ root, workers: 0, onProgress: ({ phase }) => phases.add(phase) });
    expect(report.recomputed).toEqual({ parse: 0, analysis: 0, bindings: 0, embeddings: ALL.length });
    expect(phases.has('embed')).toBe(true);
    expect((await store.index({ root, workers: 0 })).recomputed.embeddings).toBe(0);
  });

  it('[V5] gives a loaded graph the vectors that indexing made, and takes them back as they are', async () => {
    const { store, run, embedder } = await world();
    await run();
    const pdg = await store.pdg.loadPdg('p', { embeddings: true });
    expect(pdg.embeddings.size).toBe(ALL.length);
    await store.pdg.savePdg('p', pdg);
    expect(await store.embeddings.statistics()).toMatchObject([
      { model: 'given', nodes: 0, vectors: 0 },
      { model: 'recording', nodes: ALL.length },
    ]);
    expect(await vectorsOf(store, embedder)).toHaveProperty('size', ALL.length);
  });
});
