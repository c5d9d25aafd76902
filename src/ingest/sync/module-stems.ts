/**
 * A stem is a path without the endings of its file name. Languages try several endings for one import,
 * so the files of one stem are fetched together.
 */

/** `lib/a.d.ts` → `lib/a`. */
export function stemOf(path: string): string {
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  return dot < 0 ? path : path.slice(0, dot);
}

/** The folder that a file stands for, when it stands for one; its stem's answer has the file too. */
export function folderStemOf(path: string): string | undefined {
  const match = /^(.+)\/(?:index|__init__|mod)\.[^/]*$/.exec(path);
  return match?.[1];
}

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
