import { searchStems } from '../graph/index.js';
import { stemOf, subWordsOf, wordsOf } from '../model/index.js';
import { editDistance, forgivenSlips } from './edit-distance.js';

/** How well a name fits a search text: `score` from above 0 to 1, and the reason in words. */
export interface NameScore {
  readonly score: number;
  readonly why: string;
}

/** A search text prepared once for many names. */
export interface NameMatcher {
  /** The part of the text that the symbol's own name is compared with. */
  readonly ownName: string;
  /** The sub-words of that part, in lower case. */
  readonly words: readonly string[];
  /** Those that say something, as stems, each once. */
  readonly stems: readonly string[];
  /** The score of a symbol, or undefined when it does not fit. */
  fit(name: string, qualifiedName: string): NameScore | undefined;
  /** The score of a symbol whose name is spelt a little otherwise, or has some of the words. */
  fitLoosely(name: string, qualifiedName: string): NameScore | undefined;
}

/** More letters than this are no initials. */
const MOST_INITIALS = 12;

/** Splits an identifier into sub-words at case, digits and every other character; in lower case. */
export function subWords(identifier: string): string[] {
  return wordsOf(identifier).flatMap(subWordsOf);
}

/**
 * Prepares a search text. The better of these wins, and inside one the name with less besides: the exact name;
 * the name in another case; a name that begins with the text; a name with each sub-word of the text at the start
 * of one of its own sub-words; a name whose sub-words begin with these letters; a name that contains the text.
 * Loosely fit names that differ in a letter or two, and names with some of the sub-words.
 *
 * A text with dots is compared with as many last segments of the qualified name.
 */
export function nameMatcher(text: string): NameMatcher {
  const query = text.trim().replaceAll('::', '.');
  const segments = query.split('.').filter((segment) => segment !== '');
  const isDotted = segments.length > 1;
  const wanted = isDotted ? segments.join('.') : (segments[0] ?? query);
  const compared = (name: string, qualifiedName: string): string =>
    isDotted ? lastSegments(qualifiedName, segments.length) : name;
  const ownName = segments.at(-1) ?? query;
  const stems = [...new Set(searchStems(ownName))];
  const wish = { wanted, lower: wanted.toLowerCase(), letters: lettersOf(wanted), words: subWords(wanted), stems };
  return {
    ownName,
    words: subWords(ownName),
    stems,
    fit: (name, qualifiedName) => fit(compared(name, qualifiedName), wish),
    fitLoosely: (name, qualifiedName) => fitLoosely(compared(name, qualifiedName), wish),
  };
}

interface Wish {
  readonly wanted: string;
  readonly lower: string;
  /** Without everything but letters and digits. */
  readonly letters: string;
  readonly words: readonly string[];
  readonly stems: readonly string[];
}

function lastSegments(qualifiedName: string, count: number): string {
  return qualifiedName.split('.').slice(-count).join('.');
}

function fit(name: string, { wanted, lower, letters, words }: Wish): NameScore | undefined {
  if (name === wanted) return { score: 1, why: 'exact name' };
  const lowerName = name.toLowerCase();
  if (lowerName === lower) return { score: 0.9, why: 'same name in another case' };
  const share = Math.min(1, lower.length / Math.max(1, lowerName.length));
  if (lowerName.startsWith(lower)) return { score: within(0.7, 0.85, share), why: `name begins with "${wanted}"` };
  const own = words.length > 0 ? subWords(name) : [];
  if (words.length > 0 && words.every((word) => own.some((part) => part.startsWith(word)))) {
    return { score: within(0.4, 0.65, share), why: `sub-words of the name: ${words.join(', ')}` };
  }
  if (isInitials(letters) && own.length > 1 && initialsOf(own).startsWith(letters)) {
    return { score: within(0.36, 0.39, letters.length / own.length), why: `initials of the name: ${letters}` };
  }
  if (lowerName.includes(lower)) return { score: within(0.2, 0.35, share), why: `name contains "${wanted}"` };
  return undefined;
}

function fitLoosely(name: string, { wanted, letters, words, stems }: Wish): NameScore | undefined {
  const ownLetters = lettersOf(name);
  const slips = editDistance(letters, ownLetters, forgivenSlips(letters.length));
  if (slips !== undefined && slips > 0) {
    return { score: within(0.15, 0.19, 1 - slips / letters.length), why: `name resembles "${wanted}"` };
  }
  if (words.length === 0) return undefined;
  const own = subWords(name);
  const alike = words.map((word) => own.find((part) => isAlike(word, part)));
  const share = Math.min(1, letters.length / Math.max(1, ownLetters.length));
  if (alike.every((part) => part !== undefined)) {
    return { score: within(0.1, 0.14, share), why: `sub-words resemble: ${words.join(', ')}` };
  }
  const ownStems = new Set(own.map(stemOf));
  const held = stems.filter((stem) => ownStems.has(stem));
  if (held.length === 0) return undefined;
  const fitting = (held.length / stems.length) * 0.7 + (held.length / ownStems.size) * 0.3;
  return { score: within(0, 0.09, fitting), why: `some words of the name: ${held.join(', ')}` };
}

function isAlike(word: string, part: string): boolean {
  return part.startsWith(word) || editDistance(word, part, forgivenSlips(word.length)) !== undefined;
}

function lettersOf(text: string): string {
  return wordsOf(text).join('').toLowerCase();
}

/** Whether a text may be meant as the first letters of several sub-words. */
export function isInitials(letters: string): boolean {
  return letters.length > 1 && letters.length <= MOST_INITIALS;
}

function initialsOf(parts: readonly string[]): string {
  return parts.map((part) => String.fromCodePoint(part.codePointAt(0) ?? 0)).join('');
}

function within(low: number, high: number, share: number): number {
  return Math.round((low + (high - low) * share) * 1e6) / 1e6;
}
