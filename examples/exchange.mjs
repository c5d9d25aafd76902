// Indexes a folder, writes it for Graphviz and as a SCIP index, and reads that index as another project:
// node examples/exchange.mjs <folder> <folder for the files>
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openStore } from 'lestockage';

const [folder = 'src', out = '.'] = process.argv.slice(2);
const store = await openStore();
try {
  const { project, nodes, edges } = await store.index({ root: folder, embed: false });
  console.log(`${project}: ${nodes} symbols, ${edges} edges`);

  // Both are streams from one state of the store: the graph is never held as a whole.
  const lines = async function* () {
    for await (const line of store.exportLines({ format: 'dot', project })) yield `${line}\n`;
  };
  await pipeline(Readable.from(lines()), createWriteStream(join(out, 'graph.dot')));

  const index = join(out, 'index.scip');
  await pipeline(Readable.from(store.exportScip(project)), createWriteStream(index));
  const copy = await store.importScip({ path: index, projectId: `${project}-copy` });
  console.log(`${copy.project}: ${copy.nodes} symbols, ${copy.edges} edges`);
} finally {
  await store.close();
}
