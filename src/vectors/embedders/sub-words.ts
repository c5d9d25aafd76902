const WORD = /[\p{L}\p{N}]+/gu;
/** `HTTPServer2` is HTTP, Server and 2; scripts without cases stay whole. */
const PART = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|[^\p{Lu}\p{Ll}\p{N}]+/gu;

/** The words of a text: runs of letters and digits, so that `snake_case` is two. */
export function wordsOf(text: string): readonly string[] {
  return text.match(WORD) ?? [];
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
  let stem = word;
  if (stem.length > 4) {
    if (stem.endsWith('ies')) return `${stem.slice(0, -3)}y`;
    if (stem.endsWith('sses')) return stem.slice(0, -2);
    if (stem.endsWith('ing') && stem.length > 5) return withoutE(withoutDouble(stem.slice(0, -3)));
    if (stem.endsWith('ed')) return withoutDouble(stem.slice(0, -2));
    if (stem.endsWith('er')) return stem.slice(0, -2);
    if (stem.endsWith('es')) stem = stem.slice(0, -1);
  }
  if (stem.length > 3 && stem.endsWith('s') && !stem.endsWith('ss')) stem = stem.slice(0, -1);
  return stem.length > 4 ? withoutE(stem) : stem;
}

/** `runn` → `run`, but `call` stays. */
function withoutDouble(stem: string): string {
  const last = stem.at(-1) ?? '';
  return stem.length > 2 && last === stem.at(-2) && !'lsz'.includes(last) ? stem.slice(0, -1) : stem;
}

function withoutE(stem: string): string {
  return stem.endsWith('e') ? stem.slice(0, -1) : stem;
}
