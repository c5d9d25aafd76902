/** One manifest of each kind, with most of what it can say. */
export const MANIFESTS: readonly { readonly path: string; readonly text: string }[] = [
  {
    path: 'package.json',
    text: `{"name": "@a/b", "version": "1.0.0", "main": "x.js", "types": "x.d.ts", "workspaces": ["packages/*", "!packages/x"],
"exports": {".": {"types": "./src/index.ts", "import": "./x.js"}, "./*": "./src/*.ts", "__proto__": "./y.js"},
"imports": {"#in/*": "./src/in/*.js"}, "dependencies": {"c": "^1.2.0 || >2", "__proto__": "1", "d": "npm:e@~3", "f": "workspace:*"}}`,
  },
  {
    path: 'tsconfig.json',
    text: `{// a comment
"extends": ["./base.json", "../up.json"], "compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"], "__proto__": ["x"], "**": ["y"]}},
"references": [{"path": "./lib"}],}`,
  },
  {
    path: 'package-lock.json',
    text: '{"lockfileVersion": 3, "packages": {"": {"name": "b"}, "node_modules/c": {"version": "1.2.3"}, "__proto__": {"version": "9"}}}',
  },
  {
    path: 'yarn.lock',
    text: '# yarn lockfile v1\n\n"c@^1.2.0", c@^1.0.0:\n  version "1.2.3"\n  dependencies:\n    e "^3.0.0"\n',
  },
  {
    path: 'pnpm-lock.yaml',
    text: "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      c:\n        specifier: ^1\n        version: 1.2.3(x@1)\n",
  },
  { path: 'pnpm-workspace.yaml', text: 'packages:\n  - "packages/*"\n  - &a x\n  - *a\n' },
  {
    path: 'Cargo.toml',
    text: '[package]\nname = "a-b"\nversion = "0.1.0"\n[lib]\npath = "src/lib.rs"\n[dependencies]\nserde = { version = "1", features = ["derive"] }\nx = { path = "../x", package = "y" }\n[workspace]\nmembers = ["crates/*"]\n[target.\'cfg(unix)\'.dependencies]\nlibc = "0.2"\n',
  },
  { path: 'Cargo.lock', text: 'version = 3\n[[package]]\nname = "serde"\nversion = "1.0.200"\ndependencies = ["x"]\n' },
  {
    path: 'go.mod',
    text: 'module example.org/x/v2\n\ngo 1.22\n\nrequire (\n\tgolang.org/x/y v0.1.0 // indirect\n\tz v1.0.0\n)\nreplace z => ../z\nexclude z v0.9.0\nretract [v1.0.0, v1.1.0]\n',
  },
  { path: 'go.work', text: 'go 1.22\nuse (\n\t./a\n\t./b\n)\n' },
  {
    path: 'pyproject.toml',
    text: '[project]\nname = "A_b.c"\nversion = "1.0"\ndependencies = ["requests>=2,<3; python_version < \'3.9\'", "x @ git+https://a"]\n[project.optional-dependencies]\ndev = ["pytest~=7"]\n[tool.poetry.dependencies]\npython = "^3.9"\n[tool.setuptools.package-dir]\n"" = "src"\n',
  },
  {
    path: 'requirements.txt',
    text: '-r other.txt\nrequests==2.31.0 \\\n  --hash=sha256:abc\n# note\nx[y,z]>=1.0 ; sys_platform == "win32"\n-e ./local\n',
  },
  { path: 'setup.cfg', text: '[metadata]\nname = a\n[options]\npackage_dir =\n  = src\ninstall_requires =\n  b>=1\n' },
  {
    path: 'setup.py',
    text: "from setuptools import setup\nsetup(name='a', version='1', install_requires=['b>=1'], package_dir={'': 'src'})\n",
  },
  {
    path: 'pom.xml',
    text: '<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent><artifactId>a</artifactId><properties><v>${w}</v><w>${v}</w></properties><dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId><version>${v}</version></dependency></dependencies><modules><module>m</module></modules></project>',
  },
  {
    path: 'build.gradle',
    text: "plugins { id 'java' }\ngroup = 'g'\nversion '1'\ndependencies {\n  implementation 'x:y:1.0'\n  testImplementation(\"a:b:$v\")\n  api project(':lib')\n}\n",
  },
  { path: 'build.gradle.kts', text: 'dependencies {\n  implementation("x:y:1.0")\n  api(project(":lib"))\n}\n' },
  {
    path: 'settings.gradle',
    text: "rootProject.name = 'r'\ninclude ':a', ':b:c'\nproject(':a').projectDir = file('x/a')\n",
  },
  { path: 'gradle.properties', text: 'v=1.0\nw = ${v}\n' },
];
