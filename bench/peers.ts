import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandResult, runCommand } from './harness.js';
import { versionOf, type BenchPaths } from './machine.js';

/** Another tool that indexes a folder into a database of its own. */
export interface PeerSource {
  readonly name: string;
  readonly packageName: string;
  readonly version: string;
  /** The script inside the package that its installed command runs. */
  readonly script: string;
  /** Arguments that index a folder which has no index yet. */
  readonly indexArguments: (folder: string) => readonly string[];
  /** Arguments that bring the index of a folder up to date. */
  readonly syncArguments: (folder: string) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder it makes inside the indexed one, and the database in it. */
  readonly indexFolder: string;
  readonly database: string;
  /** True when its better-sqlite3 has to be built here, because install scripts are not run. */
  readonly needsSqliteBuild: boolean;
}

export interface Peer {
  readonly source: PeerSource;
  /** Folder that it is installed in. */
  readonly folder: string;
}

/** A peer that cannot take part, with the reason. */
export interface MissingPeer {
  readonly source: PeerSource;
  readonly reason: string;
}

export interface PeerRun extends CommandResult {
  readonly nodes: number | null;
  readonly edges: number | null;
  readonly sizeBytes: number;
}

export const PEERS: readonly PeerSource[] = [
  {
    name: 'codegraph',
    packageName: '@colbymchenry/codegraph',
    version: '1.6.1',
    script: 'npm-shim.js',
    indexArguments: (folder) => ['init', '-y', folder],
    syncArguments: (folder) => ['sync', folder],
    env: { CODEGRAPH_TELEMETRY: '0', CODEGRAPH_NO_DAEMON: '1' },
    indexFolder: '.codegraph',
    database: 'codegraph.db',
    needsSqliteBuild: false,
  },
  {
    name: 'optave',
    packageName: '@optave/codegraph',
    version: '3.11.2',
    script: 'dist/cli.js',
    indexArguments: (folder) => ['build', folder],
    // A build goes by the hashes of the files once there is an index.
    syncArguments: (folder) => ['build', folder],
    env: {},
    indexFolder: '.codegraph',
    database: 'graph.db',
    needsSqliteBuild: true,
  },
];

/** Installs all peers; those that cannot be are told with the reason. */
export async function installPeers(
  { projectRoot, cacheFolder }: BenchPaths,
  progress: (line: string) => void,
): Promise<{ peers: Peer[]; missing: MissingPeer[] }> {
  const peers: Peer[] = [];
  const missing: MissingPeer[] = [];
  for (const source of PEERS) {
    progress(`installing ${source.packageName}@${source.version}`);
    const peer = await installPeer(source, join(cacheFolder, 'peers'), projectRoot);
    if ('reason' in peer) missing.push(peer);
    else peers.push(peer);
  }
  return { peers, missing };
}

/** Installs a peer below `cacheFolder` unless it is there. Never throws: a peer that fails is a finding. */
async function installPeer(source: PeerSource, cacheFolder: string, projectRoot: string): Promise<Peer | MissingPeer> {
  const folder = join(cacheFolder, `${source.name}-${source.version}`);
  try {
    if (versionOf(folder, source.packageName) !== source.version) await install(source, folder, projectRoot);
    await mkdir(join(cacheFolder, 'home'), { recursive: true });
    return { source, folder };
  } catch (error) {
    return { source, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function install(source: PeerSource, folder: string, projectRoot: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const spec = `${source.packageName}@${source.version}`;
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  await runCommand('npm', ['install', ...quiet, '--save-exact', spec], { cwd: folder });
  if (source.needsSqliteBuild) await provideSqlite(folder, projectRoot);
}

/** The binding that is built here already serves where the versions agree; compiling takes a minute. */
async function provideSqlite(folder: string, projectRoot: string): Promise<void> {
  const name = 'better-sqlite3';
  const built = join(projectRoot, 'node_modules', name, 'build');
  if (versionOf(folder, name) === versionOf(projectRoot, name) && existsSync(built)) {
    await cp(built, join(folder, 'node_modules', name, 'build'), { recursive: true });
  } else {
    await runCommand('npm', ['rebuild', name, '--silent'], { cwd: folder });
  }
}

/** Indexes a folder from nothing and removes what the peer left in it. Throws when the peer fails. */
export async function runPeer(peer: Peer, treeFolder: string): Promise<PeerRun> {
  const { source } = peer;
  const indexFolder = join(treeFolder, source.indexFolder);
  await rm(indexFolder, { recursive: true, force: true });
  try {
    const result = await runPeerCommand(peer, source.indexArguments(treeFolder), treeFolder);
    const counts = countGraph(join(indexFolder, source.database));
    return { ...result, ...counts, sizeBytes: await folderSize(indexFolder) };
  } finally {
    await rm(indexFolder, { recursive: true, force: true });
  }
}

/** Runs the peer's command in the folder it indexes and leaves there what it makes. Throws when the peer fails. */
export function runPeerCommand(peer: Peer, args: readonly string[], treeFolder: string): Promise<CommandResult> {
  const { source, folder } = peer;
  const script = join(folder, 'node_modules', source.packageName, source.script);
  // A home of its own keeps a peer's registries and settings out of the user's.
  const env = { ...source.env, HOME: join(folder, '..', 'home') };
  return runCommand(process.execPath, [script, ...args], { cwd: treeFolder, env });
}

function countGraph(file: string): { nodes: number | null; edges: number | null } {
  try {
    const database = new Database(file, { readonly: true });
    try {
      const count = (table: string): number => Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
      return { nodes: count('nodes'), edges: count('edges') };
    } finally {
      database.close();
    }
  } catch {
    return { nodes: null, edges: null };
  }
}

/** Bytes of all files in a folder and below it. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
}
