import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebServer } from '../../../../src/web/index.js';
import type { Dice } from '../dice.js';
import { hostileText } from './hostile-texts.js';
import { mutated } from './mutate.js';
import { SMALL_PROJECT_NAMES, smallStore } from './small-project.js';

interface Operation {
  readonly parameters?: readonly { readonly name: string }[];
}

const METHODS = ['GET', 'GET', 'GET', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'];
const ANSWER_MS = 20_000;
const SECRET = 'not for the web';

/** Requests of every kind to a server of the web page, whole and broken; after them it still answers. */
export async function fuzzWebRequests(dice: Dice, folder: string): Promise<void> {
  const store = await smallStore(folder);
  writeFileSync(join(folder, 'secret.txt'), SECRET);
  const page = join(folder, 'page');
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  const server = await WebServer.start({ store, version: '1.0.0', pageFolder: pathToFileURL(`${page}/`) });
  try {
    const described = await json(server, '/api/openapi.json');
    const paths = Object.entries(described['paths'] as Record<string, { get?: Operation }>);
    for (let left = 10; left > 0; left--) {
      const [path, { get }] = dice.pick(paths);
      // Events go on for as long as somebody listens.
      if (path.endsWith('/events')) continue;
      await oneRequest(server, target(dice, path, get?.parameters ?? []), dice);
    }
    await json(server, '/api/status');
  } finally {
    await server.close();
    await store.close();
  }
}

async function json(server: WebServer, path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: { authorization: `Bearer ${server.token}` },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (!answer.ok) throw new Error(`${path} is answered with ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

function target(dice: Dice, path: string, parameters: readonly { readonly name: string }[]): string {
  const query = new URLSearchParams();
  const text = (): string => dice.pick([hostileText(dice), ...SMALL_PROJECT_NAMES]);
  for (const { name } of parameters) if (dice.chance(0.7)) query.append(name, text());
  if (dice.chance(0.2)) query.append(text(), text());
  const whole = `${path}?${query.toString()}`;
  if (dice.chance(0.7)) return whole;
  const odd = dice.pick([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '//x/y',
    '/assets/..%2f..%2fsecret.txt',
    '/api/%00',
    '*',
  ]);
  return dice.chance(0.5)
    ? odd
    : mutated(whole, '/../%2f?&=#', dice)
        .replace(/[\s\0]/g, '+')
        .slice(0, 9000);
}

async function oneRequest(server: WebServer, path: string, dice: Dice): Promise<void> {
  const host = dice.chance(0.9) ? `127.0.0.1:${server.port}` : 'example.org';
  const authorization = dice.chance(0.9) ? server.token : hostileText(dice);
  const method = dice.pick(METHODS);
  const body = dice.chance(0.3) ? hostileText(dice) : '';
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${authorization.replace(/[^\x21-\x7e]/g, '')}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ].join('\r\n');
  const whole = `${head}\r\n\r\n${body}`;
  const sent = dice.chance(0.9) ? whole : mutated(whole, '\r\n\r\n', dice);
  const answer = await exchange(server.port, sent, sent === whole);
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
  const isAnswer = status >= 200 && status < 500;
  // A request cut short is answered by nothing, or by what ends it.
  if (!isAnswer && (sent === whole || status >= 500)) {
    throw new Error(`${JSON.stringify(sent.slice(0, 500))} is answered with ${JSON.stringify(answer.slice(0, 500))}`);
  }
  const isForeign = host === 'example.org' || authorization !== server.token;
  if (isForeign && sent === whole && path.startsWith('/api/') && status < 400) {
    throw new Error(`${JSON.stringify(sent.slice(0, 500))} is answered: ${answer.slice(0, 500)}`);
  }
  if (answer.includes(SECRET)) throw new Error(`${path} gives away what is outside of the page.`);
}

/** Everything that comes back until the connection ends. A request that may lack something is cut off after it. */
function exchange(port: number, text: string, isWhole: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const bytes = Buffer.from(text, 'utf8');
    const socket = connect(port, '127.0.0.1', () => void (isWhole ? socket.write(bytes) : socket.end(bytes)));
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`no answer to ${JSON.stringify(text.slice(0, 500))}`)));
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === undefined ? reject(error) : resolve(answer)));
  });
}
