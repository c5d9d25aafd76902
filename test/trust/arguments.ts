import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

export interface TrustArguments {
  /** What the option of that name says, or its default. */
  readonly amount: number;
  readonly seed: number;
}

/**
 * Runs a check whose size and seed the command line gives: `--<amount> N --seed S`. Exits with 1 when it throws, after
 * what it threw, and with 2 for wrong arguments.
 */
export async function runTrustProgram(
  amount: { readonly option: string; readonly otherwise: number },
  run: (given: TrustArguments) => Promise<void>,
): Promise<void> {
  const given = read(amount);
  if (given === undefined) {
    process.stderr.write(`usage: -- [--${amount.option} N] [--seed S]\n`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  try {
    await run(given);
  } catch (error) {
    process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\n`);
    process.exitCode = EXIT_FAILED;
  }
}

function read({
  option,
  otherwise,
}: {
  readonly option: string;
  readonly otherwise: number;
}): TrustArguments | undefined {
  try {
    const { values } = parseArgs({ options: { [option]: { type: 'string' }, seed: { type: 'string' } } });
    const amount = numberOf(values[option], otherwise);
    const seed = numberOf(values['seed'], randomInt(2 ** 30));
    return amount === undefined || seed === undefined || amount <= 0 ? undefined : { amount, seed: Math.floor(seed) };
  } catch {
    return undefined;
  }
}

function numberOf(value: unknown, otherwise: number): number | undefined {
  if (value === undefined) return otherwise;
  return typeof value === 'string' && /^\d{1,9}(?:\.\d{1,3})?$/.test(value) ? Number(value) : undefined;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
