import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** A test for paths below `root` that are among `files`, which need not exist and may lie anywhere. */
export function ownFileTest(root: string, files: readonly string[]): (path: string) => boolean {
  const realRoot = resolved(root);
  const own = new Set(
    files.map((file) =>
      relative(realRoot, join(resolved(dirname(resolve(file))), basename(file))).replaceAll(sep, '/'),
    ),
  );
  return (path) => own.has(path);
}

/** Without symbolic links where the path exists. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
