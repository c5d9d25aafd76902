import { describe, expect, it } from 'vitest';
import { describeTree, readTree } from '../../support/manifest-tree.js';

describe('pyproject.toml', () => {
  it('is read as PEP 621 writes it, with groups, extras and what the build needs', async () => {
    expect(
      await describeTree({
        'pyproject.toml': `
[project]
name = "My_Cool.Lib"
version = "1.4.0"
dependencies = ["Requests[socks]>=2,<3 ; python_version < '3.12'", "local @ file:./libs/local", "url @ https://x.example/u.whl", "???"]
[project.optional-dependencies]
fast = ["orjson (>=3)"]
[dependency-groups]
dev = ["pytest==8.0.0", { include-group = "fast" }, "my-cool-lib[fast]"]
[build-system]
requires = ["hatchling"]
`,
        'libs/local/setup.cfg': '[metadata]\nname = local\n',
        'src/my_cool_lib/__init__.py': '',
        'src/my_cool_lib/inner/__init__.py': '',
        'src/single.py': '',
        'src/space/part/__init__.py': '',
        'tests/__init__.py': '',
      }),
    ).toMatchInlineSnapshot(`
      "pypi my-cool-lib@1.4.0 in '' (pyproject.toml)
        module my_cool_lib -> src/my_cool_lib/__init__.py
        module single -> src/single.py
        module space.part -> src/space/part/__init__.py
        build hatchling
        normal local range file:./libs/local at 'libs/local'
        development my-cool-lib at ''
        optional orjson range >=3
        development pytest range ==8.0.0
        normal requests range >=2,<3
        normal url range https://x.example/u.whl
      pypi local@? in 'libs/local' (libs/local/setup.cfg)
      warning pyproject.toml:5 '???' is no requirement as PEP 508 has them."
    `);
  });

  it('is read as poetry writes it', async () => {
    expect(
      await describeTree({
        'pyproject.toml': `
[tool.poetry]
name = "app"
version = "0.1.0"
packages = [{ include = "app", from = "lib" }, { include = "extra/**/*.py" }]
[tool.poetry.dependencies]
python = "^3.11"
click = "^8.0"
near = { path = "../outside" }
both = [{ version = "1.0", python = "<3.12" }, { version = "2.0", python = ">=3.12" }]
maybe = { version = "*", optional = true }
wrong = 3
[tool.poetry.group.test.dependencies]
pytest = "*"
`,
        'poetry.lock':
          '[[package]]\nname = "Click"\nversion = "8.1.7"\n[[package]]\nname = "both"\nversion = "1.0"\n[[package]]\nname = "both"\nversion = "2.0"\n',
        'lib/app/__init__.py': '',
      }),
    ).toMatchInlineSnapshot(`
      "pypi app@0.1.0 in '' (pyproject.toml)
        module app -> lib/app/__init__.py
        module extra -> nothing
        normal both range 1.0
        normal both range 2.0
        normal click range ^8.0 locked 8.1.7
        optional maybe
        normal near
        development pytest
      warning pyproject.toml:? The version of 'wrong' is neither a text nor a table.
      warning pyproject.toml:9 '../outside' leads out of the project and is not followed."
    `);
  });

  it('finds members of a uv workspace and its lockfile', async () => {
    expect(
      await describeTree({
        'pyproject.toml':
          '[project]\nname = "top"\ndependencies = ["part", "gone", "click"]\n[tool.uv.sources]\npart = { workspace = true }\ngone = { workspace = true }\n' +
          '[tool.uv.workspace]\nmembers = ["packages/*", "../elsewhere"]\nexclude = ["packages/not"]\n',
        'packages/part/pyproject.toml': '[project]\nname = "part"\nversion = "1"\ndependencies = ["click"]\n',
        'packages/not/pyproject.toml': '[project]\nname = "not"\ndependencies = ["click"]\n',
        'uv.lock': '[[package]]\nname = "click"\nversion = "8.3.0"\n',
      }),
    ).toMatchInlineSnapshot(`
      "pypi top@? in '' (pyproject.toml)
        normal click locked 8.3.0
        normal gone
        normal part at 'packages/part'
      pypi not@? in 'packages/not' (packages/not/pyproject.toml)
        normal click
      pypi part@1 in 'packages/part' (packages/part/pyproject.toml)
        normal click locked 8.3.0
      warning pyproject.toml:? The workspace has no package 'gone'.
      warning pyproject.toml:8 '../elsewhere' leads out of the project and is not followed."
    `);
  });

  it.each([
    [
      'flit in src',
      '[project]\nname = "a-b"\n[tool.flit.module]\nname = "a_b"\n',
      ['src/a_b/__init__.py'],
      ['a_b src/a_b/__init__.py'],
    ],
    [
      'hatch by folders',
      '[project]\nname = "x"\n[tool.hatch.build.targets.wheel]\npackages = ["code/inner"]\n',
      ['code/inner/__init__.py'],
      ['inner code/inner/__init__.py'],
    ],
    [
      'uv in src',
      '[project]\nname = "x"\n[tool.uv.build-backend]\nmodule-name = "named"\n',
      ['src/named/__init__.py'],
      ['named src/named/__init__.py'],
    ],
    [
      'setuptools by list',
      '[project]\nname = "x"\n[tool.setuptools]\npackages = ["a", "a.b"]\npy-modules = ["m"]\npackage-dir = { "" = "lib" }\n',
      ['lib/a/__init__.py', 'lib/m.py'],
      ['a lib/a/__init__.py', 'm lib/m.py'],
    ],
    [
      'setuptools by search',
      '[project]\nname = "x"\n[tool.setuptools.packages.find]\nwhere = ["code"]\ninclude = ["good*"]\nexclude = ["good_tests"]\n',
      ['code/good/__init__.py', 'code/good_tests/__init__.py', 'code/bad/__init__.py'],
      ['good code/good/__init__.py'],
    ],
    [
      'the flat layout',
      '[project]\nname = "x"\n',
      ['one/__init__.py', 'tests/__init__.py', 'docs/conf.py', 'setup.py'],
      ['one one/__init__.py'],
    ],
    [
      'the name of the package among others',
      '[project]\nname = "my-x"\n',
      ['my_x/__init__.py', 'other/__init__.py'],
      ['my_x my_x/__init__.py'],
    ],
    ['a single module', '[project]\nname = "x"\n', ['six.py', 'conftest.py', 'test_six.py'], ['six six.py']],
    [
      'namespaces',
      '[project]\nname = "x"\n',
      ['src/google/cloud/storage/__init__.py', 'src/google/cloud/storage/a.py'],
      ['google.cloud.storage src/google/cloud/storage/__init__.py'],
    ],
  ])('finds modules: %s', async (_name, pyproject, files, expected) => {
    const tree: Record<string, string> = {
      'pyproject.toml': pyproject,
      ...Object.fromEntries(files.map((file) => [file, ''])),
    };
    const { packages } = await readTree(tree);
    const modules = packages[0]?.modules.map(
      ({ specifier, targets }) => `${specifier} ${targets.find((path) => path in tree) ?? 'nothing'}`,
    );
    expect(modules).toEqual(expected);
  });
});

describe('setup.cfg and setup.py', () => {
  it('are read as one package, setup.py by its literals only', async () => {
    expect(
      await describeTree({
        'setup.cfg': `[metadata]
name = both
version = attr: both.__version__
[options]
install_requires =
    requests>=2
    # a comment
    rich ; python_version > "3"
package_dir =
    =source
[options.extras_require]
fast = orjson
[options.packages.find]
where = source
`,
        'setup.py': `
import os
from setuptools import setup, find_packages
DEPS = ['numpy>=1', 'scipy']
open('/tmp/never', 'w').write(os.environ['HOME'])
setup(
    name='ignored-' + str(1),
    version='1.0.1',
    install_requires=DEPS + ['computed'],
    setup_requires=("wheel",),
    tests_require=DEPS,
    extras_require={'x': ['extra==1.0'], f'{DEPS}': ['never']},
    package_dir={'': 'elsewhere'},
)
`,
        'source/both/__init__.py': '',
      }),
    ).toMatchInlineSnapshot(`
      "pypi both@1.0.1 in '' (setup.cfg)
        module both -> source/both/__init__.py
        optional extra range ==1.0 (setup.py)
        development numpy range >=1 (setup.py)
        optional orjson
        normal requests range >=2
        normal rich
        development scipy (setup.py)
        build wheel (setup.py)"
    `);
  });

  it('finds the packages of a setup.py alone', async () => {
    expect(
      await describeTree({
        'setup.py':
          "import setuptools\nsetuptools.setup(name='Solo_Pkg', version='2', packages=setuptools.find_packages('lib', exclude=['tests*']), package_dir={'': 'lib'})\n",
        'lib/solo/__init__.py': '',
        'lib/tests/__init__.py': '',
      }),
    ).toMatchInlineSnapshot(`
      "pypi solo-pkg@2 in '' (setup.py)
        module solo -> lib/solo/__init__.py"
    `);
  });
});

describe('requirements and Pipfiles', () => {
  it('follow includes inside the project and read options, hashes, markers and addresses', async () => {
    const tree = {
      'requirements.txt': `# everything
-r deps/base.list
-r ../../outside.txt
-c constraints.txt
--index-url https://index.example/simple
requests==2.31.0 \\
    --hash=sha256:abc \\
    --hash=sha256:def  # why
Django[argon2]>=4 ; python_version >= "3.8"
git+https://host.example/x.git@v1#egg=From_Git
-e ./libs/own
-e ../../../elsewhere
./missing
https://host.example/file.whl
this is not one
`,
      'requirements-dev.txt': '-r requirements.txt\npytest\n',
      'deps/base.list': '-r ../requirements.txt\nbase~=1.0\n',
      'constraints.txt': 'never==1\n',
      'libs/own/pyproject.toml': '[project]\nname = "own"\n',
    };
    expect(await describeTree(tree)).toMatchInlineSnapshot(`
      "pypi @? in '' (requirements-dev.txt)
        normal base range ~=1.0 (deps/base.list)
        normal django range >=4 (requirements.txt)
        normal from-git range git+https://host.example/x.git@v1#egg=From_Git (requirements.txt)
        normal own at 'libs/own' (requirements.txt)
        development pytest
        normal requests range ==2.31.0 locked 2.31.0 (requirements.txt)
      pypi own@? in 'libs/own' (libs/own/pyproject.toml)
      warning requirements.txt:3 '../../outside.txt' leads out of the project and is not followed.
      warning requirements.txt:12 '../../../elsewhere' leads out of the project and is not followed.
      warning requirements.txt:13 There is no Python package at './missing'.
      warning requirements.txt:15 'this is not one' is no requirement as pip reads them."
    `);
    expect((await readTree(tree)).paths).not.toContain('constraints.txt');
  });

  it('belong to the package of their folder or of the one above', async () => {
    const { packages } = await readTree({
      'pyproject.toml': '[project]\nname = "top"\n',
      'requirements/dev.txt': 'black',
      'requirements.txt': 'click',
      'service/setup.py': "from setuptools import setup\nsetup(name='service')",
      'service/requirements.txt': 'flask',
    });
    expect(
      packages.map(({ name, dependencies }) => [name, dependencies.map((one) => `${one.kind} ${one.name}`)]),
    ).toEqual([
      ['top', ['development black', 'normal click']],
      ['service', ['normal flask']],
    ]);
  });

  it('read Pipfile and Pipfile.lock', async () => {
    expect(
      await describeTree({
        Pipfile:
          '[packages]\nflask = "*"\nown = { path = ".", editable = true }\nbad = 1\n[dev-packages]\npytest = ">=7"\n',
        'Pipfile.lock':
          '{ "default": { "Flask": { "version": "==3.0.0" } }, "develop": { "pytest": { "version": "==7.4.0" } } }',
      }),
    ).toMatchInlineSnapshot(`
      "pypi @? in '' (Pipfile)
        normal flask locked 3.0.0
        normal own at ''
        development pytest range >=7 locked 7.4.0
      warning Pipfile:? The version of 'bad' is neither a text nor a table."
    `);
  });
});
