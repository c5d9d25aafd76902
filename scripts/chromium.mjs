#!/usr/bin/env node
/**
 * Finds Chromium, which tests and screenshots of the web page run in, and prints the path of the program. On
 * Debian, as root, it is installed when it is absent.
 */
import { execFile } from 'node:child_process';
import { access, constants, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { argv, env, getuid } from 'node:process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const APT_ENVIRONMENT = { ...env, DEBIAN_FRONTEND: 'noninteractive' };

const run = promisify(execFile);

/** The path of the program. Throws an Error that says what to do when there is none and none can be installed. */
export async function findChromium() {
  if (env.CHROMIUM_PATH !== undefined && env.CHROMIUM_PATH !== '') return env.CHROMIUM_PATH;
  const found = await onPath();
  if (found !== undefined) return found;
  if (getuid?.() !== 0 || !(await isDebian())) {
    throw new Error('There is no Chromium here: install it, or name it in CHROMIUM_PATH.');
  }
  await run('apt-get', ['update', '-qq'], { env: APT_ENVIRONMENT });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env: APT_ENVIRONMENT });
  const installed = await onPath();
  if (installed === undefined) throw new Error('apt-get installed Chromium, but it is not there.');
  return installed;
}

/** Starts it with a fresh profile; `close` ends it and removes the profile. */
export async function startChromium({ args = [], ...options } = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'lestockage-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await findChromium(),
    headless: true,
    args: [...ARGUMENTS, ...args],
    ...options,
  });
  const close = async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { context, close };
}

async function onPath() {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (await canRun(path)) return path;
    }
  }
  return undefined;
}

async function canRun(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function isDebian() {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(?:_LIKE)?=.*(?:debian|ubuntu)/m.test(text);
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) console.log(await findChromium());
