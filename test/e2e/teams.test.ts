import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fetchSqld } from '../../scripts/fetch-sqld.mjs';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

/** The law: docs/teams.md works as it is written; only its ports and folders are others here. */

const DOCUMENT = fileURLToPath(new URL('../../docs/teams.md', import.meta.url));
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const TIMEOUT_MS = 300_000;
const SHOP = {
  'cart.ts':
    "import { price } from './price.js';\nexport function total(cart: string[]) {\n  return cart.length * price();\n}\n",
  'price.ts': 'export function price() {\n  return 3;\n}\n',
  'checkout.ts': "import { total } from './cart.js';\nexport function checkout() {\n  return total([]);\n}\n",
};

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** What a reader types, in order. */
function commandsOf(document: string): string[] {
  return [...document.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
}

/** Ends the servers of a run that did not get to its last lines. */
function killLeftOver(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.pid'))) {
    try {
      process.kill(Number(readFileSync(join(folder, name), 'utf8')), 'SIGKILL');
    } catch {
      // It has ended, as the document has it.
    }
  }
}

describe('the set-up of a team', { timeout: TIMEOUT_MS }, () => {
  it('[V1] works word for word, with a primary, two replicas, CI and a laptop', async () => {
    const base = temporaryFolder();
    const [team, shop, home, bin] = ['team', 'shop', 'home', 'bin'].map((name) => join(base, name)) as [
      string,
      string,
      string,
      string,
    ];
    for (const folder of [home, bin, shop]) mkdirSync(folder);
    writeTree(shop, SHOP);
    symlinkSync(await fetchSqld(), join(bin, 'sqld'));
    writeFileSync(join(bin, 'lestockage'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
    chmodSync(join(bin, 'lestockage'), 0o755);
    symlinkSync(process.execPath, join(bin, 'node'));
    onTestFinished(() => killLeftOver(team));

    const ports = await freePorts(4);
    const blocks = commandsOf(readFileSync(DOCUMENT, 'utf8'));
    expect(blocks.length).toBe(9);
    let script = ['set -eu', ...blocks.map((block, at) => `echo "# block ${at + 1}"\n${block}`)].join('\n');
    for (const [at, port] of ['8080', '8081', '8082', '5001'].entries()) {
      script = script.replaceAll(port, String(ports[at]));
    }
    script = script.replaceAll('/srv/lestockage', team).replaceAll('/srv/checkout/shop', shop);
    const { status, output } = await run(script, { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: home });

    expect(status, output.slice(-3000)).toBe(0);
    const parts = output.split(/# block \d+\n/);
    expect(parts[3]).toMatch(/pushed 1 project/);
    expect(parts[4]).toMatch(/cart\.ts:1[^]*checkout\.ts:2/);
    expect(parts[5]).toMatch(/checkout\.ts:2/);
    expect(parts[6]).toMatch(/pulled 1 project[^]*0 parsed/);
    expect(parts[7]).toContain('"ok":true');
    expect(parts[8]).toMatch(/refund\.ts:1/);
  });
});

async function run(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<{ status: number | null; output: string }> {
  const child = spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { status, output };
}
