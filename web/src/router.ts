import { signal } from '@preact/signals';
import type { CodeSymbol } from './api/answers.js';

/** Where the page is: the parts of the path behind `#/`, and what stands behind the question mark. */
export interface Place {
  readonly parts: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

export const place = signal<Place>(placeOf(''));

/** Follows the address. */
export function startRouter(): void {
  const read = (): void => void (place.value = placeOf(location.hash.slice(1)));
  addEventListener('hashchange', read);
  read();
}

/** An address within the page; values that are undefined or empty are left out. */
export function linkTo(parts: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
  );
  const rest = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  return `#/${parts.map(encodeURIComponent).join('/')}${rest}`;
}

export function symbolLink({ project, key }: Pick<CodeSymbol, 'project' | 'key'>): string {
  return linkTo(['symbol', `${project}//${key}`]);
}

/** Goes there; without a step back to here when it `replaces`. */
export function go(link: string, { replaces = false } = {}): void {
  if (replaces) {
    history.replaceState(null, '', link);
    place.value = placeOf(location.hash.slice(1));
  } else {
    location.hash = link;
  }
}

/** Changes some values behind the question mark and stays where it is. */
export function amend(changes: Readonly<Record<string, string | undefined>>): void {
  const { parts, query } = place.value;
  go(linkTo(parts, { ...query, ...changes }), { replaces: true });
}

function placeOf(hash: string): Place {
  const [path = '', query = ''] = splitOnce(hash, '?');
  const parts = path.split('/').filter((part) => part !== '');
  return { parts: parts.map(decoded), query: Object.fromEntries(new URLSearchParams(query)) };
}

function splitOnce(text: string, at: string): string[] {
  const place = text.indexOf(at);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}

/** An address that somebody typed may have a lone percent sign. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
