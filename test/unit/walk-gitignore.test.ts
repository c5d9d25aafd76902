import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { walk } from '../../src/ingest/walk/index.js';
import { git, listedByGit } from '../support/git.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

// The law: for every tree and every ignore file, the walk lists what git would add.

const everything = { languageOf: () => 'any' };

async function walked(root: string): Promise<string[]> {
  return (await walk(root, everything)).entries.map((entry) => entry.path);
}

function repository(files: Record<string, string>): string {
  const root = temporaryFolder();
  git(root, 'init', '-q');
  writeTree(root, files);
  return root;
}

const TREE = [
  'a.ts', 'b.ts', 'A.ts', 'a b.ts', 'a ', '#x', '!x', 'log', 'x.log', 'é.ts', '[a].ts', 'a\\b.ts', 'q?.ts', '*.ts',
  'build/a.ts', 'build/keep.ts', 'src/build/a.ts', 'src/build/deep/x.ts', 'src/a.ts', 'src/a/b/c.ts', 'src/x.log',
  'docs/build', 'docs/a/b.ts', 'sp ace/a.ts', 'br[x]/a.ts', 'br[x]/sub/b.ts', 'x/y/z/w/a.ts', '.hidden/a.ts', '.env',
].sort(); // prettier-ignore

const PATTERNS = [
  '*.ts', '!a.ts', 'build', 'build/', '/build', '/build/', 'build/*', '!build/keep.ts', 'src/build', 'src/build/',
  '**/build', '**/build/', 'build/**', 'src/**/c.ts', 'src/**', '/src/*', '!/src/a.ts', '*', '/*', '!*/', '**', '**/',
  '/**', 'a**', '**.ts', 'src/a**', '\\#x', '\\!x', '#x', 'a\\ ', 'a ', 'a', 'a b.ts', '[ab].ts', '[!a].ts', '[^a].ts',
  '\\[a\\].ts', 'q\\?.ts', '\\*.ts', 'a\\\\b.ts', '?.ts', '[[:upper:]].ts', '[a-', '[]-a].ts', 'é.ts', '[é].ts', '?é',
  'x/*/z', 'x/**/a.ts', 'y/z', '/x/y', 'x/y/', '*/y', '*.log', '!*.log', 'log', '.*', '!.hidden', '.hidden/', 'docs/*/',
  '/docs/**/b.ts', 'a/**/b', 'src/a/', '!src/a/b', 'sp\\ ace', 'sp ace/', 'br[[]x]', 'br\\[x\\]/sub', '', ' ', '/', '//',
  '\\', 'a\\', '!', '!!a.ts', '***', '*a*b*', 'src/./a.ts', './a.ts', '../a.ts', 'a.ts/', 'a.ts ', 'a**/b/', 'src/a**/*.ts', 'src**//', 's**/**/b', '/b**/a.ts',
  '!src/b**', 'src/b**/', 'b.ts\r', 'b.ts\t',
]; // prettier-ignore

describe('walk and .gitignore', () => {
  it.each(PATTERNS)('[U1] agrees with git on the pattern %j at the top and in a folder below', async (pattern) => {
    const root = repository(Object.fromEntries(TREE.map((path) => [path, ''])));
    writeTree(root, { '.gitignore': `${pattern}\n` });
    expect(await walked(root)).toEqual(listedByGit(root));
    rmSync(join(root, '.gitignore'));
    writeTree(root, { 'src/.gitignore': pattern, 'br[x]/.gitignore': `${pattern}\r\n` });
    expect(await walked(root)).toEqual(listedByGit(root));
  });

  it.each([
    ['a deeper file re-includes a folder', { '.gitignore': 'build', 'src/.gitignore': '!build' }],
    ['a deeper file cannot re-include below an excluded folder', { '.gitignore': 'src', 'src/.gitignore': '!*' }],
    ['a deeper file excludes what a higher one re-includes', { '.gitignore': '*.ts\n!a.ts', 'src/.gitignore': 'a.ts' }],
    ['a byte order mark stands before the first pattern', { '.gitignore': '\uFEFFbuild\n' }],
    ['everything but one deep file is excluded', { '.gitignore': '/*\n!/src/\n/src/*\n!/src/a/\n' }],
    ['info/exclude is overruled by .gitignore', { '.git/info/exclude': '*.ts\nlog', '.gitignore': '!a.ts' }],
  ])('[U1] agrees with git when %s', async (_, ignoreFiles) => {
    const root = repository({ ...Object.fromEntries(TREE.map((path) => [path, ''])), ...ignoreFiles });
    expect(await walked(root)).toEqual(listedByGit(root));
  });

  it('[U1] applies the rules of the folders above the root, up to the top of the work tree', async () => {
    const root = repository({
      '.gitignore': '*.log\n/packages/one/out\n',
      'packages/.gitignore': 'tmp/\n',
      'packages/one/.gitignore': '!keep.log\n',
      'packages/one/a.ts': '',
      'packages/one/x.log': '',
      'packages/one/keep.log': '',
      'packages/one/out/a.ts': '',
      'packages/one/tmp/a.ts': '',
    });
    const one = join(root, 'packages/one');
    expect(await walked(one)).toEqual(['.gitignore', 'a.ts', 'keep.log']);
    expect(await walked(one)).toEqual(listedByGit(one));
  });

  it('drops the rules from above when they ignore the very folder that was named', async () => {
    const root = repository({ '.gitignore': 'vendor\n*.log\n', 'vendor/lib/a.ts': '', 'vendor/lib/x.log': '' });
    expect(await walked(join(root, 'vendor/lib'))).toEqual(['a.ts', 'x.log']);
  });

  it('judges a work tree inside another one by its own rules alone', async () => {
    const root = repository({
      '.gitignore': '*.log\nignored/\n',
      'inner/.gitignore': 'out',
      'inner/x.log': '',
      'inner/out': '',
      'ignored/a': '',
    });
    git(join(root, 'inner'), 'init', '-q');
    writeTree(root, { 'inner/.git/info/exclude': 'secret' });
    writeTree(root, { 'inner/secret': '' });
    expect(await walked(root)).toEqual(['.gitignore', 'inner/.gitignore', 'inner/x.log']);
  });

  it('reads info/exclude of a linked work tree from the shared folder', async () => {
    const root = repository({ 'a.ts': '' });
    git(root, 'add', '.');
    git(root, '-c', 'user.name=t', '-c', 'user.email=t@example.org', 'commit', '-q', '-m', 'first');
    const linked = join(temporaryFolder(), 'linked');
    git(root, 'worktree', 'add', '-q', linked);
    writeTree(root, { '.git/info/exclude': 'secret' });
    writeTree(linked, { secret: '', open: '' });
    expect(await walked(linked)).toEqual(['a.ts', 'open']);
  });

  it('does not read an ignore file through a symbolic link, as git does not', async () => {
    const root = repository({ rules: '*.ts', 'a.ts': '' });
    symlinkSync('rules', join(root, '.gitignore'));
    expect(await walked(root)).toEqual(['a.ts', 'rules']);
  });

  it('treats a folder named .gitignore as any other folder', async () => {
    const root = repository({ 'a.ts': '' });
    mkdirSync(join(root, '.gitignore'));
    expect(await walked(root)).toEqual(['a.ts']);
  });

  it('names an ignore file that is too large and goes on without it', async () => {
    const root = repository({ '.gitignore': `${'x'.repeat(1_000_001)}\n`, 'a.ts': '' });
    const result = await walk(root, { languageOf: (path) => (path.endsWith('.ts') ? 'typescript' : undefined) });
    expect(result.entries.map((entry) => entry.path)).toEqual(['a.ts']);
    expect(result.warnings).toMatchObject([{ file: '.gitignore', code: 'IGNORE_FILE_UNREADABLE' }]);
  });

  it('[U1] agrees with git on random trees and random ignore files', { timeout: 60_000 }, async () => {
    const root = repository({});
    const name = fc.constantFrom('a', 'b', 'ab', 'a.ts', 'b.ts', 'build', 'A', 'a b', 'x[1]', 'é', '-', '.h');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    const piece = fc.constantFrom(
      'a', 'b', 'ab', '.ts', 'build', 'A', '*', '**', '?', '/', '/', '/', '[ab]', '[!a]', '[a-b', '\\[', '\\a', '\\*', ' ', 'é', '-', '.', 'x[[]1]', '\\\\',
    ); // prettier-ignore
    const pattern = fc
      .tuple(
        fc.constantFrom('', '', '', '!'),
        fc.array(piece, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('', '/'),
      )
      .map(([sign, pieces, end]) => sign + pieces.join('') + end);
    const ignoreFile = fc.tuple(fc.array(name, { maxLength: 2 }), fc.array(pattern, { minLength: 1, maxLength: 5 }));
    const property = fc.asyncProperty(
      fc.array(path, { minLength: 1, maxLength: 15 }),
      fc.array(ignoreFile, { minLength: 1, maxLength: 3 }),
      async (paths, ignoreFiles) => {
        for (const child of readdirSync(root)) {
          if (child !== '.git') rmSync(join(root, child), { recursive: true });
        }
        for (const file of paths) writeUnlessTaken(root, file, '');
        for (const [folder, patterns] of ignoreFiles) {
          writeUnlessTaken(root, [...folder, '.gitignore'].join('/'), patterns.join('\n'));
        }
        expect(await walked(root)).toEqual(listedByGit(root));
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});

/** Random paths collide: one may need a folder where another put a file. The first one stays. */
function writeUnlessTaken(root: string, path: string, content: string): void {
  try {
    writeTree(root, { [path]: content });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOTDIR' && code !== 'EISDIR' && code !== 'EEXIST') throw error;
  }
}
