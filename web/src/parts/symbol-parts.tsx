import type { CodeSymbol } from '../api/answers.js';
import { symbolLink } from '../router.js';
import { bucketOf, words } from '../text.js';

/** What kind of symbol it is, in a few letters and in a colour of its own. */
export function TypeMark({ type }: { readonly type: string }) {
  return (
    <span class={`type type-${type}`} title={type}>
      {words(type)}
    </span>
  );
}

export function Complexity({ value }: { readonly value: number | null }) {
  if (value === null) return null;
  return (
    <span class={`complexity ${bucketOf(value)}`} title={`Complexity ${value}, ${words(bucketOf(value))}`}>
      <span class="visually-hidden">complexity </span>
      {value}
    </span>
  );
}

/** Where a symbol is: project, file and line; the project is left out beside symbols of the same one. */
export function Location({ symbol, beside }: { readonly symbol: CodeSymbol; readonly beside?: string }) {
  return (
    <span class="location">
      {symbol.project === beside ? null : <span class="project-name">{symbol.project}</span>}
      <span class="path">
        {symbol.file}:{symbol.startLine}
      </span>
    </span>
  );
}

export function SymbolLink({ symbol }: { readonly symbol: CodeSymbol }) {
  return (
    <a href={symbolLink(symbol)} class="symbol-name">
      {symbol.qualifiedName === '' ? symbol.file : symbol.qualifiedName}
    </a>
  );
}

/** The names of a symbol that is known by its key alone: `src/a.ts#Car.drive(method)`. */
export function nameInKey(key: string): string {
  return /#(.*)\([a-z]+\)(?:~\d+)?$/s.exec(key)?.[1] ?? key;
}
