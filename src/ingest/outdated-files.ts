import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { statKeyOf } from './walk/index.js';

/** How the files of a folder are now, compared with how they were indexed. */
export interface OutdatedFiles {
  readonly files: number;
  /** Their size, times or inode are others. */
  readonly changed: number;
  readonly gone: number;
}

/** A file as it was indexed; without a key it was too new for its times to be trusted, and only its size is known. */
interface KnownFile {
  readonly path: string;
  readonly statKey: string | null;
  readonly sizeBytes: number;
}

/** Looks at the times of files, not into them, and not for new ones. */
export async function countOutdated(root: string, files: readonly KnownFile[]): Promise<OutdatedFiles> {
  let changed = 0;
  let gone = 0;
  for (const { path, statKey, sizeBytes } of files) {
    try {
      const now = await stat(join(root, path), { bigint: true });
      if (statKey === null ? Number(now.size) !== sizeBytes : statKeyOf(now) !== statKey) changed++;
    } catch {
      // Whatever the reason, it cannot be read there any more.
      gone++;
    }
  }
  return { files: files.length, changed, gone };
}
