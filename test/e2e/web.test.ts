import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from '../../scripts/chromium.mjs';
import { PROJECT } from '../support/source-files.js';
import { ended, runCli, startCli, type CliResult } from '../support/run-cli.js';
import { writeTree } from '../support/temporary-folder.js';
import { HOSTILE, makeWebStore } from '../support/web/web-store.js';

/** The first time of all, the browser is installed. */
const SETUP_MS = 300_000;
const LONG_MS = 60_000;
const KEY = encodeURIComponent('commander//lib/command.js#Command.parseOptions(method)');
const VIEWS = {
  start: '#/',
  search: '#/search?q=parse',
  nothing: '#/search?q=qqzzqq',
  symbol: `#/symbol/${KEY}?line=1778`,
  hotspots: '#/hotspots',
  statistics: '#/statistics?project=commander&since=first',
  projects: '#/projects',
  status: '#/status',
};

/** The schemes differ in their colours alone. */
const CHECKS = {
  light: "{ resultTypes: ['violations'] }",
  dark: "{ resultTypes: ['violations'], runOnly: ['color-contrast'] }",
} as const;

let folder: string;
let database: string;
let server: ReturnType<typeof startCli>;
let serverEnd: Promise<CliResult>;
let url: string;
let context: BrowserContext;
let closeBrowser: () => Promise<void>;
let page: Page;
/** What the browser complains of, apart from answers of the API that say what went wrong. */
const complaints: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lestockage-web-'));
  database = join(folder, 'code.db');
  cpSync(join(PROJECT, 'node_modules/commander'), join(folder, 'commander'), { recursive: true });
  writeTree(folder, {
    'tool/package.json': JSON.stringify({ name: 'tool', dependencies: { commander: '^14.0.0', gone: '^1.0.0' } }),
    'tool/main.ts': "import { Command } from 'commander';\nexport const program = new Command();\nprogram.parse();\n",
  });
  await makeWebStore(database, [join(folder, 'commander'), join(folder, 'tool')]);
  server = startCli(['serve', '--allow-index', '--db', database, '--json']);
  serverEnd = ended(server);
  url = await new Promise((resolve) => {
    server.stdout.once('data', (text: string) => resolve((JSON.parse(text) as { url: string }).url));
  });
  const options = {
    args: ['--host-resolver-rules=MAP evil.example 127.0.0.1'],
    viewport: { width: 1200, height: 900 },
  };
  ({ context, close: closeBrowser } = await startChromium(options));
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    const isAnswer = message.text().startsWith('Failed to load resource') && message.location().url.includes('/api/');
    if (['error', 'warning'].includes(message.type()) && !isAnswer && !isOfWebGl(message.text())) {
      complaints.push(message.text());
    }
  });
  page.setDefaultTimeout(20_000);
}, SETUP_MS);

afterAll(async () => {
  await closeBrowser();
  server.kill('SIGTERM');
  const { status, stderr } = await serverEnd;
  rmSync(folder, { recursive: true, force: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, LONG_MS);

/** Pictures are drawn without a graphics card here, of which the browser warns. */
function isOfWebGl(text: string): boolean {
  return text.includes('GPU stall') || text.includes('GL Driver Message');
}

async function show(hash: string): Promise<void> {
  await page.goto(`${url.split('#')[0] ?? ''}${hash}`);
  await page.locator('.bar').waitFor();
  await page.locator('main h1').first().waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
}

/** The element that has the focus, by its name. */
async function focused(): Promise<string> {
  return page.evaluate<string>('document.activeElement.tagName.toLowerCase()');
}

async function overflow(): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

describe('the web page', () => {
  it('shows nothing without its token, and nothing under another name', async () => {
    await page.goto(`${url.split('#')[0] ?? ''}#/hotspots`);
    await page.getByRole('heading', { name: 'This page needs its token' }).waitFor();
    expect(await page.locator('.bar').count()).toBe(0);
    const stranger = await context.newPage();
    const other = await stranger.goto(`http://evil.example:${new URL(url).port}/`);
    expect([other?.status(), await other?.text()]).toEqual([
      403,
      expect.stringContaining('HOST_NOT_ALLOWED') as string,
    ]);
    await stranger.close();
  });

  it('[U6] opens by the address that was printed, and takes the token out of it', async () => {
    await page.goto(url);
    await page.getByRole('heading', { name: 'What are you looking for?' }).waitFor();
    expect(page.url()).not.toContain('token');
    await page.locator('.card', { hasText: 'commander' }).waitFor();
    expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
    await page.reload();
    await page.locator('.card', { hasText: 'tool' }).waitFor();
  });

  it('[U6] finds while one types, with reasons, and is used by keys alone', async () => {
    await show('#/');
    await page.keyboard.press('/');
    await page.keyboard.type('parseOpt', { delay: 20 });
    const first = page.locator('.results a').first();
    await page.locator('.results li:first-child a', { hasText: 'parseOptions' }).waitFor();
    expect(await first.locator('.why').textContent()).toMatch(/\S/);
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('a');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('input');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Command.parseOptions' }).waitFor();
    await page.goBack();
    expect(await page.locator('.search-box input').inputValue()).toBe('parseOpt');
  });

  it('[U6] shows a symbol with its source, and a slice of it at a click on a line', async () => {
    await show(`#/symbol/${KEY}`);
    await page.locator('.source .hljs-keyword').first().waitFor();
    expect(await page.locator('.source li').first().textContent()).toContain('parseOptions(args)');
    const callers = page.locator('section', { has: page.getByRole('heading', { name: 'Callers' }) });
    expect(await callers.locator('.evidence').first().textContent()).toMatch(/\d+%/);
    await page.locator('.line-number').nth(30).click();
    await page.locator('.slice-bar [role=status]', { hasText: /lines? in the slice/ }).waitFor();
    const backward = await page.locator('.in-slice').count();
    expect(backward).toBeGreaterThan(1);
    expect(page.url()).toMatch(/line=\d+/);
    await page.getByRole('button', { name: 'Forward' }).click();
    await expect.poll(() => page.locator('.in-slice').count()).not.toBe(backward);
    await page.reload();
    await page.locator('.in-slice').first().waitFor();
    expect(await page.getByRole('button', { name: 'Forward' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await page.locator('.in-slice').count()).toBe(0);
  });

  it('[U6] leads through the graph by clicks', async () => {
    await show(`#/symbol/${encodeURIComponent('many//a.ts#caller5(function)')}`);
    const graph = page.locator('.graph');
    await graph.locator('canvas').first().waitFor();
    await graph.scrollIntoViewIfNeeded();
    const box = await graph.boundingBox();
    if (box === null) throw new Error('The graph has a place on the page.');
    // Its only callee stands to the right of it, at the same height.
    const y = box.y + box.height / 2;
    for (let x = box.x + box.width - 20; x > box.x + box.width / 2; x -= 6) {
      await page.mouse.move(x, y);
      if ((await page.locator('.graph.pointing').count()) > 0) {
        await page.mouse.click(x, y);
        break;
      }
    }
    await page.getByRole('heading', { name: 'hub', exact: true }).waitFor();
    expect(decodeURIComponent(page.url())).toContain('many//a.ts#hub(function)');
  });

  it('draws a thousand symbols, and says how many there are', async () => {
    await show(`#/symbol/${encodeURIComponent('many//a.ts#hub(function)')}`);
    await page.locator('.graph canvas').first().waitFor();
    await page.getByText('1,000 of 1,201 symbols shown').waitFor();
    const frame = await page.locator('.graph').boundingBox();
    if (frame === null) throw new Error('The graph has a place on the page.');
    await page.mouse.move(frame.x + 200, frame.y + 200);
    await page.mouse.down();
    await page.mouse.move(frame.x + 260, frame.y + 240, { steps: 10 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Zoom in' }).click();
  });

  it('shows names and files as the texts that they are', async () => {
    await show(`#/search?q=${encodeURIComponent('<img')}`);
    await page.locator('.results .symbol-name', { hasText: HOSTILE }).waitFor();
    await page.locator('.results a').first().click();
    await page.locator('h1', { hasText: HOSTILE }).waitFor();
    for (const view of ['#/hotspots?project=many', '#/projects', `#/hotspots?project=${encodeURIComponent(HOSTILE)}`]) {
      await page.goto(`${url.split('#')[0] ?? ''}${view}`);
      await page.locator('main h1, main .state').first().waitFor();
    }
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('stays quick with 10,000 results', async () => {
    await show('#/search?q=item&project=large');
    await page.getByText(/^50 of [\d,]+ best results shown/).waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText(/^100 of [\d,]+ best results shown/).waitFor();
    expect(await page.locator('.results li').count()).toBe(100);
  });

  it('shows hotspots, statistics, projects and packages', async () => {
    await show('#/hotspots');
    await page.locator('.treemap-cell').first().waitFor();
    await page.locator('.treemap-cell').first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.treemap-cell:focus').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.locator('.symbol-head').waitFor();
    await show('#/statistics?project=commander&since=first');
    expect(await page.locator('.plot').count()).toBe(3);
    await page.getByText(/0 added, 0 removed, 0 changed/).waitFor();
    await show('#/projects');
    const table = page.getByRole('region', { name: 'Dependencies between projects' });
    expect(await table.locator('tbody tr').first().textContent()).toContain('tool');
    await page.getByRole('region', { name: 'Packages' }).getByText('gone').waitFor();
  });

  it('follows the store while another process indexes, also when it is loaded anew meanwhile', async () => {
    await show('#/search?q=xyzzyplugh&mode=name');
    await page.getByText('Nothing fits').waitFor();
    writeFileSync(join(folder, 'tool/main.ts'), 'export function xyzzyplugh(): void {}\n');
    const run = runCli(['index', join(folder, 'tool'), '--no-embed', '--db', database]);
    await page.reload();
    expect((await run).status).toBe(0);
    await page.locator('.results a', { hasText: 'xyzzyplugh' }).waitFor();
    await show('#/status');
    writeFileSync(join(folder, 'tool/main.ts'), 'export function otherName(): void {}\n');
    const row = page.locator('tr', { has: page.getByRole('rowheader', { name: /^tool/ }) });
    await row.getByRole('button', { name: 'Index again' }).click();
    await page.getByText(/Indexed tool in/).waitFor();
    await page
      .getByText(/^Generation \d+: tool$/)
      .first()
      .waitFor();
  });

  it('says what is wrong where a link leads nowhere, and when the server is gone', async () => {
    await page.goto(`${url.split('#')[0] ?? ''}#/symbol/nothing`);
    await page.getByRole('heading', { name: /There is no symbol/ }).waitFor();
    await page.goto(`${url.split('#')[0] ?? ''}#/elsewhere`);
    await page.getByText('There is no such view.').waitFor();
    // News of a change would have the page ask again by itself.
    await page.route('**/api/events', (route) => route.abort());
    await page.reload();
    await show('#/hotspots');
    await page.route('**/api/stats*', (route) => route.abort());
    await page.goto(`${url.split('#')[0] ?? ''}#/statistics`);
    await page.getByText('The server does not answer.').first().waitFor();
    await page.unroute('**/api/stats*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Symbols by type' }).waitFor();
    await page.unroute('**/api/events');
    await page.reload();
  });

  it.each(['light', 'dark'] as const)(
    'has no barrier that a machine can find, in the %s scheme',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const [name, hash] of Object.entries(VIEWS)) {
        await show(hash);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${CHECKS[colorScheme]})`);
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
        expect(found, name).toEqual([]);
      }
    },
    LONG_MS,
  );

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const [name, hash] of Object.entries(VIEWS)) {
      await show(hash);
      expect(await overflow(), name).toBeLessThanOrEqual(0);
    }
  });

  it('gave the browser nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });
});

describe('lestockage serve', () => {
  it('says that a port is taken, or that there is no store, and serves nothing', async () => {
    const taken = await runCli(['serve', '--port', new URL(url).port, '--db', database, '--json']);
    expect(taken.status).toBe(4);
    expect(JSON.parse(taken.stdout)).toMatchObject({ error: { code: 'PORT_TAKEN' } });
    const absent = await runCli(['serve', '--db', join(folder, 'absent.db'), '--json']);
    expect(absent.status).toBe(3);
    expect(JSON.parse(absent.stdout)).toMatchObject({ error: { code: 'DATABASE_NOT_FOUND' } });
  });

  it('prints the address for people, and ends when it is interrupted', async () => {
    const other = startCli(['serve', '--db', database]);
    const end = ended(other);
    await new Promise((resolve) => other.stdout.once('data', resolve));
    other.kill('SIGINT');
    const { status, stdout } = await end;
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\n/);
    expect(status).toBe(0);
  });
});
