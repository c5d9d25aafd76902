import type { ComponentChildren } from 'preact';
import { connection, generation } from '../api/live.js';
import { place } from '../router.js';
import { SearchBox } from './search-box.js';

const VIEWS = [
  ['hotspots', 'Hotspots'],
  ['statistics', 'Statistics'],
  ['projects', 'Projects'],
  ['status', 'Status'],
] as const;

/** What stands around every view. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const [current] = place.value.parts;
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="#/">
          lestockage
        </a>
        <SearchBox />
        <nav aria-label="Views">
          {VIEWS.map(([name, title]) => (
            <a key={name} href={`#/${name}`} aria-current={current === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <LiveMark />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** The address says where the page is, so that a link within it cannot jump. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

const CONNECTION_TEXTS = {
  connecting: 'Connecting to the server',
  live: 'Follows the store as it changes',
  lost: 'The server does not answer; trying again',
} as const;

function LiveMark() {
  const state = connection.value;
  return (
    <p class={`live ${state}`} title={CONNECTION_TEXTS[state]} role="status">
      <span class="dot" aria-hidden="true" />
      <span class="visually-hidden">{CONNECTION_TEXTS[state]}. </span>
      {state === 'lost' ? 'offline' : <span class="generation">generation {generation.value ?? '…'}</span>}
    </p>
  );
}
