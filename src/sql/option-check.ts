import { UsageError } from '../model/index.js';

/** Whether a value of an option will do, and how to say what would. */
export type OptionCheck = readonly [accepts: (value: unknown) => boolean, expected: string];

/** The longest wait that timers and SQLite's busy handler can be given, in milliseconds. */
export const MAX_INT32 = 2 ** 31 - 1;

export const integerFrom = (minimum: number, maximum: number): OptionCheck => [
  (value) => Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
  `an integer from ${minimum} to ${maximum}`,
];

export function invalidOption(option: string, value: unknown, message: string): UsageError {
  return new UsageError('INVALID_OPTION', message, { details: { option, value } });
}
