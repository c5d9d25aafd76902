import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Store } from '../index.js';
import { AllowedRoots } from './allowed-roots.js';
import { Calls } from './calls.js';
import { createServer } from './server.js';
import { StoreAccess } from './store-access.js';

/** How to serve a store to an MCP client. */
export interface McpOptions {
  readonly version: string;
  /** Opens the store; called when the first request needs it, and again when it failed. */
  readonly openStore: () => Promise<Store>;
  readonly isReadOnly: boolean;
  /** Folders that may be indexed; when there are none, those of known projects and the working folder. */
  readonly roots: readonly string[];
  readonly workingFolder: string;
  /** Fires when the server is to end. */
  readonly signal: AbortSignal;
  /** Where what concerns no request is told of, a line at a time; stdout belongs to the protocol. */
  readonly warn: (text: string) => void;
}

/**
 * Speaks MCP over stdin and stdout until stdin closes or the signal fires, then closes the store. When stdin closes,
 * questions that are under way are still answered; index runs are stopped, and go on with the next one.
 */
export async function serveMcp(options: McpOptions): Promise<void> {
  const { version, isReadOnly, roots, workingFolder, openStore, signal, warn } = options;
  const access = new StoreAccess(openStore);
  const calls = new Calls();
  const server = createServer(
    { version, isReadOnly },
    { access, calls, roots: new AllowedRoots(roots, workingFolder) },
  );
  const closed = new Promise<void>((resolve) => (server.server.onclose = resolve));
  server.server.onerror = (error) => warn(`mcp: ${error.message}`);
  const inputEnded = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve());
  });
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport());
  try {
    // The first request finds the store open, or gets the reason why not.
    void access.get().catch(() => undefined);
    await Promise.race([closed, inputEnded, stopped]);
    if (signal.aborted) calls.stopAll();
    else calls.stopChanges();
    signal.addEventListener('abort', () => calls.stopAll(), { once: true });
    await calls.settled();
  } finally {
    await server.close();
    await access.close();
  }
}
