import type { Projects } from './world.js';

/** Small projects that use each other; each set has what its language makes of packages. */

const json = (value: object): string => JSON.stringify(value);

const TYPESCRIPT: Projects = {
  core: {
    'package.json': json({
      name: '@w/core',
      version: '1.2.0',
      exports: { '.': './src/index.ts', './*': './src/*.ts' },
    }),
    'src/index.ts':
      "export * from './base.js';\nexport { make as create } from './make.js';\nexport default class Main { go() { return 1; } }\n",
    'src/base.ts': 'export class Base {\n  walk(): Base {\n    return this;\n  }\n}\nexport const limit = 3;\n',
    'src/make.ts':
      "import { Base } from './base.js';\nexport function make(): Base {\n  return new Base();\n}\nexport function unused() {}\n",
  },
  older: {
    'package.json': json({ name: '@w/core', version: '0.9.0', main: 'index.ts' }),
    'index.ts':
      'export class Base {\n  walk(): Base {\n    return this;\n  }\n}\nexport function create(): Base {\n  return new Base();\n}\n',
  },
  barrel: {
    'package.json': json({ name: 'barrel', version: '2.0.0', dependencies: { '@w/core': '^1.0.0', app: '*' } }),
    'index.ts':
      "export * from '@w/core';\nexport { default as Main } from '@w/core';\nexport * as deep from '@w/core/make';\nexport { entry } from 'app';\nexport function local() {\n  return 1;\n}\n",
  },
  app: {
    'package.json': json({ name: 'app', version: '1.0.0', dependencies: { barrel: '2', old: 'npm:@w/core@0.9.0' } }),
    'package-lock.json': json({ lockfileVersion: 3, packages: { 'node_modules/old': { version: '0.9.0' } } }),
    'index.ts': "export { use as entry } from './use.js';\nexport * from 'barrel';\n",
    'use.ts':
      "import { create, Main, deep, Base, limit, entry } from 'barrel';\nimport { create as before } from 'old';\n" +
      'export class Sub extends Base {\n  run() {\n    return this.walk();\n  }\n}\n' +
      'export function use() {\n  create().walk();\n  new Main().go();\n  deep.make();\n  before().walk();\n  entry();\n  return limit;\n}\n',
  },
  tool: {
    'package.json': json({ name: 'tool', version: '1.0.0' }),
    'tool.ts':
      "import { Sub } from 'app';\nimport Whole from '@w/core';\nimport { missing } from 'barrel';\nimport * as all from '@w/core';\n" +
      'export function tool(sub: Sub) {\n  sub.run();\n  sub.walk();\n  missing();\n  all.create().walk();\n  return new Whole();\n}\n',
  },
};

const pyproject = (name: string, version: string, dependencies: readonly string[]): string =>
  `[project]\nname = "${name}"\nversion = "${version}"\ndependencies = [${dependencies.map((each) => `"${each}"`).join(', ')}]\n`;

const PYTHON: Projects = {
  yaml: {
    'pyproject.toml': pyproject('PyYAML', '6.0', []),
    'src/yaml/__init__.py': 'from .loader import Loader\n\ndef load(text) -> Loader:\n    return Loader(text)\n',
    'src/yaml/loader.py': 'class Loader:\n    def read(self):\n        return 1\n',
  },
  fork: {
    'pyproject.toml': pyproject('yaml-fork', '7.0', []),
    'yaml/__init__.py':
      'class Loader:\n    def read(self):\n        return 2\n\ndef load(text) -> Loader:\n    return Loader()\n',
  },
  storage: {
    'pyproject.toml': pyproject('acme-storage', '1.0', ['pyyaml>=6']),
    'acme/storage/__init__.py':
      'from yaml import Loader, load\n\nclass Client(Loader):\n    def get(self):\n        return self.read()\n',
  },
  use: {
    'pyproject.toml': pyproject('use', '1.0', ['acme-storage', 'yaml-fork']),
    'use/__init__.py':
      'import yaml\nfrom acme import storage\nfrom acme.storage import load\n\ndef use():\n    yaml.load("a").read()\n    storage.Client().get()\n    storage.Client().read()\n    load("b").read()\n',
  },
  loose: {
    'loose.py': 'import yaml\nfrom use import use\n\ndef loose():\n    use()\n    yaml.load("c")\n',
  },
};

const goMod = (module: string, requires: readonly string[], more = ''): string =>
  `module ${module}\n\ngo 1.21\n\nrequire (\n${requires.map((each) => `\t${each}`).join('\n')}\n)\n${more}`;

const GO: Projects = {
  one: {
    'go.mod': goMod('example.com/lib', []),
    'lib.go':
      'package lib\n\ntype Client struct{}\n\nfunc (c *Client) Get() int { return 1 }\n\nfunc New() *Client { return &Client{} }\n',
    'tool/tool.go': 'package tool\n\nfunc Run() int { return 1 }\n',
  },
  two: {
    'go.mod': goMod('example.com/lib/v2', []),
    'lib.go':
      'package lib\n\ntype Client struct{}\n\nfunc (c *Client) Get() int { return 2 }\n\nfunc New() *Client { return &Client{} }\n',
  },
  nested: {
    'go.mod': goMod('example.com/lib/nested', ['example.com/lib v1.0.0']),
    'deep/deep.go': 'package deep\n\nimport "example.com/lib"\n\nfunc Deep() *lib.Client { return lib.New() }\n',
  },
  fork: {
    'go.mod': goMod('example.com/fork', []),
    'lib.go':
      'package lib\n\ntype Client struct{}\n\nfunc (c *Client) Get() int { return 3 }\n\nfunc New() *Client { return &Client{} }\n',
  },
  app: {
    'go.mod': goMod(
      'example.com/app',
      [
        'example.com/lib v1.0.0',
        'example.com/lib/v2 v2.0.0',
        'example.com/lib/nested v1.0.0',
        'example.com/other v1.0.0',
      ],
      '\nreplace example.com/other => example.com/fork v1.1.0\n',
    ),
    'main.go':
      'package main\n\nimport (\n\tlib "example.com/lib"\n\tlib2 "example.com/lib/v2"\n\t"example.com/lib/nested/deep"\n\t"example.com/lib/tool"\n\tother "example.com/other"\n)\n\n' +
      'func main() {\n\tlib.New().Get()\n\tlib2.New().Get()\n\tdeep.Deep().Get()\n\ttool.Run()\n\tother.New()\n}\n',
  },
};

const cargo = (name: string, version: string, dependencies: readonly string[]): string =>
  `[package]\nname = "${name}"\nversion = "${version}"\n\n[dependencies]\n${dependencies.join('\n')}\n`;

const RUST: Projects = {
  base: {
    'Cargo.toml': cargo('base-crate', '1.2.0', []),
    'src/lib.rs': 'mod inner;\npub use inner::Reader;\n\npub fn open() -> Reader { Reader }\n',
    'src/inner.rs': 'pub struct Reader;\n\nimpl Reader {\n    pub fn read(&self) -> u32 { 1 }\n}\n',
  },
  older: {
    'Cargo.toml': cargo('base-crate', '0.4.0', []),
    'src/lib.rs':
      'pub struct Reader;\n\nimpl Reader {\n    pub fn read(&self) -> u32 { 2 }\n}\n\npub fn open() -> Reader { Reader }\n',
  },
  facade: {
    'Cargo.toml': cargo('facade', '1.0.0', ['base-crate = "1"']),
    'src/lib.rs': 'pub use base_crate::*;\npub use base_crate::open as start;\n',
  },
  app: {
    'Cargo.toml': cargo('app', '0.1.0', ['facade = "1"', 'old = { package = "base-crate", version = "0.4" }']),
    'src/main.rs':
      'use facade::Reader;\n\nfn take(reader: Reader) { reader.read(); }\n\nfn main() {\n    facade::start().read();\n    old::open().read();\n}\n',
  },
  loose: {
    'src/lib.rs': 'use base_crate::Reader;\n\npub fn loose(reader: &Reader) -> u32 { reader.read() }\n',
  },
};

const pom = (artifact: string, version: string, asks: readonly (readonly [string, string])[]): string => {
  const dependencies = asks.map(
    ([name, wanted]) =>
      `<dependency><groupId>org.acme</groupId><artifactId>${name}</artifactId><version>${wanted}</version></dependency>`,
  );
  return `<project><modelVersion>4.0.0</modelVersion><groupId>org.acme</groupId><artifactId>${artifact}</artifactId><version>${version}</version><dependencies>${dependencies.join('')}</dependencies></project>\n`;
};
const java = (name: string): string => `src/main/java/${name}.java`;

const JAVA: Projects = {
  strings: {
    'pom.xml': pom('text-strings', '1.0.0', []),
    [java('net/words/Strings')]:
      'package net.words;\n\npublic class Strings {\n  public static Strings of(String a) { return new Strings(); }\n  public int length() { return 1; }\n}\n',
  },
  newer: {
    'pom.xml': pom('text-strings', '2.0.0', []),
    [java('net/words/Strings')]:
      'package net.words;\n\npublic class Strings {\n  public static Strings of(String a) { return new Strings(); }\n  public int length() { return 2; }\n}\n',
  },
  numbers: {
    'pom.xml': pom('text-numbers', '1.0.0', [['text-strings', '1.0.0']]),
    [java('net/words/Numbers')]:
      'package net.words;\n\npublic class Numbers extends Strings {\n  public int add(int a) { return this.length(); }\n}\n',
  },
  app: {
    'pom.xml': pom('app', '1.0.0', [
      ['text-strings', '2.0.0'],
      ['text-numbers', '1.0.0'],
    ]),
    [java('org/acme/App')]:
      'package org.acme;\n\nimport net.words.Strings;\nimport net.words.Numbers;\n\npublic class App {\n  public void main() {\n    Strings.of("a").length();\n    new Numbers().add(1);\n  }\n}\n',
  },
  loose: {
    [java('org/loose/Loose')]:
      'package org.loose;\n\nimport net.words.*;\nimport org.acme.App;\n\npublic class Loose {\n  public void run(App app) {\n    app.main();\n    Strings.of("a");\n  }\n}\n',
  },
};

/** Five projects for each language with packages. */
export const PROGRAMS: Readonly<Record<string, Projects>> = {
  TypeScript: TYPESCRIPT,
  Python: PYTHON,
  Go: GO,
  Rust: RUST,
  Java: JAVA,
};
