import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SOURCES } from '../support/indexing.js';
import { McpProcess } from '../support/mcp-client.js';
import { ended, startCli } from '../support/run-cli.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

const HOME = fileURLToPath(new URL('../../', import.meta.url));

/** A program that uses the library with its types, as users write it. */
const PROGRAM = `import { exportParquet, isLestockageError, openStore, type IndexReport, type Store } from 'lestockage';

const store: Store = await openStore('types.db');
const report: IndexReport = await store.index({ root: 'code', embed: false });
const { items, total } = await store.traversal.callers('b');
for (const { symbol, edge } of items) console.log(symbol.key, edge.confidence satisfies number | null);
console.log(report.project satisfies string, total satisfies number);
for await (const { table, bytes } of exportParquet(store)) console.log(table satisfies 'nodes' | 'edges', bytes.length > 0);
try {
  await store.projects.require('nope');
} catch (error) {
  if (isLestockageError(error) && error.code === 'PROJECT_NOT_FOUND') console.log(error.code);
}
await store.close();
`;

function run(cwd: string, command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function tool(name: string): string {
  return join(HOME, 'node_modules', '.bin', name);
}

/** Packs the package as it is published, and gives the path of the file. */
function packed(folder: string): { path: string; files: string[]; sizeBytes: number } {
  const text = run(HOME, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [pack] = JSON.parse(text) as { filename: string; size: number; files: { path: string }[] }[];
  if (pack === undefined) throw new Error(`npm packed nothing: ${text}`);
  return { path: join(folder, pack.filename), sizeBytes: pack.size, files: pack.files.map(({ path }) => path) };
}

/** Installs without running scripts: the native library is the one that was built for the tests. */
function install(folder: string, pack: string): void {
  writeFileSync(join(folder, 'package.json'), '{"name":"empty","private":true,"type":"module"}');
  run(folder, 'npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', pack);
  const build = join('node_modules', 'better-sqlite3', 'build');
  mkdirSync(join(folder, build, 'Release'), { recursive: true });
  const library = join(build, 'Release', 'better_sqlite3.node');
  cpSync(join(HOME, library), join(folder, library));
}

/**
 * What the compiler finds fault with, declarations of libraries included, but for those of web-tree-sitter: they
 * want types of Emscripten and of browsers that it does not bring along.
 */
function compile(folder: string, args: readonly string[]): string[] {
  const { stdout, error } = spawnSync(tool('tsc'), args, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith('node_modules/web-tree-sitter/'));
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** Of the function `b` of the sources. */
const CALLERS = { total: 2, items: [{ symbol: { name: 'a' } }, { symbol: { name: 'c' } }] };

async function askByMcp(cwd: string, main: string): Promise<unknown> {
  const server = await McpProcess.start(['--db', 'code.db'], { cwd, main });
  try {
    return (await server.call('callers', { name: 'b' })).structured;
  } finally {
    await server.close();
  }
}

/** Asks the page's server for the page, and by its API, with the token of the address that it prints. */
async function askByHttp(cwd: string, main: string): Promise<Record<string, unknown>> {
  const server = startCli(['serve', '--db', 'code.db', '--json'], { cwd, main });
  const end = ended(server);
  try {
    const [line] = (await once(server.stdout, 'data')) as [string];
    const address = new URL((JSON.parse(line) as { url: string }).url);
    const headers = { authorization: `Bearer ${address.hash.replace('#token=', '')}` };
    const page = await fetch(address);
    const answer = await fetch(new URL('api/callers?of=b', address), { headers });
    return { page: page.status, ...((await answer.json()) as object) };
  } finally {
    server.kill('SIGTERM');
    await end;
  }
}

describe('the package as it is published', () => {
  it('[U7] installs into an empty folder, and is used from there: types, commands, MCP server, page', async () => {
    const folder = temporaryFolder();
    const pack = packed(folder);
    expect(pack.files).toEqual(expect.arrayContaining(['dist/index.d.ts', 'dist/cli/main.js', 'README.md', 'LICENSE']));
    expect(pack.files.filter((path) => /^(src|test|bench|\.)/.test(path))).toEqual([]);
    install(folder, pack.path);
    writeTree(join(folder, 'code'), SOURCES);
    const lestockage = join(folder, 'node_modules', '.bin', 'lestockage');
    expect(run(folder, lestockage, 'index', 'code', '--db', 'code.db')).toContain('3 parsed');
    expect(run(folder, lestockage, 'callers', 'b', '--db', 'code.db')).toContain('a  code:a.ts:2');
    expect(JSON.parse(run(folder, lestockage, 'doctor', '--db', 'code.db', '--json'))).toMatchObject({ ok: true });

    const main = join(folder, 'node_modules', 'lestockage', 'dist', 'cli', 'main.js');
    expect(await askByMcp(folder, main)).toMatchObject(CALLERS);
    expect(await askByHttp(folder, main)).toMatchObject({ page: 200, ...CALLERS });

    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    const settings = ['--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,esnext.disposable', '--strict'];
    const types = ['--types', 'node', '--typeRoots', join(HOME, 'node_modules', '@types')];
    expect(compile(folder, [...settings, ...types, 'program.ts'])).toEqual([]);
    expect(run(folder, process.execPath, 'program.js').split('\n')).toEqual(
      expect.arrayContaining(['a.ts#a(function) 1', 'code 2', 'nodes true', 'edges true', 'PROJECT_NOT_FOUND']),
    );

    const listed = run(folder, 'npm', 'ls', '--all', '--parseable', '--omit=dev').trim().split('\n');
    const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
    process.stdout.write(
      `lestockage: ${megabytes(pack.sizeBytes)} packed, ${listed.length - 2} dependencies, ` +
        `${megabytes(sizeOf(join(folder, 'node_modules')))} installed\n`,
    );
  }, 120_000);

  it('is what publint and Are the Types Wrong expect of a package of ES modules', () => {
    const { path } = packed(temporaryFolder());
    expect(run(HOME, tool('publint'), 'run', path, '--strict')).toContain('All good!');
    expect(run(HOME, tool('attw'), path, '--profile', 'esm-only', '--no-color')).toContain('🟢');
  });
});
