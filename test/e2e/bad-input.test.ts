import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

/** The law: bad input is told by a code, or by a warning with the file's name, and the rest is indexed. */

const GOOD = { 'good.ts': 'export function good(): number {\n  return 1;\n}\n' };

interface Place {
  readonly folder: string;
  readonly root: string;
  readonly database: string;
}

function place(files: Readonly<Record<string, string | Uint8Array>> = {}): Place {
  const folder = temporaryFolder();
  const root = join(folder, 'src');
  mkdirSync(root);
  writeTree(root, { ...GOOD, ...files });
  return { folder, root, database: join(folder, 'code.db') };
}

interface Answer {
  readonly status: number | null;
  readonly stderr: string;
  readonly body: Record<string, unknown>;
}

async function ask(
  commandLine: readonly string[],
  database: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const result = await runCli(['--json', '--db', database, ...commandLine], { environment });
  expect(result.stdout.trimEnd().split('\n'), result.stderr).toHaveLength(1);
  return { ...result, body: JSON.parse(result.stdout) as Record<string, unknown> };
}

async function namesIn(database: string): Promise<unknown[]> {
  const { body } = await ask(['search', 'o', '-k', '1000', '--mode', 'name'], database);
  return (body['items'] as { file: string; name: string }[]).map(({ file, name }) => `${file}: ${name}`);
}

/** Indexes a place where `good.ts` is fine, and gives the warnings as `file: code`. */
async function warningsOf({ root, database }: Place, environment = {}): Promise<string[]> {
  const { status, body, stderr } = await ask(['index', root], database, environment);
  expect([status, stderr]).toEqual([0, '']);
  expect(await namesIn(database)).toContain('good.ts: good');
  const [project] = body['projects'] as { warnings: { file: string; code: string; message: string }[] }[];
  for (const { message } of project?.warnings ?? []) expect(message).toMatch(/^.{10,}$/s);
  return (project?.warnings ?? []).map(({ file, code }) => `${file}: ${code}`);
}

/** Makes the system refuse to open or list paths that end in the given text, whoever runs the tests. */
function refusing(ending: string): Record<string, string> {
  const source = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    for (const name of ['openSync', 'readdirSync']) {
      const real = fs[name];
      fs[name] = (path, ...rest) => {
        if (!String(path).endsWith(${JSON.stringify(ending)})) return real(path, ...rest);
        throw Object.assign(new Error('EACCES: permission denied, ' + name), { code: 'EACCES' });
      };
    }
    syncBuiltinESMExports();`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}` };
}

describe('a folder to index', () => {
  it('that is absent is 3 and makes no database', async () => {
    const { folder, database } = place();
    const absent = join(folder, 'absent');
    const { status, body } = await ask(['index', absent], database);
    expect(status).toBe(3);
    expect(body).toMatchObject({ error: { code: 'FOLDER_NOT_FOUND', details: { path: absent } } });
    expect(existsSync(database)).toBe(false);
  });

  it.each([
    ['a file', 'good.ts', 2, 'NOT_A_FOLDER'],
    ['below a file', 'good.ts/x', 3, 'FOLDER_NOT_FOUND'],
    ['a link that leads to itself', 'self', 3, 'FOLDER_NOT_FOUND'],
  ])('that is %s is refused and makes no database', async (_what, name, exit, code) => {
    const { root, database } = place();
    symlinkSync('self', join(root, 'self'));
    const { status, body } = await ask(['index', join(root, name)], database);
    expect(status).toBe(exit);
    expect(body).toMatchObject({ error: { code, details: { path: join(root, name) } } });
    expect(existsSync(database)).toBe(false);
  });
});

describe('a source file', () => {
  it('[U1] that cannot be read is a warning', async () => {
    const at = place({ 'secret.ts': 'export const secret = 1;\n' });
    expect(await warningsOf(at, refusing('/secret.ts'))).toEqual(['secret.ts: FILE_UNREADABLE']);
  });

  it('[U1] in a folder that cannot be listed is unknown, not gone', async () => {
    const at = place({ 'locked/inner.ts': 'export function goInside() {}\n' });
    expect(await warningsOf(at)).toEqual([]);
    expect(await warningsOf(at, refusing('/locked'))).toEqual(['locked: FOLDER_UNREADABLE']);
    expect(await namesIn(at.database)).toContain('locked/inner.ts: goInside');
  });

  it('[U1] that is not valid UTF-8 is indexed with a warning', async () => {
    const bytes = Buffer.concat([
      Buffer.from('// caf'),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('\nexport const zoo = 1;\n'),
    ]);
    const at = place({ 'latin.ts': bytes });
    expect(await warningsOf(at)).toEqual(['latin.ts: INVALID_UTF8']);
    expect(await namesIn(at.database)).toContain('latin.ts: zoo');
  });

  it('[U1] that holds NUL bytes is a warning', async () => {
    expect(await warningsOf(place({ 'nul.ts': 'export const a = 1;\0\n' }))).toEqual(['nul.ts: FILE_BINARY']);
  });

  it('[U1] of 50 MB is a warning', async () => {
    const at = place({ 'huge.ts': 'export const huge = 1;\n' });
    truncateSync(join(at.root, 'huge.ts'), 50 * 1024 * 1024);
    expect(await warningsOf(at)).toEqual(['huge.ts: FILE_TOO_LARGE']);
  });

  it.each([
    ['5 MB', 5_000_000, 'FILE_TOO_LARGE'],
    ['3 MB', 3_000_000, 'FILE_GENERATED'],
  ])('[U1] with a line of %s is a warning', async (_size, length, code) => {
    const at = place({ 'line.ts': `export const line = '${'x'.repeat(length)}';\n` });
    expect(await warningsOf(at)).toEqual([`line.ts: ${code}`]);
  });

  it.each(['ts', 'py'])('[U1] of 100,000 nested brackets is indexed or a warning: %s', async (ending) => {
    const depth = 100_000;
    const at = place({
      [`closed.${ending}`]: `deep = ${'(\n'.repeat(depth)}1${')\n'.repeat(depth)}\n`,
      [`open.${ending}`]: `deep = ${'[\n'.repeat(depth)}\n`,
      [`short.${ending}`]: `deep = ${'('.repeat(depth)}\n`,
      // After the deep ones, to see that the parser still works.
      [`zzz.${ending}`]: 'zoo = 1\n',
    });
    const warnings = await warningsOf(at);
    expect(warnings).toContain(`short.${ending}: FILE_GENERATED`);
    for (const warning of warnings) expect(warning).toMatch(/^(?:closed|open|short)\.\w+: [A-Z_]+$/);
    const { body } = await ask(['stats'], at.database);
    expect(body['nodesByType']).toHaveProperty('module');
  });

  it('[U1] that is a pipe or a broken link does not hold the run up', async () => {
    const at = place({ 'sub/inner.ts': 'export function goInside() {}\n' });
    for (const name of ['pipe.ts', '.gitignore', 'sub/.gitignore']) execFileSync('mkfifo', [join(at.root, name)]);
    symlinkSync('nowhere', join(at.root, 'broken.ts'));
    expect(await warningsOf(at)).toEqual([]);
    expect(await namesIn(at.database)).toContain('sub/inner.ts: goInside');
  });

  it('[U1] that is a folder by name is walked as one', async () => {
    const at = place({ 'folder.ts/inner.ts': 'export function goInside() {}\n', '.gitignore/x': '' });
    expect(await warningsOf(at)).toEqual([]);
    expect(await namesIn(at.database)).toContain('folder.ts/inner.ts: goInside');
  });

  it('[U1] behind links that form a loop is indexed once', async () => {
    const at = place({ 'one/inner.ts': 'export function goInside() {}\n' });
    symlinkSync('..', join(at.root, 'one', 'up'));
    symlinkSync(at.root, join(at.root, 'all'));
    symlinkSync('self', join(at.root, 'self'));
    expect(await warningsOf(at)).toEqual([]);
    expect((await namesIn(at.database)).filter((name) => String(name).endsWith('goInside'))).toHaveLength(1);
  });

  it('[U1] may have spaces, quotes, line ends and any script in its path', async () => {
    const names = [
      'a b.ts',
      `it's "quoted".ts`,
      'new\nline.ts',
      'tab\t.ts',
      'Ünï/日本語 🙂.ts',
      '-rf.ts',
      '$(x)`y`.ts',
      '%s#(module).ts',
    ];
    const at = place(Object.fromEntries(names.map((name, index) => [name, `export function go${index}() {}\n`])));
    expect(await warningsOf(at)).toEqual([]);
    const found = await namesIn(at.database);
    for (const [index, name] of names.entries()) expect(found).toContain(`${name}: go${index}`);
    const again = await ask(['index', at.root], at.database);
    expect(again.body).toMatchObject({ generation: 1, projects: [{ files: { unchanged: names.length + 1 } }] });
    for (const [index, name] of names.entries()) {
      const { status, body } = await ask(['symbol', '--', `${name}#go${index}(function)`], at.database);
      expect([status, body]).toMatchObject([0, { total: 1, items: [{ file: name }] }]);
    }
    const { stdout } = await runCli(['dump', '--db', at.database]);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .every((line) => /^(?:node|edge)\t/.test(line)),
    ).toBe(true);
  });

  it('[U1] whose name is not UTF-8 is a warning', async () => {
    const at = place();
    const bytes = Buffer.concat([Buffer.from(`${at.root}/bad-`), Buffer.from([0xff]), Buffer.from('.ts')]);
    writeFileSync(bytes, 'export const a = 1;\n');
    expect(await warningsOf(at)).toEqual(['bad-\uFFFD.ts: NAME_NOT_UTF8']);
  });

  it('[U1] is named to people without letting its name command the terminal', async () => {
    const { root, database } = place({ 'red\x1b[31m\nwarning.ts': 'a\0b' });
    const { status, stderr } = await runCli(['index', root, '--db', database]);
    expect(status).toBe(0);
    expect(stderr).toContain('red\\u001b[31m\\u000awarning.ts');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('\x1b');
  });
});

describe('a database', () => {
  it.each([
    ['below a file', ({ root }: Place) => join(root, 'good.ts', 'code.db')],
    ['where no folder can be made', () => '/proc/absent/code.db'],
    ['that is a folder', ({ root }: Place) => root],
    ['behind a link that leads nowhere', ({ folder }: Place) => join(folder, 'broken.db')],
    ['behind a link that leads to itself', ({ folder }: Place) => join(folder, 'self.db')],
  ])('%s cannot be written: 1, with its path and the reason', async (_what, pathOf) => {
    const at = place();
    symlinkSync(join(at.folder, 'absent', 'code.db'), join(at.folder, 'broken.db'));
    symlinkSync('self.db', join(at.folder, 'self.db'));
    const before = readdirSync(at.folder, { recursive: true }).sort();
    const path = pathOf(at);
    const { status, body } = await ask(['index', at.root], path);
    expect(status).toBe(1);
    expect(body).toMatchObject({
      error: { code: 'DATABASE_UNWRITABLE', details: { path, reason: expect.any(String) as string } },
    });
    expect(readdirSync(at.folder, { recursive: true }).sort()).toEqual(before);
  });

  it.each([
    ['text', Buffer.from('export const a = 1;\n'), 'NOT_A_DATABASE'],
    ['one byte', Buffer.from('x'), 'NOT_A_DATABASE'],
    ['zeros', Buffer.alloc(8192), 'NOT_A_DATABASE'],
    ['a header alone', Buffer.from('SQLite format 3\0'), /^(?:NOT_A_DATABASE|DATABASE_CORRUPT)$/],
  ])('that is no SQLite file is 5 and stays as it is: %s', async (_what, content, code) => {
    const { root, database } = place();
    writeFileSync(database, content);
    for (const commandLine of [['index', root], ['stats']]) {
      const { status, body } = await ask(commandLine, database);
      expect(status).toBe(5);
      expect((body['error'] as { code: string }).code).toMatch(code);
      expect(readFileSync(database).equals(content)).toBe(true);
    }
  });

  it('that was cut off is 5, at whatever length', async () => {
    const { root, folder, database } = place();
    await ask(['index', root], database);
    const whole = readFileSync(database);
    const cut = join(folder, 'cut.db');
    for (const length of [50, 100, 4096, 5000, whole.length - 4096]) {
      copyFileSync(database, cut);
      truncateSync(cut, length);
      const { status, body } = await ask(['index', root, '--force'], cut);
      expect([length, status, (body['error'] as { code: string }).code]).toEqual([length, 5, 'DATABASE_CORRUPT']);
    }
  });

  it('of a newer version is 5, names the version and is left alone', async () => {
    const { root, database } = place();
    await ask(['index', root], database);
    const file = new Sqlite(database);
    file.exec(
      "INSERT INTO schema_migrations SELECT 900, 'future', checksum, applied_at FROM schema_migrations LIMIT 1",
    );
    file.pragma('wal_checkpoint(TRUNCATE)');
    file.close();
    const before = readFileSync(database);
    for (const commandLine of [['index', root], ['stats']]) {
      const { status, body } = await ask(commandLine, database);
      expect(status).toBe(5);
      expect(body).toMatchObject({ error: { code: 'SCHEMA_TOO_NEW' } });
      expect(JSON.stringify(body)).toContain('900');
      expect(readFileSync(database).equals(before)).toBe(true);
    }
  });
});

describe('a project', () => {
  it('that is unknown is 3 for every command that takes one', async () => {
    const { root, database } = place();
    await ask(['index', root], database);
    for (const commandLine of [
      ['stats'],
      ['hotspots'],
      ['dump'],
      ['search', 'good'],
      ['symbol', 'good'],
      ['callers', 'good'],
    ]) {
      const { status, body } = await ask([...commandLine, '--project', 'absent'], database);
      expect([commandLine, status]).toEqual([commandLine, 3]);
      expect(body).toMatchObject({ error: { code: 'PROJECT_NOT_FOUND', details: { project: 'absent' } } });
    }
  });

  it.each([[''], ['a//b'], ['new\nline']])('may not be called %j', async (id) => {
    const { root, database } = place();
    const { status, body } = await ask(['index', root, '--project', id], database);
    expect(status).toBe(2);
    expect(body).toMatchObject({ error: { code: 'INVALID_ARGUMENT', details: { value: id } } });
  });
});
