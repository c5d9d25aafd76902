import { isStopWord, searchStems } from '../graph/index.js';
import type { Snapshot } from '../sql/index.js';
import { anyWordExpression } from './match-expression.js';
import { CANDIDATE_COLUMNS, compareItems, readAtMost } from './ranked-list.js';
import type { CandidateRow, RankedList } from './ranked-list.js';
import type { NodeCondition } from './search-options.js';

/** What a word counts in each column of `node_words`: name, humps, scope, signature, documentation. */
const COLUMN_WEIGHTS = [5, 0, 2, 2, 1];
const MOST_WORDS = 64;
const MOST_LETTERS = 1000;
const PLAIN_WORD = /^\p{Ll}{2,}$/u;

/** The words of a text that are looked for: stems, each once, and words that follow each other written as one. */
export function askedWords(text: string): string[] {
  const words = text.slice(0, MOST_LETTERS).split(/\s+/);
  const joined = words.slice(1).flatMap((word, at) => joinedStem(words[at] ?? '', word));
  return [...new Set([...searchStems(text), ...joined])].slice(0, MOST_WORDS);
}

/** `file name` is also asked for as `filename`, which no rule could split. */
function joinedStem(first: string, second: string): string[] {
  const stems = [first, second].map(searchStems);
  const isEach = stems.every((own) => own.length === 1) && [first, second].every((word) => PLAIN_WORD.test(word));
  return isEach && !isStopWord(first) && !isStopWord(second) ? searchStems(first + second) : [];
}

/**
 * Symbols with any of the words in their name, surroundings, signature or documentation, by BM25 (Robertson and
 * Zaragoza, 2009) as FTS5 computes it; the score is its value with the sign turned, so that more is better.
 */
export async function textList(
  snapshot: Snapshot,
  words: readonly string[],
  condition: NodeCondition,
  most: number,
): Promise<RankedList> {
  if (words.length === 0) return { items: [], isComplete: true };
  const { rows, isComplete } = await readAtMost<CandidateRow & { readonly score: number }>(
    snapshot,
    `SELECT ${CANDIDATE_COLUMNS}, -w.score AS score FROM (
       SELECT node_words.rowid AS id, bm25(node_words, ${COLUMN_WEIGHTS.join(', ')}) AS score FROM node_words
       ${condition.sql === '' ? '' : 'CROSS JOIN intel_nodes AS n ON n.id = node_words.rowid'}
       WHERE node_words MATCH ?${condition.sql === '' ? '' : ` AND ${condition.sql}`}
       ORDER BY score, node_words.rowid LIMIT ?
     ) AS w CROSS JOIN intel_nodes AS n ON n.id = w.id`,
    [anyWordExpression(words), ...condition.parameters],
    most,
  );
  const items = rows.map(({ id, project, key, type, closedness, score }) => ({
    id,
    project,
    key,
    type,
    closedness,
    // Rows differ by rounding where the same words lie in another order.
    score: Math.round(score * 1e6) / 1e6,
    fit: null,
  }));
  return { items: items.sort(compareItems), isComplete };
}
