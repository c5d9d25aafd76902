import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What becomes of a request: `pass`; `refuse`, the connection is cut and the server never sees it; `lose`, the
 * server answers and the connection is cut before the answer comes back; `silence`, the server answers and
 * the answer never comes; `delay`, the connection is cut and the request kept, to be delivered later.
 */
export type Fate = 'pass' | 'refuse' | 'lose' | 'silence' | 'delay';

/** A proxy for requests over HTTP, and for whatever a connection becomes after an upgrade, which tests control. */
export class FaultProxy {
  /** Decides over each request, by its head and body; over the messages of a web socket with an empty text. */
  fateOf: (request: string) => Fate = () => 'pass';
  private readonly sockets = new Set<Socket>();
  private readonly delayed: Buffer[] = [];

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {}

  static async start(targetPort: number): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server, targetPort);
    server.on('connection', (client) => proxy.serve(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get webSocketUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** Lets one request that has this text in it meet its fate; all others pass. Resolves when it has. */
  async once(text: string, fate: Fate): Promise<void> {
    return new Promise((resolve) => {
      this.fateOf = (request) => {
        if (!request.includes(text)) return 'pass';
        this.fateOf = () => 'pass';
        resolve();
        return fate;
      };
    });
  }

  /** Delivers the requests that were kept, and waits for their answers, which nobody gets. */
  async deliverDelayed(): Promise<string[]> {
    return Promise.all(
      this.delayed.splice(0).map(
        (request) =>
          new Promise<string>((resolve, reject) => {
            let answer = '';
            const upstream = connect(this.targetPort, '127.0.0.1', () => upstream.write(request));
            upstream.setEncoding('utf8').on('error', reject);
            upstream.on('data', (text: string) => {
              answer += text;
              upstream.destroy();
              resolve(answer);
            });
          }),
      ),
    );
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private serve(client: Socket): void {
    const upstream = connect(this.targetPort, '127.0.0.1');
    const link = new ProxiedConnection(client, upstream, {
      fateOf: (request) => this.fateOf(request),
      keep: (request) => this.delayed.push(request),
    });
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => link.cut());
      socket.on('close', () => {
        this.sockets.delete(socket);
        link.cut();
      });
    }
  }
}

interface Judge {
  readonly fateOf: (request: string) => Fate;
  readonly keep: (request: Buffer) => void;
}

/** One connection: collects whole requests, asks for their fate and sees to it. */
class ProxiedConnection {
  private pending = Buffer.alloc(0);
  private fate: Fate = 'pass';
  private isUpgraded = false;

  constructor(
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly judge: Judge,
  ) {
    client.on('data', (data: Buffer) => this.take(data));
    upstream.on('data', (data: Buffer) => this.answer(data));
  }

  cut(): void {
    this.client.destroy();
    this.upstream.destroy();
  }

  private take(data: Buffer): void {
    if (this.isUpgraded) {
      this.meet(data, '');
      return;
    }
    this.pending = Buffer.concat([this.pending, data]);
    for (;;) {
      const length = requestLength(this.pending);
      if (length === undefined || this.pending.length < length) return;
      const request = this.pending.subarray(0, length);
      this.pending = this.pending.subarray(length);
      const text = request.toString('utf8');
      if (/^upgrade:/im.test(text)) this.isUpgraded = true;
      // HTTP/2, which replicas are synchronized over, has no requests that could be told apart here.
      if (text.startsWith('PRI * HTTP/2')) this.isUpgraded = true;
      this.meet(request, text);
    }
  }

  private meet(request: Buffer, text: string): void {
    this.fate = this.judge.fateOf(text);
    if (this.fate === 'delay') this.judge.keep(request);
    if (this.fate === 'refuse' || this.fate === 'delay') this.cut();
    else this.upstream.write(request);
  }

  private answer(data: Buffer): void {
    if (this.fate === 'lose') this.cut();
    else if (this.fate !== 'silence') this.client.write(data);
  }
}

/** Bytes of the first request in a buffer; undefined while its head is not complete. */
function requestLength(buffer: Buffer): number | undefined {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /^content-length:\s*(\d+)/im.exec(buffer.toString('latin1', 0, end))?.[1];
  return end + 4 + Number(length ?? 0);
}
