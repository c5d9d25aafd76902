import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { remark } from 'remark';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/index.js';

const HOME = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(HOME, 'docs'))
    // Those that are made from the code have anchors of their own.
    .filter((name) => name.endsWith('.md') && !['reference.md', 'lestockage.api.md'].includes(name))
    .map((name) => `docs/${name}`),
];

interface MarkdownNode {
  readonly type: string;
  readonly url?: string;
  readonly value?: string;
  readonly children?: readonly MarkdownNode[];
}

function nodesOf(page: string): MarkdownNode[] {
  const flat = (node: MarkdownNode): MarkdownNode[] => [node, ...(node.children ?? []).flatMap(flat)];
  return flat(remark().parse(readFileSync(join(HOME, page), 'utf8')));
}

function textOf(node: MarkdownNode): string {
  return node.value ?? (node.children ?? []).map(textOf).join('');
}

const anchorsByPage = new Map<string, ReadonlySet<string>>();

function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = anchorsByPage.get(page) ?? findAnchors(page);
  anchorsByPage.set(page, anchors);
  return anchors;
}

/** The anchors of headings, as GitHub makes them. */
function findAnchors(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of nodesOf(page).filter(({ type }) => type === 'heading')) {
    const plain = textOf(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = plain;
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${plain}-${copy}`;
    anchors.add(anchor);
  }
  return anchors;
}

describe('links in the documentation', () => {
  it.each(PAGES)('of %s lead to files and headings that are there', (page) => {
    const faults: string[] = [];
    for (const { url } of nodesOf(page)) {
      if (url === undefined || /^[a-z]+:/i.test(url)) continue;
      const [path = '', anchor] = url.split('#');
      const target = path === '' ? join(HOME, page) : resolve(HOME, dirname(page), decodeURIComponent(path));
      const name = relative(HOME, target);
      if (!existsSync(target) || name.startsWith('..')) faults.push(`${url}: there is no such file`);
      else if (anchor !== undefined && (statSync(target).isDirectory() || !anchorsOf(name).has(anchor)))
        faults.push(`${url}: there is no such heading`);
    }
    expect(faults).toEqual([]);
  });
});

/** A query of the page on the schema, with the table that is shown below it, as rows of texts. */
interface ShownQuery {
  readonly sql: string;
  readonly rows: readonly (readonly string[])[] | undefined;
}

function shownQueries(): ShownQuery[] {
  const page = readFileSync(join(HOME, 'docs/schema.md'), 'utf8');
  return [...page.matchAll(/```sql\n([^]*?)```\n(?:\n((?:\|.*\|\n)+))?/g)].map(([, sql = '', table]) => ({
    sql,
    rows: table
      ?.trimEnd()
      .split('\n')
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
      ),
  }));
}

describe('the queries of the page on the schema', () => {
  let folder: string;
  let database: Sqlite.Database;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lestockage-test-'));
    const path = join(folder, 'demo.db');
    const store = await openStore(path);
    // The store of the demo, on which the page shows what they give.
    await store.index({ root: join(HOME, 'node_modules/rxjs/src'), projectId: 'rxjs', embed: false });
    await store.close();
    database = new Sqlite(path, { readonly: true });
    return () => {
      database.close();
      rmSync(folder, { recursive: true });
    };
  }, 120_000);

  it('are ten with an answer, and two more', () => {
    const shown = shownQueries();
    expect(shown.filter(({ rows }) => rows !== undefined)).toHaveLength(10);
    expect(shown.length).toBeGreaterThanOrEqual(12);
  });

  it.each(shownQueries().map(({ sql, rows }, at) => [at + 1, sql, rows] as const))(
    'run as they are shown, and give what is shown: %i',
    (_number, sql, rows) => {
      const statement = database.prepare(sql);
      const found = statement.raw().all() as unknown[][];
      if (rows === undefined) return;
      const [names, , ...cells] = rows;
      expect(statement.columns().map(({ name }) => name)).toEqual(names);
      expect(found.map((row) => row.map(String))).toEqual(cells);
    },
  );
});
