import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../src/index.js';
import { runCli, type CliResult } from '../support/run-cli.js';
import { writeTree } from '../support/temporary-folder.js';

const SUMS = [
  '// Two results of one loop.',
  'export function sums(n: number) {',
  '  let sum = 0;',
  '  let squares = 0;',
  '  for (let i = 0; i < n; i++) {',
  '    sum += i;',
  '    squares += i * i;',
  '  }',
  '  console.log(sum);',
  '  return squares;',
  '}',
  '',
].join('\n');

const DEEP = `function f(a) {\n  return ${'(\n'.repeat(2000)}a${')\n'.repeat(2000)};\n}\n`;

let folder: string;
let database: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-slice-'));
  database = join(folder, 'code.db');
  writeTree(join(folder, 'code'), {
    'src/sums.ts': SUMS,
    'src/late.ts': SUMS,
    'a.rb': 'def f(a)\n  a\nend\n',
    'deep.js': DEEP,
  });
  expect((await runCli(['index', join(folder, 'code'), '--project', 'p', '--db', database])).status).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(...commandLine: string[]): Promise<CliResult> {
  return runCli([...commandLine, '--db', database], { cwd: join(folder, 'code', 'src') });
}

async function codeOf(...commandLine: string[]): Promise<[status: number | null, code: unknown]> {
  const { status, stdout } = await ask(...commandLine, '--json');
  return [status, (JSON.parse(stdout) as { error: { code: string } }).error.code];
}

it('[P4] prints the lines a line depends on, with their numbers', async () => {
  const { status, stdout } = await ask('slice', 'src/sums.ts:9');
  expect(status).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'function  sums  p:src/sums.ts:2',
    '2  export function sums(n: number) {',
    '3    let sum = 0;',
    '5    for (let i = 0; i < n; i++) {',
    '6      sum += i;',
    '9    console.log(sum);',
    '',
  ]);
});

it('gives one document with the function and the lines, and takes a path from the current folder', async () => {
  const { status, stdout } = await ask('slice', 'sums.ts:4', '--forward', '--json');
  expect(status).toBe(0);
  const { function: named, lines } = JSON.parse(stdout) as { function: Record<string, unknown>; lines: number[] };
  expect(named).toMatchObject({ key: 'src/sums.ts#sums(function)', project: 'p', startLine: 2, complexity: 2 });
  expect(lines).toEqual([4, 7, 10]);
});

it('[P4] keeps the graph of a function by the hash of its content, and finds it where the function is elsewhere', async () => {
  const store = await openStore(database);
  try {
    const { function: symbol, lines } = await store.slice({ file: 'src/late.ts', line: 10 });
    expect(lines).toEqual([2, 4, 5, 7, 10]);
    const node = await store.nodes.require(symbol.id);
    const kept = (await store.cache.get(node.contentHash))?.cfgData ?? null;
    expect(kept).not.toBeNull();
    // What is kept is used, and what is damaged is computed again.
    await store.cache.put(node.contentHash, { cfgData: (kept ?? new Uint8Array()).subarray(0, 40) });
    expect((await store.slice({ file: 'src/late.ts', line: 10 })).lines).toEqual(lines);
    expect((await store.cache.get(node.contentHash))?.cfgData).toEqual(kept);
  } finally {
    await store.close();
  }
});

it('says what is wrong with a place, and fails with the status of it', async () => {
  expect(await codeOf('slice', 'src/sums.ts:1')).toEqual([3, 'FUNCTION_NOT_FOUND']);
  expect(await codeOf('slice', 'src/none.ts:1')).toEqual([3, 'FILE_NOT_FOUND']);
  expect(await codeOf('slice', 'a.rb:2')).toEqual([3, 'FLOW_NOT_AVAILABLE']);
  expect(await codeOf('slice', 'deep.js:2')).toEqual([3, 'FLOW_NOT_AVAILABLE']);
  expect(await codeOf('slice', 'src/sums.ts:3', '--project', 'q')).toEqual([3, 'PROJECT_NOT_FOUND']);
  for (const place of ['src/sums.ts', 'src/sums.ts:0', ':3', 'src/sums.ts:x']) {
    expect((await ask('slice', place)).status, place).toBe(2);
  }
});

it('does not slice a file that changed since it was indexed', async () => {
  appendFileSync(join(folder, 'code', 'src', 'late.ts'), '// more\n');
  expect(await codeOf('slice', 'src/late.ts:9')).toEqual([2, 'FILE_CHANGED']);
});
