import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SOURCES } from '../support/indexing.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

/** Loading takes most of the time of a short command, so what it does not need must stay where it is. */

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** The scripts that a command loads: files of this package by their names, and the names of other packages. */
async function loadedBy(
  commandLine: readonly string[],
): Promise<{ readonly files: string[]; readonly packages: string[] }> {
  const coverage = temporaryFolder();
  const environment = { NODE_V8_COVERAGE: coverage };
  expect(await runCli(commandLine, { environment })).toMatchObject({ status: 0, stderr: '' });
  const urls = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: { url: string }[] };
    return result.filter(({ url }) => url.startsWith('file:')).map(({ url }) => fileURLToPath(url));
  });
  const packages = urls.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const files = urls.filter((path) => path.startsWith(DIST)).map((path) => path.slice(DIST.length));
  return { files: files.sort(), packages: [...new Set(packages)].sort() };
}

async function madeStore(): Promise<{ readonly code: string; readonly database: string }> {
  const folder = temporaryFolder();
  const [code, database] = [join(folder, 'code'), join(folder, 'code.db')];
  writeTree(code, SOURCES);
  expect((await runCli(['index', code, '--no-embed', '--db', database])).status).toBe(0);
  return { code, database };
}

it('commands that ask load the command line, the store and its database alone', async () => {
  const { database } = await madeStore();
  const commands = [['status'], ['callers', 'b'], ['search', 'b', '--mode', 'name'], ['stats']];
  for (const command of commands) {
    expect(await loadedBy([...command, '--db', database]), command[0]).toEqual({
      files: ['cli/main.js', 'command-line.js', 'core.js', 'index.js', 'shared.js'],
      packages: ['better-sqlite3', 'bindings', 'blake3-jit', 'commander', 'file-uri-to-path'],
    });
  }
});

it('indexing loads the parsers too, but no server and nothing of one', async () => {
  const { code, database } = await madeStore();
  const { files, packages } = await loadedBy(['index', code, '--no-embed', '--force', '--db', database]);
  expect(files).toEqual(expect.arrayContaining(['core.js', 'ingest.js', 'languages.js']));
  expect(files.filter((name) => /mcp|web|server|replica/.test(name))).toEqual([]);
  expect(packages).toContain('web-tree-sitter');
  expect(packages.filter((name) => /modelcontextprotocol|zod|libsql|usearch/.test(name))).toEqual([]);
});
