import type { Command } from 'commander';
import { wholeNumber } from './numbers.js';

export interface PageFlags {
  readonly limit?: number;
  readonly cursor?: string;
}

const LIMIT_FOR_PEOPLE = 100;
const LIMIT_FOR_PROGRAMS = 1000;

export function addPageOptions(command: Command): Command {
  return command
    .option(
      '--limit <n>',
      `at most so many items (default: ${LIMIT_FOR_PEOPLE}, with --json ${LIMIT_FOR_PROGRAMS})`,
      wholeNumber(1),
    )
    .option('--cursor <cursor>', 'go on where an answer ended');
}

export function pageOf(flags: PageFlags, json: boolean, standard?: number): { limit: number; cursor?: string } {
  const limit = flags.limit ?? standard ?? (json ? LIMIT_FOR_PROGRAMS : LIMIT_FOR_PEOPLE);
  return flags.cursor === undefined ? { limit } : { limit, cursor: flags.cursor };
}
