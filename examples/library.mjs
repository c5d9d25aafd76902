// Indexes a folder in memory and prints who calls a symbol: node examples/library.mjs <folder> <name>
import { isLestockageError, openStore } from 'lestockage';

const [folder = 'src', name = 'openStore'] = process.argv.slice(2);
const store = await openStore(); // in memory; openStore('code.db') keeps it in a file
try {
  const report = await store.index({ root: folder });
  console.log(`${report.nodes} symbols, ${report.edges} edges, ${report.warnings.length} warnings`);

  const callers = await store.traversal.callers(name, { depth: 2, limit: 10 });
  for (const { symbol, depth, edge } of callers.items) {
    console.log(`${depth}  ${symbol.key}  confidence ${edge.confidence} (${edge.strategy})`);
  }
  if (callers.truncated) console.log(`… ${callers.items.length} of ${callers.total}`);
} catch (error) {
  if (!isLestockageError(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await store.close();
}
