import { useEffect, useRef } from 'preact/hooks';
import { go, linkTo, place } from '../router.js';

/** The box of every page: what is typed is searched at once. */
export function SearchBox() {
  const box = useRef<HTMLInputElement>(null);
  const { parts, query } = place.value;
  const isSearch = parts[0] === 'search';
  const text = isSearch ? (query['q'] ?? '') : '';
  useEffect(() => {
    // What was typed is newer than the address, which follows it.
    if (box.current !== null && document.activeElement !== box.current) box.current.value = text;
  }, [text]);
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  return (
    <form class="search-box" role="search" onSubmit={openFirst}>
      <input
        ref={box}
        type="search"
        name="q"
        aria-label="Search symbols"
        placeholder="Search symbols"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={2000}
        onInput={(event) => searchFor(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

/** The first result, which Enter opens and the arrow down goes to. */
export function firstResult(): HTMLAnchorElement | null {
  return document.querySelector<HTMLAnchorElement>('.results a');
}

export function focusSearchBox(): void {
  document.querySelector<HTMLInputElement>('.search-box input')?.focus();
}

function searchFor(text: string): void {
  const { parts, query } = place.value;
  const isSearch = parts[0] === 'search';
  const more = isSearch ? { mode: query['mode'], project: query['project'], type: query['type'] } : {};
  if (text.trim() === '' && !isSearch) return;
  // Typing is one step in the history, however many keys it takes.
  go(linkTo(['search'], { ...more, q: text }), { replaces: isSearch });
}

function onKey(event: KeyboardEvent): void {
  const box = event.currentTarget as HTMLInputElement;
  if (event.key === 'ArrowDown') {
    event.preventDefault();
    firstResult()?.focus();
  } else if (event.key === 'Escape') {
    event.preventDefault();
    if (box.value === '') box.blur();
    else {
      box.value = '';
      searchFor('');
    }
  }
}

function openFirst(event: Event): void {
  event.preventDefault();
  const first = firstResult();
  // A result of an earlier text is not what Enter means.
  if (first?.closest('[aria-busy="true"]') === null) first.click();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
