import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT } from './source-files.js';

const run = promisify(execFile);

/** Archives stay here for later runs; each use checks them again. */
const CACHE = join(PROJECT, 'node_modules', '.cache', 'lestockage', 'packages');

/** A package with versions of it, oldest first, and which of its files are source. */
export interface PackageHistory {
  readonly name: string;
  /** Folder of the archive that the paths count from. */
  readonly folder: string;
  readonly source: RegExp;
  /** What the registry says about each version's archive, in the notation of subresource integrity. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Real histories whose archives contain their sources. */
export const HISTORIES: readonly PackageHistory[] = [
  {
    name: 'ajv',
    folder: 'package/lib',
    source: /\.ts$/,
    versions: {
      '8.0.0': 'sha512-AgKgeO3Y58RMZoi3S+6OYqGjndt8VlrCwGM3bQEMtbGTLOO+VrymV1Fb0TnffzG4gSwa6MEgIreOn9y3Q9rt+A==',
      '8.6.3': 'sha512-SMJOdDP6LqTkD0Uq8qLi+gMwSt0imXLSV080qFVwJCpH9U6Mb+SUGHAXM0KNbcBPguytWyvFxcHgMLe2D2XSpw==',
      '8.10.0': 'sha512-bzqAEZOjkrUMl2afH8dknrq5KEk2SrwdBROR+vH1EKVQTqaUbJVPdc/gEdggTMM0Se+s+Ja4ju4TlNcStKl2Hw==',
      '8.12.0': 'sha512-sRu1kpcO9yLtYxBKvqfTeh9KzZEwO3STyX1HT+4CaDzC6HpTGYhIhPIzj9XuKU7KYDwnaeh5hcOwjy1QuJzBPA==',
      '8.17.1': 'sha512-B/gBuNg5SiMTrPkC+A2+cW0RszwxYmn6VYxB/inlBStS5nx6xHIt/ehKRhIMhqusl7a8LjQoZnjCs5vhwxOQ1g==',
    },
  },
  {
    name: 'execa',
    folder: 'package',
    source: /\.(js|d\.ts)$/,
    versions: {
      '9.0.0': 'sha512-YqlYPdTp6UMdt0WEM8QKeBR8ORtgxWP7ZB5NB9AMlfGWg32Fg48j6uZdKfhG2o6cNJBIRPF0Ok93R0vY37oBWQ==',
      '9.2.0': 'sha512-vpOyYg7UAVKLAWWtRS2gAdgkT7oJbCn0me3gmUmxZih4kd3MF/oo8kNTBTIbkO3yuuF5uB4ZCZfn8BOolITYhg==',
      '9.3.0': 'sha512-l6JFbqnHEadBoVAVpN5dl2yCyfX28WoBAGaoQcNmLLSedOxTxcn2Qa83s8I/PA5i56vWru2OHOtrwF7Om2vqlg==',
      '9.4.0': 'sha512-yKHlle2YGxZE842MERVIplWwNH5VYmqqcPFgtnlU//K8gxuFFXu0pwd/CrfXTumFpeEiufsP7+opT/bPJa1yVw==',
      '9.6.1': 'sha512-9Be3ZoN4LmYR90tUoVu2te2BsbzHfhJyfEiAVfz7N5/zv+jduIfLrV2xdQXOHbaD6KgpGdO9PRPM1Y4Q9QkPkA==',
    },
  },
  {
    name: 'node-gyp',
    folder: 'package/gyp/pylib',
    // Without the largest files, which say little more.
    source: /^(?!gyp\/generator\/|.*(xcode|msvs|mac_tool)).*\.py$/i,
    versions: {
      '9.4.1': 'sha512-OQkWKbjQKbGkMf/xqI1jjy3oCTgMKJac58G2+bjZb3fza6gW2YrCSdMQYaoTb70crvE//Gngr4f0AgVHmqHvBQ==',
      '10.0.1': 'sha512-gg3/bHehQfZivQVfqIyy8wTdSymF9yTyP4CJifK73imyNMU8AIGQE2pUa7dNWfmMeG9cDVF2eehiRMv0LC1iAg==',
      '10.3.1': 'sha512-Pp3nFHBThHzVtNY7U6JfPjvT/DTE8+o/4xKsLQtBoU+j2HLsGlhcfzflAoUreaJbNmYnX+LlLi0qjV8kpyO6xQ==',
      '11.2.0': 'sha512-T0S1zqskVUSxcsSTkAsLc7xCycrRYmtDHadDinzocrThjyQCn5kMlEBSj6H4qDbgsIOSLmmlRIeb0lZXj+UArA==',
    },
  },
];

/**
 * The source files of every version, in order: path to text. Fetches with npm, from whatever registry it is
 * set up to use, what is not in the cache yet.
 *
 * Throws an Error when npm cannot fetch a version or what it fetched is not the pinned archive.
 */
export async function sourcesOf(history: PackageHistory): Promise<Record<string, string>[]> {
  const versions = Object.entries(history.versions);
  await fetchMissing(history.name, versions);
  const all: Record<string, string>[] = [];
  for (const [version] of versions) all.push(await unpacked(archiveOf(history.name, version), history));
  return all;
}

function archiveOf(name: string, version: string): string {
  return join(CACHE, `${name}-${version}.tgz`);
}

function isPinned(archive: string, integrity: string): boolean {
  if (!existsSync(archive)) return false;
  return `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}` === integrity;
}

async function fetchMissing(name: string, versions: readonly (readonly [string, string])[]): Promise<void> {
  const missing = versions.filter(([version, integrity]) => !isPinned(archiveOf(name, version), integrity));
  if (missing.length === 0) return;
  mkdirSync(CACHE, { recursive: true });
  const scratch = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    const wanted = missing.map(([version]) => `${name}@${version}`);
    await run('npm', ['pack', ...wanted, '--silent', '--ignore-scripts', '--pack-destination', scratch], {
      cwd: PROJECT,
    });
    for (const [version, integrity] of missing) {
      const fetched = join(scratch, `${name}-${version}.tgz`);
      if (!isPinned(fetched, integrity))
        throw new Error(`npm pack ${name}@${version} gave another archive than the pinned one.`);
      renameSync(fetched, archiveOf(name, version));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function unpacked(archive: string, { folder, source }: PackageHistory): Promise<Record<string, string>> {
  const scratch = mkdtempSync(join(tmpdir(), 'lestockage-package-'));
  try {
    await run('tar', ['-xzf', archive, '-C', scratch]);
    const root = join(scratch, folder);
    const paths = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => source.test(path))
      .sort();
    return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
