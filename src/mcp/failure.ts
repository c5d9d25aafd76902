import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { printable } from '../answers/index.js';
import { crossProjectKey, isLestockageError, type LestockageError, type Store } from '../index.js';
import { errorEntryOf, RPC } from './error-table.js';
import { given } from './given.js';
import { clipped } from './token-budget.js';
import { ToolFailure } from './tool-failure.js';

/** A failed call, in words that a caller can act on. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  /** May the same call succeed later? */
  readonly retryable: boolean;
  readonly rpc: number;
  readonly details: Readonly<Record<string, unknown>>;
}

const MAX_MESSAGE_BYTES = 1500;
const SUGGESTIONS = 5;
const SHOWN_PROJECTS = 20;
/** What to do with a store without projects. */
export const NOTHING_INDEXED =
  'Nothing is indexed yet: call `index` (where this server offers it) with the path of a repository, or tell the user ' +
  'to run `lestockage index` there.';

/** What went wrong. What is not known is looked up in the store, where there is one: similar names, the projects there are. */
export async function failureOf(error: unknown, store?: Store): Promise<Failure> {
  if (error instanceof ToolFailure) {
    const { code, message, advice, details } = error;
    return { code, message, advice, details, retryable: false, rpc: RPC.invalidParams };
  }
  if (isLestockageError(error)) {
    const { code, message, retryable, details } = error;
    const { rpc, advice } = errorEntryOf(code);
    const better = store === undefined ? undefined : await adviceFrom(store, error).catch(() => undefined);
    return { code, message, retryable, rpc, details, advice: better ?? advice };
  }
  const message = error instanceof Error ? error.message : String(error);
  const advice = 'This is a fault of the server. Tell the user what the message says.';
  return { code: 'FAILED', message, advice, retryable: false, rpc: RPC.internal, details: {} };
}

/** The answer of a tool that failed: the text for a model, the rest for programs. */
export function failureResult(failure: Failure): CallToolResult {
  const { code, message, advice, retryable, details } = failure;
  const lines = [
    `${code}: ${clipped(printable(message), MAX_MESSAGE_BYTES)}`,
    ...(retryable ? ['Retryable: the same call may succeed later.'] : []),
    `What to do: ${clipped(printable(advice), MAX_MESSAGE_BYTES)}`,
  ];
  return {
    isError: true,
    content: [{ type: 'text', text: lines.join('\n') }],
    _meta: { 'lestockage/error': { code, message, retryable, advice, details: plain(details) } },
  };
}

/** A failure as the protocol's own error, whose code, message and data the client gets as they are. */
export class ProtocolError extends Error {
  readonly code: number;
  readonly data: Readonly<Record<string, unknown>>;

  constructor({ code, message, advice, retryable, rpc, details }: Failure) {
    super(`${code}: ${clipped(printable(message), MAX_MESSAGE_BYTES)}`);
    this.name = 'ProtocolError';
    this.code = rpc;
    this.data = { code, retryable, advice, details: plain(details) };
  }
}

async function adviceFrom(store: Store, { code, details }: LestockageError): Promise<string | undefined> {
  if (!code.endsWith('_NOT_FOUND')) return undefined;
  const projects = await store.projects.list();
  if (projects.length === 0 && code !== 'FOLDER_NOT_FOUND') return NOTHING_INDEXED;
  if (code === 'PROJECT_NOT_FOUND') {
    const ids = projects.slice(0, SHOWN_PROJECTS).map(({ id }) => JSON.stringify(id));
    const rest = projects.length - ids.length;
    return `The projects are ${ids.join(', ')}${rest > 0 ? ` and ${rest} more; \`status\` lists them` : ''}.`;
  }
  const { name, project } = details;
  if (code !== 'SYMBOL_NOT_FOUND' || typeof name !== 'string') return undefined;
  const asked = typeof project === 'string' ? project : undefined;
  const { items } = await store.search(lastPart(name), { mode: 'name', k: SUGGESTIONS, ...given({ project: asked }) });
  if (items.length === 0) return undefined;
  return `Similar names: ${items.map((item) => crossProjectKey(item.project, item.key)).join(', ')}. Or call \`search\`.`;
}

/** `src/a.ts#Box.open(method)` and `Box.open` end in the name that is looked for. */
function lastPart(name: string): string {
  const bare = name.slice(name.lastIndexOf('#') + 1).replace(/\(\w*\)(?:~\d+)?$/, '');
  const last = bare.slice(Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(':'), bare.lastIndexOf('/')) + 1);
  return last === '' ? name : last;
}

/** Details may hold what JSON has no word for. */
function plain(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = JSON.stringify(details, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
}
