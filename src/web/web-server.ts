import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BusyError, SEARCH_MODES, UsageError, type Store } from '../index.js';
import { Access } from './access.js';
import { readAssets, type Asset } from './assets.js';
import { Changes } from './events.js';
import { failureOf, Refusal } from './failure.js';
import { SECURITY_HEADERS } from './headers.js';
import { IndexRuns } from './index-runs.js';
import { INDEX, openApi } from './open-api.js';
import { Parameters } from './parameters.js';
import { ROUTES } from './routes.js';

export interface WebServerOptions {
  /** What is shown. The server neither changes nor closes it. */
  readonly store: Store;
  /** Of this program, for those who ask. */
  readonly version: string;
  /** A free one when left out, or 0. */
  readonly port?: number;
  /** Whether pages may have projects indexed; the store must then be writable. False unless told. */
  readonly allowIndex?: boolean;
  /** The files of the page; those that were built unless told. */
  readonly pageFolder?: URL;
  /** So often the store is looked at for changes while a page follows them; 1000 unless told. */
  readonly pollMs?: number;
  /** A question that takes longer is ended; 30,000 unless told. */
  readonly timeoutMs?: number;
}

const HOST = '127.0.0.1';
const POLL_MS = 1000;
const TIMEOUT_MS = 30_000;
const LONGEST_URL = 8192;
const API = '/api/';

/**
 * The web page and its API, on this machine only: it listens on 127.0.0.1, and answers those who have the token.
 * Made by {@link WebServer.start}.
 */
export class WebServer {
  readonly port: number;
  readonly #options: WebServerOptions;
  readonly #server: Server;
  readonly #access: Access;
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #changes: Changes;
  readonly #runs: IndexRuns;
  #closing: Promise<void> | undefined;

  private constructor(options: WebServerOptions, server: Server, assets: ReadonlyMap<string, Asset>) {
    this.#options = options;
    this.#server = server;
    this.#assets = assets;
    // It listens on a port, not on a pipe, whose address would be a text.
    this.port = (server.address() as AddressInfo).port;
    this.#access = new Access(this.port);
    this.#changes = new Changes(options.store, { pollMs: options.pollMs ?? POLL_MS });
    this.#runs = new IndexRuns(options.store, this.#changes, options.allowIndex === true);
    server.on('request', (request, response) => void this.#respond(request, response));
  }

  /**
   * Starts to listen.
   *
   * Throws BusyError `PORT_TAKEN`; UsageError `INVALID_OPTION` for a port that may not be used; NotFoundError
   * `FILE_NOT_FOUND` when the page was not built.
   */
  static async start(options: WebServerOptions): Promise<WebServer> {
    const assets = readAssets(options.pageFolder);
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const server = createServer({ requestTimeout: timeoutMs, headersTimeout: Math.min(timeoutMs, 10_000) });
    const port = options.port ?? 0;
    server.listen(port, HOST);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw listenFailure(error, port);
    }
    return new WebServer(options, server, assets);
  }

  /** The address of the page, with the token where it is not sent to anybody. */
  get url(): string {
    return `http://${HOST}:${this.port}/#token=${this.#access.token}`;
  }

  get token(): string {
    return this.#access.token;
  }

  /** Ends what runs and every connection. Closing twice is allowed. */
  async close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#changes.close();
    await this.#runs.close();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const ended = new AbortController();
    const late = new Refusal('TOOK_TOO_LONG', 'The answer took too long; ask for less.');
    const timer = setTimeout(() => ended.abort(late), this.#options.timeoutMs ?? TIMEOUT_MS);
    response.on('close', () => ended.abort());
    try {
      await this.#answer(request, response, ended.signal);
    } catch (error) {
      const { status, body } = failureOf(ended.signal.reason === late ? late : error);
      if (response.headersSent) response.destroy();
      else sendJson(request, response, status, body);
    } finally {
      clearTimeout(timer);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    this.#access.requireOwnSite(request);
    const { url = '/' } = request;
    if (url.length > LONGEST_URL) {
      throw new Refusal('REQUEST_TOO_LARGE', `An address has at most ${LONGEST_URL} characters.`);
    }
    if (Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined) {
      throw new Refusal('REQUEST_TOO_LARGE', 'Requests have no body here.');
    }
    // What follows two slashes is a path here as well, not another host.
    if (!url.startsWith('/')) throw new Refusal('PATH_NOT_FOUND', 'An address begins with a slash.');
    const { pathname, searchParams } = new URL(`http://${HOST}${url}`);
    const isPost = pathname === `${API}index`;
    const methods = isPost ? ['POST'] : ['GET', 'HEAD'];
    if (!methods.includes(request.method ?? '')) {
      response.setHeader('allow', methods.join(', '));
      throw new Refusal('METHOD_NOT_ALLOWED', `Here only ${methods.join(' and ')} can be asked.`);
    }
    if (!pathname.startsWith(API)) {
      sendAsset(request, response, this.#assets.get(pathname));
      return;
    }
    this.#access.requireToken(request);
    const name = pathname.slice(API.length);
    if (name === 'events' && request.method === 'GET') {
      await this.#changes.listen(response);
      return;
    }
    if (name === 'session') response.setHeader('set-cookie', this.#access.cookieHeader);
    sendJson(request, response, 200, await this.#ask(name, searchParams, signal));
  }

  async #ask(name: string, given: URLSearchParams, signal: AbortSignal): Promise<object> {
    const { store, version, allowIndex = false } = this.#options;
    if (name === 'index') return this.#runs.start(new Parameters(INDEX, given).require('project'));
    if (name === 'openapi.json') return openApi(version);
    if (name === 'session') return { version, searchModes: SEARCH_MODES, canIndex: allowIndex };
    const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
    if (route === undefined)
      throw new Refusal('PATH_NOT_FOUND', 'There is no such question.', { path: name.slice(0, 200) });
    return route.run({ store, parameters: new Parameters(route.parameters, given), signal });
  }
}

function sendJson(request: IncomingMessage, response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body, jsonSafe));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset | undefined): void {
  if (asset === undefined) throw new Refusal('PATH_NOT_FOUND', 'There is no such file.');
  response.setHeader('etag', asset.tag);
  response.setHeader('cache-control', asset.isImmutable ? 'max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === asset.tag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : asset.bytes);
}

/** Details may hold what JSON has no word for. */
function jsonSafe(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function listenFailure(error: unknown, port: number): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const options = { details: { port }, cause: error };
  if (error.code === 'EADDRINUSE') {
    return new BusyError(
      'PORT_TAKEN',
      `Port ${port} is taken; choose another with --port, or none for a free one.`,
      options,
    );
  }
  if (error.code === 'EACCES' || error.code === 'ERR_SOCKET_BAD_PORT') {
    return new UsageError('INVALID_OPTION', `Port ${port} may not be used.`, options);
  }
  return error;
}
