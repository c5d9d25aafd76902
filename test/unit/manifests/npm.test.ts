import { describe, expect, it } from 'vitest';
import { describeTree, readTree } from '../../support/manifest-tree.js';

const json = (value: unknown) => JSON.stringify(value, null, 2);

describe('package.json', () => {
  it('names its modules by exports with conditions, subpaths, patterns, arrays and null, at their sources', async () => {
    expect(
      await describeTree({
        'package.json': json({
          name: '@acme/kit',
          version: '2.1.0',
          bin: './dist/cli.js',
          exports: {
            '.': {
              browser: './dist/browser.js',
              types: './dist/index.d.ts',
              import: { node: './dist/index.mjs' },
              default: './dist/index.cjs',
            },
            './features/*': './dist/features/*.js',
            './features/private/*': null,
            './either': ['./missing.js', './dist/either.js'],
            './old/': './lib/old/',
            './package.json': './package.json',
          },
        }),
        'src/index.ts': '',
        'src/browser.ts': '',
        'src/cli.ts': '',
        'src/either.tsx': '',
      }),
    ).toMatchInlineSnapshot(`
      "npm @acme/kit@2.1.0 in '' (package.json)
        binary kit -> src/cli.ts
        module . -> src/index.ts
        module ./either -> src/either.tsx
        module ./features/* -> src/features/*.ts
        module ./features/private/* -> nothing
        module ./old/* -> src/old/*
        module ./package.json -> package.json"
    `);
  });

  it('prefers implementations to declarations and lists what was built last', async () => {
    const { packages } = await readTree({
      'package.json': json({ name: 'a', exports: { types: './dist/a.d.ts', default: './dist/a.js' } }),
    });
    const targets = packages[0]?.modules[0]?.targets ?? [];
    expect(targets.slice(0, 2)).toEqual(['src/a.ts', 'src/a.tsx']);
    expect(targets.slice(-2)).toEqual(['dist/a.js', 'dist/a.d.ts']);
    expect(targets.indexOf('dist/a.js')).toBeGreaterThan(targets.indexOf('src/a.js'));
  });

  it('names its modules by main, module and types where it has no exports, and lets every file be imported', async () => {
    expect(
      await describeTree({
        'package.json': json({
          name: 'old',
          main: 'lib',
          types: 'types/main.d.ts',
          bin: { one: 'bin/one.js', two: 'bin/two' },
        }),
        'lib/index.js': '',
        'bin/one.js': '',
        'bin/two': '',
        'sub/package.json': json({ name: 'old-sub', main: '../lib/sub.js' }),
        'lib/sub.js': '',
        'dist/package.json': json({ type: 'module' }),
      }),
    ).toMatchInlineSnapshot(`
      "npm old@? in '' (package.json)
        binary one -> bin/one.js
        binary two -> bin/two
        module . -> lib/index.js
        module ./* -> *
      npm old-sub@? in 'sub' (sub/package.json)
        module . -> lib/sub.js
        module ./* -> sub/*"
    `);
  });

  it('maps built files to sources through rootDir and outDir of the tsconfig beside it', async () => {
    const tree = {
      'packages/a/package.json': json({ name: 'a', exports: './output/js/deep/x.js' }),
      'packages/a/tsconfig.json': json({ extends: '../base', compilerOptions: { outDir: 'output/js' } }),
      'packages/base.json': '{ "compilerOptions": { "rootDir": "a/code" } } // a comment',
      'packages/a/code/deep/x.ts': '',
      'packages/a/src/deep/x.ts': '',
    };
    expect(await describeTree(tree)).toMatchInlineSnapshot(`
      "npm a@? in 'packages/a' (packages/a/package.json)
        module . -> packages/a/code/deep/x.ts"
    `);
    expect((await readTree(tree)).paths).toContain('packages/base.json');
  });

  it('reads aliases, catalogs and dependencies of all groups', async () => {
    expect(
      await describeTree({
        'pnpm-workspace.yaml':
          'packages: ["."]\ncatalog:\n  react: ^18.0.0\ncatalogs:\n  old: { react-dom: ^17.0.0 }\n',
        'package.json': json({
          name: 'app',
          imports: { '#util/*': './dist/util/*.js', '#dep': 'other-package' },
          dependencies: {
            five: 'npm:@scope/six@^6.1.0',
            react: 'catalog:',
            'react-dom': 'catalog:old',
            both: '^1',
            any: '*',
          },
          devDependencies: { tool: '1.0.0' },
          peerDependencies: { host: '>=2' },
          optionalDependencies: { both: '^1' },
        }),
      }),
    ).toMatchInlineSnapshot(`
      "npm app@? in '' (package.json)
        module . -> nothing
        module ./* -> *
        normal @scope/six as five range ^6.1.0
        normal any range *
        optional both range ^1
        peer host range >=2
        normal react range ^18.0.0
        normal react-dom range ^17.0.0
        development tool range 1.0.0
      alias #util/* below '' -> src/util/*.ts (package.json)"
    `);
  });
});

describe('workspaces', () => {
  it('join packages by globs with exceptions, by npm, yarn and pnpm', async () => {
    const members = {
      'packages/a/package.json': json({
        name: 'a',
        version: '1.2.0',
        dependencies: { b: 'workspace:^', c: '^1.0.0', d: '^3.0.0' },
      }),
      'packages/b/package.json': json({ name: 'b', version: '2.0.0' }),
      'packages/c/package.json': json({ name: 'c', version: '1.5.0' }),
      'packages/d/package.json': json({ name: 'd', version: '2.0.0' }),
      'packages/out/package.json': json({ name: 'out', dependencies: { a: '*' } }),
    };
    const npm = { ...members, 'package.json': json({ private: true, workspaces: ['packages/*', '!packages/out'] }) };
    expect(await describeTree(npm)).toMatchInlineSnapshot(`
      "npm @? in '' (package.json)
      npm a@1.2.0 in 'packages/a' (packages/a/package.json)
        module . -> nothing
        module ./* -> packages/a/*
        normal b at 'packages/b'
        normal c range ^1.0.0 at 'packages/c'
        normal d range ^3.0.0
      npm b@2.0.0 in 'packages/b' (packages/b/package.json)
        module . -> nothing
        module ./* -> packages/b/*
      npm c@1.5.0 in 'packages/c' (packages/c/package.json)
        module . -> nothing
        module ./* -> packages/c/*
      npm d@2.0.0 in 'packages/d' (packages/d/package.json)
        module . -> nothing
        module ./* -> packages/d/*
      npm out@? in 'packages/out' (packages/out/package.json)
        module . -> nothing
        module ./* -> packages/out/*
        normal a range *"
    `);
    const pnpm = { ...members, 'pnpm-workspace.yaml': "packages:\n  - 'packages/**'\n  - '!**/out'\n" };
    const local = async (tree: Record<string, string>) =>
      (await readTree(tree)).packages.flatMap(({ dependencies }) =>
        dependencies.map(({ name, local: folder }) => [name, folder]),
      );
    expect(await local(pnpm)).toEqual(await local(npm));
  });

  it('that contain each other do not loop, and a package may depend on itself', async () => {
    expect(
      await describeTree({
        'package.json': json({
          name: 'top',
          version: '1.0.0',
          workspaces: ['inner', '.'],
          dependencies: { top: '*', inner: 'file:inner' },
        }),
        'inner/package.json': json({
          name: 'inner',
          version: '1.0.0',
          workspaces: ['.', '../inner', 'deep/*'],
          dependencies: { inner: '^1.0.0', top: 'link:..' },
        }),
        'inner/deep/x/package.json': json({ name: 'x', workspaces: ['../..'] }),
      }),
    ).toMatchInlineSnapshot(`
      "npm top@1.0.0 in '' (package.json)
        module . -> nothing
        module ./* -> *
        normal inner range file:inner at 'inner'
        normal top range * at ''
      npm inner@1.0.0 in 'inner' (inner/package.json)
        module . -> nothing
        module ./* -> inner/*
        normal inner range ^1.0.0 at 'inner'
        normal top range link:.. at ''
      npm x@? in 'inner/deep/x' (inner/deep/x/package.json)
        module . -> nothing
        module ./* -> inner/deep/x/*"
    `);
  });
});

describe('lockfiles of npm packages', () => {
  const manifests = {
    'package.json': json({
      name: 'root',
      workspaces: ['packages/*'],
      dependencies: { left: '^1.0.0', alias: 'npm:real@^2.0.0', a: '*' },
    }),
    'packages/a/package.json': json({ name: 'a', version: '1.0.0', dependencies: { left: '^2.0.0' } }),
  };
  const chosen = async (lock: Record<string, string>) =>
    (await readTree({ ...manifests, ...lock })).packages.flatMap(({ name: owner, dependencies }) =>
      dependencies.map(({ name, lockedVersion, local }) => `${owner} ${name} ${lockedVersion ?? '-'} ${local ?? '-'}`),
    );
  const ALL = ['root a - packages/a', 'root left 1.0.1 -', 'root real 2.2.2 -', 'a left 2.0.2 -'];

  it.each([
    [
      'package-lock.json of version 3',
      {
        'package-lock.json': json({
          lockfileVersion: 3,
          packages: {
            '': {},
            'node_modules/a': { resolved: 'packages/a', link: true },
            'packages/a': { name: 'a' },
            'node_modules/left': { version: '1.0.1' },
            'node_modules/alias': { name: 'real', version: '2.2.2' },
            'packages/a/node_modules/left': { version: '2.0.2' },
          },
        }),
      },
    ],
    [
      'pnpm-lock.yaml of version 9',
      {
        'pnpm-lock.yaml':
          "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: '*'\n        version: link:packages/a\n" +
          '      alias:\n        specifier: npm:real@^2.0.0\n        version: real@2.2.2\n      left:\n        specifier: ^1.0.0\n        version: 1.0.1(peer@1.0.0(other@2.0.0))\n' +
          '\n  packages/a:\n    dependencies:\n      left:\n        specifier: ^2.0.0\n        version: 2.0.2\n\npackages:\n\n  left@1.0.1:\n    resolution: {integrity: : broken}\n',
      },
    ],
    [
      'pnpm-lock.yaml of version 5',
      {
        'pnpm-lock.yaml':
          'lockfileVersion: 5.4\nimporters:\n  .:\n    specifiers:\n      left: ^1.0.0\n    dependencies:\n      a: link:packages/a\n' +
          '      alias: /real/2.2.2\n      left: 1.0.1_peer@18.0.0\n  packages/a:\n    specifiers:\n      left: ^2.0.0\n    dependencies:\n      left: 2.0.2\n',
      },
    ],
    [
      'yarn.lock of version 1',
      {
        'yarn.lock':
          '# yarn lockfile v1\n\n\n"alias@npm:real@^2.0.0":\n  version "2.2.2"\n\nleft@^1.0.0, "left@^1.0.1 || 1":\n  version "1.0.1"\n  dependencies:\n    x "^1"\n\nleft@^2.0.0:\n  version "2.0.2"\n',
      },
    ],
    [
      'yarn.lock of version 2 and later',
      {
        'yarn.lock':
          '__metadata:\n  version: 6\n\n"a@*, a@workspace:packages/a":\n  version: 0.0.0-use.local\n  resolution: "a@workspace:packages/a"\n\n"alias@npm:real@^2.0.0":\n  version: 2.2.2\n' +
          '\n"left@npm:^1.0.0, left@npm:^1.0.1":\n  version: 1.0.1\n  checksum: x\n  dependencies:\n    x: ^1\n\n? "left@npm:^2.0.0"\n:\n  version: 2.0.2\n',
      },
    ],
    [
      'bun.lock',
      {
        'bun.lock':
          '{ "lockfileVersion": 1, "workspaces": { "": { "name": "root" }, "packages/a": { "name": "a" } },\n "packages": { "a": ["a@workspace:packages/a"], "alias": ["real@2.2.2", ""], "left": ["left@1.0.1", "", {}], "a/left": ["left@2.0.2"], } }',
      },
    ],
  ])('[X4] tell the versions: %s', async (_name, lock) => {
    expect(await chosen(lock)).toEqual(ALL);
    expect((await readTree({ ...manifests, ...lock })).warnings).toEqual([]);
  });

  it('of version 1 and of one package tell the versions too', async () => {
    const manifest = json({ name: 'one', dependencies: { left: '^1.0.0', near: 'file:near' } });
    const near = json({ name: 'near' });
    const npm = json({
      lockfileVersion: 1,
      dependencies: {
        left: { version: '1.0.1', dependencies: { left: { version: '0.1.0' } } },
        near: { version: 'file:near' },
      },
    });
    const pnpm = 'lockfileVersion: 5.3\nspecifiers:\n  left: ^1.0.0\ndependencies:\n  left: 1.0.1\n  near: link:near\n';
    for (const lock of [
      { 'package-lock.json': npm },
      { 'npm-shrinkwrap.json': npm, 'package-lock.json': '{}' },
      { 'pnpm-lock.yaml': pnpm },
    ]) {
      expect(await describeTree({ 'package.json': manifest, 'near/package.json': near, ...lock })).toContain(
        "  normal left range ^1.0.0 locked 1.0.1\n  normal near range file:near at 'near'",
      );
    }
  });
});

describe('tsconfig.json', () => {
  it('gives aliases by paths and baseUrl through extends and references', async () => {
    expect(
      await describeTree({
        'tsconfig.json':
          '{\n  // the root\n  "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "packages/a" },],\n}',
        'tsconfig.app.json': '{ "extends": ["@tsconfig/node20/tsconfig.json", "./config/paths"] }',
        'config/paths.json':
          '{ "compilerOptions": { "paths": { "@/*": ["../app/*", "${configDir}/other/*"], "one": ["../one.ts"] } } }',
        'packages/a/tsconfig.json': '{ "compilerOptions": { "baseUrl": "src", "paths": { "~/*": ["lib/*"] } } }',
        'tsconfig.unused.json': '{ "compilerOptions": { "baseUrl": "nowhere" } }',
        'web/jsconfig.json': '{ "compilerOptions": { "baseUrl": "." } }',
      }),
    ).toMatchInlineSnapshot(`
      "alias ~/* below 'packages/a' -> packages/a/src/lib/* (packages/a/tsconfig.json)
      alias * below 'packages/a' -> packages/a/src/* (packages/a/tsconfig.json)
      alias * below 'web' -> web/* (web/jsconfig.json)
      alias @/* below '' -> app/* (tsconfig.app.json)
      alias one below '' -> one.ts (tsconfig.app.json)"
    `);
  });

  it('is read around circles, missing parents and parents outside the project', async () => {
    expect(
      await describeTree({
        'tsconfig.json':
          '{\n  "extends": "./a/tsconfig.json",\n  "compilerOptions": { "paths": {\n    "x": ["../../x"], "a*b*": ["c"] } }\n}',
        'a/tsconfig.json':
          '{\n  "extends": ["../tsconfig.json", "../../../outside.json", "./missing.json", "/etc/tsconfig.json"],\n  "compilerOptions": { "baseUrl": "." }\n}',
      }),
    ).toMatchInlineSnapshot(`
      "alias * below 'a' -> a/* (a/tsconfig.json)
      alias * below '' -> a/* (tsconfig.json)
      warning a/tsconfig.json:2 '../../../outside.json' leads out of the project and is not followed.
      warning a/tsconfig.json:2 '/etc/tsconfig.json' leads out of the project and is not followed.
      warning a/tsconfig.json:2 There is no './missing.json' to extend.
      warning tsconfig.json:2 './a/tsconfig.json' extends this file again; it is left out.
      warning tsconfig.json:4 '../../x' leads out of the project and is not followed.
      warning tsconfig.json:4 The pattern 'a*b*' in paths has more than one '*'."
    `);
  });
});
