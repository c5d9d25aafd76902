import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Store } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { wholeNumber } from '../numbers.js';
import { withStore, withWritableStore } from '../open-store.js';

interface ServeFlags {
  readonly port?: number;
  readonly open?: boolean;
  readonly allowIndex?: boolean;
}

const LARGEST_PORT = 65_535;
/** What opens an address in the browser, by platform. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

export function addServeCommand(program: Command, host: Host, version: string): void {
  program
    .command('serve')
    .description('a web page over the store, for this machine only, until interrupted')
    .option('--port <n>', 'listen here (default: a free port)', wholeNumber(0, LARGEST_PORT))
    .option('--open', 'open the page in the browser')
    .option('--allow-index', 'let the page have projects indexed again')
    .action(async (flags: ServeFlags, self: Command) => {
      const context = contextOf(host, self);
      const opened = flags.allowIndex === true ? withWritableStore : withStore;
      await opened(context, (store) => serve(context, store, flags, version));
    });
}

async function serve(context: CommandContext, store: Store, flags: ServeFlags, version: string): Promise<void> {
  const { host, output } = context;
  const { WebServer } = await import('../../web/index.js');
  const server = await WebServer.start({
    store,
    version,
    ...(flags.port === undefined ? {} : { port: flags.port }),
    allowIndex: flags.allowIndex === true,
  });
  try {
    output.document({ url: server.url, port: server.port });
    output.line(`lestockage serves ${context.database} at`);
    output.line(server.url);
    output.line('interrupt to end');
    if (flags.open === true) openBrowser(context, server.url);
    await ended(host.signal);
  } finally {
    await server.close();
  }
}

/** Service managers end a program by SIGTERM. */
async function ended(interrupted: AbortSignal): Promise<void> {
  const terminated = new AbortController();
  const onTerminate = (): void => terminated.abort();
  process.once('SIGTERM', onTerminate);
  try {
    const signal = AbortSignal.any([interrupted, terminated.signal]);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    process.off('SIGTERM', onTerminate);
  }
}

/** The page is there whether or not a browser opens it. */
function openBrowser({ output }: CommandContext, url: string): void {
  const [program, ...rest] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...rest, url], { stdio: 'ignore', detached: true });
  child.on('error', (error) => output.warn(`warning: the browser could not be opened: ${error.message}`));
  child.unref();
}
