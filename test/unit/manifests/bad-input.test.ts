import { describe, expect, it } from 'vitest';
import { isManifestPath, parseManifest } from '../../../src/ingest/manifests/index.js';
import { MAX_MANIFEST_LENGTH } from '../../../src/ingest/manifests/parse-manifest.js';
import { describeTree, readTree } from '../../support/manifest-tree.js';

const GOOD = { 'good/package.json': '{ "name": "good" }' };

/** Reads one bad file beside a good package; gives the warnings, after looking that the rest was read. */
async function warningsBeside(path: string, text: string): Promise<string[]> {
  const { packages, warnings } = await readTree({ ...GOOD, [path]: text });
  expect(packages.map(({ name }) => name)).toContain('good');
  return warnings.map((warning) => `${warning.path}:${warning.line ?? '?'} ${warning.message}`);
}

describe('malformed manifests', () => {
  it.each([
    ['package.json', '{\n  "name": "half",\n  "dependencies": { "a": "1"', /^package\.json:3 The JSON is malformed/],
    ['package.json', '[]', /^package\.json:1 The package\.json holds no object/],
    [
      'package.json',
      '{ "dependencies": { "a": 1,\n "b": {} } }',
      /^package\.json:2 The version of 'b' in dependencies is no text/,
    ],
    ['package-lock.json', '{ "packages": {\n oops', /^package-lock\.json:2 The JSON is malformed/],
    ['pnpm-lock.yaml', 'importers:\n  .:\n    dependencies: [a\n', /^pnpm-lock\.yaml:\d The YAML is malformed/],
    ['pnpm-workspace.yaml', 'packages:\n\t- x', /^pnpm-workspace\.yaml:2 The YAML is malformed/],
    ['yarn.lock', '# yarn lockfile v1\nfoo@^1:\n  version "1\n"open', /^yarn\.lock:4 The line names no packages/],
    ['tsconfig.json', '{ "compilerOptions": ', /^tsconfig\.json:1 The JSON is malformed/],
    ['pyproject.toml', '[project]\nname = = 1', /^pyproject\.toml:2 The TOML is malformed \(/],
    ['poetry.lock', 'x', /^poetry\.lock:1 The TOML is malformed/],
    ['Cargo.toml', '[package]\nversion = "1"', /^Cargo\.toml:\? The package has no name/],
    ['Cargo.lock', '[[package]\n', /^Cargo\.lock:1 The TOML is malformed/],
    ['setup.py', 'from setuptools import setup\nsetup(name=', /^setup\.py:\d The Python is malformed/],
    ['go.mod', 'module a\nrequire b', /^go\.mod:2 The line is no 'require'/],
    ['pom.xml', '<project>\n<artifactId>x</artifactIdd></project>', /^pom\.xml:2 The XML is malformed/],
    ['pom.xml', '<html/>', /^pom\.xml:1 The root element is 'html'/],
  ])('%s (%j) is warned of with its line', async (path, text, expected) => {
    expect(await warningsBeside(path, text)).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });

  it('are read around their errors where the format allows it', async () => {
    expect(
      await describeTree({
        'package.json':
          '{ "name": "a", "dependencies": { "b": "^1", "c": [], "d": null }, "exports": 7, "version": 1, ',
        'pom.xml': '<project><groupId>g</groupId><artifactId>a</artifactId><version>1</oops></project>',
      }),
    ).toContain('  normal b range ^1\n');
  });

  it('with a byte order mark are read without it', async () => {
    expect(await warningsBeside('a/package.json', '\uFEFF{ "name": "a" }')).toEqual([]);
  });

  it('that the reader cannot read are warned of', async () => {
    const report = await (
      await import('../../../src/ingest/manifests/index.js')
    ).readManifests({
      files: ['package.json', 'go.mod'],
      read: async (path) => (path === 'go.mod' ? 'module x' : undefined),
    });
    expect(report.warnings).toEqual([{ path: 'package.json', line: null, message: 'The file could not be read.' }]);
    expect(report.packages.map(({ name }) => name)).toEqual(['x']);
    expect(report.paths).toEqual(['go.mod', 'package.json']);
  });
});

describe('hostile manifests', () => {
  it('that are huge are not read', async () => {
    const [warning] = await warningsBeside('package.json', `{ "name": "${'x'.repeat(MAX_MANIFEST_LENGTH)}" }`);
    expect(warning).toMatch(/^package\.json:\? It is not read: it has \d+ characters, the limit is 2097152\.$/);
  });

  it.each([
    ['package.json', '['.repeat(200_000)],
    ['pnpm-workspace.yaml', `packages: ${'['.repeat(20_000)}`],
    ['pyproject.toml', `a = ${'['.repeat(100_000)}`],
    ['pom.xml', '<project>'.repeat(100_000)],
  ])('that are nested without end are warned of: %s', async (path, text) => {
    expect((await warningsBeside(path, text)).length).toBeGreaterThan(0);
  });

  it.each([
    [
      'package.json',
      '{ "name": "p", "__proto__": { "polluted": 1 }, "dependencies": { "__proto__": "^1", "constructor": "^2" } }',
    ],
    [
      'Cargo.toml',
      '[package]\nname = "p"\n[dependencies]\n__proto__ = "^1"\nconstructor = "^2"\n[__proto__]\npolluted = 1\n',
    ],
    ['pyproject.toml', '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\n__proto__ = "^1"\nconstructor = "^2"\n'],
  ])('cannot reach prototypes, and their names are names: %s', async (path, text) => {
    const { packages } = await readTree({ [path]: text });
    const names = packages.flatMap(({ dependencies }) => dependencies.map(({ name }) => name.replaceAll('-', '_')));
    expect(names).toEqual(expect.arrayContaining(['constructor', path === 'pyproject.toml' ? '_proto_' : '__proto__']));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('cannot reach prototypes through YAML', async () => {
    const report = await readTree({
      'package.json': '{ "name": "p", "dependencies": { "__proto__": "^1" } }',
      'pnpm-lock.yaml':
        'importers:\n  .:\n    dependencies:\n      __proto__: { specifier: ^1, version: 1.2.3 }\n__proto__:\n  polluted: 1\n',
    });
    expect(report.packages[0]?.dependencies[0]?.lockedVersion).toBe('1.2.3');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('cannot grow by YAML aliases', async () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0 ? 'a0: &a0 { x: 1.0.0, y: 1.0.0 }' : `a${level}: &a${level} { p: *a${level - 1}, q: *a${level - 1} }`,
    );
    const wide = `dependencies: &d {${Array.from({ length: 3000 }, (_, index) => `n${index}: 1.0.0`).join(', ')}}`;
    const importers = Array.from({ length: 3000 }, (_, index) => `  i${index}: { dependencies: *d }`);
    const text = [wide, 'importers:', ...importers, ...levels].join('\n');
    const parsed = await parseManifest('pnpm-lock', text);
    expect(parsed.notes.map(({ message }) => message)).toEqual([
      'It is not read: it stands for more than 1000000 entries.',
    ]);
    expect(await warningsBeside('pnpm-workspace.yaml', 'packages: &a [ *a ]')).toEqual([]);
  });

  it('cannot grow by XML entities, nor read files by them', async () => {
    const text =
      '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>\n' +
      '<project><groupId>&b;</groupId><artifactId>&f;</artifactId><version>1</version></project>';
    const { packages, warnings } = await readTree({ 'pom.xml': text });
    expect(packages.map(({ name }) => name)).toEqual(['&b;:&f;']);
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [2, 'The XML is malformed (undefined entity.).'],
    ]);
  });

  it('cannot grow by Maven properties', async () => {
    const properties = Array.from(
      { length: 60 },
      (_, index) => `<p${index}>\${p${index + 1}}\${p${index + 1}}</p${index}>`,
    ).join('');
    const text = `<project><groupId>g</groupId><artifactId>a</artifactId><version>\${p0}</version><properties>${properties}<p60>x</p60></properties></project>`;
    expect(await describeTree({ 'pom.xml': text })).toBe("maven g:a@? in '' (pom.xml)");
  });

  it('whose parents go in circles end', async () => {
    const pom = (name: string, parent: string) =>
      `<project><parent><groupId>g</groupId><artifactId>${parent}</artifactId><version>1</version><relativePath>../${parent}</relativePath></parent><artifactId>${name}</artifactId></project>`;
    expect(await describeTree({ 'a/pom.xml': pom('a', 'b'), 'b/pom.xml': pom('b', 'a') })).toBe(
      "maven g:a@1 in 'a' (a/pom.xml)\nmaven g:b@1 in 'b' (b/pom.xml)\n" +
        'warning a/pom.xml:1 The parents lead back to a/pom.xml; they end there.\n' +
        'warning b/pom.xml:1 The parents lead back to b/pom.xml; they end there.',
    );
  });

  it('cannot make workspace patterns slow', async () => {
    const workspaces = [
      '*a*a*a*a*a*a*a*a*a*b',
      '**/x/**/x/**/x/**/x/**/y',
      `packages/${'x'.repeat(600)}*`,
      '+(a|aa)+(a|aa)',
    ];
    const tree = {
      'package.json': JSON.stringify({ name: 'root', workspaces }),
      [`${'a'.repeat(200)}/package.json`]: '{ "name": "long" }',
      [`${'x/'.repeat(100)}package.json`]: '{ "name": "deep" }',
    };
    const messages = (await readTree(tree)).warnings.map(({ message }) => message);
    expect(messages.filter((message) => message.endsWith('has too many wildcards.'))).toHaveLength(3);
  });

  it('that lead out of the project are listed, warned of and not followed', async () => {
    const outside = '../../..';
    const report = await readTree({
      'package.json': `{ "name": "n", "workspaces": ["${outside}/*"], "main": "${outside}/x.js", "dependencies": { "o": "file:${outside}/o", "abs": "link:/etc" } }`,
      'tsconfig.json': `{ "extends": "${outside}/tsconfig.json", "compilerOptions": { "baseUrl": "${outside}" } }`,
      'Cargo.toml': `[package]\nname = "c"\n[lib]\npath = "${outside}/lib.rs"\n[dependencies]\no = { path = "${outside}/o" }\n[workspace]\nmembers = ["${outside}/m"]\n`,
      'go.mod': `module g\nrequire o v1.0.0\nreplace o => ${outside}/o\n`,
      'go.work': `use ${outside}/g\n`,
      'pyproject.toml': `[project]\nname = "p"\ndependencies = ["o @ file:${outside}/o"]\n[tool.setuptools.packages.find]\nwhere = ["${outside}/src"]\n`,
      'requirements.txt': `-r ${outside}/r.txt\n-e ${outside}/e\n`,
      'pom.xml': `<project><groupId>g</groupId><artifactId>a</artifactId><modules><module>${outside}/m</module></modules></project>`,
      'settings.gradle': `include '${outside}/g'\n`,
    });
    const places = report.warnings
      .filter(({ message }) => message.includes('leads out of the project'))
      .map(({ path, line }) => `${path}:${line ?? '?'}`);
    expect(new Set(places)).toEqual(
      new Set([
        'package.json:1',
        'tsconfig.json:1',
        'Cargo.toml:4',
        'Cargo.toml:6',
        'Cargo.toml:8',
        'go.mod:3',
        'go.work:1',
        'pyproject.toml:3',
        'pyproject.toml:5',
        'requirements.txt:1',
        'requirements.txt:2',
        'pom.xml:1',
        'settings.gradle:1',
      ]),
    );
    const outsiders = report.packages.flatMap(({ manager, dependencies }) =>
      dependencies.map(({ name, local }) => `${manager} ${name} ${local ?? '-'}`),
    );
    expect(outsiders).toEqual(['cargo o -', 'go o -', 'npm abs -', 'npm o -', 'pypi o -']);
  });
});

describe('the paths that matter', () => {
  it('are told by their names', () => {
    const yes = [
      'package.json',
      'a/b/Cargo.lock',
      'tsconfig.build.json',
      'requirements/dev.txt',
      'dev-requirements.txt',
      'x/build.gradle.kts',
    ];
    const no = ['src/package.ts', 'mypackage.json', 'tsconfig.ts', 'notes.txt', 'requirements', 'cargo.toml'];
    expect([...yes, ...no].filter(isManifestPath)).toEqual(yes);
  });

  it('leave out what a package manager installed', async () => {
    const { packages, paths } = await readTree({ ...GOOD, 'node_modules/x/package.json': '{ "name": "x" }' });
    expect(packages.map(({ name }) => name)).toEqual(['good']);
    expect(paths).toEqual(['good/package.json']);
  });
});
