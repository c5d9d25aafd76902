// Indexes a folder and looks for symbols by name and by meaning: node examples/search.mjs <folder> <text>
import { openStore } from 'lestockage';

const [folder = 'src', text = 'open store'] = process.argv.slice(2);
const store = await openStore();
try {
  await store.index({ root: folder });

  // By name: the exact one first, then those with its parts.
  const named = await store.search(text.replaceAll(' ', ''), { mode: 'name', k: 5 });
  for (const { key, score, why } of named.items) console.log(`name     ${score.toFixed(2)}  ${key}  (${why})`);

  // By meaning: the vectors of all symbols, compared with that of the text.
  const meant = await store.search(text, { mode: 'semantic', k: 5 });
  for (const { key, score, why } of meant.items) console.log(`meaning  ${score.toFixed(2)}  ${key}  (${why})`);

  // By names, words and meaning at once, which is what a search does unless told.
  const { items, total, truncated } = await store.search(text, { k: 5 });
  for (const { key, score, why } of items) console.log(`all      ${score.toFixed(2)}  ${key}  (${why})`);
  if (truncated) console.log(`… ${items.length} of ${total} that were ranked`);
} finally {
  await store.close();
}
