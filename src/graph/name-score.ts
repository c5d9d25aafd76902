/** How well a name fits a search text: `score` from above 0 to 1, and the reason in words. */
export interface NameScore {
  readonly score: number;
  readonly why: string;
}

/** A search text prepared once for many names. */
export interface NameMatcher {
  /** Lower-case pieces that every fitting symbol name contains; for choosing candidates. */
  readonly needles: readonly string[];
  /** The score of a symbol, or undefined when it does not fit. */
  score(name: string, qualifiedName: string): NameScore | undefined;
}

const SUB_WORD = /\p{Lu}{2,}(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+|\p{Lu}+|\p{N}+/gu;

/** The same for ASCII, where it is several times as fast. */
const ASCII_SUB_WORD = /[A-Z]{2,}(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+/g;
const BEYOND_ASCII = /[^\0-\x7f]/;

/** Splits an identifier into sub-words at camelCase humps, digits and every other character. */
export function subWords(identifier: string): string[] {
  return identifier.match(BEYOND_ASCII.test(identifier) ? SUB_WORD : ASCII_SUB_WORD) ?? [];
}

/**
 * Prepares a search text. The better of these wins, and inside one the name with less besides:
 * the exact name; the name in another case; a name that begins with the text; a name with each
 * sub-word of the text at the start of one of its own sub-words; a name that contains the text.
 *
 * A text with dots is compared with as many last segments of the qualified name.
 */
export function nameMatcher(text: string): NameMatcher {
  const query = text.trim().replaceAll('::', '.');
  const segments = query.split('.').filter((segment) => segment !== '');
  const wanted = segments.length > 1 ? segments.join('.') : (segments[0] ?? query);
  const lower = wanted.toLowerCase();
  const words = subWords(wanted).map((word) => word.toLowerCase());
  const last = segments.at(-1) ?? query;
  const lastWords = subWords(last).map((word) => word.toLowerCase());
  return {
    needles: lastWords.length > 0 ? lastWords : [last.toLowerCase()],
    score: (name, qualifiedName) =>
      scoreAgainst(segments.length > 1 ? lastSegments(qualifiedName, segments.length) : name, wanted, lower, words),
  };
}

function lastSegments(qualifiedName: string, count: number): string {
  return qualifiedName.split('.').slice(-count).join('.');
}

function scoreAgainst(name: string, wanted: string, lower: string, words: readonly string[]): NameScore | undefined {
  if (name === wanted) return { score: 1, why: 'exact name' };
  const lowerName = name.toLowerCase();
  if (lowerName === lower) return { score: 0.9, why: 'same name in another case' };
  const share = Math.min(1, lower.length / Math.max(1, lowerName.length));
  if (lowerName.startsWith(lower)) return { score: within(0.7, 0.85, share), why: `name begins with "${wanted}"` };
  if (words.length > 0 && fitsSubWords(name, words)) {
    return { score: within(0.4, 0.65, share), why: `sub-words of the name: ${words.join(', ')}` };
  }
  if (lowerName.includes(lower)) return { score: within(0.1, 0.35, share), why: `name contains "${wanted}"` };
  return undefined;
}

function fitsSubWords(name: string, words: readonly string[]): boolean {
  const own = subWords(name).map((word) => word.toLowerCase());
  return words.every((word) => own.some((part) => part.startsWith(word)));
}

function within(low: number, high: number, share: number): number {
  return Math.round((low + (high - low) * share) * 1e6) / 1e6;
}
