#!/usr/bin/env node
/**
 * Compares the licences of all installed packages with those that are allowed, and exits with 1 when one is not, or
 * says nothing. What is shipped with the package is held to a shorter list than what only builds and tests it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const SHIPPED = ['0BSD', 'Apache 2.0', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense'];
/** Tools: nothing of them is in what is published. */
const TOOLS = [...SHIPPED, 'BlueOak-1.0.0', 'MPL-2.0', 'Python-2.0'];

const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8'));
const faults = [];
let checked = 0;
for (const [path, { dev = false, devOptional = false }] of Object.entries(packages)) {
  const manifest = join(PROJECT, path, 'package.json');
  // Packages for other systems are not installed.
  if (path === '' || !existsSync(manifest)) continue;
  const { name, license, licenses } = JSON.parse(readFileSync(manifest, 'utf8'));
  const stated = license ?? licenses?.map((each) => each.type ?? each).join(' OR ');
  const text = typeof stated === 'object' ? stated.type : stated;
  checked++;
  if (!isAllowed(text ?? '', dev || devOptional ? TOOLS : SHIPPED)) faults.push(`${name}: ${text ?? 'none stated'}`);
}
for (const fault of faults) console.error(`Not an allowed licence: ${fault}`);
console.log(`${checked} packages checked, ${faults.length} not allowed`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Of a choice one has to be allowed, of what holds together all. */
function isAllowed(expression, allowed) {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (allowed.includes(plain)) return true;
  if (plain.includes(' OR ')) return plain.split(' OR ').some((part) => isAllowed(part, allowed));
  return plain.includes(' AND ') && plain.split(' AND ').every((part) => isAllowed(part, allowed));
}
