import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAiEmbedder, queryInput, type OpenAiEmbedderOptions } from '../../../src/vectors/index.js';
import { symbolInput } from '../../support/embedders.js';

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly model: string; readonly input: readonly string[]; readonly dimensions?: number };
}
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Breaks the connection, or never answers. */
  readonly fault?: 'reset' | 'silence';
}

const KEY = 'sk-secret-0123456789';
const inputs = [
  symbolInput('one', { documentation: 'The first.', body: 'return 1' }),
  symbolInput('two', { signature: 'two()' }),
  queryInput('what is third?'),
];

let server: Server;
let url: string;
let asked: Asked[];
/** What the server answers, one after the other; vectors when there is nothing left. */
let answers: Answer[];

/** The vector of a text: its length, and its place. In the opposite order, which the protocol allows. */
function vectors(texts: readonly string[]): string {
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, index + 1] }));
  return JSON.stringify({ object: 'list', data: data.reverse(), model: 'm' });
}

beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as Asked['body'];
      asked.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = answers.shift() ?? {};
      if (answer.fault === 'reset') return void request.socket.destroy();
      if (answer.fault === 'silence') return;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body ?? vectors(body.input));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function embedder(options: Partial<OpenAiEmbedderOptions> = {}): ReturnType<typeof openAiEmbedder> {
  return openAiEmbedder({ url, model: 'm', dimension: 2, apiKey: KEY, backoffMs: 1, ...options });
}

async function failure(running: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await running.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  const all = `${String(error)} ${JSON.stringify(error)} ${JSON.stringify((error as { details?: unknown }).details)}`;
  expect(all).not.toContain('secret');
  return error as Record<string, unknown>;
}

describe('an embedder over HTTP', () => {
  it('sends texts with the key and gives the vectors in the order of the texts', async () => {
    const made = await embedder().embed(inputs);
    const texts = ['typescript function one\nThe first.\nreturn 1', 'typescript function two\ntwo()', 'what is third?'];
    expect(made).toEqual(texts.map((text, at) => Float32Array.of(text.length, at + 1)));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ path: '/v1/embeddings', headers: { authorization: `Bearer ${KEY}` } });
    expect(asked[0]?.body).toEqual({ model: 'm', input: texts, encoding_format: 'float' });
    expect(embedder().id).toBe(`m@${new URL(url).host}`);
  });

  it('cuts long texts, splits large batches, and puts the prefixes of the model before texts', async () => {
    const prefixes = { symbol: 'passage: ', query: 'query: ' };
    await embedder({ requestSize: 2, textLimit: 5, prefixes, sendDimensions: true }).embed(inputs);
    expect(asked.map(({ body }) => body.input)).toEqual([['passage: types', 'passage: types'], ['query: what ']]);
    expect(asked[0]?.body.dimensions).toBe(2);
  });

  it.each([
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['500', { status: 500 }],
    ['503 with a date', { status: 503, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' } }],
    ['a broken connection', { fault: 'reset' as const }],
  ])('tries again after %s', async (_, answer) => {
    answers = [answer, answer];
    expect(await embedder().embed(inputs)).toHaveLength(3);
    expect(asked).toHaveLength(3);
  });

  it('[V6] gives up after the retries, with the status and without the key', async () => {
    answers = Array.from({ length: 3 }, () => ({ status: 503, body: `overloaded, ${KEY}` }));
    const error = await failure(embedder({ retries: 2 }).embed(inputs));
    expect(error).toMatchObject({ code: 'EMBEDDER_UNREACHABLE', retryable: true });
    expect(error['details']).toMatchObject({ status: 503, symbol: 'a.ts#one(function)', symbols: 3 });
    expect(asked).toHaveLength(3);
  });

  it.each([400, 401, 404, 413])('[V6] does not try again after %i', async (status) => {
    answers = [{ status, body: `{"error":{"message":"bad key ${KEY}"}}` }];
    expect(await failure(embedder().embed(inputs))).toMatchObject({ code: 'EMBEDDER_FAILED', details: { status } });
    expect(asked).toHaveLength(1);
  });

  it('does not take the key to where it is redirected', async () => {
    answers = [{ status: 302, headers: { location: `${url}/elsewhere` } }];
    expect(await failure(embedder({ retries: 0 }).embed(inputs))).toMatchObject({ code: 'EMBEDDER_UNREACHABLE' });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'not json'],
    ['no list', '{"data":{}}'],
    ['no vector', '{"data":[{"index":0,"embedding":"AAAA"}]}'],
    ['no number', '{"data":[{"index":0,"embedding":[1,null]}]}'],
    ['an index twice', '{"data":[{"index":0,"embedding":[1,2]},{"index":0,"embedding":[1,2]}]}'],
    ['an index beyond the batch', '{"data":[{"index":7,"embedding":[1,2]}]}'],
  ])('[V6] refuses an answer with %s', async (_, body) => {
    answers = [{ body }];
    expect(await failure(embedder().embed(inputs))).toMatchObject({ code: 'EMBEDDER_INVALID' });
    expect(asked).toHaveLength(1);
  });

  it('[V6] gives up a server that is silent, and stops when it is told to', async () => {
    answers = [{ fault: 'silence' }, { fault: 'silence' }];
    const error = await failure(embedder({ requestTimeoutMs: 20, retries: 1 }).embed(inputs));
    expect(error).toMatchObject({ code: 'EMBEDDER_TIMEOUT' });
    expect(asked).toHaveLength(2);
    answers = [{ status: 429, headers: { 'retry-after': '3600' } }];
    const stop = new AbortController();
    const waiting = embedder().embed(inputs, stop.signal);
    await expect.poll(() => asked.length).toBe(3);
    stop.abort();
    expect(await failure(waiting)).toMatchObject({ code: 'CANCELLED' });
  });

  it('says that nobody answers at an address', async () => {
    const gone = embedder({ url: 'http://127.0.0.1:1/v1', retries: 1 });
    expect(await failure(gone.embed(inputs))).toMatchObject({ code: 'EMBEDDER_UNREACHABLE' });
  });

  it('begins no more requests in a minute than it may', async () => {
    const limited = embedder({ requestsPerMinute: 6000, requestSize: 1 });
    const started = performance.now();
    await limited.embed(inputs);
    expect(performance.now() - started).toBeGreaterThanOrEqual(19);
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['url', { url: 'ftp://x/v1' }],
    ['url', { url: 'not a url secret' }],
    ['url', { url: 'https://user:secret@x/v1' }],
    ['url', { url: 'https://x/v1?key=secret' }],
    ['model', { model: '' }],
    ['apiKey', { apiKey: 'secret\nx: y' }],
    ['requestSize', { requestSize: 0 }],
    ['retries', { retries: -1 }],
    ['requestsPerMinute', { requestsPerMinute: 0.5 }],
  ])('refuses a bad %s by name and without secrets', async (option, change) => {
    const error = await failure((async () => embedder(change))());
    expect(error).toMatchObject({ code: 'INVALID_OPTION', details: { option } });
  });
});
