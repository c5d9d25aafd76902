import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** Folders that the suites work with. */
export interface BenchPaths {
  readonly projectRoot: string;
  /** Where fetched trees, peers and generated files are kept. */
  readonly cacheFolder: string;
}

/** What the figures of a run depend on besides the code. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Commit of the working tree, followed by `+changes` when it differs from it; `unknown` without git. */
  readonly commit: string;
  readonly versions: Readonly<Record<string, string>>;
}

const OWN_PACKAGES = ['better-sqlite3', 'web-tree-sitter', '@repomix/tree-sitter-wasms', 'blake3-jit'];

/** Reads the facts of this machine; `projectRoot` is the folder of package.json. */
export function machineFacts(projectRoot: string): MachineFacts {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${process.platform} ${process.arch} ${release()}`,
    node: process.version,
    commit: commitOf(projectRoot),
    versions: Object.fromEntries(OWN_PACKAGES.map((name) => [name, versionOf(projectRoot, name)])),
  };
}

/** Version of a package installed under `folder`; `not installed` when it is absent. */
export function versionOf(folder: string, packageName: string): string {
  try {
    const manifest: unknown = JSON.parse(
      readFileSync(join(folder, 'node_modules', packageName, 'package.json'), 'utf8'),
    );
    const version =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
    return typeof version === 'string' ? version : 'unknown';
  } catch {
    return 'not installed';
  }
}

function commitOf(projectRoot: string): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain') === '' ? commit : `${commit}+changes`;
  } catch {
    return 'unknown';
  }
}
