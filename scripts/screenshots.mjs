#!/usr/bin/env node
/**
 * Makes pictures of every view of the web page over this project's own code, in both colour schemes and at the width of
 * a phone, in `.cache/screenshots`. The project must be built.
 */
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startChromium } from './chromium.mjs';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const CLI = join(PROJECT, 'dist/cli/main.js');
const FOLDER = join(PROJECT, '.cache/screenshots');
/** Rooms of this project in the order in which the pictures of its evolution have them come. */
const ROOMS = [
  ['model', 'sql'],
  ['graph', 'incremental'],
  ['symbols', 'analytics', 'vectors'],
  ['ingest', 'store', 'cli'],
];
const PACKAGES = ['commander', 'ignore', 'semver', 'picomatch'];
const VIEWS = {
  start: '#/',
  search: '#/search?q=symbol',
  empty: '#/search?q=qqzzqq',
  symbol: '#/symbol/SYMBOL',
  slice: '#/symbol/SYMBOL?line=LINE',
  graph: '#/symbol/SYMBOL?depth=3',
  hotspots: '#/hotspots',
  statistics: '#/statistics?project=lestockage',
  projects: '#/projects',
  status: '#/status',
  missing: '#/symbol/lestockage%2F%2Fnothing',
};
const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  'phone-dark': { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
};

const run = promisify(execFile);

async function makeStore(folder) {
  const database = join(folder, 'code.db');
  const own = join(folder, 'lestockage');
  const cli = (...line) => run(process.execPath, [CLI, ...line, '--db', database, '--json']);
  await mkdir(join(own, 'src'), { recursive: true });
  await cp(join(PROJECT, 'package.json'), join(own, 'package.json'));
  for (const name of PACKAGES) await cli('index', '--no-embed', join(PROJECT, 'node_modules', name));
  for (const [number, rooms] of ROOMS.entries()) {
    for (const room of rooms) await cp(join(PROJECT, 'src', room), join(own, 'src', room), { recursive: true });
    await cli('index', '--no-embed', own);
    await cli('evolution', '--project', 'lestockage', '--snapshot', `step-${number + 1}`);
  }
  await makeCycle(folder, cli);
  return database;
}

/** Two projects that ask for each other. */
async function makeCycle(folder, cli) {
  for (const [name, other] of [
    ['shop', 'billing'],
    ['billing', 'shop'],
  ]) {
    const root = join(folder, name);
    await mkdir(root);
    const manifest = { name, version: '1.0.0', main: 'index.ts', dependencies: { [other]: '^1.0.0' } };
    await writeFile(join(root, 'package.json'), JSON.stringify(manifest));
    const code = `import { ${other} } from '${other}';\nexport function ${name}(): number {\n  return ${other}();\n}\n`;
    await writeFile(join(root, 'index.ts'), code);
    await cli('index', '--no-embed', root);
  }
}

async function serve(database) {
  const child = spawn(process.execPath, [CLI, 'serve', '--allow-index', '--db', database, '--json']);
  const text = await new Promise((resolve, reject) => {
    child.stdout.once('data', (bytes) => resolve(String(bytes)));
    child.once('exit', (status) => reject(new Error(`The server ended with ${status}.`)));
  });
  return { child, url: JSON.parse(text).url };
}

async function findSymbol(page) {
  return page.evaluate(async () => {
    const response = await fetch('api/hotspots?limit=400&preset=plain&project=lestockage');
    const { items } = await response.json();
    const found =
      items.find(
        ({ file, endLine, startLine, fanIn }) => file.startsWith('src/sql') && endLine - startLine < 60 && fanIn > 1,
      ) ?? items[0];
    return { key: encodeURIComponent(`${found.project}//${found.key}`), line: String(found.endLine - 1) };
  });
}

async function settled(page) {
  await page.waitForFunction(
    () => document.querySelector('.loading') === null && !document.body.innerText.includes('Slicing…'),
  );
  await page.waitForTimeout(300);
}

const scratch = await mkdtemp(join(tmpdir(), 'lestockage-screenshots-'));
await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const { child, url } = await serve(await makeStore(scratch));
try {
  for (const [look, options] of Object.entries(LOOKS)) {
    const { context, close } = await startChromium(options);
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForSelector('.bar');
    const symbol = await findSymbol(page);
    for (const [view, hash] of Object.entries(VIEWS)) {
      const place = hash.replace('SYMBOL', symbol.key).replace('LINE', symbol.line);
      await page.evaluate((next) => void (location.hash = next), place);
      await page.waitForTimeout(150);
      await settled(page);
      if (view === 'graph') await page.locator('.graph-frame').first().scrollIntoViewIfNeeded();
      const whole = !['graph', 'search', 'slice'].includes(view);
      await page.screenshot({ path: join(FOLDER, `${view}-${look}.png`), fullPage: whole });
    }
    await close();
  }
} finally {
  child.kill('SIGTERM');
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
console.log(FOLDER);
