import type { Dice } from '../dice.js';

/** Pieces that have broken parsers of one kind or another. */
const PIECES = [
  '\0',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\u{1f600}',
  '__proto__',
  'constructor',
  '${',
  '`',
  '"""',
  "'",
  '\\',
  '/*',
  '*/',
  '//',
  '#if 0\n',
  '<<EOF\n',
  '\r',
  '\t',
  '=>',
  '...',
  '::<',
  '@',
];
const BRACKETS = ['(', '[', '{', '<', '((', 'if (a) {', 'f(', '!', '-', 'a.', 'x => ', '<a>', 'new ', '[[', '*'];
const DEEPEST = 3000;
const LONGEST = 40_000;

/** A text with a few things wrong with it. `other` is one to take pieces from. */
export function mutated(text: string, other: string, dice: Dice): string {
  let result = text;
  for (let left = 1 + dice.below(4); left > 0; left--) result = mutatedOnce(result, other, dice);
  return result;
}

function mutatedOnce(text: string, other: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  const end = Math.min(text.length, at + dice.below(200));
  const [before, rest] = [text.slice(0, at), text.slice(at)];
  switch (dice.below(10)) {
    case 0:
      return before + text.slice(end);
    case 1:
      return before + text.slice(at, end).repeat(1 + dice.below(5)) + rest;
    case 2:
      return before + dice.pick(PIECES) + rest;
    case 3: {
      const from = dice.below(other.length + 1);
      return before + other.slice(from, from + dice.below(400)) + rest;
    }
    case 4:
      return before;
    case 5:
      return before + dice.pick(BRACKETS).repeat(dice.below(DEEPEST)) + rest;
    case 6:
      return (
        `${before}${dice.pick(['a', ' ', '1', '_', '"', 'é', '.a', ',a', '+a', '|A'])}`.repeat(1) + long(dice) + rest
      );
    case 7:
      return text.replaceAll('\n', dice.pick(['\r\n', '\r', ' ', '\n\n']));
    case 8:
      return text.split('').reverse().join('').slice(0, 4000) + text;
    default:
      return before + String.fromCharCode(dice.below(0x300)) + text.slice(at + 1);
  }
}

function long(dice: Dice): string {
  return dice.pick(['a', ' ', '1', '.a', ',a', '+a', '|A', '"a",', '\\', '\n']).repeat(dice.below(LONGEST));
}

/** Bytes with a few things wrong with them. */
export function mutatedBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  const result = Buffer.from(bytes);
  if (result.length === 0) return result;
  for (let left = 1 + dice.below(6); left > 0; left--) result[dice.below(result.length)] = dice.below(256);
  if (dice.chance(0.2)) return result.subarray(0, dice.below(result.length));
  if (dice.chance(0.2)) {
    const at = dice.below(result.length);
    return Buffer.concat([result.subarray(0, at), result.subarray(dice.below(result.length)), result.subarray(at)]);
  }
  return result;
}
