import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommit } from '../../src/ingest/index.js';
import { CancelledError } from '../../src/model/index.js';
import { git } from '../support/git.js';
import { indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

/** Commits what is in a folder and gives the commit. */
function committed(folder: string): string {
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, '-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qm', 'all');
  return git(folder, 'rev-parse', 'HEAD').trim();
}

describe('the commit of a folder', () => {
  it('[A5] is the one that is checked out, for the top of the work tree and for folders in it', async () => {
    const folder = sourceFolder();
    const commit = committed(folder);
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(await readCommit(folder)).toBe(commit);
    expect(await readCommit(join(folder, 'lib'))).toBe(commit);
    await expect(readCommit(folder, AbortSignal.abort())).rejects.toThrow(CancelledError);
  });

  it('[A5] is not known outside of a repository, before the first commit and for folders that it lacks', async () => {
    const folder = temporaryFolder();
    expect(await readCommit(folder)).toBeUndefined();
    expect(await readCommit(join(folder, 'absent'))).toBeUndefined();
    git(folder, 'init', '-q');
    expect(await readCommit(folder)).toBeUndefined();
    writeTree(folder, { 'a.ts': '//\n' });
    committed(folder);
    mkdirSync(join(folder, 'untracked'));
    expect(await readCommit(join(folder, 'untracked'))).toBeUndefined();
  });
});

describe('a snapshot without a label', () => {
  it('[A5] has the commit of its project, and one of the store that of its only project', async () => {
    const store = await testStore();
    const folder = sourceFolder();
    const commit = committed(folder);
    await indexFolder(store, folder, { projectId: 'p' });
    expect((await store.analytics.takeSnapshot({ project: 'p' })).label).toBe(commit);
    expect((await store.analytics.takeSnapshot()).label).toBe(commit);
    await indexFolder(store, sourceFolder(undefined, 'q'), { projectId: 'q' });
    expect((await store.analytics.takeSnapshot()).label).toBe('generation-2');
    expect((await store.analytics.takeSnapshot({ project: 'q' })).label).toBe('generation-2');
  });
});
