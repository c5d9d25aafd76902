import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';
import { indexPython, indexTypeScript, packageFolder } from '../support/scip-indexers.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const INDEXER_TIMEOUT_MS = 120_000;

async function run(db: string, ...line: string[]): Promise<{ status: number | null; answer: unknown }> {
  const { status, stdout } = await runCli([...line, '--db', db, '--json']);
  return { status, answer: JSON.parse(stdout) };
}

/** The qualified names of what an answer's items are about. */
function names(answer: unknown): string[] {
  const { items } = answer as { items: { symbol: { qualifiedName: string } }[] };
  return items.map(({ symbol }) => symbol.qualifiedName).sort();
}

describe('lestockage import scip', () => {
  it(
    '[U2] takes over an index of scip-typescript as precise facts',
    async () => {
      const folder = temporaryFolder();
      const sources = join(folder, 'commander');
      mkdirSync(sources);
      cpSync(join(packageFolder('commander'), 'lib'), join(sources, 'lib'), { recursive: true });
      cpSync(join(packageFolder('commander'), 'package.json'), join(sources, 'package.json'));
      const index = indexTypeScript(sources, join(folder, 'index.scip'));
      const db = join(folder, 'code.db');

      const { status, answer } = await run(db, 'import', 'scip', index);
      expect(status).toBe(0);
      expect(answer).toMatchObject({
        generation: 1,
        projects: [{ project: 'commander', files: { seen: 6, parsed: 6, unchanged: 0, removed: 0, skipped: 0 } }],
      });
      expect(await run(db, 'verify', '--deep')).toMatchObject({ status: 0, answer: { ok: true, differences: [] } });

      // Read off the package's own source.
      const callers = await run(db, 'callers', 'Command._findOption');
      expect(names(callers.answer)).toEqual([
        'Command._registerOption',
        'Command.addOption',
        'Command.parseOptions',
        'Help.visibleOptions',
      ]);
      const { items } = callers.answer as { items: unknown[] };
      for (const item of items) expect(item).toMatchObject({ edge: { strategy: 'scip', confidence: 1 } });
      const callees = await run(db, 'callees', 'Command.createArgument');
      expect(names(callees.answer)).toEqual(['Argument.constructor']);
      const suggest = await run(db, 'callees', 'suggestSimilar');
      expect(names(suggest.answer)).toEqual(['editDistance']);
    },
    INDEXER_TIMEOUT_MS,
  );

  it(
    '[U2] takes over an index of scip-python as precise facts',
    async () => {
      const folder = temporaryFolder();
      const sources = join(folder, 'flatted');
      mkdirSync(sources);
      cpSync(join(packageFolder('flatted'), 'python', 'flatted.py'), join(sources, 'flatted.py'));
      const index = indexPython(sources, join(folder, 'index.scip'));
      const db = join(folder, 'code.db');

      const { status, answer } = await run(db, 'import', 'scip', index, '--project', 'flat');
      expect(status).toBe(0);
      expect(answer).toMatchObject({
        projects: [{ project: 'flat', files: { seen: 1 }, warnings: [{ code: 'EXTERNAL_SYMBOLS' }] }],
      });
      expect(await run(db, 'verify', '--deep')).toMatchObject({ status: 0, answer: { ok: true } });
      expect(names((await run(db, 'callers', '_index')).answer)).toEqual(['_relate', 'stringify']);
    },
    INDEXER_TIMEOUT_MS,
  );

  it('[U2] lays an index over an indexed project, and takes it back', { timeout: INDEXER_TIMEOUT_MS }, async () => {
    const folder = temporaryFolder();
    const sources = join(folder, 'p');
    mkdirSync(sources);
    const a =
      "import { Box } from './b.js';\nconst boxes = { one: new Box() };\nexport function f(key: 'one') {\n  return boxes[key].open();\n}\n";
    writeFileSync(join(sources, 'a.ts'), a);
    writeFileSync(join(sources, 'b.ts'), 'export class Box {\n  open() {\n    return 1;\n  }\n}\n');
    const index = indexTypeScript(sources, join(folder, 'p.scip'));
    const db = join(folder, 'code.db');
    expect((await run(db, 'index', sources, '--no-embed')).status).toBe(0);
    const before = await runCli(['dump', '--db', db]);
    expect(await run(db, 'callees', 'f')).toMatchObject({ answer: { items: [] } });

    const { status, answer } = await run(db, 'import', 'scip', index);
    expect(status).toBe(0);
    expect(answer).toMatchObject({
      projects: [{ project: 'p', files: { seen: 2, parsed: 2 }, recomputed: { parse: 0 } }],
    });
    expect(await run(db, 'callees', 'f')).toMatchObject({
      answer: { items: [{ symbol: { qualifiedName: 'Box.open' }, edge: { strategy: 'scip', confidence: 1 } }] },
    });
    expect(await run(db, 'verify', '--deep')).toMatchObject({ status: 0, answer: { ok: true, differences: [] } });
    expect(await run(db, 'import', 'scip', '--remove', '--project', 'p')).toMatchObject({ status: 0 });
    expect((await runCli(['dump', '--db', db])).stdout).toBe(before.stdout);
  });

  it(
    'ends with 1 for what is no index, 3 for an absent file or project, 2 for what makes no sense together',
    { timeout: INDEXER_TIMEOUT_MS },
    async () => {
      const folder = temporaryFolder();
      const db = join(folder, 'code.db');
      const text = join(folder, 'text.scip');
      writeFileSync(text, 'no index\n');
      expect(await run(db, 'import', 'scip', text)).toMatchObject({
        status: 1,
        answer: { error: { code: 'NOT_AN_INDEX' } },
      });
      expect(await run(db, 'import', 'scip', join(folder, 'absent'))).toMatchObject({ status: 3 });
      expect(await run(db, 'status')).toMatchObject({ status: 0, answer: { projects: [] } });

      mkdirSync(join(folder, 'p'));
      writeFileSync(join(folder, 'p', 'a.ts'), 'export const a = 1;\n');
      expect((await run(db, 'index', join(folder, 'p'))).status).toBe(0);
      const index = indexTypeScript(join(folder, 'p'), join(folder, 'p.scip'));
      expect(await run(db, 'import', 'scip')).toMatchObject({ status: 2 });
      expect(await run(db, 'import', 'scip', index, '--remove')).toMatchObject({ status: 2 });
      expect(await run(db, 'import', 'scip', '--remove', '--project', 'absent')).toMatchObject({ status: 3 });
      expect(await run(db, 'import', 'scip', index, '--root', folder)).toMatchObject({
        status: 2,
        answer: { error: { code: 'INVALID_ARGUMENT', details: { option: 'root' } } },
      });
    },
  );
});
