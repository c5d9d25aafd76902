import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFolder } from '../support/indexing.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function indexed(): Promise<{ folder: string; db: string }> {
  const folder = temporaryFolder();
  const db = join(folder, 'code.db');
  expect((await runCli(['index', sourceFolder(), '--db', db])).status).toBe(0);
  return { folder, db };
}

describe('lestockage export', () => {
  it('[U7] writes everything as JSON, to standard output or to a file, whole', async () => {
    const { folder, db } = await indexed();
    const { stdout } = await runCli(['export', '--format', 'json', '--db', db]);
    expect(JSON.parse(stdout)).toMatchObject({
      nodes: expect.any(Array) as unknown,
      edges: expect.any(Array) as unknown,
    });
    const path = join(folder, 'out.json');
    writeFileSync(path, 'what was there');
    const toFile = await runCli(['export', '--format', 'json', '--out', path, '--db', db, '--json']);
    expect(JSON.parse(toFile.stdout)).toMatchObject({ format: 'json', project: null, path, sizeBytes: stdout.length });
    expect(readFileSync(path, 'utf8')).toBe(stdout);
    const lines = (await runCli(['export', '--format', 'jsonl', '--project', 'p', '--db', db])).stdout
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)[0]).toBe('node');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('writes a SCIP index that imports with the same symbols and edges', async () => {
    const { folder, db } = await indexed();
    const path = join(folder, 'p.scip');
    expect((await runCli(['export', '--format', 'scip', '--out', path, '--db', db])).status).toBe(0);
    const piped = await runCli(['import', 'scip', path, '--project', 'q', '--db', db, '--json']);
    const { projects } = JSON.parse(piped.stdout) as {
      projects: { nodes: number; edges: number; warnings: unknown[] }[];
    };
    const { stdout } = await runCli(['status', '--db', db, '--json']);
    const [p] = (JSON.parse(stdout) as { projects: { nodes: number; edges: number }[] }).projects;
    expect(projects).toMatchObject([{ nodes: p?.nodes, edges: p?.edges, warnings: [] }]);
    // With two projects it has to be said which one.
    const unclear = await runCli(['export', '--format', 'scip', '--db', db, '--json']);
    expect(unclear.status).toBe(2);
    expect(JSON.parse(unclear.stdout)).toMatchObject({ error: { code: 'AMBIGUOUS_PROJECT' } });
  });

  it('[U7] writes DOT, GraphML, and two Parquet files in a folder', async () => {
    const { folder, db } = await indexed();
    expect((await runCli(['export', '--format', 'dot', '--db', db])).stdout).toMatch(/^digraph [^]*\n}\n$/);
    const graphMl = join(folder, 'p.graphml');
    expect((await runCli(['export', '--format', 'graphml', '--out', graphMl, '--db', db])).status).toBe(0);
    expect(readFileSync(graphMl, 'utf8')).toMatch(/^<\?xml [^]*<\/graphml>\n$/);
    const out = join(folder, 'tables');
    for (const round of [1, 2]) {
      const { stdout, stderr } = await runCli(['export', '--format', 'parquet', '--out', out, '--db', db, '--json']);
      expect([round, stderr]).toEqual([round, '']);
      const document = JSON.parse(stdout) as { path: string; files: { table: string; path: string }[] };
      expect(document).toMatchObject({ format: 'parquet', project: null, path: out });
      expect(document.files.map(({ table }) => table)).toEqual(['nodes', 'edges']);
      for (const { path } of document.files) {
        const bytes = readFileSync(path);
        expect([bytes.toString('latin1', 0, 4), bytes.toString('latin1', bytes.length - 4)]).toEqual(['PAR1', 'PAR1']);
      }
      expect(readdirSync(out).sort()).toEqual(['edges.parquet', 'nodes.parquet']);
    }
  });

  it('asks for a folder for Parquet, and leaves what was there when it cannot be written', async () => {
    const { folder, db } = await indexed();
    const nowhere = await runCli(['export', '--format', 'parquet', '--db', db]);
    expect(nowhere).toMatchObject({ status: 2, stdout: '' });
    expect(nowhere.stderr).toContain('--out');
    const file = join(folder, 'file');
    writeFileSync(file, 'kept');
    expect((await runCli(['export', '--format', 'parquet', '--out', file, '--db', db])).status).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('kept');
    const absent = join(folder, 'new');
    const unknown = ['export', '--format', 'parquet', '--project', 'no', '--out', absent, '--db', db];
    expect((await runCli(unknown)).status).toBe(3);
    expect(readdirSync(folder)).not.toContain('new');
    mkdirSync(join(absent, 'edges.parquet'), { recursive: true });
    expect((await runCli(['export', '--format', 'parquet', '--out', absent, '--db', db])).status).toBe(2);
    expect(readdirSync(absent).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('leaves what was there when it fails', async () => {
    const { folder, db } = await indexed();
    mkdirSync(join(folder, 'taken'));
    expect((await runCli(['export', '--format', 'json', '--out', join(folder, 'taken'), '--db', db])).status).toBe(2);
    expect((await runCli(['export', '--format', 'json', '--out', join(folder, 'no', 'x'), '--db', db])).status).toBe(2);
    const path = join(folder, 'kept');
    writeFileSync(path, 'kept');
    expect((await runCli(['export', '--format', 'scip', '--project', 'no', '--out', path, '--db', db])).status).toBe(3);
    expect((await runCli(['export', '--format', 'xml', '--out', path, '--db', db])).status).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('kept');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
