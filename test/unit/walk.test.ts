import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walk, type WalkResult } from '../../src/ingest/walk/index.js';
import { compareText } from '../../src/model/index.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

const typescript = { languageOf: (path: string) => (path.endsWith('.ts') ? 'typescript' : undefined) };

function pathsOf(result: WalkResult): string[] {
  return result.entries.map((entry) => entry.path);
}

describe('walk', () => {
  it('[U1] lists the files of known languages with size, language and state', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'src/a.ts': 'let a;\n', 'readme.txt': 'no', 'b.ts': '' });
    const { entries, warnings } = await walk(root, typescript);
    expect(warnings).toEqual([]);
    expect(entries).toEqual([
      expect.objectContaining({ path: 'b.ts', sizeBytes: 0 }),
      {
        path: 'src/a.ts',
        absolutePath: join(root, 'src/a.ts'),
        language: 'typescript',
        sizeBytes: 7,
        statKey: expect.stringMatching(/^7:\d+:\d+:\d+$/) as string,
      },
    ]);
  });

  it('gives equal state keys while nothing changes, and another one after a write', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'a.ts': 'one' });
    const first = await walk(root, typescript);
    expect(await walk(root, typescript)).toEqual(first);
    utimesSync(join(root, 'a.ts'), 1, 1);
    expect((await walk(root, typescript)).entries[0]?.statKey).not.toBe(first.entries[0]?.statKey);
  });

  it('sorts by the bytes of whole paths, not folder by folder', async () => {
    const root = temporaryFolder();
    const paths = ['a-b.ts', 'a/c.ts', 'a.ts', 'a0.ts', 'Z.ts', '\u{1F600}.ts', '\uFF5E.ts', 'é.ts'];
    writeTree(root, Object.fromEntries(paths.map((path) => [path, ''])));
    const expected = [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(pathsOf(await walk(root, typescript))).toEqual(expected);
  });

  it('compares texts as their UTF-8 bytes compare', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('keeps spaces, quotes, line breaks and other scripts in names as they are', async () => {
    const root = temporaryFolder();
    const paths = [
      'a b.ts',
      '"q".ts',
      "it's.ts",
      'line\nbreak.ts',
      'tab\t.ts',
      '日本/コード.ts',
      '-rf.ts',
      '\\.ts',
      '$(x).ts',
    ];
    writeTree(root, Object.fromEntries(paths.map((path) => [path, ''])));
    expect(pathsOf(await walk(root, typescript)).sort()).toEqual(paths.sort());
  });

  it('never enters tool folders and Python environments, even when an ignore file re-includes them', async () => {
    const root = temporaryFolder();
    const skipped = ['node_modules', 'bower_components', '__pycache__', '.hg', '.svn', '.tox', '.mypy_cache', '.venv'];
    writeTree(root, Object.fromEntries(skipped.map((folder) => [`${folder}/a.ts`, ''])));
    writeTree(root, {
      '.gitignore': '!node_modules/\n!*\n',
      'foo-1.0.dist-info/a.ts': '',
      'environment/pyvenv.cfg': '',
      'environment/lib/a.ts': '',
      'venv/a.ts': '',
      'target/a.ts': '',
    });
    expect(pathsOf(await walk(root, typescript))).toEqual(['target/a.ts', 'venv/a.ts']);
  });

  it('follows no symbolic link and counts those that lead out or nowhere', async () => {
    const outside = temporaryFolder();
    const root = temporaryFolder();
    writeTree(outside, { 'secret.ts': '' });
    writeTree(root, { 'a.ts': '', 'sub/b.ts': '' });
    symlinkSync('a.ts', join(root, 'inside.ts'));
    symlinkSync('..', join(root, 'sub/loop'));
    symlinkSync('self', join(root, 'self'));
    symlinkSync('nowhere', join(root, 'broken.ts'));
    symlinkSync(join(outside, 'secret.ts'), join(root, 'out.ts'));
    symlinkSync(outside, join(root, 'out'));
    const result = await walk(root, typescript);
    expect(pathsOf(result)).toEqual(['a.ts', 'sub/b.ts']);
    expect(result.symlinks).toEqual({ outside: 2, broken: 2 });
    expect(result.warnings).toEqual([]);
  });

  it('walks the folder that a symbolic link names when it is the root', async () => {
    const folder = temporaryFolder();
    writeTree(folder, { 'real/a.ts': '' });
    symlinkSync('real', join(folder, 'link'));
    const result = await walk(join(folder, 'link'), typescript);
    expect(result.root).toBe(join(folder, 'real'));
    expect(pathsOf(result)).toEqual(['a.ts']);
  });

  it('passes over pipes', async () => {
    const root = temporaryFolder();
    execFileSync('mkfifo', [join(root, 'pipe.ts')]);
    expect(pathsOf(await walk(root, typescript))).toEqual([]);
  });

  it('[U8] names files and folders whose names are not UTF-8 and lists the others', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'ok.ts': '', 'genuine\uFFFD.ts': '' });
    const folder = Buffer.from(`${root}/`);
    writeFileSync(Buffer.concat([folder, Buffer.from([0x61, 0xff, 0x2e, 0x74, 0x73])]), '');
    writeFileSync(Buffer.concat([folder, Buffer.from([0xff, 0x2e, 0x74, 0x78, 0x74])]), '');
    mkdirSync(Buffer.concat([folder, Buffer.from([0x64, 0xe9])]));
    const result = await walk(root, typescript);
    expect(pathsOf(result)).toEqual(['genuine\uFFFD.ts', 'ok.ts']);
    expect(result.warnings).toMatchObject([
      { file: 'a\uFFFD.ts', code: 'NAME_NOT_UTF8' },
      { file: 'd\uFFFD', code: 'NAME_NOT_UTF8' },
    ]);
  });

  it('[U1] reports a folder that cannot be listed and goes on with the rest', async () => {
    const root = temporaryFolder();
    const half = Array.from({ length: 11 }, () => 'n'.repeat(200)).join('/');
    writeTree(root, { [`first/${half}/a.ts`]: '', [`second/${half}/b.ts`]: '', 'z.ts': '' });
    // Together the two paths are longer than the system takes, as in a folder that was moved into another.
    renameSync(join(root, 'second'), join(root, 'first', half, 'second'));
    try {
      const result = await walk(root, typescript);
      expect(pathsOf(result)).toEqual([`first/${half}/a.ts`, 'z.ts']);
      expect(result.unreadableFolders).toHaveLength(1);
      expect(result.warnings).toEqual([
        expect.objectContaining({ file: result.unreadableFolders[0], code: 'FOLDER_UNREADABLE' }),
      ]);
    } finally {
      renameSync(join(root, 'first', half, 'second'), join(root, 'second'));
    }
  });

  it('refuses a root that is absent or not a folder, naming it', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'file.ts': '' });
    const absent = join(root, 'absent');
    const file = join(root, 'file.ts');
    await expect(walk(absent, typescript)).rejects.toMatchObject({
      name: 'NotFoundError',
      code: 'FOLDER_NOT_FOUND',
      details: { path: absent },
    });
    await expect(walk(file, typescript)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'NOT_A_FOLDER',
      details: { path: file },
    });
    await expect(walk(join(file, 'below'), typescript)).rejects.toMatchObject({ code: 'NOT_A_FOLDER' });
    await expect(walk('', typescript)).rejects.toMatchObject({ code: 'NOT_A_FOLDER' });
  });

  it('stops when its signal fires', async () => {
    const root = temporaryFolder();
    writeTree(root, { 'a.ts': '' });
    await expect(walk(root, { ...typescript, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
