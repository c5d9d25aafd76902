// Indexes a folder and looks for symbols by name and by meaning: node examples/search.mjs <folder> <text>
import { openStore, queryInput } from 'lestockage';

const [folder = 'src', text = 'open store'] = process.argv.slice(2);
const store = await openStore();
try {
  const { project } = await store.index({ root: folder });

  // By name: the exact one first, then those with its parts.
  const named = await store.symbols.searchByName(text.replaceAll(' ', ''), { limit: 5 });
  for (const { key, score, why } of named.items) console.log(`name     ${score.toFixed(2)}  ${key}  (${why})`);

  // By meaning: the vectors of all symbols, compared with that of the text.
  const { embedder } = store;
  const [wanted] = await embedder.embed([queryInput(text)]);
  const found = [];
  for await (const { nodeId, vector } of store.embeddings.vectors(
    { model: embedder.id, dimension: embedder.dimension },
    project,
  )) {
    found.push({ nodeId, score: vector.reduce((sum, value, at) => sum + value * wanted[at], 0) });
  }
  found.sort((a, b) => b.score - a.score);
  for (const { nodeId, score } of found.slice(0, 5)) {
    const { key } = await store.nodes.require(nodeId);
    console.log(`meaning  ${score.toFixed(2)}  ${key}`);
  }
} finally {
  await store.close();
}
