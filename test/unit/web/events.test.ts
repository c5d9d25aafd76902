import { writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore, type Store } from '../../../src/index.js';
import { indexFolder } from '../../support/index-folder.js';
import { temporaryFolder, writeTree } from '../../support/temporary-folder.js';
import { webFor } from '../../support/web/web-for-tests.js';

interface Told {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The events of a server, one after another. */
async function* eventsOf({ port, token }: { port: number; token: string }): AsyncGenerator<Told, void, void> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/api/events', headers, agent: false }, resolve).on('error', reject).end();
  });
  expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' });
  let text = '';
  for await (const piece of response.setEncoding('utf8')) {
    text += String(piece);
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = /event: (.*)\ndata: (.*)/.exec(text.slice(0, end));
      text = text.slice(end + 2);
      if (event !== null) yield { name: event[1] ?? '', data: JSON.parse(event[2] ?? '') as Told['data'] };
    }
  }
}

async function indexed(): Promise<{ store: Store; root: string }> {
  const root = join(temporaryFolder(), 'app');
  writeTree(root, { 'main.ts': 'export const one = 1;\n' });
  const store = await openStore();
  onTestFinished(() => store.close());
  await indexFolder(store, root);
  return { store, root };
}

async function next(events: AsyncGenerator<Told, void, void>): Promise<Told> {
  const { value } = await events.next();
  if (value === undefined) throw new Error('The stream ended.');
  return value;
}

describe('the events', () => {
  it('begin with the present state and tell each new generation once', async () => {
    const { store, root } = await indexed();
    const { server } = await webFor(store, { pollMs: 5 });
    const events = eventsOf(server);
    const before = await next(events);
    expect(before).toMatchObject({
      name: 'state',
      data: { generation: 1, projects: [{ project: 'app', generation: 1 }] },
    });
    writeFileSync(join(root, 'main.ts'), 'export const two = 2;\n');
    await indexFolder(store, root);
    expect(await next(events)).toMatchObject({ name: 'state', data: { generation: 2 } });
    await store.projects.delete('app');
    expect(await next(events)).toMatchObject({ name: 'state', data: { generation: 3, projects: [] } });
    await events.return();
  });

  it('ask the store nothing while nobody listens, and once for all who do', async () => {
    const { store } = await indexed();
    const { server } = await webFor(store, { pollMs: 5 });
    let asked = 0;
    let isTwo: (() => void) | undefined;
    const twice = new Promise<void>((resolve) => (isTwo = resolve));
    const generation = store.projects.generation.bind(store.projects);
    store.projects.generation = async () => {
      if (++asked >= 5) isTwo?.();
      return generation();
    };
    expect(asked).toBe(0);
    const [one, other] = [eventsOf(server), eventsOf(server)];
    await next(one);
    await next(other);
    await twice;
    await one.return();
    await other.return();
  });

  it('tell that the store cannot be read, and go on when it can', async () => {
    const { store, root } = await indexed();
    const { server } = await webFor(store, { pollMs: 5 });
    const events = eventsOf(server);
    await next(events);
    const generation = store.projects.generation.bind(store.projects);
    store.projects.generation = () => Promise.reject(new Error('x'));
    expect(await next(events)).toMatchObject({ name: 'failure', data: { error: { code: 'FAILED' } } });
    store.projects.generation = () => generation();
    writeFileSync(join(root, 'main.ts'), 'export const two = 2;\n');
    await indexFolder(store, root);
    let event = await next(events);
    while (event.name === 'failure') event = await next(events);
    expect(event).toMatchObject({ name: 'state', data: { generation: 2 } });
    await events.return();
  });
});

describe('indexing from the page', () => {
  it('is refused unless it was allowed', async () => {
    const { store } = await indexed();
    const { ask } = await webFor(store);
    const answer = await ask('/api/index?project=app', { method: 'POST' });
    expect(answer).toMatchObject({ status: 403, json: { error: { code: 'INDEXING_NOT_ALLOWED' } } });
  });

  it('runs and tells how it goes on', async () => {
    const { store, root } = await indexed();
    writeFileSync(join(root, 'main.ts'), 'export const two = 2;\n');
    const { server, ask } = await webFor(store, { allowIndex: true, pollMs: 5 });
    const events = eventsOf(server);
    await next(events);
    const started = await ask('/api/index?project=app', { method: 'POST' });
    expect(started).toMatchObject({ status: 200, json: { project: 'app', isStarted: true } });
    const told: Told[] = [];
    while (told.at(-1)?.data['state'] !== 'done') {
      const event = await next(events);
      if (event.name === 'index') told.push(event);
      expect(event.data['state']).not.toBe('failed');
    }
    expect(told[0]?.data).toMatchObject({ project: 'app', state: 'running' });
    expect(told.at(-1)?.data).toMatchObject({ files: { parsed: 1 } });
    await events.return();
  });

  it('refuses projects that are not there, and other sites', async () => {
    const { store } = await indexed();
    const { server, ask } = await webFor(store, { allowIndex: true });
    expect(await ask('/api/index?project=no', { method: 'POST' })).toMatchObject({ status: 404 });
    expect(await ask('/api/index', { method: 'POST' })).toMatchObject({ status: 400 });
    const headers = { authorization: `Bearer ${server.token}`, origin: 'http://evil.example' };
    expect(await ask('/api/index?project=app', { method: 'POST', headers })).toMatchObject({ status: 403 });
  });
});
