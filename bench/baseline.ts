import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './harness.js';

/** The last commit whose indexer calls parsing and binding directly, with no engine between. */
export const BASELINE_COMMIT = 'b40fc6727c86';

/**
 * Builds that commit below `cacheFolder` unless it is there, with the packages installed here. Gives the path
 * of its public face. Throws an Error where the commit is not at hand or does not build.
 */
export async function provideBaseline(projectRoot: string, cacheFolder: string): Promise<string> {
  const folder = join(cacheFolder, BASELINE_COMMIT);
  if (!existsSync(folder)) {
    await mkdir(cacheFolder, { recursive: true });
    const scratch = await mkdtemp(join(cacheFolder, 'build-'));
    try {
      const archive = join(scratch, 'sources.tar');
      await runCommand('git', ['archive', '--output', archive, BASELINE_COMMIT], { cwd: projectRoot });
      await runCommand('tar', ['-xf', archive, '-C', scratch]);
      await rm(archive);
      await symlink(join(projectRoot, 'node_modules'), join(scratch, 'node_modules'), 'dir');
      await runCommand('npm', ['run', '--silent', 'build'], { cwd: scratch });
      await rename(scratch, folder);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return join(folder, 'dist', 'index.js');
}
