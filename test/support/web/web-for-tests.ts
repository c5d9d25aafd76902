import { request, type IncomingHttpHeaders } from 'node:http';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Store } from '../../../src/index.js';
import { WebServer, type WebServerOptions } from '../../../src/web/index.js';
import { temporaryFolder, writeTree } from '../temporary-folder.js';

export interface WebAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A server over a store until the running test ends, with a page of one file. */
export async function webFor(
  store: Store,
  options: Omit<Partial<WebServerOptions>, 'store'> = {},
): Promise<{ server: WebServer; ask: (path: string, asked?: Asked) => Promise<WebAnswer> }> {
  const folder = temporaryFolder();
  writeTree(folder, { 'index.html': '<!doctype html><title>page</title>', 'assets/a-1.js': 'void 0;\n' });
  const server = await WebServer.start({
    store,
    version: '1.2.3',
    pageFolder: pathToFileURL(`${folder}/`),
    ...options,
  });
  onTestFinished(() => server.close());
  const withToken = { authorization: `Bearer ${server.token}` };
  return {
    server,
    ask: (path, asked = {}) => askAt(server.port, path, { ...asked, headers: asked.headers ?? withToken }),
  };
}

/** Asks a server on this machine; unlike `fetch` with any header. */
export async function askAt(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Asked,
): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('error', reject).on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOf(text) });
      });
    });
    asking.on('error', reject).end(body);
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
