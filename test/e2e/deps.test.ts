import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, type CliResult } from '../support/run-cli.js';
import { writeTree } from '../support/temporary-folder.js';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-deps-'));
  writeTree(folder, {
    'app/package.json': JSON.stringify({
      name: 'app',
      version: '0.1.0',
      dependencies: { cart: '^1.0.0' },
      devDependencies: { tester: 'npm:real-tester@2' },
    }),
    'app/package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: { 'node_modules/cart': { version: '1.1.0' } },
    }),
    'app/main.ts': 'export const main = 1;\n',
    'cart/package.json': JSON.stringify({ name: 'cart', version: '1.1.0' }),
    'cart/cart.ts': 'export const cart = 1;\n',
  });
  const { status } = await ask('index', join(folder, 'app'), join(folder, 'cart'));
  expect(status).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask(...commandLine: string[]): Promise<CliResult> {
  return runCli([...commandLine, '--db', join(folder, 'code.db')]);
}

const CART = {
  project: 'app',
  package: 'app',
  packageVersion: '0.1.0',
  manager: 'npm',
  name: 'cart',
  alias: null,
  range: '^1.0.0',
  lockedVersion: '1.1.0',
  kind: 'normal',
  provider: 'cart',
  providers: ['cart'],
  manifest: 'package.json',
  names: 0,
  uses: 0,
};

describe('lestockage deps', () => {
  it('[X4] gives what the manifests of a project ask for, indexed or not', async () => {
    const { status, stdout, stderr } = await ask('deps', 'app', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      generation: 2,
      total: 2,
      truncated: false,
      cursor: null,
      items: [
        CART,
        {
          ...CART,
          name: 'real-tester',
          alias: 'tester',
          range: '2',
          lockedVersion: null,
          kind: 'development',
          provider: null,
          providers: [],
        },
      ],
    });
  });

  it('lines it up for people, says that there is nothing or more, and ends with 3 for an unknown project', async () => {
    expect((await ask('deps')).stdout.trimEnd().split('\n')).toEqual([
      'project  package    asks for                   range   locked  kind         provided by  uses  manifest',
      'app      app@0.1.0  npm:cart                   ^1.0.0  1.1.0   normal       cart         0     package.json',
      'app      app@0.1.0  npm:real-tester as tester  2               development               0     package.json',
    ]);
    expect((await ask('deps', 'cart')).stdout).toBe('no manifest asks for a package\n');
    expect((await ask('deps', '--limit', '1')).stdout).toMatch(/… 1 of 2 shown; .*--cursor \S+\n$/);
    expect((await ask('deps', 'absent')).status).toBe(3);
  });
});

describe('lestockage dependents', () => {
  it('gives who asks for the packages of a project, or for a package', async () => {
    for (const of of ['cart', 'npm:cart']) {
      const { status, stdout } = await ask('dependents', of, '--json');
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ total: 1, truncated: false, items: [CART] });
    }
    expect((await ask('dependents', 'app')).stdout).toBe('nothing depends on it\n');
  });

  it('ends with 3 for an unknown package, and lists nobody for a symbol that no other project uses', async () => {
    const unknown = await ask('dependents', 'nobody', '--json');
    expect({ status: unknown.status, body: JSON.parse(unknown.stdout) as unknown }).toMatchObject({
      status: 3,
      body: { error: { code: 'PACKAGE_NOT_FOUND', details: { name: 'nobody' } } },
    });
    const key = await ask('dependents', 'cart//cart.ts#cart(variable)', '--json');
    expect({ status: key.status, body: JSON.parse(key.stdout) as unknown }).toMatchObject({
      status: 0,
      body: { total: 0, items: [] },
    });
  });
});
