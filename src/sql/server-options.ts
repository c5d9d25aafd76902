import { integerFrom, MAX_INT32, type OptionCheck } from './option-check.js';

/** What goes with the URL of a libSQL server, and with nothing else. */
export interface ServerOptions {
  /** The token that the server wants. It is in no error and in no text that is written. */
  readonly authToken?: string;
  /** A file to keep an embedded replica in: reads are answered from it, writes go to the server. */
  readonly replicaPath?: string;
  /** How often the replica asks the server for what is new; 0 never does by itself. Default 0. */
  readonly syncIntervalMs?: number;
  /** How long one request may take before it counts as lost. Default 30000. */
  readonly requestTimeoutMs?: number;
}

const SERVER_URL = /^(libsql|https?|wss?):/i;
/** What a header can carry; the operating system's line ends around a token from a file cannot be in it. */
const TOKEN = /^[\x21-\x7e]+$/;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && !value.includes('\0');

export const SERVER_OPTIONS: Readonly<Record<keyof ServerOptions, OptionCheck>> = {
  authToken: [(value) => typeof value === 'string' && TOKEN.test(value), 'a text of visible ASCII characters'],
  replicaPath: [isText, 'a non-empty text'],
  syncIntervalMs: integerFrom(0, MAX_INT32),
  requestTimeoutMs: integerFrom(1, MAX_INT32),
};

/** Is this the URL of a server, rather than the place of a file? */
export function isServerUrl(path: string): boolean {
  return SERVER_URL.test(path);
}

/** A URL without what may be a secret: user, password, query and fragment. */
export function withoutSecrets(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
}
