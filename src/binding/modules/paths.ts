/** Joins and normalises project-relative paths; undefined when the result leaves the project. */
export function joinPath(folder: string, relative: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (parts.length === 0) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return parts.join('/');
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The folder itself and every folder above it, innermost first; the root is the empty text. */
export function ancestorFolders(folder: string): string[] {
  const folders: string[] = [];
  for (let at = folder; ; at = folderOf(at)) {
    folders.push(at);
    if (at === '') return folders;
  }
}

export function under(folder: string, path: string): string {
  return folder === '' ? path : `${folder}/${path}`;
}
