import { distinct, isWithin, resolvePath, under } from '../paths.js';

/** Where a tsconfig puts what it builds, all from the package's folder. */
export interface BuildLayout {
  readonly outFolder: string;
  /** Where its sources may start, best first. */
  readonly sourceFolders: readonly string[];
}

/** Folders that builds write to; a package may nest two or three of them (`dist/esm/types`). */
const OUTPUT = new Set(
  'dist build lib out output es esm cjs umd mjs commonjs module modern types typings dts .build lib-esm bundle'.split(
    ' ',
  ),
);
/** Where sources lie by custom. */
const SOURCES = ['src', 'source', 'lib', ''];

const ENDING = /(?:\.d)?\.[cm]?[jt]sx?$/;
const DECLARATION = /\.d\.[cm]?ts$/;

/**
 * Where the sources of a built file may lie, best first, from the package's folder: where the tsconfigs say, where they lie
 * by custom, then the built file itself and the implementation beside its declarations. Which of them exist is for the
 * reader to find out. Undefined when the written path leaves the package.
 */
export function sourceCandidates(written: string, layouts: readonly BuildLayout[]): readonly string[] | undefined {
  const file = resolvePath('', written);
  if (file === undefined) return undefined;
  const match = ENDING.exec(file);
  if (match === null) return /\.[a-z0-9]{1,8}$/i.test(file) ? [file] : unfinished(file, layouts);
  const stem = file.slice(0, match.index);
  const stems = sourceStems(stem, layouts);
  const endings = sourceEndings(match[0]);
  const sources = stems.flatMap((source) => endings.map((ending) => source + ending));
  const scripts = isInOutput(stem, layouts) ? [] : [file];
  const built = DECLARATION.test(file) ? implementations(stem, match[0]) : [];
  const all = [...(DECLARATION.test(file) ? [] : scripts), ...sources, ...built, file];
  return distinct(all);
}

/** `./lib/x` without an ending, as `main` and file patterns may be written: a file or a folder with an index. */
function unfinished(path: string, layouts: readonly BuildLayout[]): readonly string[] {
  if (path.endsWith('*')) {
    const sources = isInOutput(path, layouts) ? sourceStems(path, layouts) : [];
    return distinct([...sources, path]).flatMap((pattern) => [pattern, ...withEndings(pattern)]);
  }
  const stems = distinct([...sourceStems(path, layouts), path]);
  return distinct([path, ...stems.flatMap(withEndings)]).filter((candidate) => candidate !== '');
}

function withEndings(stem: string): string[] {
  const endings = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.d.ts'];
  const files = stem === '' ? [] : endings.map((ending) => stem + ending);
  return [...files, ...['index.ts', 'index.tsx', 'index.js', 'index.d.ts'].map((name) => under(stem, name))];
}

function sourceStems(stem: string, layouts: readonly BuildLayout[]): string[] {
  const told = layouts
    .filter(({ outFolder }) => outFolder !== '' && isWithin(outFolder, stem))
    .flatMap(({ outFolder, sourceFolders }) =>
      sourceFolders.map((source) => under(source, stem.slice(outFolder.length + 1))),
    );
  const names = stem.split('/');
  const depth = outputDepth(names);
  const bare = names.slice(depth);
  // Some builds keep the name of the source folder below the output: dist/src/x.
  const custom = depth > 0 && bare[0] === 'src' ? [bare.join('/')] : [];
  const folders = depth > 0 ? SOURCES : ['', 'src'];
  return distinct([...told, ...custom, ...folders.map((folder) => under(folder, bare.join('/')))]).filter(
    (path) => path !== '',
  );
}

/** How many of the first folders are output; a file of such a name is none. */
function outputDepth(names: readonly string[]): number {
  let depth = 0;
  while (depth < 3 && depth < names.length - 1 && OUTPUT.has(names[depth] ?? '')) depth++;
  return depth;
}

function isInOutput(stem: string, layouts: readonly BuildLayout[]): boolean {
  return (
    outputDepth(stem.split('/')) > 0 || layouts.some(({ outFolder }) => outFolder !== '' && isWithin(outFolder, stem))
  );
}

/** What an ending may have been before the build, as TypeScript maps them. */
function sourceEndings(ending: string): readonly string[] {
  if (/m[jt]s$/.test(ending)) return ['.mts', '.ts', '.tsx', '.mjs', '.js'];
  if (/c[jt]s$/.test(ending)) return ['.cts', '.ts', '.tsx', '.cjs', '.js'];
  return ['.ts', '.tsx', '.js', '.jsx', '.mjs'];
}

/** The files whose types a declaration file tells, beside it. */
function implementations(stem: string, ending: string): string[] {
  if (ending === '.d.mts') return [`${stem}.mjs`, `${stem}.js`];
  if (ending === '.d.cts') return [`${stem}.cjs`, `${stem}.js`];
  return [`${stem}.js`, `${stem}.mjs`, `${stem}.cjs`, `${stem}.jsx`];
}
