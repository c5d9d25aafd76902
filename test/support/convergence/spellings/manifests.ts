import type { RandomProgram } from '../program.js';
import type { Files } from './spelling.js';

/**
 * What manifests may say beside the programs of a language. Of each list one is there; which one is chosen by a number of
 * the program. The first of each is none.
 */
export const MANIFESTS: Readonly<Record<string, readonly (readonly Files[])[]>> = {
  typescript: ecmascript(),
  javascript: ecmascript(),
  python: [
    [
      {},
      { 'pyproject.toml': '[project]\nname = "app"\n[tool.setuptools.packages.find]\nwhere = ["sub"]\n' },
      { 'pyproject.toml': '[project]\nname = "app"\ndependencies = ["mb", "pkg"]\n' },
      {
        'pyproject.toml':
          '[project]\nname = "app"\n[tool.setuptools]\npackage-dir = { ma = "sub" }\npackages = ["ma"]\n',
      },
      { 'pyproject.toml': '[project\nname = ' },
    ],
    [
      {},
      { 'sub/pyproject.toml': '[project]\nname = "pkg"\n' },
      { 'sub/pyproject.toml': '[project]\nname = "mb"\n[tool.setuptools]\npy-modules = ["ma", "mb"]\n' },
      { 'sub/setup.cfg': '[metadata]\nname = ma\n[options]\ninstall_requires = ma\npackages = deep\n' },
    ],
  ],
  go: [
    [
      {},
      { 'go.mod': 'module example.org/app\n' },
      { 'go.mod': 'module example.org/other\n\nrequire example.org/app v1.0.0\n\nreplace example.org/app => ./sub\n' },
      { 'go.mod': 'module example.org\n' },
      { 'go.mod': 'modul (\n' },
    ],
    [
      {},
      { 'sub/go.mod': 'module example.org/app/sub\n' },
      { 'sub/go.mod': 'module example.org/app\n' },
      {
        'sub/go.mod': 'module example.org/app/sub\n\nrequire example.org/app v1.0.0\n',
        'go.work': 'use (\n\t.\n\t./sub\n)\n',
      },
    ],
  ],
  rust: [
    [
      {},
      { 'Cargo.toml': '[package]\nname = "app"\n[lib]\npath = "lib.rs"\n[dependencies]\nsub = { path = "sub" }\n' },
      { 'Cargo.toml': '[package]\nname = "ma"\n[dependencies]\nmb = { package = "sub", path = "sub" }\nsub = "1"\n' },
      { 'Cargo.toml': '[workspace]\nmembers = ["sub"]\n' },
      { 'Cargo.toml': '[package\n' },
    ],
    [
      {},
      { 'sub/Cargo.toml': '[package]\nname = "sub"\n[lib]\npath = "mod.rs"\n' },
      {
        'sub/Cargo.toml':
          '[package]\nname = "sub"\n[lib]\nname = "mb"\npath = "ma.rs"\n[dependencies]\nma = { path = ".." }\n',
      },
    ],
  ],
};

function ecmascript(): (readonly Files[])[] {
  const json = (path: string, value: object): Files => ({ [path]: JSON.stringify(value) });
  const paths = (path: string, said: object): Files => json(path, { compilerOptions: said });
  return [
    [
      {},
      paths('tsconfig.json', { paths: { '@/*': ['./*'] } }),
      paths('tsconfig.json', { paths: { '@/*': ['./sub/*', './*'], 'm*': ['./sub/m*'] } }),
      paths('tsconfig.json', { baseUrl: '.', paths: { '@/ma': ['./mb'] } }),
      paths('tsconfig.json', { baseUrl: 'sub' }),
      { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"], ' },
    ],
    [
      {},
      json('sub/package.json', { name: 'pkg', exports: { '.': './index.js', './*': './*.js' } }),
      json('sub/package.json', { name: 'pkg', version: '2.0.0' }),
      json('sub/package.json', { name: 'pkg', exports: { './*': './deep/*.js', './ma': null, './mb': '../mb.js' } }),
      json('sub/package.json', { name: '@/', main: './ma.js' }),
      json('sub/package.json', { name: 'sub', dependencies: { pkg: '1' }, imports: { '#x/*': './*.js' } }),
    ],
    [
      {},
      json('package.json', { name: 'root', workspaces: ['sub'], dependencies: { pkg: '*' } }),
      json('package.json', { name: 'root', workspaces: ['sub'], dependencies: { pkg: '^1.0.0' } }),
      json('package.json', { name: 'pkg', imports: { '#x/*': './*.js', '#x/ma': './sub/ma.js' } }),
      json('package.json', { imports: { '#x/*': ['./dist/sub/*.js'], '#x/mb': null } }),
      json('package.json', { name: 'root', dependencies: { ma: 'file:./sub' } }),
    ],
    [
      {},
      {},
      paths('sub/tsconfig.json', { paths: { '@/*': ['./*'] } }),
      json('sub/tsconfig.json', { extends: '../tsconfig.json' }),
    ],
  ];
}

/** The manifests of a program in a language. */
export function manifestsOf(language: string, { manifests }: RandomProgram): Files {
  const chosen = (MANIFESTS[language] ?? []).map((all, at) => all[(manifests[at] ?? 0) % all.length] ?? {});
  return Object.assign({}, ...chosen) as Files;
}
