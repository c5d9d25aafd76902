// Indexes a real repository with the built command line and asks it a few questions. `npm run demo`
// builds first. The sources are those of RxJS, which a development dependency brings along.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const database = join('.cache', 'demo.db');
const sources = join('node_modules', 'rxjs', 'src');

/** Shows a command, runs it with its output going through, and ends the demo with its status if it fails. */
function run(shown, ...commandLine) {
  console.log(`\n$ ${shown}`);
  const { status, error } = spawnSync(process.execPath, commandLine, { cwd: home, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function lestockage(...commandLine) {
  run(`lestockage ${commandLine.join(' ')}`, join('dist', 'cli', 'main.js'), '--db', database, ...commandLine);
}

mkdirSync(join(home, '.cache'), { recursive: true });
for (const ending of ['', '-wal', '-shm']) rmSync(join(home, database + ending), { force: true });

console.log(`The store of this demo is ${database}: each command runs with --db ${database}.`);
lestockage('index', sources, '--project', 'rxjs');
// Nothing changed since, so nothing is parsed.
lestockage('index', sources, '--project', 'rxjs');
lestockage('status');
lestockage('symbol', 'Subscription');
lestockage('callers', 'switchMap');
lestockage('callers', 'OperatorSubscriber', '--depth', '2', '--limit', '8');
lestockage('hotspots', '--top', '5');
lestockage('search', 'switchmap', '-k', '5');
run(`node examples/library.mjs ${sources} Subscription.unsubscribe`, 'examples/library.mjs', sources, 'Subscription.unsubscribe'); // prettier-ignore
