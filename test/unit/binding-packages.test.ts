import { describe, expect, it } from 'vitest';
import { edgesOf } from '../support/edges.js';

/** The law: where a manifest says what an imported name stands for, that is where the import leads, and nowhere else. */

type Tree = Readonly<Record<string, string>>;

const json = (value: object): string => JSON.stringify(value, null, 2);
const offering = (name: string): string => `export function ${name}() {}\n`;

/** The files, or symbols of files, that the module at `path` imports. */
async function importedBy(tree: Tree, path: string): Promise<string[]> {
  const start = `${path}#(module) import `;
  const lines = (await edgesOf(tree, ['import'])).filter((line) => line.startsWith(start));
  return lines.map((line) => line.slice(start.length).replace(/ \[.*$/, ''));
}

/** What `import { x } from '<specifier>'` written in the file leads to: the file of `x`, or null. */
async function leads(tree: Tree, path: string, specifier: string): Promise<string | null> {
  const imported = await importedBy({ ...tree, [path]: `import { x } from '${specifier}';\nx();\n` }, path);
  const symbol = imported.find((target) => target.endsWith('#x(function)'));
  return symbol?.slice(0, symbol.indexOf('#')) ?? null;
}

describe('aliases of a tsconfig', () => {
  const tree: Tree = {
    'tsconfig.json': json({
      compilerOptions: { paths: { '@/*': ['./src/*'], '@/gen/*': ['./generated/*'], exact: ['./src/only.ts'] } },
    }),
    'src/a.ts': offering('x'),
    'src/only.ts': offering('x'),
    'src/gen/a.ts': offering('x'),
    'src/dir/index.ts': offering('x'),
    'src/a.test.ts': offering('x'),
    'generated/a.ts': offering('x'),
    'packages/web/tsconfig.json': json({
      extends: '../../tsconfig.json',
      compilerOptions: { paths: { '@/*': ['./app/*'] } },
    }),
    'packages/web/app/a.ts': offering('x'),
  };

  it('lead to their targets, with the endings of relative imports', async () => {
    expect(await leads(tree, 'src/main.ts', '@/a')).toBe('src/a.ts');
    expect(await leads(tree, 'src/main.ts', '@/a.js')).toBe('src/a.ts');
    expect(await leads(tree, 'src/main.ts', '@/a.test')).toBe('src/a.test.ts');
    expect(await leads(tree, 'src/main.ts', '@/dir')).toBe('src/dir/index.ts');
    expect(await leads(tree, 'src/main.ts', 'exact')).toBe('src/only.ts');
    expect(await leads(tree, 'src/main.ts', '@/absent')).toBeNull();
    expect(await leads(tree, 'src/main.ts', 'exact/more')).toBeNull();
  });

  it('are chosen by the longest text before the star, and by the innermost folder', async () => {
    expect(await leads(tree, 'src/main.ts', '@/gen/a')).toBe('generated/a.ts');
    expect(await leads(tree, 'packages/web/main.ts', '@/a')).toBe('packages/web/app/a.ts');
    expect(await leads(tree, 'packages/web/main.ts', '@/only')).toBe('src/only.ts');
  });

  it('hold for re-exports, require and dynamic imports', async () => {
    const forms: Tree = {
      ...tree,
      'src/again.ts': "export { x } from '@/a';\n",
      'src/main.ts': "import { x } from './again';\nx();\n",
      'src/common.cjs': "const { x } = require('@/a');\nx();\n",
    };
    expect(await importedBy(forms, 'src/main.ts')).toContain('src/a.ts#x(function)');
    expect(await importedBy(forms, 'src/common.cjs')).toContain('src/a.ts#x(function)');
  });

  it('stand back where they are packages that somebody installed', async () => {
    const shims: Tree = {
      'tsconfig.json': json({ compilerOptions: { paths: { '*': ['./node_modules/*', './shims/*'] } } }),
      'shims/old.d.ts': 'export declare function x(): void;\n',
    };
    expect(await leads(shims, 'main.ts', 'old')).toBe('shims/old.d.ts');
    expect(await leads(shims, 'main.ts', 'new')).toBeNull();
  });

  it('count from baseUrl, which paths come before', async () => {
    const based: Tree = {
      'tsconfig.json': json({ compilerOptions: { baseUrl: 'src', paths: { 'lib/*': ['../lib/*'] } } }),
      'src/lib/a.ts': offering('x'),
      'src/util/a.ts': offering('x'),
      'lib/a.ts': offering('x'),
    };
    expect(await leads(based, 'src/main.ts', 'util/a')).toBe('src/util/a.ts');
    expect(await leads(based, 'src/main.ts', 'lib/a')).toBe('lib/a.ts');
    expect(await leads(based, 'src/main.ts', 'react')).toBeNull();
  });

  it('that are malformed or circular leave the rest to bind', async () => {
    const broken: Tree = {
      'tsconfig.json':
        '{ "extends": "./tsconfig.base.json", "compilerOptions": { "paths": { "@/*": ["./src/*"], "~/*": 7 ',
      'tsconfig.base.json': json({ extends: './tsconfig.json', compilerOptions: { baseUrl: '.' } }),
      'packages/a/package.json': '{ "name": "a", "exports": ',
      'packages/b/package.json': '[]',
      'src/a.ts': offering('x'),
    };
    expect(await leads(broken, 'src/main.ts', '@/a')).toBe('src/a.ts');
    expect(await leads(broken, 'src/main.ts', './a')).toBe('src/a.ts');
    expect(await leads(broken, 'src/main.ts', '~/a')).toBeNull();
  });
});

describe('imports of a package.json', () => {
  const tree: Tree = {
    'tsconfig.json': json({
      compilerOptions: { paths: { '#internal/*': ['./wrong/*'], '#only-paths': ['./src/b.ts'] } },
    }),
    'package.json': json({
      name: 'app',
      imports: {
        '#internal/*': './src/internal/*.js',
        '#one': { types: './dist/one.d.ts', default: './dist/one.js' },
        '#closed/*': null,
        '#dep': 'some-package',
      },
    }),
    'src/internal/a.ts': offering('x'),
    'src/one.ts': offering('x'),
    'src/b.ts': offering('x'),
    'wrong/a.ts': offering('x'),
  };

  it('come before the aliases of a tsconfig, and lead to sources', async () => {
    expect(await leads(tree, 'src/main.ts', '#internal/a')).toBe('src/internal/a.ts');
    expect(await leads(tree, 'src/main.ts', '#one')).toBe('src/one.ts');
    expect(await leads(tree, 'src/main.ts', '#only-paths')).toBe('src/b.ts');
    expect(await leads(tree, 'src/main.ts', '#closed/a')).toBeNull();
    expect(await leads(tree, 'src/main.ts', '#dep')).toBeNull();
  });
});

describe('the packages of a workspace', () => {
  const tree: Tree = {
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - apps/*\n',
    'package.json': json({ name: 'root', private: true }),
    'packages/core/package.json': json({
      name: '@acme/core',
      version: '2.0.0',
      exports: {
        '.': { types: './dist/index.d.ts', import: './dist/index.js' },
        './math': './dist/math/index.js',
        './features/*': './dist/features/*.js',
        './features/secret/*': null,
      },
    }),
    'packages/core/tsconfig.json': json({ compilerOptions: { rootDir: 'src', outDir: 'dist' } }),
    'packages/core/src/index.ts': "export { x } from './x.js';\n",
    'packages/core/src/x.ts': offering('x'),
    'packages/core/src/math/index.ts': offering('x'),
    'packages/core/src/features/a.ts': offering('x'),
    'packages/core/src/features/secret/s.ts': offering('x'),
    'packages/plain/package.json': json({ name: 'plain', version: '1.0.0', main: 'lib/main.js' }),
    'packages/plain/lib/main.js': "exports.x = require('./x').x;\n",
    'packages/plain/lib/x.js': offering('x'),
    'apps/web/package.json': json({
      name: 'web',
      dependencies: { '@acme/core': 'workspace:^', plain: '^1.0.0', renamed: 'workspace:@acme/core@*', react: '^18' },
    }),
    'apps/old/package.json': json({ name: 'old', dependencies: { '@acme/core': '^1.0.0' } }),
  };

  it('are imported by name and by what they export', async () => {
    expect(await leads(tree, 'apps/web/main.ts', '@acme/core')).toBe('packages/core/src/x.ts');
    expect(await leads(tree, 'apps/web/main.ts', '@acme/core/math')).toBe('packages/core/src/math/index.ts');
    expect(await leads(tree, 'apps/web/main.ts', '@acme/core/features/a')).toBe('packages/core/src/features/a.ts');
    expect(await leads(tree, 'apps/web/main.ts', 'renamed/math')).toBe('packages/core/src/math/index.ts');
  });

  it('keep what they do not export to themselves', async () => {
    expect(await leads(tree, 'apps/web/main.ts', '@acme/core/x')).toBeNull();
    expect(await leads(tree, 'apps/web/main.ts', '@acme/core/features/secret/s')).toBeNull();
  });

  it('without exports offer every file', async () => {
    expect(await leads(tree, 'apps/web/main.ts', 'plain/lib/x')).toBe('packages/plain/lib/x.js');
    expect(await leads(tree, 'apps/web/main.ts', 'plain/lib/x.js')).toBe('packages/plain/lib/x.js');
    expect(await importedBy({ ...tree, 'apps/web/m.ts': "import p from 'plain';\np();\n" }, 'apps/web/m.ts')).toContain(
      'packages/plain/lib/main.js#(module)',
    );
  });

  it('name themselves, and are found by who does not ask for them', async () => {
    expect(await leads(tree, 'packages/core/src/self.ts', '@acme/core/math')).toBe('packages/core/src/math/index.ts');
    expect(await leads(tree, 'scripts/build.ts', '@acme/core/math')).toBe('packages/core/src/math/index.ts');
  });

  it('are not meant by who asks for another version, and no other name leads to them', async () => {
    expect(await leads(tree, 'apps/old/main.ts', '@acme/core/math')).toBeNull();
    expect(await leads(tree, 'apps/web/main.ts', 'react')).toBeNull();
    expect(await leads(tree, 'apps/web/main.ts', 'core')).toBeNull();
    expect(await leads(tree, 'apps/old/main.ts', 'renamed')).toBeNull();
  });

  it('are outside where only others of that name are asked for, and where two have it', async () => {
    const mocks: Tree = {
      'package.json': json({ name: 'app', dependencies: { react: '^18.0.0' } }),
      'mocks/react/package.json': json({ name: 'react' }),
      'mocks/react/index.js': offering('x'),
      'a/twin/package.json': json({ name: 'twin' }),
      'a/twin/index.js': offering('x'),
      'b/twin/package.json': json({ name: 'twin' }),
      'b/twin/index.js': offering('x'),
      'mocks/fs/package.json': json({ name: 'fs' }),
      'mocks/fs/index.js': offering('x'),
    };
    expect(await leads(mocks, 'main.ts', 'react')).toBeNull();
    expect(await leads(mocks, 'main.ts', 'twin')).toBeNull();
    expect(await leads(mocks, 'main.ts', 'fs')).toBeNull();
    expect(await leads(mocks, 'a/twin/main.ts', 'twin')).toBe('a/twin/index.js');
  });
});

describe('the modules of go.mod', () => {
  const tree: Tree = {
    'go.work': 'go 1.22\n\nuse (\n\t./api\n\t./server\n)\n',
    'api/go.mod': 'module example.com/shop/api\n\ngo 1.22\n',
    'api/util/util.go': 'package util\n\nfunc X() {}\n',
    'api/root.go': 'package api\n\nfunc X() {}\n',
    'server/go.mod':
      'module example.com/shop/server\n\ngo 1.22\n\nrequire (\n\texample.com/shop/api v1.0.0\n\tgithub.com/other/util v1.2.3\n\tgithub.com/fork/log v0.1.0\n)\n\nreplace github.com/fork/log => ../third_party/log\n',
    'server/inner/inner.go': 'package inner\n\nfunc X() {}\n',
    'util/util.go': 'package util\n\nfunc X() {}\n',
    'third_party/log/go.mod': 'module example.com/patched/log\n',
    'third_party/log/log.go': 'package log\n\nfunc X() {}\n',
  };
  const calls = async (specifier: string, path = 'server/main.go'): Promise<string[]> => {
    const name = specifier.slice(specifier.lastIndexOf('/') + 1);
    const text = `package main\n\nimport "${specifier}"\n\nfunc main() {\n\t${name}.X()\n}\n`;
    const lines = await edgesOf({ ...tree, [path]: text }, ['call']);
    return lines.filter((line) => line.startsWith(`${path}#`)).map((line) => line.split(' ')[2] ?? '');
  };

  it('lead below their own paths', async () => {
    expect(await calls('example.com/shop/api/util')).toEqual(['api/util/util.go#X(function)']);
    expect(await calls('example.com/shop/api')).toEqual(['api/root.go#X(function)']);
    expect(await calls('example.com/shop/server/inner')).toEqual(['server/inner/inner.go#X(function)']);
  });

  it('lead to the folder that replaces one', async () => {
    expect(await calls('github.com/fork/log')).toEqual(['third_party/log/log.go#X(function)']);
    expect(await calls('github.com/fork/log', 'api/main.go')).toEqual([]);
  });

  it('leave out what merely ends alike', async () => {
    expect(await calls('github.com/other/util')).toEqual([]);
    expect(await calls('example.com/shop/api/inner')).toEqual([]);
    // Without a go.mod above it nothing else is known than the end of the path.
    expect(await calls('github.com/other/util', 'tools/main.go')).toEqual(['util/util.go#X(function)']);
  });
});

describe('the packages of Python', () => {
  const define = 'def x():\n    pass\n';
  const tree: Tree = {
    'services/api/pyproject.toml': '[project]\nname = "shop-api"\ndependencies = ["shop-core", "requests>=2"]\n',
    'services/api/src/shop_api/__init__.py': '',
    'services/api/src/shop_api/util.py': define,
    'libs/core/pyproject.toml': '[project]\nname = "shop-core"\n',
    'libs/core/src/shop_core/__init__.py': '',
    'libs/core/src/shop_core/util.py': define,
    'libs/space/pyproject.toml': '[project]\nname = "acme-one"\n',
    'libs/space/src/acme/one/__init__.py': define,
    'libs/space2/pyproject.toml': '[project]\nname = "acme-two"\n',
    'libs/space2/src/acme/two/__init__.py': define,
    'services/requests/__init__.py': define,
    'services/helpers.py': define,
  };
  const calls = async (line: string, path: string, call = 'x'): Promise<string[]> => {
    const lines = await edgesOf({ ...tree, [path]: `${line}\n\ndef run():\n    ${call}()\n` }, ['call']);
    return lines.filter((each) => each.startsWith(`${path}#`)).map((each) => each.split(' ')[2] ?? '');
  };

  it('have their modules where the build finds them', async () => {
    expect(await calls('from shop_api.util import x', 'services/api/tests/test_a.py')).toEqual([
      'services/api/src/shop_api/util.py#x(function)',
    ]);
    expect(await calls('from shop_core.util import x', 'services/api/src/shop_api/main.py')).toEqual([
      'libs/core/src/shop_core/util.py#x(function)',
    ]);
    expect(await calls('import shop_core.util', 'services/api/src/shop_api/main.py', 'shop_core.util.x')).toEqual([
      'libs/core/src/shop_core/util.py#x(function)',
    ]);
  });

  it('share a namespace', async () => {
    expect(await calls('from acme.two import x', 'libs/space/src/acme/one/main.py')).toEqual([
      'libs/space2/src/acme/two/__init__.py#x(function)',
    ]);
    expect(await calls('from acme import two', 'libs/space/src/acme/one/main.py', 'two.x')).toEqual([
      'libs/space2/src/acme/two/__init__.py#x(function)',
    ]);
  });

  it('that are asked for from elsewhere are no folder that is called so', async () => {
    expect(await calls('from requests import x', 'services/api/src/shop_api/main.py')).toEqual([]);
    expect(await calls('from requests import x', 'services/other.py')).toEqual([
      'services/requests/__init__.py#x(function)',
    ]);
    expect(await calls('from helpers import x', 'services/api/src/shop_api/main.py')).toEqual([
      'services/helpers.py#x(function)',
    ]);
  });
});

describe('the crates of a cargo workspace', () => {
  const tree: Tree = {
    'Cargo.toml':
      '[workspace]\nmembers = ["crates/*"]\n\n[workspace.dependencies]\nshop-core = { path = "crates/core" }\n',
    'crates/core/Cargo.toml': '[package]\nname = "shop-core"\nversion = "1.0.0"\n\n[lib]\nname = "kernel"\n',
    'crates/core/src/lib.rs': 'pub fn x() {}\npub mod deep;\n',
    'crates/core/src/deep.rs': 'pub fn x() {}\n',
    'crates/app/Cargo.toml':
      '[package]\nname = "app"\nversion = "1.0.0"\n\n[dependencies]\nshop-core = { workspace = true }\nfast = { package = "shop-log", path = "../log" }\nserde = "1"\n',
    'crates/app/src/lib.rs': 'pub fn own() {}\n',
    'crates/log/Cargo.toml': '[package]\nname = "shop-log"\nversion = "1.0.0"\n',
    'crates/log/src/lib.rs': 'pub fn x() {}\n',
    'crates/serde/Cargo.toml': '[package]\nname = "serde"\nversion = "0.1.0"\n',
    'crates/serde/src/lib.rs': 'pub fn x() {}\n',
  };
  const calls = async (use: string, path: string, call = 'x'): Promise<string[]> => {
    const lines = await edgesOf({ ...tree, [path]: `use ${use};\nfn main() { ${call}(); }\n` }, ['call']);
    return lines.filter((line) => line.startsWith(`${path}#`)).map((line) => line.split(' ')[2] ?? '');
  };

  it('are called as the library says, or as the dependency says', async () => {
    expect(await calls('kernel::x', 'crates/app/src/main.rs')).toEqual(['crates/core/src/lib.rs#x(function)']);
    expect(await calls('kernel::deep::x', 'crates/app/src/main.rs')).toEqual(['crates/core/src/deep.rs#x(function)']);
    expect(await calls('fast::x', 'crates/app/src/main.rs')).toEqual(['crates/log/src/lib.rs#x(function)']);
    expect(await calls('app::own', 'crates/app/src/main.rs', 'own')).toEqual(['crates/app/src/lib.rs#own(function)']);
  });

  it('are not found by their folders, nor by who does not depend on them', async () => {
    expect(await calls('core::x', 'crates/app/src/main.rs')).toEqual([]);
    expect(await calls('shop_log::x', 'crates/app/src/main.rs')).toEqual([]);
    expect(await calls('serde::x', 'crates/app/src/main.rs')).toEqual([]);
    expect(await calls('kernel::x', 'crates/log/src/main.rs')).toEqual([]);
  });
});
