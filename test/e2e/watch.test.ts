import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sourceFolder, SOURCES } from '../support/indexing.js';
import { ended, runCli, startCli, type CliResult } from '../support/run-cli.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

interface Project {
  readonly project: string;
  readonly files: { readonly seen: number; readonly parsed: number; readonly removed: number };
  readonly nodes: number;
  readonly edges: number;
}

/** A running `lestockage watch --json`. */
class WatchProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly result: Promise<CliResult>;
  readonly #lines: AsyncIterator<string>;

  constructor(...commandLine: string[]) {
    this.child = startCli(['watch', ...commandLine, '--json']);
    this.#lines = createInterface(this.child.stdout)[Symbol.asyncIterator]();
    this.result = ended(this.child);
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  /** The next document. */
  async next(): Promise<Project> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`The watch ended: ${JSON.stringify(await this.result)}`);
    const document = JSON.parse(line.value) as { generation: number; projects: Project[] };
    expect(document.generation).toBeGreaterThan(0);
    expect(document.projects).toHaveLength(1);
    return document.projects[0] as Project;
  }

  /** The first document that fits. What happens in two steps may be reported in two. */
  async until(fits: (project: Project) => boolean): Promise<Project> {
    for (;;) {
      const project = await this.next();
      if (fits(project)) return project;
    }
  }

  async interrupt(): Promise<CliResult> {
    this.child.kill('SIGINT');
    return this.result;
  }
}

async function expectFresh(db: string): Promise<void> {
  const { status, stdout } = await runCli(['verify', '--deep', '--db', db, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, differences: [] });
  expect(status).toBe(0);
}

describe('lestockage watch', () => {
  it('[U4] follows edits, renames, deletions, new folders and an undo, a document each, until interrupted', async () => {
    const root = sourceFolder();
    // Inside the watched folder: what the watch writes must not wake it.
    const db = join(root, 'data/code.db');
    const watch = new WatchProcess(root, '--db', db);
    const first = await watch.next();
    expect(first).toMatchObject({ project: 'p', files: { seen: 3, parsed: 3 } });

    writeFileSync(join(root, 'b.ts'), 'export function b() { return c(); }\nfunction c() { return 1; }\n');
    expect((await watch.until(({ nodes }) => nodes > first.nodes)).files.parsed).toBe(1);
    writeFileSync(join(root, 'b.ts'), SOURCES['b.ts']);
    expect(await watch.until(({ nodes }) => nodes === first.nodes)).toMatchObject({ edges: first.edges });

    renameSync(join(root, 'b.ts'), join(root, 'moved.ts'));
    expect((await watch.until(({ edges }) => edges < first.edges)).files.seen).toBeGreaterThan(1);
    renameSync(join(root, 'moved.ts'), join(root, 'b.ts'));
    await watch.until(({ nodes, edges }) => nodes === first.nodes && edges === first.edges);

    writeTree(root, { 'new/deep/er/d.ts': 'export const d = 1;\n', 'new/deep/e.ts': 'export const e = 1;\n' });
    await watch.until(({ files }) => files.seen === 5);
    writeFileSync(join(root, 'new/deep/er/d.ts'), 'export const d = 1;\nexport const dd = d;\n');
    const grown = await watch.until(({ files }) => files.parsed === 1);
    renameSync(join(root, 'new'), join(root, 'renamed'));
    await watch.until(({ nodes, files }) => files.seen === 5 && files.removed > 0 && nodes === grown.nodes);
    rmSync(join(root, 'renamed'), { recursive: true });
    await watch.until(({ nodes }) => nodes === first.nodes);

    writeFileSync(join(root, '.gitignore'), 'lib/\n');
    await watch.until(({ files }) => files.seen === 2);
    rmSync(join(root, '.gitignore'));
    await watch.until(({ nodes, edges }) => nodes === first.nodes && edges === first.edges);

    const { status, stderr } = await watch.interrupt();
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    await expectFresh(db);
  });

  it('[U4] says nothing of files that are not source, and of a source file that is written as it was', async () => {
    const root = sourceFolder();
    const db = join(temporaryFolder(), 'code.db');
    const watch = new WatchProcess(root, '--db', db);
    await watch.next();
    for (let n = 0; n < 100; n++) writeFileSync(join(root, 'app.log'), 'x', { flag: 'a' });
    writeFileSync(join(root, 'b.ts'), SOURCES['b.ts']);
    mkdirSync(join(root, 'empty'));
    writeFileSync(join(root, 'later.ts'), 'export const later = 1;\n');
    expect((await watch.next()).files).toMatchObject({ seen: 4, parsed: 1, removed: 0 });
    expect((await watch.interrupt()).status).toBe(130);
  });

  it('[U4] keeps several folders fresh', async () => {
    const roots = [sourceFolder(), sourceFolder({ 'x.py': 'def x():\n    return 1\n' }, 'q')];
    const db = join(temporaryFolder(), 'code.db');
    const watch = new WatchProcess(...roots, '--db', db);
    expect([(await watch.next()).project, (await watch.next()).project]).toEqual(['p', 'q']);
    writeTree(roots[1] ?? '', { 'y.py': 'def y():\n    return 2\n' });
    expect(await watch.next()).toMatchObject({ project: 'q', files: { seen: 2 } });
    writeTree(roots[0] ?? '', { 'y.ts': 'export const y = 1;\n' });
    expect(await watch.next()).toMatchObject({ project: 'p', files: { seen: 4 } });
    expect((await watch.interrupt()).status).toBe(130);
    await expectFresh(db);
  });

  it('ends with 3 when a folder is not there, and when it goes', async () => {
    const root = sourceFolder();
    const db = join(temporaryFolder(), 'code.db');
    expect((await runCli(['watch', join(root, 'absent'), '--db', db])).status).toBe(3);
    const watch = new WatchProcess(root, sourceFolder({ 'x.ts': '' }, 'q'), '--db', db);
    await watch.next();
    await watch.next();
    renameSync(root, `${root}-elsewhere`);
    const { status, stdout } = await watch.result;
    expect(status).toBe(3);
    expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'FOLDER_NOT_FOUND' },
    });
  });

  it('[U4] leaves nothing behind that keeps a process alive', async () => {
    const module = new URL('../../dist/index.js', import.meta.url).href;
    const program = `
      import { openStore } from ${JSON.stringify(module)};
      const store = await openStore();
      for await (const report of store.watch({ root: ${JSON.stringify(sourceFolder())} })) { console.log(report.nodes); break; }
      await store.close();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    const { status, stdout, stderr } = await ended(child);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Number(stdout)).toBeGreaterThan(3);
  });
});
