import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const READY_WITHIN_MS = 20_000;
const TRY_AGAIN_MS = 50;

/** Runs a libSQL server on a free port of this machine, in a folder of its own, for as long as `use` takes. */
export async function withSqld<T>(projectRoot: string, use: (url: string) => Promise<T>): Promise<T> {
  const script = pathToFileURL(join(projectRoot, 'scripts', 'fetch-sqld.mjs')).href;
  const { fetchSqld } = (await import(script)) as { fetchSqld: () => Promise<string> };
  const program = await fetchSqld();
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const port = await freePort();
  const child = spawn(program, ['-d', join(folder, 'data'), '--http-listen-addr', `127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  try {
    await ready(url, () => child.exitCode !== null);
    return await use(url);
  } finally {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function ready(url: string, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch (error) {
      if (hasEnded() || performance.now() > deadline) throw error;
    }
    await pause(TRY_AGAIN_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
