import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { IndexSchema } from '@c4312/scip/scip_pb.js';
import { PdgBuilder } from '../../../src/graph/index.js';
import type { Store } from '../../../src/store/index.js';
import { indexFolder } from '../index-folder.js';
import { floats, leIndexDatabase } from '../leindex-database.js';

/** A piece of work on a store that may fail anywhere, and may be tried again. */
export interface Operation {
  readonly name: string;
  /** A check that tells, and rightly, that it was cut short; searches say so as well. */
  readonly mayFail?: string;
  /** What has to be there before. */
  prepare?(store: Store, at: Workplace): Promise<void>;
  run(store: Store, at: Workplace): Promise<unknown>;
}

/** The folders that an operation reads. */
export interface Workplace {
  readonly folder: string;
  readonly app: string;
  readonly core: string;
}

const CORE = {
  'package.json': '{"name": "core", "version": "1.0.0", "exports": "./index.ts"}',
  'index.ts': `export function area(width: number, height: number): number {
  if (width < 0 || height < 0) return 0;
  return width * height;
}
export class Shape {
  size() { return area(1, 2); }
}
`,
};
const APP = {
  'package.json': '{"name": "app", "version": "1.0.0", "dependencies": {"core": "^1.0.0"}}',
  'main.ts': `import { area, Shape } from 'core';
import { twice } from './lib/twice.js';
export function main(): number {
  const shape = new Shape();
  return twice(area(3, 4)) + shape.size();
}
`,
  'lib/twice.ts': `export function twice(value: number): number {
  let sum = 0;
  for (let at = 0; at < 2; at++) sum += value;
  return sum;
}
`,
};
const EDITED = {
  'lib/twice.ts': APP['lib/twice.ts'].replace('at < 2', 'at < 2 && value !== 0'),
  'main.ts': APP['main.ts'].replace('twice(area(3, 4))', 'twice(area(3, 4)) - area(1, 1)'),
  'more.ts': "import { main } from './main.js';\nexport const more = (): number => main() + 1;\n",
};

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Two projects below a folder, one of which uses the other. */
export function makeWorkplace(folder: string): Workplace {
  const at = { folder, app: join(folder, 'app'), core: join(folder, 'core') };
  write(at.core, CORE);
  write(at.app, APP);
  return at;
}

/** Edits a body, so that there are facts and results of before and after. */
export function editApp({ app }: Workplace, word: string): void {
  write(app, {
    ...EDITED,
    'lib/twice.ts': EDITED['lib/twice.ts'].replace('let sum = 0;', `let sum = '${word}'.length - ${word.length};`),
  });
}

/** Both projects, linked and embedded, with an index over the vectors. */
export async function indexAll(store: Store, { app, core }: Workplace): Promise<void> {
  await store.index({ root: core, workers: 0 });
  await store.index({ root: app, workers: 0 });
}

/** What a compiler might say of the project; here it says what the store does. */
async function exported(store: Store, { folder }: Workplace): Promise<void> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.exportScip('app')) pieces.push(piece);
  const index = fromBinary(IndexSchema, Buffer.concat(pieces));
  if (index.metadata?.toolInfo !== undefined) index.metadata.toolInfo.name = 'a-compiler';
  writeFileSync(join(folder, 'app.scip'), toBinary(IndexSchema, index));
}

const NODES = [2, 3, 5].map((id) => ({
  id,
  file: 'src/cart.rs',
  name: `Cart::f${id}`,
  type: 'method',
  embedding: floats([id, 1, 2, 3]),
  format: null,
}));

export const OPERATIONS: readonly Operation[] = [
  {
    name: 'index what changed',
    prepare: async (_, { app }) => write(app, EDITED),
    run: async (store, { app }) => indexFolder(store, app),
  },
  {
    name: 'index, link and embed what changed',
    prepare: async (_, { app, core }) => {
      write(app, EDITED);
      write(core, { 'index.ts': CORE['index.ts'].replace('width * height', 'width * height * 1') });
    },
    run: async (store, at) => indexAll(store, at),
  },
  {
    name: 'index a project for the first time',
    prepare: async (_, { folder }) => write(join(folder, 'next'), { ...APP, ...EDITED }),
    run: async (store, { folder }) => store.index({ root: join(folder, 'next'), workers: 0 }),
  },
  {
    name: 'link',
    prepare: async (store, { app }) => {
      write(app, EDITED);
      await indexFolder(store, app);
    },
    run: async (store) => store.link(),
  },
  {
    name: 'embed',
    prepare: async (store, { app }) => {
      write(app, EDITED);
      await indexFolder(store, app);
    },
    run: async (store) => store.embed('app'),
  },
  {
    name: 'lay an index of a compiler over a project',
    prepare: exported,
    run: async (store, { folder, app }) =>
      store.importScip({ path: join(folder, 'app.scip'), projectId: 'app', root: app }),
  },
  {
    name: 'take an index of a compiler back',
    prepare: async (store, at) => {
      await exported(store, at);
      await store.importScip({ path: join(at.folder, 'app.scip'), projectId: 'app', root: at.app });
    },
    run: async (store) => store.removeScip('app'),
  },
  {
    name: 'import a project from a compiler',
    prepare: exported,
    run: async (store, { folder }) => store.importScip({ path: join(folder, 'app.scip'), projectId: 'imported' }),
  },
  {
    name: 'import a LeIndex database',
    prepare: async (_, { folder }) =>
      void leIndexDatabase({ nodes: NODES, edges: [[2, 3, 'call']] }, join(folder, 'le.db')),
    run: async (store, { folder }) => store.importLeIndex({ path: join(folder, 'le.db') }),
  },
  {
    name: 'save a graph',
    run: async (store) => {
      const builder = new PdgBuilder(await store.pdg.loadPdg('core'));
      return store.pdg.savePdg('copy', builder.build());
    },
  },
  { name: 'delete a graph', run: async (store) => store.pdg.deletePdg('core') },
  { name: 'delete a project', run: async (store) => store.projects.delete('core') },
  { name: 'build the index over vectors', run: async (store) => store.vectors.rebuild() },
  {
    name: 'make the words of search anew',
    mayFail: 'search-words',
    run: async (store) => store.rebuildSearch(),
  },
  {
    name: 'take a snapshot of measures',
    run: async (store) => store.analytics.takeSnapshot({ label: 'now', replace: true }),
  },
];
