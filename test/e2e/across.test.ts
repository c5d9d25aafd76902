import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.js';

const FILES = {
  'lib/package.json': '{"name":"@acme/lib","version":"1.2.0","main":"dist/index.js"}',
  'lib/tsconfig.json': '{"compilerOptions":{"rootDir":"src","outDir":"dist"}}',
  'lib/src/index.ts': "export { make } from './impl.js';\n",
  'lib/src/impl.ts': 'export function make(): number { return 1; }\n',
  'app/package.json': '{"name":"app","version":"0.1.0","dependencies":{"@acme/lib":"^1.0.0","left-pad":"^1"}}',
  'app/main.ts': `import { make } from '@acme/lib';
import pad from 'left-pad';
export function go(): void { make(); pad('x'); }
`,
};
const MAKE = 'src/impl.ts#make(function)';

describe('two projects, one of which uses the other', () => {
  let folder: string;
  let db: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lestockage-test-'));
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    db = join(folder, 'code.db');
    const indexed = await runCli(['index', join(folder, 'app'), join(folder, 'lib'), '--no-embed', '--db', db]);
    expect(indexed.status, indexed.stderr).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const ask = async (...command: string[]): Promise<unknown> => {
    const { status, stdout, stderr } = await runCli([...command, '--db', db, '--json']);
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as unknown;
  };

  it('[X3] resolve says where a name leads, with rank, reason, package and version', async () => {
    expect(await ask('resolve', 'make', '--from', 'app')).toMatchObject({
      ...{ total: 1, truncated: false, cursor: null, ambiguous: false, unresolved: [] },
      items: [{ project: 'lib', key: MAKE, rank: 1, reason: 'range', package: '@acme/lib', version: '1.2.0' }],
    });
    expect(await ask('resolve', 'default', '--from', 'app')).toMatchObject({
      ...{ total: 0, items: [] },
      unresolved: [{ import: 'left-pad', path: '.default', package: 'left-pad', status: 'not-indexed' }],
    });
    const text = await runCli(['resolve', 'make', '--from', 'app', '--db', db]);
    expect(text.stdout).toContain(`lib//${MAKE}`);
  });

  it('resolve ends with 2 without a project to ask from, and with 3 for one that is not there', async () => {
    expect((await runCli(['resolve', 'make', '--db', db])).status).toBe(2);
    const absent = await runCli(['resolve', 'make', '--from', 'none', '--db', db, '--json']);
    expect(absent.status).toBe(3);
    expect(JSON.parse(absent.stdout)).toMatchObject({ error: { code: 'PROJECT_NOT_FOUND' } });
  });

  it('[X5] dependents of a symbol, and impact across, list its users in the other project', async () => {
    expect(await ask('dependents', `lib//${MAKE}`)).toMatchObject({
      items: [
        { symbol: { project: 'app', key: 'main.ts#(module)' }, edge: { type: 'import', to: `lib//${MAKE}` } },
        { symbol: { project: 'app', key: 'main.ts#go(function)' }, edge: { type: 'call', strategy: 'package' } },
      ],
    });
    const impact = (await ask('impact', `lib//${MAKE}`, '--across')) as { items: { symbol: { key: string } }[] };
    expect(impact.items.map(({ symbol }) => symbol.key)).toContain('main.ts#go(function)');
    expect((await runCli(['dependents', 'lib//x.ts#x(function)', '--db', db])).status).toBe(3);
  });

  it('[X4] deps counts what is used of a package, and lists it', async () => {
    expect(await ask('deps', 'app')).toMatchObject({
      items: [
        { name: '@acme/lib', provider: 'lib', names: 1, uses: 1 },
        { name: 'left-pad', provider: null, names: 1, uses: 1 },
      ],
    });
    expect(await ask('deps', 'app', '--usage')).toMatchObject({
      items: [
        { package: '@acme/lib', uses: 1 },
        { package: 'left-pad', names: [{ path: '' }, { path: '.default', status: 'not-indexed', uses: 1 }] },
      ],
    });
  });
});
