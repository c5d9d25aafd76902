/** What the server says went wrong, or why it could not be asked. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface AskOptions {
  readonly signal?: AbortSignal;
  readonly method?: 'GET' | 'POST';
  readonly token?: string;
}

/** The address of a question; parameters that are undefined or empty are left out. */
export function addressOf(name: string, query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') given.set(key, String(value));
  }
  const text = given.toString();
  return text === '' ? `api/${name}` : `api/${name}?${text}`;
}

/** Asks the server. Throws an ApiError, and what the signal was aborted with. */
export async function ask<T>(name: string, query: Query = {}, options: AskOptions = {}): Promise<T> {
  const { signal, method = 'GET', token } = options;
  const response = await fetch(addressOf(name, query), {
    method,
    ...(signal === undefined ? {} : { signal }),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiError('UNREACHABLE', 'The server does not answer. Is `lestockage serve` still running?', 0);
  });
  const body: unknown = await response.json().catch(() => undefined);
  // The server is part of this program: its answers are what its description says.
  if (response.ok) return body as T;
  const { error } = (body ?? {}) as { error?: { code: string; message: string } };
  throw new ApiError(
    error?.code ?? 'FAILED',
    error?.message ?? `The server answered ${response.status}.`,
    response.status,
  );
}
