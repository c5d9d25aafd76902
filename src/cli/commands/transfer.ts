import type { Command } from 'commander';
import { transferJson } from '../../answers/index.js';
import type { Store, StoreOptions, TransferOptions, TransferProgress, TransferReport } from '../../index.js';
import { readAuthToken } from '../auth-token.js';
import { contextOf, NAMESPACE_PLACE, SERVER_URL, type CommandContext, type Host } from '../context.js';
import { wholeNumber } from '../numbers.js';
import { withStore, withWritableStore } from '../open-store.js';
import { columns, plural, printable } from '../terminal.js';

interface TransferFlags {
  readonly project?: readonly string[];
  readonly wait?: number;
  readonly namespace?: string;
  readonly upgrade?: boolean;
  readonly authTokenFile?: string;
}

type Transfer = (
  store: Store,
  other: StoreOptions & { readonly path: string },
  options: TransferOptions,
) => Promise<TransferReport>;

const MOST_WAIT_S = 86_400;

export function addPushCommand(program: Command, host: Host): void {
  command(program, 'push', 'copy the store to a server, verified; what is there already is not sent')
    .argument('<url>', 'where to: a libSQL URL, another store, or a template of many databases')
    .option('--namespace <name>', 'with a template: where new projects are to lie')
    .action(async (url: string, flags: TransferFlags, self: Command) => {
      const { pushStore } = await import('../../index.js');
      const context = contextOf(host, self, { tokenIsForOther: true });
      if (url.includes(NAMESPACE_PLACE)) {
        await run(context, url, flags, self, withStore, pushToShards(flags.namespace));
        return;
      }
      if (flags.namespace !== undefined) self.error("error: option '--namespace' goes with a template of databases");
      await run(context, url, flags, self, withStore, pushStore);
    });
}

export function addPullCommand(program: Command, host: Host): void {
  command(program, 'pull', 'copy a server, or some of its projects, into the store, verified')
    .argument('<url>', 'where from: a libSQL URL, or another store')
    .option('--upgrade', 'a server with an older schema is upgraded first; else it is refused')
    .action(async (url: string, flags: TransferFlags, self: Command) => {
      const { pullStore } = await import('../../index.js');
      await run(contextOf(host, self, { tokenIsForOther: true }), url, flags, self, withWritableStore, pullStore);
    });
}

function pushToShards(namespace: string | undefined): Transfer {
  return async (store, { path: template, ...rest }, options) => {
    const { openShards } = await import('../../index.js');
    const shards = await openShards({ ...rest, template });
    try {
      return await shards.push(store, { ...options, ...(namespace === undefined ? {} : { namespace }) });
    } finally {
      await shards.close();
    }
  };
}

function command(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--project <id...>', 'only these projects (default: all of them)')
    .option(
      '--wait <seconds>',
      'how long to wait for others who work on a project there (default: 120)',
      wholeNumber(0, MOST_WAIT_S),
    );
}

async function run(
  context: CommandContext,
  url: string,
  flags: TransferFlags,
  self: Command,
  open: (context: CommandContext, work: (store: Store) => Promise<void>) => Promise<void>,
  transfer: Transfer,
): Promise<void> {
  const { host, output } = context;
  const other = { path: url, ...tokenFor(url, context, flags, self) };
  await open(context, async (store) => {
    const progress = progressLines(host);
    const report = await transfer(store, other, {
      ...(flags.project === undefined ? {} : { projects: flags.project }),
      ...(flags.wait === undefined ? {} : { waitMs: flags.wait * 1000 }),
      ...(flags.upgrade === undefined ? {} : { upgrade: flags.upgrade }),
      signal: host.signal,
      onProgress: progress,
    });
    output.document(transferJson(report));
    for (const line of reportLines(report)) output.line(line);
  });
}

/** The token goes to the other end when that is a server. */
function tokenFor(
  url: string,
  { host }: CommandContext,
  { authTokenFile }: TransferFlags,
  self: Command,
): StoreOptions {
  if (!SERVER_URL.test(url)) return {};
  try {
    const authToken = readAuthToken(
      self.optsWithGlobals<TransferFlags>().authTokenFile ?? authTokenFile,
      host.environment,
    );
    return authToken === undefined ? {} : { authToken };
  } catch (error) {
    return self.error(`error: option '--auth-token-file': ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** One line on stderr for each step of each project. */
function progressLines({ stderr }: Host): (progress: TransferProgress) => void {
  let last = '';
  return ({ project, phase, bytes }) => {
    const step = `${project} ${phase}`;
    if (step === last && !stderr.isTTY) return;
    last = step;
    stderr.write(`${printable(project)}: ${phase}, ${megabytes(bytes)} sent\n`);
  };
}

function reportLines({ direction, projects, bytes, skipped, generation, ms }: TransferReport): string[] {
  const rows = projects.map((each) => [
    printable(each.project),
    `${plural(each.nodes, 'node')}, ${plural(each.edges, 'edge')}, ${plural(each.embeddings, 'embedding')}`,
    each.skipped ? 'the same already' : `${megabytes(each.bytes)} sent`,
    `verified ${each.digest.slice(0, 12)}`,
  ]);
  const sent = plural(projects.length - skipped.length, 'project');
  return [
    ...columns(rows),
    `${direction === 'push' ? 'pushed' : 'pulled'} ${sent}, ${megabytes(bytes)}, in ${(ms / 1000).toFixed(2)} s; generation ${generation}`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
