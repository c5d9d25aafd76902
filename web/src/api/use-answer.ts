import { useEffect, useState } from 'preact/hooks';
import { addressOf, ApiError, ask, type Query } from './client.js';
import type { Envelope } from './answers.js';
import { changeCount } from './live.js';

/** A question that was asked: nothing yet, an error, or the answer. A newer answer takes the place of an older one at once. */
export interface Asked<T> {
  readonly answer: T | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  /** Asks again. */
  readonly retry: () => void;
}

interface Held<T> {
  readonly address: string;
  readonly answer: T | undefined;
  readonly error: ApiError | undefined;
}

/** Asks a question, again when it becomes another one, and again when the store changes. Without a name it asks nothing. */
export function useAnswer<T>(name: string | undefined, query: Query = {}): Asked<T> {
  const address = name === undefined ? '' : addressOf(name, query);
  const [held, setHeld] = useState<Held<T>>({ address: '', answer: undefined, error: undefined });
  const [isLoading, setLoading] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const current = changeCount.value;
  useEffect(() => {
    if (name === undefined) return undefined;
    const ended = new AbortController();
    setLoading(true);
    ask<T>(name, query, { signal: ended.signal }).then(
      (answer) => {
        setHeld({ address, answer, error: undefined });
        setLoading(false);
      },
      (error: unknown) => {
        if (ended.signal.aborted) return;
        setHeld({ address, answer: undefined, error: asApiError(error) });
        setLoading(false);
      },
    );
    return () => ended.abort();
    // The address says everything about the question.
  }, [address, current, attempt]);
  const isCurrent = held.address === address;
  return {
    answer: isCurrent ? held.answer : undefined,
    error: isCurrent ? held.error : undefined,
    isLoading: isLoading || !isCurrent,
    retry: () => setAttempt(attempt + 1),
  };
}

export interface Listed<T, A extends Envelope<T> = Envelope<T>> extends Asked<A> {
  /** Everything that was read so far. */
  readonly items: readonly T[];
  readonly isReadingOn: boolean;
  /** Reads the next page; undefined at the end. */
  readonly readOn: (() => void) | undefined;
}

interface Rest<T> {
  readonly of: object | undefined;
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** Asks for a list, and reads on in it when told to. */
export function useList<T, A extends Envelope<T> = Envelope<T>>(
  name: string | undefined,
  query: Query = {},
): Listed<T, A> {
  const first = useAnswer<A>(name, query);
  const [rest, setRest] = useState<Rest<T>>({ of: undefined, items: [], cursor: null });
  const [isReadingOn, setReadingOn] = useState(false);
  const { answer } = first;
  const isCurrent = rest.of !== undefined && rest.of === answer;
  const cursor = isCurrent ? rest.cursor : (answer?.cursor ?? null);
  const items = answer === undefined ? [] : isCurrent ? [...answer.items, ...rest.items] : answer.items;
  const readOn = (): void => {
    if (name === undefined || answer === undefined || cursor === null || isReadingOn) return;
    setReadingOn(true);
    ask<A>(name, { ...query, cursor })
      .then(
        (next) =>
          setRest({ of: answer, items: [...(isCurrent ? rest.items : []), ...next.items], cursor: next.cursor }),
        // The list changed since, or the server is gone: asking anew says which.
        () => first.retry(),
      )
      .finally(() => setReadingOn(false));
  };
  return { ...first, items, isReadingOn, readOn: cursor === null ? undefined : readOn };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('FAILED', error instanceof Error ? error.message : String(error), 0);
}
