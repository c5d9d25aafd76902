import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openStore, type Store } from '../../../src/index.js';
import { ROUTES } from '../../../src/web/routes.js';
import { indexFolder } from '../../support/index-folder.js';
import { temporaryFolder, writeTree } from '../../support/temporary-folder.js';
import { violations } from '../../support/web/json-schema.js';
import { webFor, type WebAnswer } from '../../support/web/web-for-tests.js';

const APP = `import { price } from 'cart';

export function total(items: number[]): number {
  let sum = 0;
  for (const item of items) {
    if (item > 0) sum += price(item);
  }
  return sum;
}

export function main(): number {
  return total([1, 2]);
}
`;

/** Two projects of which one uses the other, with snapshots of measures before and after a change. */
async function world(): Promise<{ store: Store; root: string }> {
  const root = temporaryFolder();
  writeTree(root, {
    'app/package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { cart: '^1.0.0', gone: '2' } }),
    'app/main.ts': APP,
    'cart/package.json': JSON.stringify({ name: 'cart', version: '1.1.0', main: 'cart.ts' }),
    'cart/cart.ts': 'export function price(of: number): number {\n  return of * 2;\n}\n',
  });
  const store = await openStore();
  onTestFinished(() => store.close());
  await indexFolder(store, join(root, 'cart'));
  await indexFolder(store, join(root, 'app'));
  await store.link();
  await store.analytics.takeSnapshot({ project: 'app', label: 'first' });
  await store.analytics.takeSnapshot({ label: 'all' });
  writeFileSync(join(root, 'app/more.ts'), 'export function more(): void {}\n');
  await indexFolder(store, join(root, 'app'));
  await store.analytics.takeSnapshot({ project: 'app', label: 'second' });
  return { store, root };
}

function itemsOf(answer: WebAnswer): Record<string, unknown>[] {
  return (answer.json as { items: Record<string, unknown>[] }).items;
}

function codeOf({ status, json }: WebAnswer): [number, string | undefined] {
  return [status, (json as { error?: { code: string } }).error?.code];
}

const TOTAL = encodeURIComponent('app//main.ts#total(function)');
/** A question to each route. */
const QUESTIONS: Readonly<Record<string, string>> = {
  status: '',
  search: 'q=tot&limit=2',
  symbol: 'of=total',
  source: 'project=app&file=main.ts&start=3&limit=2',
  callers: 'of=total',
  callees: `of=${TOTAL}&depth=3`,
  impact: 'of=price&across=true',
  graph: 'of=total&depth=2',
  slice: 'project=app&file=main.ts&line=8',
  hotspots: 'threshold=0',
  stats: 'project=app',
  snapshots: '',
  history: `project=app&of=${encodeURIComponent('main.ts#total(function)')}`,
  changes: 'project=app&from=first&to=second',
  deps: '',
  usage: 'project=app',
  dependents: 'of=cart',
  'symbol-dependents': `of=${encodeURIComponent('cart//cart.ts#price(function)')}`,
  projects: '',
  resolve: 'name=price&from=app',
};

describe('the API', () => {
  it('[U6] answers every question as its description says', async () => {
    const { store } = await world();
    const { ask } = await webFor(store);
    const { json } = await ask('/api/openapi.json');
    const document = json as { openapi: string; paths: Record<string, object>; components: { schemas: object } };
    expect(document.openapi).toBe('3.1.0');
    const names = Object.keys(document.paths).map((path) => path.replace('/api/', ''));
    expect(Object.keys(QUESTIONS).sort()).toEqual(Object.keys(ROUTES).sort());
    expect(names.sort()).toEqual([...Object.keys(ROUTES), 'session', 'index', 'events', 'openapi.json'].sort());
    for (const [name, question] of Object.entries(QUESTIONS)) {
      const answer = await ask(`/api/${name}?${question}`);
      expect(answer.status, `${name}: ${answer.text}`).toBe(200);
      const schema = { $ref: `#/components/schemas/${ROUTES[name]?.answer ?? ''}` };
      expect(violations(answer.json, schema, document), name).toEqual([]);
      if (Object.hasOwn(answer.json as object, 'items')) expect(itemsOf(answer).length, name).toBeGreaterThan(0);
    }
    for (const path of ['/api/symbol?of=nothing', '/api/nothing', '/api/search', '/api/hotspots?top=1']) {
      const answer = await ask(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(violations(answer.json, { $ref: '#/components/schemas/Error' }, document), path).toEqual([]);
    }
    expect(violations((await ask('/api/session')).json, { $ref: '#/components/schemas/Session' }, document)).toEqual(
      [],
    );
  });

  it('gives a page at a time, and how to read on', async () => {
    const { store } = await world();
    const { ask } = await webFor(store);
    const found: unknown[] = [];
    let cursor: string | null = null;
    let total = 0;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { json } = await ask(`/api/search?q=a&limit=1${more}`);
      const page = json as { total: number; cursor: string | null; truncated: boolean; items: { key: string }[] };
      expect(page.truncated).toBe(page.cursor !== null);
      found.push(...page.items.map(({ key }) => key));
      ({ cursor, total } = page);
    } while (cursor !== null);
    expect(new Set(found).size).toBe(total);
    expect(total).toBeGreaterThan(1);
  });

  it('refuses parameters that are unknown, doubled, missing or wrong, by name', async () => {
    const { store } = await world();
    const { ask } = await webFor(store);
    for (const [path, argument] of [
      ['/api/search?q=x&top=1', 'top'],
      ['/api/search?q=x&q=y', 'q'],
      ['/api/search', 'q'],
      ['/api/search?q=+', 'q'],
      ['/api/search?q=x&limit=0', 'limit'],
      ['/api/search?q=x&limit=1e9', 'limit'],
      ['/api/search?q=x&limit=-1', 'limit'],
      ['/api/search?q=x&mode=psychic', 'mode'],
      ['/api/search?q=x&type=thing', 'type'],
      ['/api/search?q=x&cursor=thing', 'cursor'],
      ['/api/callers?of=total&type=thing', 'edgeTypes'],
      ['/api/callers?of=total&depth=many', 'depth'],
      ['/api/impact?of=total&across=perhaps', 'across'],
      ['/api/slice?file=main.ts', 'line'],
      ['/api/status?x=1', 'x'],
    ]) {
      const answer = await ask(path ?? '');
      expect(codeOf(answer), path).toEqual([400, 'INVALID_ARGUMENT']);
      expect(answer.json, path).toMatchObject({ error: { details: { argument } } });
    }
    for (const path of [
      'search?q=x&project=no',
      'callers?of=total&project=no',
      'stats?project=no',
      'deps?project=no',
    ]) {
      expect(codeOf(await ask(`/api/${path}`)), path).toEqual([404, 'PROJECT_NOT_FOUND']);
    }
    expect(codeOf(await ask('/api/callers?of=nobody'))).toEqual([404, 'SYMBOL_NOT_FOUND']);
    for (const path of ['/api/constructor', '/api/__proto__', '/api/', '/api/a/b']) {
      expect(codeOf(await ask(path))).toEqual([404, 'PATH_NOT_FOUND']);
    }
  });

  it('shows the graph around a symbol with the edges among all of it', async () => {
    const { store } = await world();
    const { ask } = await webFor(store);
    const answer = await ask('/api/graph?of=total');
    const { edges, total, truncated } = answer.json as { edges: object[]; total: number; truncated: boolean };
    expect([total, truncated]).toEqual([3, false]);
    expect(itemsOf(answer).map(({ symbol, depth }) => [(symbol as { name: string }).name, depth])).toEqual([
      ['total', 0],
      ['price', 1],
      ['main', -1],
    ]);
    expect(edges).toEqual([
      expect.objectContaining({ from: 0, to: 1, type: 'call' }),
      expect.objectContaining({ from: 2, to: 0, type: 'call' }),
    ]);
    const cut = await ask('/api/graph?of=total&limit=2');
    expect(cut.json).toMatchObject({ total: 3, truncated: true, items: [{ depth: 0 }, {}] });
  });

  it('tells how the measures of a symbol went, in snapshots of its project and of the whole store', async () => {
    const { store } = await world();
    const { ask } = await webFor(store);
    const answer = await ask(`/api/${'history'}?${QUESTIONS['history'] ?? ''}`);
    expect(itemsOf(answer)).toMatchObject([
      { label: 'first', project: 'app', symbol: { complexity: 3, fanIn: 1 }, nodesByType: { function: 2 } },
      { label: 'all', project: null, symbol: { complexity: 3 }, nodesByType: { function: 3 } },
      { label: 'second', project: 'app', symbol: { complexity: 3 }, nodesByType: { function: 3 } },
    ]);
    const sums = await ask('/api/history?project=app&limit=1');
    expect(sums.json).toMatchObject({ total: 2, truncated: true, items: [{ label: 'second', symbol: null }] });
  });
});

describe('the source of a file', () => {
  it('is that of the project, and marked when it is not what was indexed', async () => {
    const { store, root } = await world();
    const { ask } = await webFor(store);
    const path = '/api/source?project=app&file=main.ts&start=11&limit=2';
    const expected = { startLine: 11, totalLines: 14, truncated: true, isChanged: false, language: 'typescript' };
    const lines = ['export function main(): number {', '  return total([1, 2]);'];
    expect((await ask(path)).json).toEqual({ project: 'app', file: 'main.ts', ...expected, lines });
    writeFileSync(join(root, 'app/main.ts'), APP.replaceAll('\n', '\r\n').replace('total([1', 'Total([1'));
    expect((await ask(path)).json).toMatchObject({ isChanged: true, lines: [lines[0], '  return Total([1, 2]);'] });
  });

  it('is of no file that the store does not have, and of none outside of the project', async () => {
    const { store, root } = await world();
    const { ask } = await webFor(store);
    const ofFile = async (file: string): Promise<[number, string | undefined]> =>
      codeOf(await ask(`/api/source?project=app&file=${encodeURIComponent(file)}`));
    const missing = [404, 'FILE_NOT_FOUND'];
    for (const file of [
      'package.json',
      '../cart/cart.ts',
      '/etc/passwd',
      './main.ts',
      'main.ts\0',
      join(root, 'app/main.ts'),
    ]) {
      expect(await ofFile(file), file).toEqual(missing);
    }
    // What was a file when it was indexed is a link, a folder or nothing now.
    writeFileSync(join(root, 'secret.ts'), 'secret\n');
    rmSync(join(root, 'app/main.ts'));
    expect(await ofFile('main.ts')).toEqual(missing);
    symlinkSync(join(root, 'secret.ts'), join(root, 'app/main.ts'));
    expect(await ofFile('main.ts')).toEqual(missing);
    rmSync(join(root, 'app/main.ts'));
    mkdirSync(join(root, 'app/main.ts'));
    expect(await ofFile('main.ts')).toEqual(missing);
    // A path that somebody wrote into the store leads no further.
    const more = await store.files.get('app', 'more.ts');
    if (more === undefined) throw new Error('The file was indexed.');
    await store.files.put('app', { ...more, path: '../secret.ts' });
    expect(await ofFile('../secret.ts')).toEqual(missing);
  });
});

describe('a page with 10,000 answers', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore();
    return () => store.close();
  });

  it('gives them all at once when asked to, and no more', async () => {
    const { nodeInput } = await import('../../support/records.js');
    const inputs = Array.from({ length: 10_001 }, (_, number) =>
      nodeInput(`item${number}`, { symbolName: `item${number}`, qualifiedName: `item${number}` }),
    );
    await store.nodes.batchInsert(inputs);
    const { ask } = await webFor(store);
    const answer = await ask('/api/search?q=item&limit=10000');
    expect(answer.json).toMatchObject({ total: 10_000, truncated: true });
    expect(itemsOf(answer)).toHaveLength(10_000);
    expect(codeOf(await ask('/api/search?q=item&limit=10001'))).toEqual([400, 'INVALID_ARGUMENT']);
  });
});
