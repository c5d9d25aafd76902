#!/usr/bin/env node
/**
 * Asks the registry for known weaknesses of what is shipped. Exits with 1 when there are some, and with 0, saying so,
 * where the registry has no answer: a mirror may not have one.
 */
import { spawnSync } from 'node:child_process';

const { stdout, status } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', timeout: 120_000 });
const report = parsed(stdout);
if (report?.metadata?.vulnerabilities === undefined) {
  console.log(
    `Not audited: the registry gave no answer (${report?.error?.summary ?? report?.message ?? `status ${status}`}).`,
  );
} else {
  const { total } = report.metadata.vulnerabilities;
  console.log(`${total} known weaknesses in what is shipped`);
  for (const [name, { severity }] of Object.entries(report.vulnerabilities ?? {}))
    console.error(`${name}: ${severity}`);
  process.exitCode = total === 0 ? 0 : 1;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
