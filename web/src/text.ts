const NUMBERS = new Intl.NumberFormat('en');
const TIMES = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const DAYS = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** `1,234`, or with a word `1,234 symbols`, `1 symbol`. */
export function counted(count: number, word?: string): string {
  const number = NUMBERS.format(count);
  return word === undefined ? number : `${number} ${count === 1 ? word : pluralOf(word)}`;
}

function pluralOf(word: string): string {
  if (/(?:s|x|ch)$/.test(word)) return `${word}es`;
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
}

export function bytes(count: number): string {
  return count < 1e6 ? `${(count / 1e3).toFixed(0)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

export function time(value: string | number | Date | null): string {
  return value === null ? 'never' : TIMES.format(new Date(value));
}

export function day(value: number): string {
  return DAYS.format(new Date(value));
}

/** `data_dependency` → `data dependency`. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}

export function percent(share: number | null): string {
  return share === null ? '' : `${Math.round(share * 100)}%`;
}

export type Bucket = 'simple' | 'moderate' | 'complex' | 'very_complex';

/** Upper bounds of complexity, not included, as the statistics count them. */
export const BUCKETS: readonly (readonly [Bucket, number, string])[] = [
  ['simple', 5, 'below 5'],
  ['moderate', 10, '5 to 9'],
  ['complex', 20, '10 to 19'],
  ['very_complex', Number.POSITIVE_INFINITY, '20 and more'],
];

export function bucketOf(complexity: number): Bucket {
  return BUCKETS.find(([, bound]) => complexity < bound)?.[0] ?? 'very_complex';
}
