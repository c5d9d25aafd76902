import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './harness.js';
import { listFiles } from './trees.js';

/** A published package that ships its sources, fetched with the client of its registry. */
export interface PackageSource {
  readonly id: string;
  readonly language: 'typescript' | 'python';
  readonly packageName: string;
  readonly version: string;
  /** Digest of the archive, in the notation of subresource integrity. */
  readonly integrity: string;
  /** What of the archive is kept: the manifest and the folder of sources. */
  readonly keep: readonly string[];
}

/** Two packages of which one depends on the other. */
export interface PackagePair {
  readonly from: PackageSource;
  readonly to: PackageSource;
}

/** Tests, and settings of compilers that would take the place of ours. */
const LEFT_OUT = /(^|\/)(tests?|__tests__|benchmarks)\/|\.(test|spec|test-d)\.tsx?$|(^|\/)tsconfig[^/]*\.json$/;

function npm(packageName: string, version: string, digest: string): PackageSource {
  const id = packageName.replace(/^@/, '').replaceAll('/', '-');
  return {
    id,
    language: 'typescript',
    packageName,
    version,
    integrity: `sha512-${digest}`,
    keep: ['package.json', 'src'],
  };
}

function pypi(packageName: string, version: string, digest: string): PackageSource {
  return {
    id: packageName,
    language: 'python',
    packageName,
    version,
    integrity: `sha256-${digest}`,
    keep: [packageName],
  };
}

const TRPC_SERVER = npm(
  '@trpc/server',
  '11.6.0',
  'skTso0AWbOZck40jwNeYv++AMZXNWLUWdyk+pB5iVaYmEKTuEeMoPrEudR12VafbEU6tZa8HK3QhBfTYYHDCdg==',
);
const TRPC_CLIENT = npm(
  '@trpc/client',
  '11.6.0',
  'DyWbYk2hd50BaVrXWVkaUnaSwgAF5g/lfBkXtkF1Aqlk6BtSzGUo3owPkgqQO2I5LwWy1+ra9TsSfBBvIZpTwg==',
);
const QUERY_CORE = npm(
  '@tanstack/query-core',
  '5.108.0',
  'X9zJUtEV/0D2q9pmGS/Bza8S4bNovSBhZOtdhtu0fzsHwizC6C+Eh/q5CX3MQBchsRMrirWVQmv7Fp4OStzV9g==',
);
const REACT_QUERY = npm(
  '@tanstack/react-query',
  '5.108.0',
  'DpMbB8pVorEZcsHRa0Z13KQGfmndqvJbuLy9h+xfP8XpuEZBOxzq+QfXGonQ0fAgRSWhc+QsfoRETSTWxAEAVw==',
);
const FLASK = pypi('flask', '3.1.3', '9Ly+/BJCkZJfGiZEbaMaUXj5SDhiIzsjwMlqIHAfZww=');
const WERKZEUG = pypi('werkzeug', '3.1.9', 'Y5LlDHhGC6YY5bIfCKcfWcmc6ZzcbPbj3X5szKh1T6s=');
const CLICK = pypi('click', '8.5.0', 'JVvJWZz3dItLGkRszHNUIb0Ioq5SmouIWX095WZO42A=');

/** Packages whose edges within themselves are measured. */
export const INSIDE: readonly PackageSource[] = [
  npm('rxjs', '7.8.2', 'dhKf903U/PQZY6boNNtAGdWbG85WAbjT/1xYoZIC7FAY0yWapOBQVsVrDl58W86//e1VpMNBtRV4MaXfdMySFA=='),
  npm('zod', '4.1.12', 'JInaHOamG8pt5+Ey8kGmdcAcg3OL9reK8ltczgHTAwNhMys/6ThXHityHxVV2p3fkw/c+MAvBHFVYHFZDmjMCQ=='),
  QUERY_CORE,
  TRPC_SERVER,
  FLASK,
  WERKZEUG,
  CLICK,
];

/** Packages whose edges from one to the other are measured. */
export const PAIRS: readonly PackagePair[] = [
  { from: TRPC_CLIENT, to: TRPC_SERVER },
  { from: REACT_QUERY, to: QUERY_CORE },
  { from: FLASK, to: WERKZEUG },
  { from: FLASK, to: CLICK },
];

/**
 * Fetches a package and keeps what is measured of it in `cacheFolder`. Returns its folder. Throws an Error
 * when it cannot be fetched or its archive is not the pinned one.
 */
export async function fetchPackage(source: PackageSource, cacheFolder: string): Promise<string> {
  const folder = join(cacheFolder, `${source.id}-${source.version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder, { recursive: true });
  const scratch = await mkdtemp(join(cacheFolder, 'unpack-'));
  try {
    const archive = await download(source, scratch);
    await checkDigest(source, archive);
    const unpacked = join(scratch, 'unpacked');
    await mkdir(unpacked);
    // A wheel is a ZIP archive, which the tar of some systems does not read.
    const unpack = source.language === 'python' ? ['unzip', '-q', archive] : ['tar', '-xzf', archive];
    await runCommand(unpack[0] ?? '', unpack.slice(1), { cwd: unpacked });
    const root = source.language === 'python' ? unpacked : join(unpacked, 'package');
    await keepSources(source, root, join(scratch, 'kept'));
    if (source.language === 'python') await writeProject(source, root, join(scratch, 'kept'));
    await rename(join(scratch, 'kept'), folder);
    return folder;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function download(source: PackageSource, folder: string): Promise<string> {
  if (source.language === 'python') {
    const spec = `${source.packageName}==${source.version}`;
    await runCommand('pip', ['download', '--quiet', '--no-deps', '--only-binary', ':all:', spec, '--dest', folder]);
  } else {
    const spec = `${source.packageName}@${source.version}`;
    const quiet = ['--silent', '--ignore-scripts'];
    await runCommand('npm', ['pack', spec, ...quiet, '--pack-destination', folder], { cwd: folder });
  }
  const archive = (await readdir(folder)).find((name) => /\.(tgz|whl)$/.test(name));
  if (archive === undefined) throw new Error(`${source.packageName} ${source.version} left no archive.`);
  return join(folder, archive);
}

async function checkDigest({ packageName, version, integrity }: PackageSource, archive: string): Promise<void> {
  const algorithm = integrity.slice(0, integrity.indexOf('-'));
  const digest = createHash(algorithm)
    .update(await readFile(archive))
    .digest('base64');
  if (`${algorithm}-${digest}` !== integrity) {
    throw new Error(`${packageName} ${version} is not the pinned archive: ${algorithm}-${digest}`);
  }
}

/** A wheel has no pyproject.toml any more; what it said of the package is in the wheel's metadata. */
async function writeProject(source: PackageSource, from: string, to: string): Promise<void> {
  const metadata = (await listFiles(from)).find((path) => path.endsWith('.dist-info/METADATA'));
  const text = metadata === undefined ? '' : await readFile(join(from, metadata), 'utf8');
  const required = [...text.matchAll(/^Requires-Dist: (.+)$/gm)].map((match) => JSON.stringify(match[1]));
  const lines = [
    '[project]',
    `name = ${JSON.stringify(source.packageName)}`,
    `version = ${JSON.stringify(source.version)}`,
    `dependencies = [${required.join(', ')}]`,
  ];
  await writeFile(join(to, 'pyproject.toml'), `${lines.join('\n')}\n`);
}

async function keepSources(source: PackageSource, from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const path of await listFiles(from)) {
    const isKept = source.keep.some((kept) => path === kept || path.startsWith(`${kept}/`));
    if (isKept && !LEFT_OUT.test(path)) await cp(join(from, path), join(to, path), { recursive: true });
  }
}
