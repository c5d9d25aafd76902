import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ManifestReport, readManifests } from '../../../src/ingest/manifests/index.js';
import { PROJECT } from '../../support/source-files.js';

function readFolder(folder: string, files: readonly string[]): Promise<ManifestReport> {
  return readManifests({ files, read: async (path) => readFileSync(join(folder, path), 'utf8') });
}

describe('real packages', () => {
  it('[X4] this project: every dependency is locked, and its modules lie in the sources', async () => {
    const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'src/index.ts', 'src/cli/main.ts'];
    const { packages, warnings } = await readFolder(PROJECT, files);
    expect(warnings).toEqual([]);
    const [own] = packages;
    const places = own?.modules.map(({ kind, specifier, targets }) => [
      kind,
      specifier,
      targets.find((path) => files.includes(path)),
    ]);
    expect(places).toEqual([
      ['binary', 'lestockage', 'src/cli/main.ts'],
      ['module', '.', 'src/index.ts'],
      ['module', './package.json', 'package.json'],
    ]);
    expect(own?.dependencies.length).toBeGreaterThan(20);
    // What is optional, and not installed, is locked nowhere.
    const expected = own?.dependencies.filter(({ kind }) => kind !== 'peer') ?? [];
    expect(expected.filter(({ range, lockedVersion }) => range !== lockedVersion)).toEqual([]);
  });

  it.each(['commander', 'semver', 'smol-toml', 'yaml', 'jsonc-parser', 'picomatch', 'zod', 'vitest'])(
    'what %s says of its modules is among its files',
    async (name) => {
      const folder = join(PROJECT, 'node_modules', name);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        (path) => !path.includes('node_modules'),
      );
      const { packages } = await readFolder(
        folder,
        files.filter((path) => path === 'package.json'),
      );
      const [found] = packages;
      expect(found?.name).toBe(name);
      const closed = found?.modules.filter(({ specifier }) => !specifier.includes('*')) ?? [];
      expect(closed.length).toBeGreaterThan(0);
      const missing = closed.filter(({ targets }) => !targets.some((path) => existsSync(join(folder, path))));
      expect(missing.map(({ specifier }) => specifier)).toEqual([]);
    },
  );
});
