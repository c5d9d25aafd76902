import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

const HOME = fileURLToPath(new URL('../../', import.meta.url));

function example(name: string, ...parameters: string[]): string[] {
  return execFileSync(process.execPath, [`${HOME}examples/${name}`, ...parameters], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

it('[I4] the example of queries of your own counts words, and only where something changed', () => {
  const folder = temporaryFolder();
  writeTree(folder, { 'a.md': 'one two', 'b.md': 'three', 'c.txt': 'not counted' });
  expect(example('word-count.mjs', folder)).toEqual([
    `  executed words(${folder}/a.md): new`,
    `  executed words(${folder}/b.md): new`,
    `  executed total(${folder}): new`,
    '3 words',
    '3 words',
    `  validated words(${folder}/a.md): none`,
    `  validated total(${folder}): none`,
    '3 words',
  ]);
});

it('the page on incremental computation shows that example as it is', () => {
  const [, shown] = /```js\n(\/\/ Counts[^]*?)```/.exec(readFileSync(`${HOME}docs/incremental.md`, 'utf8')) ?? [];
  expect(shown).toBe(readFileSync(`${HOME}examples/word-count.mjs`, 'utf8'));
});
