import type { PackageRoute, RoutedPackage } from '../routes/route.js';

/** The one whose folder holds the file, the innermost if there are several. Undefined when none does. */
export function innermost<T extends { readonly folder: string }>(all: readonly T[], filePath: string): T | undefined {
  let best: T | undefined;
  for (const each of all) {
    if (!isBelow(each.folder, filePath)) continue;
    if (best === undefined || each.folder.length > best.folder.length) best = each;
  }
  return best;
}

/** Of folders, innermost first, those that hold the file. */
export function foldersAround(folders: readonly string[], filePath: string): string[] {
  return folders.filter((folder) => isBelow(folder, filePath)).sort((a, b) => b.length - a.length);
}

function isBelow(folder: string, filePath: string): boolean {
  return folder === '' || filePath.startsWith(`${folder}/`);
}

/** The packages whose own name it is. */
export function namedPackages({ packages }: PackageRoute): RoutedPackage[] {
  return packages.filter(({ isNamed }) => isNamed);
}

/** The package in a folder, under whatever name. */
export function packageIn({ packages }: PackageRoute, folder: string): RoutedPackage | undefined {
  return packages.find((each) => each.folder === folder);
}

/** A pattern that fits, and the text that its `*` stands for; the empty text without one. */
export interface PatternMatch<T> {
  readonly item: T;
  readonly text: string;
}

/**
 * The patterns that fit best: the one without a `*`, else the one with the longest text before it, as TypeScript and
 * Node choose. Several are given only when they are alike.
 */
export function bestMatches<T>(
  all: readonly T[],
  patternOf: (item: T) => string,
  specifier: string,
): readonly PatternMatch<T>[] {
  let best: PatternMatch<T>[] = [];
  let pattern: string | undefined;
  for (const item of all) {
    const tried = patternOf(item);
    const text = textFor(tried, specifier);
    if (text === undefined) continue;
    if (tried === pattern) best.push({ item, text });
    else if (pattern === undefined || isCloser(tried, pattern)) [best, pattern] = [[{ item, text }], tried];
  }
  return best;
}

function textFor(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === specifier ? '' : undefined;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const isLongEnough = specifier.length >= before.length + after.length;
  if (!isLongEnough || !specifier.startsWith(before) || !specifier.endsWith(after)) return undefined;
  return specifier.slice(before.length, specifier.length - after.length);
}

function isCloser(a: string, b: string): boolean {
  const [starA, starB] = [a.indexOf('*'), b.indexOf('*')];
  if (starA < 0 || starB < 0) return starA < 0;
  return starA === starB ? a.length > b.length : starA > starB;
}

/** The targets of patterns, with the text in place of their `*`. */
export function targetsOf(matches: readonly PatternMatch<{ readonly targets: readonly string[] }>[]): string[] {
  const all = matches.flatMap(({ item, text }) => item.targets.map((target) => target.replace('*', () => text)));
  return [...new Set(all)];
}
