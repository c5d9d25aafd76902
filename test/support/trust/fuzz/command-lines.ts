import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { CommanderError } from 'commander';
import type { Host } from '../../../../src/cli/context.js';
import { createProgram } from '../../../../src/cli/program.js';
import { isLestockageError } from '../../../../src/model/index.js';
import type { Dice } from '../dice.js';
import { hostileText } from './hostile-texts.js';

const COMMANDS = [
  'index',
  'import scip',
  'import leindex',
  'status',
  'search',
  'similar',
  'symbol',
  'callers',
  'callees',
  'impact',
  'slice',
  'deps',
  'dependents',
  'resolve',
  'stats',
  'hotspots',
  'evolution list',
  'evolution compare',
  'dump',
  'verify',
  'vectors status',
];
const OPTIONS = [
  '--json',
  '--project',
  '--depth',
  '--limit',
  '--cursor',
  '-k',
  '--mode',
  '--type',
  '--language',
  '--path',
  '--near',
  '--top',
  '--threshold',
  '--preset',
  '--from',
  '--across',
  '--deep',
  '--usage',
  '--no-embed',
  '--workers',
  '--force',
  '--root',
  '--help',
  '--',
];
const RUN_MS = 3000;

/** Runs a random command line in this process. Only files below `folder` are named in it. */
export async function fuzzCommandLine(dice: Dice, folder: string): Promise<void> {
  mkdirSync(join(folder, 'src'));
  writeFileSync(
    join(folder, 'src', 'a.ts'),
    'export function area() { return twice(); }\nfunction twice() { return 2; }\n',
  );
  const database = join(folder, 'code.db');
  await run(['index', join(folder, 'src'), '--workers', '0', '--db', database], folder);
  const line = [...dice.pick(COMMANDS).split(' ')];
  for (let left = dice.below(5); left > 0; left--) line.push(...argument(dice, folder));
  const out = await run([...line, '--db', database], folder);
  const isJson = line.includes('--json') && !line.includes('--') && !line.includes('--help');
  if (isJson && out !== '') JSON.parse(out);
}

function argument(dice: Dice, folder: string): string[] {
  // A hostile text may not name a file that is nobody's business here.
  const text = (): string =>
    dice.pick([harmlessPath(hostileText(dice)), 'area', 'src', '3', 'a.ts:1', join(folder, 'src', 'a.ts')]);
  return dice.chance(0.6) ? [dice.pick(OPTIONS), text()] : [text()];
}

function harmlessPath(text: string): string {
  return /^(?:\/|\.\.|\s*$|~)/.test(text) ? `x${text}` : text;
}

/** What it prints on standard output. Throws what is neither wrong usage nor an error of this project. */
async function run(line: readonly string[], folder: string): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let out = '';
  stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  stderr.resume();
  const host: Host = {
    environment: { HOME: folder, XDG_DATA_HOME: folder },
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    signal: AbortSignal.timeout(RUN_MS * 10),
    outcome: { status: 0 },
  };
  const before = process.cwd();
  process.chdir(folder);
  try {
    await createProgram(host, line.includes('--json')).parseAsync(line, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) && !isLestockageError(error)) {
      throw new Error(`${JSON.stringify(line)}: ${String(error)}`, { cause: error });
    }
    return '';
  } finally {
    process.chdir(before);
  }
  return out;
}
