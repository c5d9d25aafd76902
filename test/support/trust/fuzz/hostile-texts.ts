import type { Dice } from '../dice.js';

const TEXTS = [
  "'; DROP TABLE intel_nodes; --",
  '" OR 1=1 --',
  "x' UNION SELECT sql FROM sqlite_schema --",
  'name:* NEAR(a b, 9)',
  '"a" AND NOT "b" OR (c',
  '{name documentation}: a',
  'a*',
  '^a + b',
  '-a',
  'NOT',
  '%_\\',
  '*?[a-z]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../../etc/passwd',
  '/etc/passwd',
  'file:///etc/passwd',
  'C:\\windows',
  'p//a.ts#f(function)',
  'a.ts#f(function)~99999999999999999999',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e',
  '\x1b[31m',
  'a\nb\tc\rd',
  '😀'.repeat(50),
  'a'.repeat(17_000),
  '(a+)+$',
  '-1',
  '1e309',
  'NaN',
  '',
  ' ',
  '{}',
  '{"__proto__":{"polluted":1}}',
  '[null]',
  'null',
];

/** A text that somebody may put where a name is asked for. */
export function hostileText(dice: Dice): string {
  const text = dice.pick(TEXTS);
  return dice.chance(0.3) ? text + dice.pick(TEXTS) : text;
}
