import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** A server for one run, with nothing in it. */
export interface BenchServer {
  readonly port: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

export const SQLD_VERSION = '0.24.32';

/** A server for as long as `use` takes. */
export async function withServer<T>(projectRoot: string, use: (server: BenchServer) => Promise<T>): Promise<T> {
  const server = await startServer(projectRoot);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Starts sqld, the server that the tests use as well, on a free port of this machine. */
async function startServer(projectRoot: string): Promise<BenchServer> {
  const script = pathToFileURL(join(projectRoot, 'scripts', 'fetch-sqld.mjs')).href;
  const { fetchSqld } = (await import(script)) as { readonly fetchSqld: () => Promise<string> };
  const program = await fetchSqld();
  const folder = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  const port = await freePort();
  const line = ['--db-path', join(folder, 'data'), '--http-listen-addr', `127.0.0.1:${port}`, '--no-welcome'];
  const grpc = ['--grpc-listen-addr', `127.0.0.1:${await freePort()}`];
  const child = spawn(program, [...line, ...grpc, '--idle-shutdown-timeout-s', '600'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  process.once('exit', () => child.kill('SIGKILL'));
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answers = await fetch(`http://127.0.0.1:${port}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (answers) return { port, stop };
    if (performance.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error('The server did not start.');
    }
    await pause(20);
  }
}

/** Passes everything on to a port, and lets each answer wait for so long: a network that is far away. */
export async function startDelay(targetPort: number, delayMs: number): Promise<BenchServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => upstream.write(data));
    // Timers of one length go off in the order in which they were set.
    upstream.on('data', (data) => setTimeout(() => client.writable && client.write(data), delayMs));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
