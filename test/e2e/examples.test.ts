import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sourceFolder } from '../support/indexing.js';
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

it('the example of the library prints who calls a symbol', () => {
  const [counts, ...callers] = example('library.mjs', sourceFolder(), 'b');
  expect(counts).toMatch(/^8 symbols, \d+ edges, 0 warnings$/);
  expect(callers).toContain('1  a.ts#a(function)  confidence 1 (import)');
});

it('the example of search finds a symbol by name and by meaning', () => {
  const files = {
    'a.ts':
      'export function readConfigFile(path: string) { return path; }\nexport function drawCircle(radius: number) { return radius; }\n',
  };
  const lines = example('search.mjs', sourceFolder(files), 'read config');
  const best = (kind: string): string | undefined => lines.find((line) => line.startsWith(kind));
  expect(best('name')).toContain('a.ts#readConfigFile(function)');
  expect(best('meaning')).toContain('a.ts#readConfigFile(function)');
});

it('the example across projects follows a name into the other project, and back to who depends on it', () => {
  const app = sourceFolder(
    {
      'package.json': '{"name":"app","dependencies":{"lib":"^1.0.0"}}',
      'main.ts': "import { priceOf } from 'lib';\nexport function total() {\n  return priceOf();\n}\n",
    },
    'app',
  );
  const lib = sourceFolder(
    {
      'package.json': '{"name":"lib","version":"1.0.0","main":"index.ts"}',
      'index.ts': 'export function priceOf() {\n  return 1;\n}\n',
    },
    'lib',
  );
  const lines = example('across-projects.mjs', app, lib, 'priceOf');
  expect(lines[0]).toMatch(/^1 {2}lib\/\/index\.ts#priceOf\(function\) {2}of lib /);
  expect(lines).toContain('depends, 1 away: app//main.ts#total(function)');
  expect(lines).toContain('app depends on lib');
});

it('the example of exchange writes both formats, and reads one back as the same graph', () => {
  const folder = temporaryFolder();
  const lines = example('exchange.mjs', sourceFolder(), folder);
  expect(lines.map((line) => line.replace(/^\S+: /, ''))).toEqual([
    lines[0]?.replace('p: ', ''),
    lines[0]?.replace('p: ', ''),
  ]);
  expect(readdirSync(folder).sort()).toEqual(['graph.dot', 'index.scip']);
  expect(readFileSync(join(folder, 'graph.dot'), 'utf8')).toMatch(/^digraph [^]*}\n$/);
});

it('every example is linked from the guide, and short', () => {
  const guide = readFileSync(`${HOME}docs/guide.md`, 'utf8');
  for (const name of readdirSync(`${HOME}examples`).filter((each) => each !== 'demo.mjs')) {
    expect(guide).toContain(`(../examples/${name})`);
    expect(readFileSync(`${HOME}examples/${name}`, 'utf8').split('\n').length).toBeLessThanOrEqual(45);
  }
});
