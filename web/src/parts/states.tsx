import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api/client.js';
import type { Asked } from '../api/use-answer.js';
import { counted } from '../text.js';

/** An answer, or what is there instead while it is read or when it cannot be. An older answer stays while a newer comes. */
export function WithAnswer<T>(props: {
  readonly asked: Asked<T>;
  readonly what: string;
  readonly children: (answer: T) => ComponentChildren;
}) {
  const { asked, what, children } = props;
  if (asked.error !== undefined) return <ErrorState error={asked.error} retry={asked.retry} />;
  if (asked.answer === undefined) return <Loading what={what} />;
  return <>{children(asked.answer)}</>;
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">Loading {what}…</span>
      <span class="bone" />
      <span class="bone" />
      <span class="bone" />
    </div>
  );
}

export function ErrorState({ error, retry }: { readonly error: ApiError; readonly retry?: () => void }) {
  return (
    <div class="state error" role="alert">
      <p class="state-title">{error.message}</p>
      <p class="muted">
        <code>{error.code}</code>
      </p>
      {retry === undefined ? null : (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children === undefined ? null : <div class="muted">{children}</div>}
    </div>
  );
}

/** How much of a list is shown, always, and how to see more of it. */
export function Rest(props: {
  readonly shown: number;
  readonly total: number;
  readonly what: string;
  readonly readOn?: (() => void) | undefined;
  readonly isReadingOn?: boolean;
}) {
  const { shown, total, what, readOn, isReadingOn = false } = props;
  return (
    <p class="rest">
      <span>{shown < total ? `${counted(shown)} of ${counted(total, what)} shown` : counted(total, what)}</span>
      {readOn === undefined ? null : (
        <button type="button" class="quiet" onClick={readOn} disabled={isReadingOn}>
          {isReadingOn ? 'Loading…' : 'Show more'}
        </button>
      )}
    </p>
  );
}
