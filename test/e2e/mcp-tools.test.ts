import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpProcess } from '../support/mcp-client.js';
import { indexMcpProjects, RXJS, type McpProjects } from '../support/mcp-projects.js';
import { runCli } from '../support/run-cli.js';

/** The law: the tools of the server say what the command line says, in its shapes, and as text within the budget. */

let projects: McpProjects;
let server: McpProcess;

beforeAll(async () => {
  projects = await indexMcpProjects();
  server = await McpProcess.start(['--db', projects.database]);
}, 120_000);

afterAll(async () => {
  await server.close();
  expect(server.stderr).toBe('');
  rmSync(projects.folder, { recursive: true });
});

async function cli(...commandLine: string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await runCli([...commandLine, '--db', projects.database, '--json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const MAKE = 'lib//src/impl.ts#make(function)';
const UNSUBSCRIBE = 'internal/Subscription.ts#Subscription.unsubscribe(method)';

/** Tools with arguments, and the command that gives the same document. */
const SAME_ANSWERS: readonly [tool: string, args: Record<string, unknown>, command: readonly string[]][] = [
  ['search', { text: 'switch map', limit: 7 }, ['search', 'switch map', '-k', '7']],
  ['symbol', { name: 'subscribe', limit: 9 }, ['symbol', 'subscribe', '--limit', '9']],
  ['callers', { name: 'operate', limit: 30 }, ['callers', 'operate', '--limit', '30']],
  [
    'callees',
    { name: UNSUBSCRIBE, depth: 2, edgeTypes: ['call', 'reference'] },
    ['callees', UNSUBSCRIBE, '--depth', '2', '--type', 'call,reference', '--limit', '50'],
  ],
  ['impact', { name: UNSUBSCRIBE, limit: 20, project: 'rx' }, ['impact', UNSUBSCRIBE, '--limit', '20']],
  ['impact', { name: MAKE, across: true }, ['impact', MAKE, '--across']],
  ['hotspots', { project: 'rx', limit: 5 }, ['hotspots', '--project', 'rx', '--top', '5']],
  ['hotspots', { preset: 'plain', threshold: 9 }, ['hotspots', '--preset', 'plain', '--threshold', '9']],
  ['resolve', { name: 'make', from: 'app' }, ['resolve', 'make', '--from', 'app']],
  ['resolve', { name: 'default', from: 'app' }, ['resolve', 'default', '--from', 'app']],
  ['dependencies', { of: 'app' }, ['deps', 'app']],
  ['dependencies', { usage: true }, ['deps', '--usage']],
  ['dependencies', { direction: 'dependents', of: 'npm:@acme/lib' }, ['dependents', 'npm:@acme/lib']],
  ['dependencies', { direction: 'dependents', of: MAKE }, ['dependents', MAKE]],
  ['status', {}, ['status']],
  ['slice', { file: 'internal/operators/switchMap.ts', line: 110 }, ['slice', 'internal/operators/switchMap.ts:110']],
];

describe('tools', () => {
  it('[U5] are few, described, and say of themselves whether they change anything', async () => {
    const { tools } = await server.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...['search', 'symbol', 'callers', 'callees', 'impact', 'slice', 'hotspots', 'resolve', 'dependencies'],
      ...['status', 'index'],
    ]);
    for (const { name, title, description, annotations, inputSchema, outputSchema } of tools) {
      expect([title, description].every((text) => (text ?? '').length > 5)).toBe(true);
      const isChange = name === 'index';
      expect(annotations).toEqual({
        ...{ title, readOnlyHint: !isChange, destructiveHint: false, idempotentHint: true, openWorldHint: false },
      });
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(outputSchema).toMatchObject({ type: 'object' });
    }
    expect(server.client.getServerVersion()).toMatchObject({ name: 'lestockage' });
    expect(server.client.getInstructions()).toContain('callers');
  });

  it.each(SAME_ANSWERS)('[U5] %s %j answers what the command line answers', async (tool, args, command) => {
    const expected = await cli(...command);
    const { structured, text, isError } = await server.call(tool, { ...args, maxTokens: 100_000 });
    expect(isError, text).toBe(false);
    // The command line says further things of a search; the server further things of a list.
    const { mode: _mode, lists: _lists, notes: _notes, ...document } = expected;
    const items = (document['items'] as Record<string, unknown>[] | undefined)?.map(
      ({ reasons: _reasons, ...item }) => item,
    );
    expect(structured).toMatchObject({ ...document, ...(items === undefined ? {} : { items }) });
    expect(structured).toMatchObject({
      total: expect.any(Number) as number,
      truncated: expect.any(Boolean) as boolean,
      generation: expect.any(Number) as number,
    });
    expect(structured).toHaveProperty('cursor');
  });

  it('texts have a line for each symbol, with place and signature, and edges with how sure they are', async () => {
    const { text, structured } = await server.call('callers', { name: MAKE });
    expect(text).toBe(
      `callers of "${MAKE}": total 1, shown 1, truncated no, generation ${String(structured['generation'])}\n` +
        'function go app:main.ts:3 export function go(): void [call 0.95 package]',
    );
    const impact = await server.call('impact', { name: 'operate', depth: 2, limit: 1000, maxTokens: 100_000 });
    expect(impact.text).toMatch(
      /^\w+ \S+ rx:\S+:\d+ .*\[depth 2 → \S+#\S+ → internal\/util\/lift\.ts#operate\(function\)\]$/m,
    );
  });

  it('a name of several symbols is answered for all of them, and the answer says so', async () => {
    const { text, structured } = await server.call('callers', { name: 'next', project: 'rx' });
    const subject = structured['subject'] as { total: number; keys: string[] };
    expect(subject.total).toBeGreaterThan(5);
    expect(text).toContain(
      `"next" stands for ${subject.total} symbols, all of which are meant: ${subject.keys[0] ?? ''}`,
    );
    expect((await server.call('callers', { name: MAKE })).structured['subject']).toEqual({ total: 1, keys: [MAKE] });
  });

  it('source comes with line numbers, as the file has it', async () => {
    const { text, structured } = await server.call('symbol', { name: UNSUBSCRIBE, source: true });
    const lines = readFileSync(join(RXJS, 'internal/Subscription.ts'), 'utf8').split('\n').slice(46, 96);
    const [item] = structured['items'] as { source: { text: string; startLine: number; isComplete: boolean } }[];
    expect(item?.source).toMatchObject({ startLine: 47, text: lines.join('\n'), isComplete: true, note: null });
    for (const [at, line] of lines.entries()) expect(text).toContain(`  ${47 + at}| ${line}`.trimEnd());
    const cut = await server.call('symbol', { name: UNSUBSCRIBE, source: true, maxTokens: 300 });
    expect(cut.text).toMatch(/\(lines \d+ to 96 left out to keep within maxTokens\)$/);
    expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(1200);
  });
});

/** Lists with many items, and the field they are in. */
const LONG_LISTS: readonly [tool: string, args: Record<string, unknown>, field: string][] = [
  ['search', { text: 'sub', limit: 1000 }, 'items'],
  ['symbol', { name: 'subscribe', limit: 2 }, 'items'],
  ['callers', { name: 'operate' }, 'items'],
  ['callees', { name: 'switchMap', depth: 3 }, 'items'],
  ['impact', { name: 'reduce', limit: 7 }, 'items'],
  ['hotspots', { threshold: 8 }, 'items'],
  ['resolve', { name: 'make', from: 'app', limit: 1 }, 'items'],
  ['dependencies', { usage: true, limit: 1 }, 'items'],
  ['slice', { file: 'internal/operators/switchMap.ts', line: 110 }, 'lines'],
  ['status', { limit: 1 }, 'projects'],
];

describe('budgets', () => {
  it.each(LONG_LISTS)('[U5] %s %j keeps within maxTokens and says how to go on', async (tool, args, field) => {
    for (const maxTokens of [200, 333, 800, 2000]) {
      const { text, structured } = await server.call(tool, { ...args, maxTokens });
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4 * maxTokens);
      const shown = (structured[field] as unknown[]).length;
      expect(shown).toBeGreaterThan(0);
      expect(text).toContain(`total ${String(structured['total'])}, shown ${shown}, `);
      const { cursor, truncated } = structured;
      expect(truncated).toBe(cursor !== null);
      if (typeof cursor === 'string') expect(text).toContain(`cursor ${cursor}`);
    }
  });

  it.each(LONG_LISTS)(
    '[U5] %s %j is walked through by its cursors without gap or double',
    async (tool, args, field) => {
      const { items, pages, total } = await server.walk(tool, { ...args, maxTokens: 400 }, field);
      expect(pages).toBeGreaterThan(1);
      expect(items).toHaveLength(total);
      expect(new Set(items.map((item) => JSON.stringify(item))).size).toBe(total);
      const whole = await server.walk(tool, { ...args, limit: 1000, maxTokens: 100_000 }, field);
      expect(items).toEqual(whole.items);
    },
  );

  it('source lines count, and items whose source does not fit are left out whole', async () => {
    const { text, structured } = await server.call('callers', { name: 'operate', source: true, maxTokens: 1500 });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(6000);
    const items = structured['items'] as { source: { isComplete: boolean } }[];
    expect(items.length).toBeGreaterThan(1);
    expect(items.every(({ source }) => source.isComplete)).toBe(true);
    expect(text).toMatch(/\d+ more left out to keep within maxTokens 1500; to read on: cursor \S+$/);
  });
});

describe('resources', () => {
  it('[U5] list the projects, and give a project and a symbol by their URIs', async () => {
    const { resources } = await server.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      'lestockage://projects',
      ...['app', 'lib', 'rx', 'twin'].map((id) => `lestockage://project/${id}`),
    ]);
    const all = await readJson('lestockage://projects');
    expect(all).toEqual(await cli('status'));
    expect(await readJson('lestockage://project/lib')).toMatchObject({ project: 'lib', nodesByType: { function: 1 } });
    const { contents } = await server.client.readResource({ uri: `lestockage://symbol/rx/${encodeURI(UNSUBSCRIBE)}` });
    expect(contents.map(({ mimeType }) => mimeType)).toEqual(['application/json', 'text/plain']);
    const [document, text] = contents.map((content) => ('text' in content ? content.text : ''));
    expect(JSON.parse(document ?? '')).toMatchObject({ key: UNSUBSCRIBE, project: 'rx', source: { startLine: 47 } });
    expect(text).toContain('  47|   unsubscribe(): void {');
    await expect(server.client.readResource({ uri: 'lestockage://project/none' })).rejects.toMatchObject({
      code: -32002,
      data: { code: 'PROJECT_NOT_FOUND' },
    });
    await expect(server.client.readResource({ uri: 'lestockage://symbol/rx/none' })).rejects.toMatchObject({
      data: { code: 'SYMBOL_NOT_FOUND' },
    });
  });

  it('have templates whose projects are completed', async () => {
    const { resourceTemplates } = await server.client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'lestockage://project/{id}',
      'lestockage://symbol/{project}/{+key}',
    ]);
    for (const [uri, name] of [
      ['lestockage://project/{id}', 'id'],
      ['lestockage://symbol/{project}/{+key}', 'project'],
    ] as const) {
      const complete = async (value: string): Promise<string[]> => {
        const ref = { type: 'ref/resource' as const, uri };
        return (await server.client.complete({ ref, argument: { name, value } })).completion.values;
      };
      expect(await complete('')).toEqual(['app', 'lib', 'rx', 'twin']);
      expect(await complete('T')).toEqual(['twin']);
      expect(await complete('none')).toEqual([]);
    }
  });
});

async function readJson(uri: string): Promise<unknown> {
  const { contents } = await server.client.readResource({ uri });
  const [first] = contents;
  return JSON.parse(first !== undefined && 'text' in first ? first.text : '');
}
