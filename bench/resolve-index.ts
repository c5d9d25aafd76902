import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { IndexSchema } from '@c4312/scip/scip_pb.js';
import { runCommand } from './harness.js';
import type { PackageSource } from './resolve-sources.js';
import { listFiles } from './trees.js';

/** A package in its folder, ready to be indexed. */
export interface Package {
  readonly source: PackageSource;
  readonly folder: string;
}

/** A place where an index says that a symbol stands. */
export interface Occurrence {
  readonly symbol: string;
  readonly isDefinition: boolean;
  /** Line and column of the name, both from 0; columns count units of UTF-16. */
  readonly line: number;
  readonly column: number;
}

export interface IndexedDocument {
  readonly path: string;
  readonly occurrences: readonly Occurrence[];
}

/** What the indexers of this suite write for a definition; SCIP's bit for it. */
const DEFINITION = 1;

/**
 * Indexes a package with the indexer of its language. `dependencies` are packages beside it whose sources
 * the indexer shall see where it would otherwise see their published types, or nothing.
 */
export async function indexPackage(
  projectRoot: string,
  target: Package,
  dependencies: readonly Package[],
  output: string,
): Promise<IndexedDocument[]> {
  const run = target.source.language === 'python' ? indexPython : indexTypeScript;
  await run(projectRoot, target, dependencies, output);
  return readIndex(output);
}

async function indexTypeScript(
  projectRoot: string,
  { folder }: Package,
  dependencies: readonly Package[],
  output: string,
): Promise<void> {
  const paths = Object.assign({}, ...(await Promise.all(dependencies.map(sourcePaths)))) as Record<string, string[]>;
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['esnext', 'dom', 'dom.iterable'],
    jsx: 'preserve',
    types: [],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    ...(dependencies.length === 0 ? {} : { paths }),
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  const indexer = join(projectRoot, 'node_modules', '@sourcegraph', 'scip-typescript', 'dist', 'src', 'main.js');
  await runCommand(process.execPath, [indexer, 'index', '--output', output], { cwd: folder });
}

/** What each name under which a package can be imported stands for in its sources: `exports` say it of what is built. */
async function sourcePaths({ source, folder }: Package): Promise<Record<string, string[]>> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { exports?: unknown };
  const files = new Set(await listFiles(folder));
  const paths: Record<string, string[]> = {};
  for (const [name, target] of Object.entries((manifest.exports ?? {}) as Record<string, unknown>)) {
    const built = firstPath(target);
    const inSources = built
      ?.replace(/^\.\//, '')
      .replace(/^(dist|build\/\w+)\//, 'src/')
      .replace(/(\.d)?\.[cm]?[jt]s$/, '');
    const file = ['.ts', '.tsx', '/index.ts'].map((ending) => `${inSources}${ending}`).find((path) => files.has(path));
    if (file !== undefined) paths[`${source.packageName}${name.slice(1)}`] = [join(folder, file)];
  }
  return paths;
}

function firstPath(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  for (const inner of Object.values(target)) {
    const path = firstPath(inner);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function indexPython(
  projectRoot: string,
  { source, folder }: Package,
  dependencies: readonly Package[],
  output: string,
): Promise<void> {
  const environment = `${output}.environment.json`;
  const packages = await Promise.all(
    dependencies.map(async (dependency) => ({
      name: dependency.source.packageName,
      version: dependency.source.version,
      files: (await listFiles(dependency.folder)).filter((path) => path.endsWith('.py')),
    })),
  );
  await writeFile(environment, JSON.stringify(packages));
  const extraPaths = dependencies.map((dependency) => dependency.folder);
  await writeFile(join(folder, 'pyrightconfig.json'), JSON.stringify({ extraPaths }));
  const indexer = join(projectRoot, 'node_modules', '@sourcegraph', 'scip-python', 'index.js');
  const named = ['--project-name', source.packageName, '--project-version', source.version];
  const options = ['--environment', environment, '--output', output, '--quiet'];
  await runCommand(process.execPath, [indexer, 'index', '.', ...named, ...options], { cwd: folder });
}

/** Throws the errors of the protobuf library for a file that is no index. */
export async function readIndex(path: string): Promise<IndexedDocument[]> {
  const { documents } = fromBinary(IndexSchema, await readFile(path));
  return documents.map(({ relativePath, occurrences }) => ({
    path: relativePath,
    occurrences: occurrences.map(({ symbol, symbolRoles, range: [line = 0, column = 0] }) => ({
      symbol,
      isDefinition: (symbolRoles & DEFINITION) !== 0,
      line,
      column,
    })),
  }));
}
