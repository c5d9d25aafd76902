// Counts the words of all Markdown files of a folder, and again only those that changed:
// node examples/word-count.mjs <folder>
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineInput, defineQuery, openStore } from 'lestockage';

const [folder = '.'] = process.argv.slice(2);

// Inputs are what lies outside. They are read when a query asks for them; undefined stands for "not there".
const files = defineInput({
  name: 'files',
  read: async (path) => (await readdir(path)).filter((name) => name.endsWith('.md')).sort(),
});
const text = defineInput({ name: 'text', read: (path) => readFile(path, 'utf8').catch(() => undefined) });

// Queries ask inputs and each other. What they asked is written down with the result.
const words = defineQuery({
  name: 'words',
  version: 1,
  compute: (ask, path) => (ask.input(text, path) ?? '').split(/\s+/).filter(Boolean).length,
});
const total = defineQuery({
  name: 'total',
  version: 1,
  compute: (ask, path) => ask.input(files, path).reduce((sum, name) => sum + ask.get(words, join(path, name)), 0),
});

const store = await openStore(); // in memory; openStore('code.db') keeps the results for the next run
const space = store.queries('word-count', [files, text, words, total], {
  onEvent: ({ query, key, action, reason }) => console.log(`  ${action} ${query}(${key}): ${reason}`),
});
try {
  console.log(`${await space.get(total, folder)} words`);

  // Nothing was said to have changed, so nothing is computed.
  console.log(`${await space.get(total, folder)} words`);

  // One file may have changed. It is read again; as it is what it was, nothing is computed from it.
  const [first = 'none.md'] = await files.read(folder);
  await space.changed(text, [join(folder, first)]);
  console.log(`${await space.get(total, folder)} words`);
} finally {
  await store.close();
}
