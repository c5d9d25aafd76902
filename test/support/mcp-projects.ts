import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from './run-cli.js';
import { writeTree } from './temporary-folder.js';

/** Sources of a real package. */
export const RXJS = fileURLToPath(new URL('../../node_modules/rxjs/src', import.meta.url));

const LIBRARY = {
  'package.json': '{"name":"@acme/lib","version":"1.2.0","main":"dist/index.js"}',
  'tsconfig.json': '{"compilerOptions":{"rootDir":"src","outDir":"dist"}}',
  'src/index.ts': "export { make } from './impl.js';\n",
  'src/impl.ts': 'export function make(): number {\n  return 1;\n}\n',
};
/** The package again, in a version that the app does not ask for. */
const TWIN = { ...LIBRARY, 'package.json': LIBRARY['package.json'].replace('1.2.0', '3.0.0') };
const APP = {
  'package.json': '{"name":"app","version":"0.1.0","dependencies":{"@acme/lib":"^1.0.0","left-pad":"^1"}}',
  'main.ts': `import { make } from '@acme/lib';
import pad from 'left-pad';
export function go(): void {
  make();
  pad('x');
}
`,
};

export interface McpProjects {
  readonly folder: string;
  readonly database: string;
}

/**
 * A store with `rx` (the sources of RxJS), `app`, and `lib` and `twin`, which both
 * hold the package that `app` uses; it asks for the version of `lib`.
 */
export async function indexMcpProjects(): Promise<McpProjects> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-mcp-')));
  const database = join(folder, 'code.db');
  const files = Object.entries({ lib: LIBRARY, twin: TWIN, app: APP }).flatMap(([project, tree]) =>
    Object.entries(tree).map(([path, text]) => [`${project}/${path}`, text] as const),
  );
  writeTree(folder, Object.fromEntries(files));
  const small = ['app', 'lib', 'twin'].map((project) => join(folder, project));
  for (const folders of [small, [RXJS, '--project', 'rx']]) {
    const { status, stderr } = await runCli(['index', ...folders, '--no-embed', '--db', database]);
    if (status !== 0) throw new Error(stderr);
  }
  return { folder, database };
}
