import { signal } from '@preact/signals';
import type { Session } from './api/answers.js';
import { ApiError, ask } from './api/client.js';
import { followChanges } from './api/live.js';

export const session = signal<Session | undefined>(undefined);
export const sessionError = signal<ApiError | undefined>(undefined);

const TOKEN = /^#token=([\w-]+)$/;

/** Hands the token of the address to the server, which keeps it in a cookie, and takes it out of the address. */
export async function startSession(): Promise<void> {
  const token = TOKEN.exec(location.hash)?.[1];
  if (token !== undefined) history.replaceState(null, '', '#/');
  sessionError.value = undefined;
  try {
    const isFirst = session.value === undefined;
    session.value = await ask<Session>('session', {}, token === undefined ? {} : { token });
    if (isFirst) followChanges();
  } catch (error) {
    sessionError.value = error instanceof ApiError ? error : new ApiError('FAILED', String(error), 0);
  }
}

/** An address with a token may be pasted into a page that is open: then only the part behind `#` changes. */
export function followToken(): void {
  addEventListener('hashchange', () => {
    if (TOKEN.test(location.hash)) void startSession();
  });
}
