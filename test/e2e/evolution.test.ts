import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git } from '../support/git.js';
import { runCli, type CliResult } from '../support/run-cli.js';
import { writeTree } from '../support/temporary-folder.js';

const priceOf = (body: string): string => `export function priceOf(id: string): number {\n${body}}\n`;
const CART = [
  "import { priceOf } from './prices.js';",
  'export function total(ids: string[]): number {',
  '  return ids.length > 0 ? priceOf(String(ids[0])) : 0;',
  '}',
  '',
].join('\n');
const SALE = ["import { priceOf } from './prices.js';", "export const sale = (): number => priceOf('tea') / 2;", ''];

let folder: string;
let commit: string;

const shop = (): string => join(folder, 'shop');
const ask = async (...commandLine: string[]): Promise<CliResult> =>
  runCli([...commandLine, '--db', join(folder, 'code.db')]);
const json = async (...commandLine: string[]): Promise<Record<string, unknown>> => {
  const { stdout, stderr } = await ask('evolution', ...commandLine, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
};
const index = async (): Promise<void> => {
  expect((await ask('index', shop())).status).toBe(0);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-evolution-'));
  writeTree(shop(), { 'prices.ts': priceOf('  return id.length;\n'), 'cart.ts': CART });
  git(shop(), 'init', '-q');
  git(shop(), 'add', '.');
  git(shop(), '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qm', 'all');
  commit = git(shop(), 'rev-parse', 'HEAD').trim();
  await index();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Each test goes on from where the one before left the store.
describe('lestockage evolution', () => {
  it('[A5] says that there is no snapshot yet', async () => {
    expect(await ask('evolution')).toMatchObject({ status: 0, stdout: 'no snapshot was taken yet\n', stderr: '' });
    expect(await json('--list')).toEqual({ generation: 1, total: 0, truncated: false, cursor: null, items: [] });
  });

  it('[A5] takes a snapshot under the commit of the project, or under a label', async () => {
    const taken = await json('--project', 'shop', '--snapshot');
    expect(taken).toEqual({
      ...{ label: commit, project: 'shop', generation: 1 },
      takenAt: expect.any(Number) as number,
      sizeBytes: expect.any(Number) as number,
    });
    const { status, stdout } = await ask('evolution', '--snapshot', 'before', '--project', 'shop');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^before {2}shop {2}generation 1 {2}20\d\d-\d\d-\d\dT[\d:.]+Z\n$/);
    expect(await json('--snapshot', 'all')).toMatchObject({ label: 'all', project: null });
  });

  it('[A5] shows what changed up to the present, to people and to programs', async () => {
    writeTree(shop(), {
      'prices.ts': priceOf("  if (id === 'tea') {\n    return 3;\n  }\n  return id.length > 9 ? 7 : 8;\n"),
      'sale.ts': SALE.join('\n'),
    });
    await index();
    const answer = await json('--project', 'shop', '--from', 'before');
    expect(answer).toMatchObject({
      ...{ generation: 2, truncated: false, cursor: null },
      from: { label: 'before', project: 'shop', generation: 1 },
      to: { label: null, project: 'shop', generation: 2 },
      counts: { added: 2, removed: 0 },
      complexity: { before: { simple: 2 }, after: { simple: 3 } },
      nodesByType: { before: { function: 2, module: 2 }, after: { function: 3, module: 3 } },
    });
    const items = answer['items'] as Record<string, unknown>[];
    expect(items.find(({ key }) => key === 'prices.ts#priceOf(function)')).toMatchObject({
      ...{ change: 'changed', project: 'shop', type: 'function' },
      before: { complexity: 1, fanIn: 1, lines: 3 },
      after: { complexity: 3, fanIn: 2, lines: 6 },
    });
    expect(items.find(({ key }) => key === 'sale.ts#sale(function)')).toMatchObject({ change: 'added', before: null });
    const { stdout } = await ask('evolution', '--project', 'shop', '--from', 'before');
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^from {2}before {2}shop {2}generation 1 /);
    expect(lines[1]).toMatch(/^to {4}now {5}shop {2}generation 2 /);
    expect(lines).toContain('  function  2  →  3  +1');
    expect(stdout).toMatch(/\d differences: 2 added, 0 removed, \d changed\n/);
    expect(stdout).toMatch(/\n~ {2}1 → 3 +1 → 2 +0 +3 → 6 .* shop +prices\.ts#priceOf\(function\)\n/);
    expect(stdout).toMatch(/\n\+ {2}1 .* shop +sale\.ts#sale\(function\)\n/);
  });

  it('[A5] compares two snapshots, page by page', async () => {
    await json('--project', 'shop', '--snapshot', 'after');
    const whole = await json('--project', 'shop', '--from', commit, '--to', 'after');
    expect(whole).toMatchObject({ from: { label: commit }, to: { label: 'after' }, counts: { added: 2 } });
    const first = await json('--project', 'shop', '--from', commit, '--to', 'after', '--limit', '1');
    expect(first).toMatchObject({ total: whole['total'], truncated: true });
    const [cursor, limit] = [String(first['cursor']), String(whole['total'])];
    const rest = await json(
      '--project',
      'shop',
      '--from',
      commit,
      '--to',
      'after',
      '--limit',
      limit,
      '--cursor',
      cursor,
    );
    expect([...(first['items'] as []), ...(rest['items'] as [])]).toEqual(whole['items']);
    const { stdout } = await ask('evolution', '--project', 'shop', '--from', commit, '--limit', '1');
    expect(stdout).toMatch(/… 1 of \d+ shown; .*--cursor \S+\n$/);
  });

  it('[A5] lists, replaces and deletes snapshots', async () => {
    const listed = async (...scope: string[]): Promise<unknown[]> =>
      ((await json('--list', ...scope))['items'] as { label: string }[]).map(({ label }) => label);
    expect(await listed()).toEqual([commit, 'before', 'all', 'after']);
    expect(await listed('--project', 'shop')).toEqual([commit, 'before', 'after']);
    const again = await ask('evolution', '--project', 'shop', '--snapshot', 'before', '--json');
    expect([again.status, JSON.parse(again.stdout)]).toMatchObject([
      2,
      { error: { code: 'SNAPSHOT_EXISTS', details: { project: 'shop', label: 'before' } } },
    ]);
    expect(await json('--project', 'shop', '--snapshot', 'before', '--replace')).toMatchObject({ generation: 2 });
    expect(await json('--project', 'shop', '--delete', 'before')).toEqual({
      ...{ project: 'shop', label: 'before', deleted: true },
    });
    expect((await ask('evolution', '--delete', 'all')).stdout).toBe('deleted all\n');
    expect(await listed()).toEqual([commit, 'after']);
    expect((await ask('evolution')).stdout.split('\n')[0]).toMatch(new RegExp(`^${commit} {2}shop {2}generation 1 `));
  });

  it('[A5] ends with 3 for what does not exist and with 2 for options that do not go together', async () => {
    expect((await ask('evolution', '--from', 'absent')).status).toBe(3);
    expect((await ask('evolution', '--delete', 'absent')).status).toBe(3);
    expect((await ask('evolution', '--project', 'absent')).status).toBe(3);
    expect((await runCli(['evolution', '--snapshot', '--db', join(folder, 'absent.db')])).status).toBe(3);
    for (const wrong of [
      ['--to', 'after'],
      ['--replace'],
      ['--snapshot', 'x', '--from', 'after'],
      ['--list', '--from', 'after'],
      ['--snapshot', ' '],
    ]) {
      expect((await ask('evolution', ...wrong)).status, wrong.join(' ')).toBe(2);
    }
  });
});
