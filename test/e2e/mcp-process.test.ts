import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ResourceListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sourceFolder } from '../support/indexing.js';
import { McpProcess } from '../support/mcp-client.js';
import { RXJS } from '../support/mcp-projects.js';
import { ended, runCli, startCli, type CliResult } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The law: the server is a good process: it tells how far it is, stops when told to, and leaves the store whole. */

async function start(...args: Parameters<typeof McpProcess.start>): Promise<McpProcess> {
  const server = await McpProcess.start(...args);
  onTestFinished(() => server.close());
  return server;
}

/** The server with its streams in the test's hands. */
class RawServer {
  readonly child;
  readonly result: Promise<CliResult>;
  readonly #lines: AsyncIterator<string>;

  constructor(...commandLine: string[]) {
    this.child = startCli(['mcp', ...commandLine]);
    this.#lines = createInterface(this.child.stdout)[Symbol.asyncIterator]();
    this.result = ended(this.child);
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  send(message: object): void {
    this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  call(id: number, name: string, args: object = {}): void {
    this.send({ id, method: 'tools/call', params: { name, arguments: args } });
  }

  /** The answer to a request; whatever else comes before it must be protocol as well. */
  async answer(id: number): Promise<Record<string, unknown>> {
    for (;;) {
      const line = await this.#lines.next();
      if (line.done === true) throw new Error(`The server ended: ${JSON.stringify(await this.result)}`);
      const message = JSON.parse(line.value) as Record<string, unknown>;
      expect(message['jsonrpc']).toBe('2.0');
      if (message['id'] === id) return message;
    }
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'raw', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    this.send({ id: 0, method: 'initialize', params });
    expect(await this.answer(0)).toMatchObject({ result: { serverInfo: { name: 'lestockage' } } });
    this.send({ method: 'notifications/initialized' });
  }
}

describe('an index run', () => {
  it('[U5] tells how far it is with rising numbers, and that the resources changed', async () => {
    const database = join(temporaryFolder(), 'code.db');
    const server = await start(['--db', database, '--root', RXJS]);
    let changes = 0;
    server.client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void changes++);
    const seen: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const { structured } = await server.call(
      'index',
      { path: RXJS, project: 'rx', embed: false },
      { onprogress: (progress) => void seen.push(progress) },
    );
    expect(structured).toMatchObject({ projects: [{ project: 'rx', files: { parsed: 252 } }] });
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.length).toBeLessThanOrEqual(500);
    for (const [at, { progress, total, message }] of seen.entries()) {
      expect(progress).toBeGreaterThan(seen[at - 1]?.progress ?? -1);
      expect(progress).toBeLessThanOrEqual(total ?? 0);
      expect(message).toMatch(/^\w+: \d+\/\d+ files, \d+ symbols$/);
    }
    // Notifications come in order: what was sent before this answer has arrived with it.
    await server.call('status');
    expect(changes).toBe(1);
  });

  it('[U5] that is cancelled stops: nothing of it is committed, and the next one does all the work', async () => {
    const database = join(temporaryFolder(), 'code.db');
    const server = await start(['--db', database, '--root', RXJS]);
    const cancel = new AbortController();
    const args = { path: RXJS, project: 'rx', embed: false };
    const cancelled = server.call('index', args, {
      signal: cancel.signal,
      onprogress: ({ message }) => void (message?.startsWith('parse') === true && cancel.abort('enough')),
    });
    await expect(cancelled).rejects.toThrow('enough');
    expect((await server.call('status')).structured).toMatchObject({ generation: 0 });
    const { structured } = await server.call('index', args);
    expect(structured).toMatchObject({ generation: 1, projects: [{ files: { seen: 252, unchanged: 0 } }] });
  });
});

describe('answers', () => {
  it('[U5] [U8] stay consistent while another process indexes the same store', async () => {
    const database = join(temporaryFolder(), 'code.db');
    const small = sourceFolder();
    const server = await start(['--db', database, '--root', small]);
    await server.call('index', { path: small, embed: false });
    const other = ended(startCli(['index', RXJS, '--project', 'rx', '--no-embed', '--db', database]));
    let isOver = false;
    void other.finally(() => (isOver = true));
    const seen = new Map<number, Set<string>>();
    let asked = 0;
    while (!isOver) {
      const [callers, found] = await Promise.all([
        server.call('callers', { name: 'a', project: 'p' }),
        server.call('search', { text: 'switchMap' }),
      ]);
      expect(callers.text).toContain('method Box.open p:a.ts:6');
      const { generation, total } = found.structured as { generation: number; total: number };
      seen.set(generation, (seen.get(generation) ?? new Set()).add(String(total)));
      asked++;
    }
    expect(await other).toMatchObject({ status: 0, stderr: expect.not.stringContaining('BUSY') as string });
    expect(asked).toBeGreaterThan(0);
    // One generation, one answer.
    for (const totals of seen.values()) expect(totals.size).toBe(1);
    expect((await server.call('search', { text: 'switchMap' })).structured['total']).toBeGreaterThan(0);
  });

  it('to many requests at once all come, each its own', async () => {
    const root = sourceFolder();
    const server = await start(['--db', join(temporaryFolder(), 'code.db')], { cwd: root });
    const runs = [server.call('index', { embed: false }), server.call('index', { embed: false })];
    expect((await Promise.all(runs)).map(({ isError }) => isError)).toEqual([false, false]);
    const names = ['a', 'b', 'c', 'Box', 'open'];
    const questions = Array.from({ length: 60 }, (_, at) => names[at % names.length] ?? '');
    const answers = await Promise.all(questions.map((name) => server.call('symbol', { name, source: at(name) })));
    for (const [index, { structured }] of answers.entries()) {
      expect(structured['items']).toMatchObject([{ name: questions[index] }]);
    }
  });
});

/** Some questions ask for source as well. */
function at(name: string): boolean {
  return name.length > 1;
}

describe('the process', () => {
  it('[U5] writes protocol alone to stdout, and ends with 0 when stdin closes, questions answered', async () => {
    const root = sourceFolder();
    const database = join(temporaryFolder(), 'code.db');
    const server = new RawServer('--db', database, '--root', root);
    await server.initialize();
    server.call(1, 'index', { path: root });
    expect(await server.answer(1)).toMatchObject({ result: { structuredContent: { generation: 1 } } });
    server.child.stdin.write('this is no message\n{"jsonrpc":"2.0","id":2,"method":"no/such"}\n');
    expect(await server.answer(2)).toMatchObject({ error: { code: -32601 } });
    server.call(3, 'callers', { name: 'a' });
    server.call(4, 'hotspots');
    server.child.stdin.end();
    expect(await server.answer(3)).toMatchObject({ result: { structuredContent: { total: 1 } } });
    expect(await server.answer(4)).toHaveProperty('result.structuredContent.items');
    const { status, stdout, stderr } = await server.result;
    expect(status).toBe(0);
    for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    // The line that was no message is told of there, and nothing else.
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^mcp: .*JSON/)]);
    // A store that was closed leaves no log behind.
    expect(existsSync(`${database}-wal`)).toBe(false);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends in order on %s, also while it indexes', async (signal) => {
    const database = join(temporaryFolder(), 'code.db');
    const server = new RawServer('--db', database, '--root', RXJS);
    await server.initialize();
    server.send({
      id: 1,
      method: 'tools/call',
      params: { name: 'index', arguments: { path: RXJS }, _meta: { progressToken: 'p' } },
    });
    await new Promise<void>((resolve) => {
      let output = '';
      server.child.stdout.on('data', (text: string) => {
        output += text;
        if (output.includes('notifications/progress')) resolve();
      });
    });
    server.child.kill(signal);
    expect((await server.result).status).toBe(0);
    expect(existsSync(`${database}-wal`)).toBe(false);
    const { status, stdout } = await runCli(['status', '--db', database, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ generation: 0, projects: [] });
  });

  it('says on stderr what is wrong with its options, with status 2', async () => {
    expect(await runCli(['mcp', '--no-such'])).toMatchObject({ status: 2, stdout: '' });
  });
});
