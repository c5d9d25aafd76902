import { routeKey, stemOf, type RouteTopic } from '../../binding/index.js';

/** What is asked after a file was not found: languages look for it at several places. */

/** Where a crate or a module of Rust has its root is looked for folder by folder: the stems that come next. */
export function nextStems(path: string): string[] {
  const match = /^(?:(.*)\/)?(?:lib|main|mod)\.rs$/.exec(path);
  if (match === null) return [];
  const stems: string[] = [];
  for (let folder = match[1] ?? ''; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const prefix = folder === '' ? '' : `${folder}/`;
    stems.push(`${prefix}lib`, `${prefix}main`);
    if (folder === '') return stems;
    stems.push(folder);
  }
}

/** An include that is not beside the file is looked for by its name. */
export function nextFileName(path: string): string | undefined {
  return /\.h\w{0,2}$/.test(path) ? path.slice(path.lastIndexOf('/') + 1) : undefined;
}

/** The longest end of an import's path that is a folder is a package of Go. */
export function nextFolders(folder: string): string[] {
  const folders: string[] = [];
  for (let slash = folder.indexOf('/'); slash >= 0; slash = folder.indexOf('/', slash + 1)) {
    folders.push(folder.slice(slash + 1));
  }
  return folders;
}

/**
 * What a path of a Python module stands for is looked for below a folder, then below `src` and `lib`
 * in it; and each of these may be a folder.
 */
export function nextPackages(path: string): string[] {
  if (!path.endsWith('.py')) return [];
  const parts = stemOf(path).split('/');
  const below = parts.flatMap((_, at) => ['src', 'lib'].map((name) => parts.toSpliced(at, 0, name).join('/')));
  return [parts.join('/'), ...below];
}

/** Whoever asks about the path of a package of Go asks next about the paths above it. */
export function nextRoutes(topic: RouteTopic, name: string): string[] {
  const keys: string[] = [];
  for (let slash = topic === 'go' ? name.lastIndexOf('/') : -1; slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
    keys.push(routeKey(topic, name.slice(0, slash)));
  }
  return keys;
}
