// Writes docs/lestockage.api.md, the report of the public API, and docs/reference.md, its documentation, from the built
// library; with --check it only says whether they are what they would become.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');
const run = (name, ...args) =>
  execFileSync(process.execPath, [`${root}node_modules/${name}`, ...args], { cwd: root, stdio: 'inherit' });

mkdirSync(`${root}.cache/api`, { recursive: true });
run('@microsoft/api-extractor/bin/api-extractor', 'run', ...(isCheck ? [] : ['--local']));
run('typedoc/bin/typedoc', '--logLevel', 'Error');
const made = readFileSync(`${root}.cache/api/reference/README.md`, 'utf8');
const path = `${root}docs/reference.md`;
if (!isCheck) writeFileSync(path, made);
else if (readFileSync(path, 'utf8') !== made) throw new Error('docs/reference.md is out of date: npm run api');
