const WORD = /[\p{L}\p{N}]+/gu;
/** The same for ASCII, where it is several times as fast. */
const ASCII_WORD = /[A-Za-z0-9]+/g;
const BEYOND_ASCII = /[^\0-\x7f]/;
/** `HTTPServer2` is HTTP, Server and 2; scripts without cases stay whole. */
const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|[^\p{Lu}\p{Ll}\p{N}]+/gu;

/** The words of a text: runs of letters and digits, so that `snake_case` is two. */
export function wordsOf(text: string): readonly string[] {
  return text.match(BEYOND_ASCII.test(text) ? WORD : ASCII_WORD) ?? [];
}

/** The parts of a word by case and digits, in lower case. */
export function subWordsOf(word: string): readonly string[] {
  return (word.match(PART) ?? []).map((part) => part.toLowerCase());
}

/**
 * A word without the endings of number and tense: a light form of Porter's algorithm ("An algorithm for suffix
 * stripping", 1980) that keeps more words apart.
 */
export function stemOf(word: string): string {
  const stem = withoutTense(withoutPlural(word));
  return stem.length > 3 && stem.endsWith('e') ? stem.slice(0, -1) : stem;
}

function withoutPlural(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || word.endsWith('ss')) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  return word.slice(0, /(?:ss|x|ch|sh)es$/.test(word) ? -2 : -1);
}

function withoutTense(word: string): string {
  if (word.length < 5) return word;
  if (word.endsWith('ing') && word.length > 5) return withoutDouble(word.slice(0, -3));
  if (word.endsWith('ed')) return withoutDouble(word.slice(0, -2));
  return word.endsWith('er') ? word.slice(0, -2) : word;
}

/** `runn` → `run`, but `call` stays. */
function withoutDouble(stem: string): string {
  const last = stem.at(-1) ?? '';
  return stem.length > 2 && last === stem.at(-2) && !'lsz'.includes(last) ? stem.slice(0, -1) : stem;
}

/** English words that say nothing about code. A change here changes vectors: it needs a new id of the built-in model. */
export const STOP_WORDS: readonly string[] = `
  a an the this that these those of to in on at by for from with as is are was were be been being it
  its and or not no if then else than when while which who whose what where how so such but into onto
  over under also any all each every some other only just very can could may might must shall should
  will would do does did done has have had having we you your our they their them he she i me my us
  there here about after before because both between during more most same own too until up down out
  off again once e g eg ie etc
`
  .trim()
  .split(/\s+/);
