import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './source-files.js';
import { writeTree } from './temporary-folder.js';

/** The folder of an installed package. */
export function packageFolder(name: string): string {
  return join(PROJECT, 'node_modules', name);
}

/** Indexes a folder of TypeScript or JavaScript with scip-typescript and gives the index. */
export function indexTypeScript(folder: string, output: string): string {
  const compilerOptions = {
    allowJs: true,
    checkJs: false,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    types: [],
  };
  writeTree(folder, { 'tsconfig.json': JSON.stringify({ compilerOptions, exclude: ['node_modules'] }) });
  run(join(packageFolder('@sourcegraph/scip-typescript'), 'dist/src/main.js'), ['index', '--output', output], folder);
  return output;
}

/** Indexes a folder of Python with scip-python, which is not to look for packages on this machine. */
export function indexPython(folder: string, output: string): string {
  const environment = `${output}.environment.json`;
  writeFileSync(environment, '[]');
  const options = ['--project-name', 'Sample', '--project-version', '1', '--environment', environment];
  run(
    join(packageFolder('@sourcegraph/scip-python'), 'index.js'),
    ['index', '.', ...options, '--output', output],
    folder,
  );
  return output;
}

function run(program: string, parameters: readonly string[], cwd: string): void {
  execFileSync(process.execPath, [program, ...parameters], { cwd, stdio: 'pipe' });
}
