import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, type CliResult } from '../support/run-cli.js';
import { writeTree } from '../support/temporary-folder.js';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-impact-'));
  writeTree(join(folder, 'shop'), {
    'prices.ts': 'export function priceOf(id: string): number {\n  return id.length;\n}\n',
    'cart.ts': [
      "import { priceOf } from './prices.js';",
      'export class Cart {',
      '  total(): number {',
      "    return priceOf('tea');",
      '  }',
      '}',
      '',
    ].join('\n'),
    'main.ts': [
      "import { Cart } from './cart.js';",
      'export function main(): number {',
      '  return new Cart().total();',
      '}',
      '',
    ].join('\n'),
  });
  const { status } = await runCli(['index', join(folder, 'shop'), '--db', join(folder, 'code.db')]);
  expect(status).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(...commandLine: string[]): Promise<CliResult> {
  return runCli([...commandLine, '--db', join(folder, 'code.db')]);
}

interface Item {
  readonly symbol: { readonly key: string };
  readonly depth: number;
  readonly path: readonly string[];
}

describe('lestockage impact', () => {
  it('gives what depends on a symbol through calls, with the path back to it', async () => {
    const { status, stdout, stderr } = await ask('impact', 'priceOf', '--type', 'call', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const body = JSON.parse(stdout) as { items: Item[] };
    expect(body).toMatchObject({ generation: 1, total: 2, truncated: false, cursor: null });
    expect(body.items.map(({ symbol, depth, path }) => ({ key: symbol.key, depth, path }))).toEqual([
      {
        key: 'cart.ts#Cart.total(method)',
        depth: 1,
        path: ['cart.ts#Cart.total(method)', 'prices.ts#priceOf(function)'],
      },
      {
        key: 'main.ts#main(function)',
        depth: 2,
        path: ['main.ts#main(function)', 'cart.ts#Cart.total(method)', 'prices.ts#priceOf(function)'],
      },
    ]);
  });

  it('follows every dependency unless told, as deep as asked', async () => {
    const all = JSON.parse((await ask('impact', 'priceOf', '--json')).stdout) as { items: Item[] };
    const keys = all.items.map((item) => `${item.depth} ${item.symbol.key}`);
    expect(keys).toContain('1 cart.ts#(module)');
    expect(keys).toContain('2 main.ts#main(function)');
    const near = JSON.parse((await ask('impact', 'priceOf', '--depth', '1', '--json')).stdout) as { items: Item[] };
    expect(near.items.map((item) => `${item.depth} ${item.symbol.key}`)).toEqual(
      keys.filter((key) => key.startsWith('1 ')),
    );
  });

  it('shows the path to people, says that there is more, and that nothing depends on a symbol', async () => {
    const { stdout } = await ask('impact', 'priceOf', '--type', 'call');
    expect(stdout.trimEnd().split('\n')).toEqual([
      '1  method    Cart.total  shop:cart.ts:3',
      '2  function  main        shop:main.ts:2  → cart.ts#Cart.total(method) → prices.ts#priceOf(function)',
    ]);
    expect((await ask('impact', 'priceOf', '--limit', '1')).stdout).toMatch(/… 1 of \d+ shown; .*--cursor \S+\n$/);
    const none = await ask('impact', 'main', '--type', 'call', '--across');
    expect(none).toMatchObject({ status: 0, stdout: 'nothing depends on it\n' });
  });

  it('ends with 3 for an unknown symbol and with 2 for a bad depth or type', async () => {
    expect((await ask('impact', 'absent')).status).toBe(3);
    expect((await ask('impact', 'priceOf', '--depth', '0')).status).toBe(2);
    expect((await ask('impact', 'priceOf', '--type', 'calls')).status).toBe(2);
  });
});
