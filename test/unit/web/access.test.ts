import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ERROR_CODES, openStore } from '../../../src/index.js';
import { WebServer } from '../../../src/web/index.js';
import { failureOf } from '../../../src/web/failure.js';
import { askAt, webFor, type WebAnswer } from '../../support/web/web-for-tests.js';

async function emptyWeb(...options: Parameters<typeof webFor> extends [unknown, ...infer Rest] ? Rest : never) {
  const store = await openStore();
  onTestFinished(() => store.close());
  return webFor(store, ...options);
}

function errorOf(answer: WebAnswer): { status: number; code: string | undefined } {
  const { error } = (answer.json ?? {}) as { error?: { code: string } };
  return { status: answer.status, code: error?.code };
}

describe('who may ask', () => {
  it('is whoever has the token, as bearer or in the cookie that the session sets', async () => {
    const { server, ask } = await emptyWeb();
    const session = await ask('/api/session');
    expect(session.json).toEqual({ version: '1.2.3', searchModes: expect.any(Array) as unknown, canIndex: false });
    const [cookie = ''] = session.headers['set-cookie'] ?? [];
    expect(cookie).toBe(`lestockage-${server.port}=${server.token}; HttpOnly; SameSite=Strict; Path=/`);
    const kept = await ask('/api/status', { headers: { cookie: `other=1; ${cookie.split(';')[0] ?? ''}` } });
    expect(kept).toMatchObject({ status: 200, json: { generation: 0, projects: [] } });
  });

  it('is nobody else', async () => {
    const { server, ask } = await emptyWeb();
    const last = server.token.endsWith('A') ? 'B' : 'A';
    const wrong = server.token.slice(0, -1) + last;
    const refused = async (headers: Record<string, string>): Promise<object> =>
      errorOf(await ask('/api/status', { headers }));
    expect(await refused({})).toEqual({ status: 401, code: 'TOKEN_MISSING' });
    expect(await refused({ cookie: 'lestockage-1=x' })).toEqual({ status: 401, code: 'TOKEN_MISSING' });
    expect(await refused({ authorization: `Bearer ${wrong}` })).toEqual({ status: 401, code: 'TOKEN_WRONG' });
    expect(await refused({ authorization: 'Bearer x' })).toEqual({ status: 401, code: 'TOKEN_WRONG' });
    expect(await refused({ cookie: `lestockage-${server.port}=` })).toEqual({ status: 401, code: 'TOKEN_WRONG' });
    const session = await ask('/api/session', { headers: {} });
    expect([session.status, session.headers['set-cookie']]).toEqual([401, undefined]);
  });

  it('is nobody who came by another name, or from another site', async () => {
    const { server, ask } = await emptyWeb();
    const asked = async (headers: Record<string, string>, path = '/api/status'): Promise<object> =>
      errorOf(await ask(path, { headers: { authorization: `Bearer ${server.token}`, ...headers } }));
    const own = `127.0.0.1:${server.port}`;
    for (const path of ['/api/status', '/', '/api/session']) {
      for (const host of [`evil.example:${server.port}`, '127.0.0.1', `127.0.0.1:${server.port + 1}`, 'x']) {
        expect(await asked({ host }, path)).toEqual({ status: 403, code: 'HOST_NOT_ALLOWED' });
      }
    }
    expect(await asked({ host: `LocalHost:${server.port}` })).toMatchObject({ status: 200 });
    expect(await asked({ origin: `http://${own}` })).toMatchObject({ status: 200 });
    for (const origin of ['http://evil.example', 'null', `https://${own}`, 'http://127.0.0.1:1']) {
      expect(await asked({ origin })).toEqual({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
    }
    expect(await asked({ 'sec-fetch-site': 'cross-site' })).toEqual({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
  });

  it('has another token at every start', async () => {
    const [one, other] = [await emptyWeb(), await emptyWeb()];
    expect(one.server.token).toMatch(/^[\w-]{43}$/);
    expect(one.server.token).not.toBe(other.server.token);
    expect(one.server.url).toBe(`http://127.0.0.1:${one.server.port}/#token=${one.server.token}`);
  });
});

describe('the server', () => {
  it('sends its rules to the browser with everything, refusals included', async () => {
    const { ask } = await emptyWeb();
    for (const [path, headers] of [
      ['/', {}],
      ['/api/status', {}],
      ['/nothing', {}],
      ['/', { host: 'x' }],
    ] as const) {
      const { headers: sent } = await ask(path, { headers });
      expect(sent['content-security-policy']).toContain("default-src 'none'");
      expect(sent['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(sent['content-security-policy']).not.toContain('unsafe');
      expect(sent).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(sent).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('gives the files of the page to anybody on this machine, and no other file', async () => {
    const { ask } = await emptyWeb();
    const page = await ask('/', { headers: {} });
    expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>page</title>' });
    expect(page.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' });
    const script = await ask('/assets/a-1.js', { headers: {} });
    expect(script.headers).toMatchObject({ 'cache-control': 'max-age=31536000, immutable' });
    const tag = { 'if-none-match': page.headers.etag ?? '' };
    expect(await ask('/', { headers: tag })).toMatchObject({ status: 304, text: '' });
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/',
      '/assets/..%2f..%2fx',
      '//etc/passwd',
    ]) {
      expect(errorOf(await ask(path))).toEqual({ status: 404, code: 'PATH_NOT_FOUND' });
    }
  });

  it('takes no other method, no body and no endless address', async () => {
    const { ask } = await emptyWeb();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
      const answer = await ask('/api/status', { method });
      expect(errorOf(answer)).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
    expect(await ask('/api/status', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(errorOf(await ask('/api/index?project=p'))).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    expect(
      errorOf(await ask('/api/status', { headers: { 'content-length': '10' }, body: 'x'.repeat(10) })),
    ).toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    expect(errorOf(await ask(`/api/search?q=${'x'.repeat(9000)}`))).toMatchObject({ code: 'REQUEST_TOO_LARGE' });
  });

  it('takes two slashes for a path, not for another host', async () => {
    const { ask } = await emptyWeb();
    for (const path of ['//', '//x/y', '//?', '///']) expect((await ask(path)).status, path).toBe(404);
    expect((await ask('//api/status')).status).toBe(404);
  });

  it('outlives what is no HTTP', async () => {
    const { server, ask } = await emptyWeb();
    for (const text of [
      '\0\0\0\r\n\r\n',
      'GET  / HTTP/9\r\n\r\n',
      `GET / HTTP/1.1\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`,
    ]) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.end(text);
      await once(socket, 'close');
    }
    expect(await ask('/api/status')).toMatchObject({ status: 200 });
  });

  it('ends a question that takes too long', async () => {
    const store = await openStore();
    onTestFinished(() => store.close());
    let isAborted = false;
    store.analytics.getHotspots = async ({ signal } = {}) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          isAborted = true;
          reject(new Error('aborted'));
        });
      });
    const { ask } = await webFor(store, { timeoutMs: 50 });
    expect(errorOf(await ask('/api/hotspots'))).toEqual({ status: 503, code: 'TOOK_TOO_LONG' });
    expect(isAborted).toBe(true);
  });

  it('tells a failure that nobody foresaw without its text', async () => {
    const store = await openStore();
    onTestFinished(() => store.close());
    store.status = () => Promise.reject(new Error('a secret'));
    const { ask } = await webFor(store);
    const answer = await ask('/api/status');
    expect(errorOf(answer)).toEqual({ status: 500, code: 'FAILED' });
    expect(answer.text).not.toContain('secret');
  });

  it('says when its port is taken or may not be used', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    onTestFinished(() => void holder.close());
    const { port } = holder.address() as AddressInfo;
    await expect(emptyWeb({ port })).rejects.toMatchObject({ code: 'PORT_TAKEN', retryable: true, details: { port } });
  });

  it('says when the page is not built', async () => {
    const store = await openStore();
    onTestFinished(() => store.close());
    const start = WebServer.start({ store, version: '1', pageFolder: new URL('file:///nonexistent/page/') });
    await expect(start).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('ends with its connections, also those that only listen', async () => {
    const store = await openStore();
    onTestFinished(() => store.close());
    const { server } = await webFor(store);
    const headers = { authorization: `Bearer ${server.token}` };
    const events = askAt(server.port, '/api/events', { headers }).catch((error: unknown) => error);
    await askAt(server.port, '/api/status', { headers });
    await server.close();
    await events;
    await expect(askAt(server.port, '/', {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('the HTTP status of an error', () => {
  it('is there for every code of the library', () => {
    for (const code of Object.values(ERROR_CODES).flat()) {
      const error = Object.assign(Object.create(ERRORS_PROTOTYPE) as object, { code, message: 'x', details: {} });
      expect(failureOf(error).status, code).toBeGreaterThanOrEqual(400);
    }
  });
});

const ERRORS_PROTOTYPE = (await import('../../../src/index.js')).LestockageError.prototype;
