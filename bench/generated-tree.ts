/**
 * A TypeScript program of a chosen size, the same for the same seed. Files import from files nearby,
 * some through a folder's index file; classes extend classes of other files; a few functions are used
 * everywhere. One of them, {@link WIDELY_USED}, has the same number of users at every size.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { moduleText, tinyModuleText } from './generated-module.js';

export interface GeneratedShape {
  /** `regular` files have about 50 symbols each, `tiny` ones a single function. */
  readonly variant: 'regular' | 'tiny';
  /** About how many symbols there are in all. */
  readonly symbols: number;
  readonly seed: number;
}

export interface GeneratedFile {
  /** From the root of the tree, with `/` between the parts. */
  readonly path: string;
  readonly text: string;
}

/** The function with many users, its file, and how many functions of regular modules call it in trees of ten and more. */
export const WIDELY_USED = { name: 'normalizeText', path: 'packages/shared/src/text.ts', users: 200 } as const;

const SYMBOLS_PER_FILE = 50;
const FILES_PER_FOLDER = 20;
const FOLDERS_PER_PACKAGE = 10;
const FOLDERS = [
  'api',
  'domain',
  'events',
  'handlers',
  'jobs',
  'queries',
  'rules',
  'storage',
  'views',
  'wire',
] as const;
/** Changes whenever the text of a tree of the same shape does, so that kept trees are made anew. */
const FORMAT = 1;

/** Number of files besides index files and the shared package. */
export function moduleCount(shape: GeneratedShape): number {
  return Math.max(1, Math.round(shape.symbols / (shape.variant === 'tiny' ? 1 : SYMBOLS_PER_FILE)));
}

/** The path of the module with this index. */
export function modulePath(index: number): string {
  return `${folderOf(index)}/module-${index}.ts`;
}

function folderOf(index: number): string {
  const folder = Math.floor(index / FILES_PER_FOLDER);
  return `packages/area-${Math.floor(folder / FOLDERS_PER_PACKAGE)}/src/${FOLDERS[folder % FOLDERS.length] ?? ''}`;
}

/** How a module names another in an import. */
function specifier(from: number, path: string): string {
  const here = folderOf(from).split('/');
  const there = path.replace(/\.ts$/, '.js').split('/');
  let shared = 0;
  while (shared < here.length && here[shared] === there[shared]) shared++;
  const up = here.length - shared;
  return `${up === 0 ? './' : '../'.repeat(up)}${there.slice(shared).join('/')}`;
}

/** How many functions of a module call the widely used one. */
function usersIn(index: number, modules: number): number {
  const before = (end: number): number => Math.ceil((end * WIDELY_USED.users) / modules);
  return before(index + 1) - before(index);
}

/** Yields all files of a tree, one at a time. */
export function* generateTree(shape: GeneratedShape): Generator<GeneratedFile> {
  const modules = moduleCount(shape);
  yield { path: WIDELY_USED.path, text: SHARED_TEXT };
  yield { path: 'packages/shared/src/index.ts', text: "export * from './text.js';\n" };
  for (let index = 0; index < modules; index++) {
    const place = {
      index,
      seed: shape.seed,
      modules,
      // A module nearby is imported from its file when it is in the same folder, else from the folder.
      moduleSpecifier: (other: number) => {
        const isNear = folderOf(other) === folderOf(index) || shape.variant === 'tiny';
        return specifier(index, isNear ? modulePath(other) : `${folderOf(other)}/index.ts`);
      },
      sharedSpecifier: specifier(index, index % 2 === 0 ? WIDELY_USED.path : 'packages/shared/src/index.ts'),
      widelyUsed: { name: WIDELY_USED.name, users: usersIn(index, modules) },
    };
    yield { path: modulePath(index), text: shape.variant === 'tiny' ? tinyModuleText(place) : moduleText(place) };
    const isLast = index === modules - 1 || (index + 1) % FILES_PER_FOLDER === 0;
    if (isLast && shape.variant === 'regular') {
      const first = index - (index % FILES_PER_FOLDER);
      const names = Array.from({ length: index - first + 1 }, (_, offset) => `module-${first + offset}`);
      yield {
        path: `${folderOf(index)}/index.ts`,
        text: names.map((name) => `export * from './${name}.js';\n`).join(''),
      };
    }
  }
}

/** Writes the tree below `cacheFolder` unless it is there from an earlier run; gives its folder. */
export async function provideGeneratedTree(shape: GeneratedShape, cacheFolder: string): Promise<string> {
  const name = `generated-${shape.variant}-${shape.symbols}-${shape.seed}-v${FORMAT}`;
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const scratch = await mkdtemp(join(cacheFolder, 'generate-'));
  try {
    await writeTree(shape, scratch);
    await rename(scratch, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return folder;
}

/** Writes all files of a tree into a folder. */
export async function writeTree(shape: GeneratedShape, folder: string): Promise<void> {
  const made = new Set<string>();
  for (const { path, text } of generateTree(shape)) {
    const parent = join(folder, dirname(path));
    if (!made.has(parent)) await mkdir(parent, { recursive: true });
    made.add(parent);
    await writeFile(join(folder, path), text);
  }
}

const SHARED_TEXT = `/** Text without surrounding and doubled spaces. */
export function normalizeText(text: string): string {
  return text.trim().replace(/\\s+/g, ' ');
}

/** The nearest number that lies between the limits. */
export function clampNumber(value: number, lower: number, upper: number): number {
  return Math.min(Math.max(value, lower), upper);
}

/** Throws when there is no value. */
export function requireValue<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(\`There is no \${normalizeText(name)}.\`);
  return value;
}
`;
