import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fetchSqld } from '../../../scripts/fetch-sqld.mjs';

export interface SqldOptions {
  /** The server to replicate from; writes go on to it. */
  readonly replicaOf?: SqldServer;
  /** Takes only tokens that this key signed. */
  readonly jwtKey?: JwtKey;
  readonly namespaces?: boolean;
  /** More arguments of the program. */
  readonly more?: readonly string[];
}

interface Ports {
  readonly http: number;
  readonly grpc: number;
  readonly admin: number;
}

/** No server that a killed test run left behind stays for long. */
const IDLE_SHUTDOWN_S = 120;
const READY_WITHIN_MS = 20_000;
const running = new Set<SqldServer>();
process.on('exit', () => {
  for (const server of running) server.remove();
});

/** A real libSQL server on free ports of this machine, with a folder of its own. */
export class SqldServer {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private log = '';

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly ports: Ports,
    private readonly options: SqldOptions,
  ) {}

  /** Starts a server and waits until it answers. Whoever starts it stops it. */
  static async start(options: SqldOptions = {}): Promise<SqldServer> {
    const program = await fetchSqld();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-sqld-')));
    const [http = 0, grpc = 0, admin = 0] = await freePorts(3);
    const server = new SqldServer(program, folder, { http, grpc, admin }, options);
    running.add(server);
    await server.launch();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${this.ports.http}`;
  }

  get port(): number {
    return this.ports.http;
  }

  get grpcUrl(): string {
    return `http://127.0.0.1:${this.ports.grpc}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.ports.admin}`;
  }

  /** The URL of a namespace, whose name a test has to make known as the name of this machine. */
  urlOfNamespace(name: string): string {
    return `http://${name}.localhost:${this.ports.http}`;
  }

  async createNamespace(name: string): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const url = `${this.adminUrl}/v1/namespaces/${name}/create`;
    const response = await fetch(url, { method: 'POST', headers, body: '{}' });
    if (!response.ok) throw new Error(`No namespace ${name}: ${response.status} ${await response.text()}`);
  }

  /** Ends the process at once, as a power failure does; its folder stays. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.ended;
  }

  /** Loses all that a server that does not run has stored. */
  forget(): void {
    rmSync(join(this.folder, 'data'), { recursive: true, force: true });
  }

  /** Starts it again on the same ports and folder. */
  async launch(): Promise<void> {
    const child = spawn(this.program, this.commandLine(), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, RUST_LOG: 'warn', NO_COLOR: '1' },
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.log = (this.log + text).slice(-20_000)));
    }
    this.ended = new Promise((resolve) => child.on('close', () => resolve()));
    await this.ready(child);
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    this.remove();
  }

  /** What can be done without waiting. */
  remove(): void {
    this.child?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
    running.delete(this);
  }

  private commandLine(): string[] {
    const { replicaOf, jwtKey, namespaces, more } = this.options;
    const { http, grpc, admin } = this.ports;
    mkdirSync(this.folder, { recursive: true });
    const line = ['--db-path', join(this.folder, 'data'), '--http-listen-addr', `127.0.0.1:${http}`, '--no-welcome'];
    line.push('--idle-shutdown-timeout-s', String(IDLE_SHUTDOWN_S));
    if (replicaOf === undefined) line.push('--grpc-listen-addr', `127.0.0.1:${grpc}`);
    else line.push('--primary-grpc-url', replicaOf.grpcUrl);
    if (namespaces === true) line.push('--enable-namespaces', '--admin-listen-addr', `127.0.0.1:${admin}`);
    if (jwtKey !== undefined) {
      const file = join(this.folder, 'jwt.pem');
      writeFileSync(file, jwtKey.publicPem);
      line.push('--auth-jwt-key-file', file);
    }
    return [...line, ...(more ?? [])];
  }

  private async ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const answered = await fetch(`${this.url}/health`).then(
        (response) => response.ok,
        () => false,
      );
      if (answered) return;
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`The server did not start:\n${this.log}`);
      await pause(20);
    }
  }
}

/** A key pair whose public half a server knows, and tokens made with the other. */
export class JwtKey {
  readonly publicPem: string;
  private readonly privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    this.publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    this.privateKey = privateKey;
  }

  /** A token with access `rw` or `ro`; `expiresAt` in seconds since the Unix epoch. */
  token(access: 'rw' | 'ro', expiresAt?: number): string {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { a: access, ...(expiresAt === undefined ? {} : { exp: expiresAt }) };
    const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`;
    return `${signed}.${sign(null, Buffer.from(signed), this.privateKey).toString('base64url')}`;
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().on('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
