import { gramExpression } from '../graph/index.js';

// Texts of users reach FTS5 in these functions alone, and only as strings in double quotes: within them FTS5 knows
// no syntax but the doubled quote. A NUL would end the expression.

/** Columns of `node_words` that the words of a text are looked for in. */
const TEXT_COLUMNS = '{name scope signature documentation}';

function quoted(text: string): string {
  return `"${text.replaceAll('\0', ' ').replaceAll('"', '""')}"`;
}

/** Nodes with any of these words in their texts. */
export function anyWordExpression(words: readonly string[], columns = TEXT_COLUMNS): string {
  return `${columns} : (${words.map(quoted).join(' OR ')})`;
}

/** Nodes whose name has, for each of these words, a sub-word that begins with it. */
export function subWordsExpression(words: readonly string[]): string {
  return words.map((word) => `name : ${quoted(word)} *`).join(' AND ');
}

/** Nodes whose name's initials begin with these letters. */
export function initialsExpression(letters: string): string {
  return `humps : ${quoted(letters)} *`;
}

/**
 * Names that may be a text with some slips in it: when a word is cut into one piece more than it has slips, one
 * piece is whole. Undefined when no word is long enough for a piece of three letters.
 */
export function resemblingExpression(
  words: readonly string[],
  slipsIn: (length: number) => number,
): string | undefined {
  const parts: string[] = [];
  for (const word of words) {
    const slips = slipsIn([...word].length);
    if (slips === 0) continue;
    const pieces = piecesOf(word, slips + 1).flatMap((piece) => gramExpression(piece) ?? []);
    const whole = gramExpression(word);
    if (whole === undefined) continue;
    // In a short word a slip may be in every piece of three letters, but seldom in all groups of them.
    parts.push(
      pieces.length > slips
        ? `(${pieces.map((piece) => `(${piece})`).join(' OR ')})`
        : `(${whole.replaceAll(' AND ', ' OR ')})`,
    );
  }
  return parts.length === 0 ? undefined : parts.join(' AND ');
}

function piecesOf(word: string, count: number): string[] {
  const letters = [...word];
  const size = Math.ceil(letters.length / count);
  return Array.from({ length: count }, (_, at) => letters.slice(at * size, (at + 1) * size).join(''));
}
