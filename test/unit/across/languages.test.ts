import { describe, expect, it } from 'vitest';
import { indexedWorld, linksWith, usesAcross } from '../../support/across/across.js';
import { evidenceOf, expectSound } from '../../support/across/world.js';

/** The law: what a package is called and what importers write may differ, and the manifest says how. */

describe('packages of Python', () => {
  const yaml = {
    'pyproject.toml': '[project]\nname = "PyYAML"\nversion = "6.0.1"\n',
    'src/yaml/__init__.py': 'from .loader import Loader\n\ndef load(text):\n    return Loader(text)\n',
    'src/yaml/loader.py': 'class Loader:\n    def read(self):\n        return 1\n',
  };
  const app = (dependencies: string) => ({
    'pyproject.toml': `[project]\nname = "app"\nversion = "1.0"\ndependencies = [${dependencies}]\n`,
    'app/main.py':
      'import yaml\nfrom yaml.loader import Loader\n\ndef main():\n    yaml.load("a")\n    Loader("b").read()\n',
  });

  it('[X2] are found by their modules, whatever the distribution is called', async () => {
    const world = await indexedWorld({ yaml, app: app('"pyyaml>=6,<7"') });
    expect(await evidenceOf(world.store, 'reason', 'package', 'import')).toEqual([
      'app//app/main.py#main -call-> yaml//src/yaml/__init__.py#load reason=range package=pypi pyyaml import=yaml',
      'app//app/main.py#main -call-> yaml//src/yaml/loader.py#Loader reason=range package=pypi pyyaml import=yaml.loader',
      'app//app/main.py#main -call-> yaml//src/yaml/loader.py#Loader.read reason=range package=pypi pyyaml import=yaml.loader',
    ]);
    await expectSound(world.store);
  });

  it('[X3] of other names with one module are a tie, unless a manifest asks for one of them', async () => {
    const fork = { ...yaml, 'pyproject.toml': '[project]\nname = "yaml-fork"\nversion = "9.0"\n' };
    const world = await indexedWorld({ yaml, fork, app: app('') });
    expect(await usesAcross(world)).toEqual([]);
    expect(await linksWith(world, 'app: yaml .load is ')).toEqual([
      'ambiguous, 1 import fork//src/yaml/__init__.py#load(function), 1 import yaml//src/yaml/__init__.py#load(function)',
    ]);
    world.replace('app', app('"yaml-fork"'));
    await world.index('app');
    expect(await usesAcross(world)).toEqual([
      'app//app/main.py#main -call-> fork//src/yaml/__init__.py#load',
      'app//app/main.py#main -call-> fork//src/yaml/loader.py#Loader',
      'app//app/main.py#main -call-> fork//src/yaml/loader.py#Loader.read',
    ]);
    await expectSound(world.store);
  });

  it('[X2] may share a namespace', async () => {
    const part = (name: string) => ({
      'pyproject.toml': `[project]\nname = "acme-${name}"\nversion = "1.0"\n\n[tool.setuptools.packages.find]\nwhere = ["src"]\n`,
      [`src/acme/${name}/__init__.py`]: `class Client:\n    def get(self):\n        return "${name}"\n`,
    });
    const use = {
      'pyproject.toml': '[project]\nname = "use"\ndependencies = ["acme-storage", "acme-query"]\n',
      'use.py':
        'from acme import storage\nfrom acme.query import Client\nimport acme.storage as again\n\ndef use():\n    storage.Client().get()\n    Client().get()\n    again.Client()\n',
    };
    const world = await indexedWorld({ use, storage: part('storage'), query: part('query') });
    expect(await usesAcross(world)).toEqual([
      'use//use.py#use -call-> query//src/acme/query/__init__.py#Client',
      'use//use.py#use -call-> query//src/acme/query/__init__.py#Client.get',
      'use//use.py#use -call-> storage//src/acme/storage/__init__.py#Client',
      'use//use.py#use -call-> storage//src/acme/storage/__init__.py#Client.get',
    ]);
    await expectSound(world.store);
    await world.store.projects.delete('storage');
    expect(await usesAcross(world)).toHaveLength(2);
    await world.index('storage');
    expect(await usesAcross(world)).toHaveLength(4);
    await expectSound(world.store);
  });

  it('[X3] do not take a module of the project itself, or one of the language, from elsewhere', async () => {
    const other = {
      'pyproject.toml': '[project]\nname = "other"\nversion = "1.0"\n',
      'utils.py': 'def run():\n    pass\n',
      'json.py': 'def get():\n    pass\n',
    };
    const world = await indexedWorld({
      other,
      app: {
        'pyproject.toml': '[project]\nname = "app"\ndependencies = ["other"]\n',
        'utils.py': 'def run():\n    pass\n',
        'main.py': 'import utils\nimport json\n\ndef main():\n    utils.run()\n    json.get()\n',
      },
    });
    expect(await usesAcross(world)).toEqual([]);
  });
});

describe('packages of Go', () => {
  const library = (module: string, text: string) => ({
    'go.mod': `module ${module}\n\ngo 1.21\n`,
    'lib.go': `package lib\n\nfunc Run() string { return "${text}" }\n`,
  });
  const app = (requires: string, imports: readonly string[]) => ({
    'go.mod': `module example.com/app\n\ngo 1.21\n\n${requires}\n`,
    'main.go': `package main\n\nimport (\n${imports.map((each, at) => `\tp${at} "${each}"`).join('\n')}\n)\n\nfunc main() {\n${imports.map((_, at) => `\tp${at}.Run()`).join('\n')}\n}\n`,
  });

  it('[X2] of two major versions are two packages', async () => {
    const world = await indexedWorld({
      one: library('example.com/lib', 'one'),
      two: library('example.com/lib/v2', 'two'),
      app: app('require (\n\texample.com/lib v1.2.0\n\texample.com/lib/v2 v2.1.0\n)', [
        'example.com/lib',
        'example.com/lib/v2',
      ]),
      old: app('require example.com/lib v1.2.0', ['example.com/lib']),
    });
    expect(await evidenceOf(world.store, 'package', 'range')).toEqual([
      'app//main.go#main -call-> one//lib.go#Run package=go example.com/lib range=v1.2.0',
      'app//main.go#main -call-> two//lib.go#Run package=go example.com/lib/v2 range=v2.1.0',
      'old//main.go#main -call-> one//lib.go#Run package=go example.com/lib range=v1.2.0',
    ]);
    await expectSound(world.store);
  });

  it('[X2] may lie inside each other', async () => {
    const world = await indexedWorld({
      outer: { ...library('example.com/lib', 'outer'), 'tool/tool.go': 'package tool\n\nfunc Run() {}\n' },
      nested: {
        ...library('example.com/lib/nested', 'nested'),
        'deep/deep.go': 'package deep\n\nfunc Run() {}\n',
      },
      app: app('require (\n\texample.com/lib v1.0.0\n\texample.com/lib/nested v1.0.0\n)', [
        'example.com/lib/tool',
        'example.com/lib/nested/deep',
      ]),
      undeclared: app('', ['example.com/lib/tool', 'example.com/lib/nested/deep']),
    });
    expect(await evidenceOf(world.store, 'package', 'reason')).toEqual([
      'app//main.go#main -call-> nested//deep/deep.go#Run package=go example.com/lib/nested reason=declared',
      'app//main.go#main -call-> outer//tool/tool.go#Run package=go example.com/lib reason=declared',
      'undeclared//main.go#main -call-> nested//deep/deep.go#Run package=go example.com/lib/nested reason=import',
      'undeclared//main.go#main -call-> outer//tool/tool.go#Run package=go example.com/lib reason=import',
    ]);
    await expectSound(world.store);
  });

  it('[X3] that are replaced mean the replacement', async () => {
    const world = await indexedWorld({
      real: library('example.com/lib', 'real'),
      fork: library('example.com/fork', 'fork'),
      app: app('require example.com/lib v1.0.0\n\nreplace example.com/lib => example.com/fork v1.1.0', [
        'example.com/lib',
      ]),
    });
    expect(await evidenceOf(world.store, 'package', 'import')).toEqual([
      'app//main.go#main -call-> fork//lib.go#Run package=go example.com/fork import=example.com/lib',
    ]);
    await expectSound(world.store);
  });
});

describe('packages of Cargo', () => {
  const crate = (name: string, version = '1.2.0') => ({
    'Cargo.toml': `[package]\nname = "${name}"\nversion = "${version}"\n`,
    'src/lib.rs': 'mod inner;\npub use inner::Reader;\n\npub fn run() -> u32 { 1 }\n',
    'src/inner.rs': 'pub struct Reader;\n\nimpl Reader {\n    pub fn read(&self) -> u32 { 1 }\n}\n',
  });
  const app = (dependencies: string, name: string) => ({
    'Cargo.toml': `[package]\nname = "app"\nversion = "0.1.0"\n\n[dependencies]\n${dependencies}\n`,
    'src/main.rs': `use ${name}::Reader;\n\nfn take(reader: Reader) {\n    reader.read();\n}\n\nfn main() {\n    ${name}::run();\n}\n`,
  });

  it('[X2] have `_` in their code for `-`, and pass on with `pub use`', async () => {
    const world = await indexedWorld({ crate: crate('my-crate'), app: app('my-crate = "1.2"', 'my_crate') });
    expect(await evidenceOf(world.store, 'package', 'reason')).toEqual([
      'app//src/main.rs#main -call-> crate//src/lib.rs#run package=cargo my-crate reason=range',
      'app//src/main.rs#take -call-> crate//src/inner.rs#Reader.read package=cargo my-crate reason=range',
      'app//src/main.rs#take -reference-> crate//src/inner.rs#Reader package=cargo my-crate reason=range',
    ]);
    await expectSound(world.store);
  });

  it('[X3] go by the name that the manifest gives them', async () => {
    const world = await indexedWorld({
      crate: crate('my-crate'),
      other: crate('tool'),
      app: app('tool = { package = "my-crate", version = "1" }', 'tool'),
    });
    expect(await evidenceOf(world.store, 'package', 'import')).toEqual([
      'app//src/main.rs#main -call-> crate//src/lib.rs#run package=cargo my-crate import=tool',
      'app//src/main.rs#take -call-> crate//src/inner.rs#Reader.read package=cargo my-crate import=tool',
      'app//src/main.rs#take -reference-> crate//src/inner.rs#Reader package=cargo my-crate import=tool',
    ]);
  });

  it('[X3] are not meant by variables of their name', async () => {
    const world = await indexedWorld({
      crate: crate('tool'),
      app: {
        ...app('tool = "1"', 'tool'),
        'src/main.rs': `struct Holder { tool: Other }

impl Holder {
    fn own(&self) { self.tool.run(); }
}

fn parameter(tool: impl Fn()) { tool.run(); tool::run(); }

fn variable(list: Vec<Unknown>) {
    let tool = make();
    tool.run();
    for tool in list { tool.run(); }
    list.iter().map(|tool| tool.run());
    if let Some(tool) = find() { tool.run(); }
    match find() { Some(tool) => tool.run(), None => 0 };
    let (tool, other) = pair();
    tool.run();
    with!(tool => tool.run());
}
`,
      },
    });
    expect(await usesAcross(world)).toEqual(['app//src/main.rs#parameter -call-> crate//src/lib.rs#run']);
  });

  it('[X3] that hold a binary beside their library do not reach into a copy', async () => {
    const both = { ...crate('my-crate'), 'src/main.rs': app('', 'my_crate')['src/main.rs'] };
    const world = await indexedWorld({ one: both, two: both });
    expect(await usesAcross(world)).toEqual([]);
    await expectSound(world.store);
  });
});

describe('packages of Maven', () => {
  const pom = (artifact: string, dependencies = '') =>
    `<project><modelVersion>4.0.0</modelVersion><groupId>org.acme</groupId><artifactId>${artifact}</artifactId><version>1.0.0</version><dependencies>${dependencies}</dependencies></project>`;
  const asks = (artifact: string, version = '1.0.0') =>
    `<dependency><groupId>org.acme</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  const strings = {
    'pom.xml': pom('text-strings'),
    'src/main/java/net/words/Strings.java':
      'package net.words;\n\npublic class Strings {\n  public static String join(String a) { return a; }\n}\n',
  };
  const numbers = {
    'pom.xml': pom('text-numbers'),
    'src/main/java/net/words/Numbers.java':
      'package net.words;\n\npublic class Numbers {\n  public int add(int a) { return a; }\n}\n',
  };
  const app = (dependencies: string) => ({
    'pom.xml': pom('app', dependencies),
    'src/main/java/org/acme/App.java':
      'package org.acme;\n\nimport net.words.Strings;\nimport net.words.Numbers;\n\npublic class App {\n  public void main() {\n    Strings.join("a");\n    new Numbers().add(1);\n  }\n}\n',
  });

  it('[X2] are found by the Java packages in them, which are called otherwise, also when two share one', async () => {
    const world = await indexedWorld({ strings, numbers, app: app(asks('text-strings') + asks('text-numbers')) });
    expect(await evidenceOf(world.store, 'package', 'reason')).toEqual([
      'app//src/main/java/org/acme/App.java#App.main -call-> numbers//src/main/java/net/words/Numbers.java#Numbers package=maven org.acme:text-numbers reason=locked',
      'app//src/main/java/org/acme/App.java#App.main -call-> numbers//src/main/java/net/words/Numbers.java#Numbers.add package=maven org.acme:text-numbers reason=locked',
      'app//src/main/java/org/acme/App.java#App.main -call-> strings//src/main/java/net/words/Strings.java#Strings.join package=maven org.acme:text-strings reason=locked',
      'app//src/main/java/org/acme/App.java#App.main -reference-> strings//src/main/java/net/words/Strings.java#Strings package=maven org.acme:text-strings reason=locked',
    ]);
    await expectSound(world.store);
  });

  it('[X3] that nobody asks for are weaker evidence, and two of one name none', async () => {
    const copy = { ...strings, 'pom.xml': pom('text-copy') };
    const world = await indexedWorld({ strings, copy, numbers, app: app('') });
    expect(await evidenceOf(world.store, 'reason')).toEqual([
      'app//src/main/java/org/acme/App.java#App.main -call-> numbers//src/main/java/net/words/Numbers.java#Numbers reason=import',
      'app//src/main/java/org/acme/App.java#App.main -call-> numbers//src/main/java/net/words/Numbers.java#Numbers.add reason=import',
    ]);
    await expectSound(world.store);
  });
});
