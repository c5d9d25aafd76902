import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineManifests, type ManifestKind, parseManifest, readManifests } from '../../src/ingest/manifests/index.js';

const KINDS: readonly ManifestKind[] = [
  'package-json',
  'package-lock',
  'pnpm-workspace',
  'pnpm-lock',
  'yarn-lock',
  'bun-lock',
  'tsconfig',
  'pyproject',
  'setup-cfg',
  'setup-py',
  'requirements',
  'pipfile',
  'pipfile-lock',
  'python-lock',
  'cargo-toml',
  'cargo-lock',
  'go-mod',
  'go-work',
  'pom',
  'gradle-build',
  'gradle-settings',
  'gradle-properties',
];

/** Pieces that the formats give a meaning, in any order. */
const TEXT = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        ':',
        ',',
        '=',
        '\n',
        '  ',
        '(',
        ')',
        '<',
        '>',
        '</',
        '&',
        '*',
        '#',
        '//',
      ),
      fc.constantFrom(
        'project',
        'package',
        'dependencies',
        'importers',
        'name',
        'version',
        'require',
        'replace',
        '=>',
        'workspace',
      ),
      fc.constantFrom(
        '[project]\n',
        '[[package]]\n',
        '"name": "a"',
        'setup(',
        '../',
        '__proto__',
        '${a}',
        '&x',
        '*x',
        '-r ',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

const PATHS = [
  'package.json',
  'a/package.json',
  'package-lock.json',
  'a/tsconfig.json',
  'pyproject.toml',
  'requirements.txt',
  'a/Cargo.toml',
  'go.mod',
  'a/pom.xml',
  'build.gradle',
  'src/x.py',
];

describe('manifests', () => {
  it('of any text are read without an error, into the same plain data every time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...KINDS), TEXT, async (kind, text) => {
        const parsed = await parseManifest(kind, text);
        expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
        expect(await parseManifest(kind, text)).toEqual(parsed);
      }),
      { numRuns: 400 },
    );
  });

  it('of any text make a report that does not depend on the order of files', async () => {
    const tree = fc.dictionary(fc.constantFrom(...PATHS), TEXT, { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(tree, async (texts) => {
        const files = Object.keys(texts);
        const read = async (path: string) => texts[path];
        const report = await readManifests({ files, read });
        expect(await readManifests({ files: [...files].reverse(), read })).toEqual(report);
        for (const { modules, dependencies } of report.packages) {
          const written = [
            ...modules.flatMap(({ targets }) => targets),
            ...dependencies.flatMap(({ local }) => local ?? []),
          ];
          expect(written.filter((path) => /^\/|(?:^|\/)\.\.(?:\/|$)/.test(path))).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('kept as JSON combine to the same report', async () => {
    const texts: Record<string, string> = {
      'package.json': '{ "name": "a", "exports": "./dist/a.js", "dependencies": { "b": "^1" } }',
      'package-lock.json': '{ "packages": { "node_modules/b": { "version": "1.0.0" } } }',
    };
    const parsed = new Map(
      await Promise.all([
        parseManifest('package-json', texts['package.json'] ?? '').then((one) => ['package.json', one] as const),
        parseManifest('package-lock', texts['package-lock.json'] ?? '').then(
          (one) => ['package-lock.json', one] as const,
        ),
      ]),
    );
    const kept = new Map([...parsed].map(([path, one]) => [path, JSON.parse(JSON.stringify(one)) as typeof one]));
    const files = Object.keys(texts);
    const report = await readManifests({ files, read: async (path) => texts[path] });
    expect(combineManifests(files, kept)).toEqual(report);
  });
});
