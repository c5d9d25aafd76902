import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from './children.js';
import { combine, suiteBySize, type Findings } from './findings.js';
import { alternate, type Outcome, type Side, type Suite, type SuiteOptions } from './harness.js';
import { versionOf } from './machine.js';
import { EDGES_PER_NODE } from './records.js';
import { askFindings, SIDES, writeFindings, type Asked, type Written } from './remote-findings.js';
import { SQLD_VERSION, startDelay, withServer } from './servers.js';
import { formatCount } from './report.js';

/** What a child process is told. */
export interface RemoteOptions {
  /** A file, or the URL of a server. */
  readonly path: string;
  readonly nodes: number;
  readonly seed: number;
  /** Path of the built public face. */
  readonly library: string;
  readonly replica?: string;
  /** The store to push. */
  readonly from?: string;
  readonly count?: number;
  /** Where statements are noted. */
  readonly out?: string;
}

const SEED = 20_240_229;
const SIZES = { full: [100_000], quick: [2000] };
const QUESTIONS = 500;
const QUICK_QUESTIONS = 30;
export const DELAY_MS = 20;

/** A libSQL server on this machine, near and far: writing, pushing and asking, against the bare client and a file. */
export function remoteSuite(projectRoot: string): Suite {
  return suiteBySize(
    {
      suite: 'remote',
      lane: 'store-only',
      seeds: { records: SEED, questions: SEED },
      versions: { '@libsql/client': versionOf(projectRoot, '@libsql/client'), sqld: SQLD_VERSION },
    },
    SIZES,
    (nodes, options) => remoteAt(nodes, projectRoot, options),
  );
}

async function remoteAt(nodes: number, projectRoot: string, options: SuiteOptions): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'lestockage-bench-'));
  try {
    const run = new RemoteRun(projectRoot, scratch, nodes, options);
    return combine([await run.writing(), await run.asking()]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

class RemoteRun {
  private readonly label: string;
  private readonly file: string;
  private files = 0;

  constructor(
    private readonly projectRoot: string,
    private readonly scratch: string,
    private readonly nodes: number,
    private readonly options: SuiteOptions,
  ) {
    this.label = `${formatCount(nodes)} nodes + ${formatCount(nodes * EDGES_PER_NODE)} edges`;
    this.file = join(scratch, 'local.db');
  }

  /** Every run has a server, or a file, with nothing in it. */
  async writing(): Promise<Findings> {
    await this.child('write', this.file);
    const side = (name: string, mode: string, scheme: 'http' | 'ws', delayMs = 0): Side<Written> => ({
      name,
      run: () => this.withServer(delayMs, (port) => this.child<Written>(mode, `${scheme}://127.0.0.1:${port}`)),
    });
    const sides: Side<Written>[] = [
      { name: SIDES.file, run: () => this.child<Written>('write', join(this.scratch, `write-${this.files++}.db`)) },
      side(SIDES.http, 'write', 'http'),
      side(SIDES.bareHttp, 'write-bare', 'http'),
      side(SIDES.socket, 'write', 'ws'),
      side(SIDES.bareSocket, 'write-bare', 'ws'),
      side(SIDES.farHttp, 'write', 'http', DELAY_MS),
      side(SIDES.push, 'push', 'http'),
      side(SIDES.farPush, 'push', 'http', DELAY_MS),
    ];
    return writeFindings(this.label, await this.alternate(sides));
  }

  /** All sides ask one server, a copy of it or the same rows in a file. */
  async asking(): Promise<Findings> {
    const out = join(this.scratch, 'statements.json');
    // Statements are noted below the face of the library, which the package does not let through.
    await this.child('record', this.file, { out, library: join(this.projectRoot, '.cache', 'modules', 'index.js') });
    return this.withServer(0, async (port) => {
      const http = `http://127.0.0.1:${port}`;
      const socket = `ws://127.0.0.1:${port}`;
      await this.child('write', http);
      const replica = join(this.scratch, 'replica.db');
      await this.child('ask', http, { replica });
      const delayed = await startDelay(port, DELAY_MS);
      const side = (name: string, mode: string, path: string, more: Partial<RemoteOptions> = {}): Side<Asked> => ({
        name,
        run: () => this.child<Asked>(mode, path, more),
      });
      try {
        return askFindings(
          this.label,
          await this.alternate([
            side(SIDES.file, 'ask', this.file),
            side(SIDES.replica, 'ask', http, { replica }),
            side(SIDES.http, 'ask', http),
            side(SIDES.bareHttp, 'ask-bare', http, { out }),
            side(SIDES.socket, 'ask', socket),
            side(SIDES.bareSocket, 'ask-bare', socket, { out }),
            side(SIDES.farHttp, 'ask', `http://127.0.0.1:${delayed.port}`),
            side(SIDES.farSocket, 'ask', `ws://127.0.0.1:${delayed.port}`),
          ]),
        );
      } finally {
        await delayed.stop();
      }
    });
  }

  private async alternate<T>(sides: readonly Side<T>[]): Promise<Outcome<T>[]> {
    const progress = (line: string): void => this.options.progress(`${this.label}: ${line}`);
    return alternate(
      sides,
      { ...this.options, progress },
      sides.map(({ name }) => name),
    );
  }

  private withServer<T>(delayMs: number, work: (port: number) => Promise<T>): Promise<T> {
    return withServer(this.projectRoot, async ({ port }) => {
      if (delayMs === 0) return work(port);
      const delay = await startDelay(port, delayMs);
      try {
        return await work(delay.port);
      } finally {
        await delay.stop();
      }
    });
  }

  private async child<T>(mode: string, path: string, more: Partial<RemoteOptions> = {}): Promise<T> {
    const given: RemoteOptions = {
      path,
      nodes: this.nodes,
      seed: SEED,
      library: join(this.projectRoot, 'dist', 'index.js'),
      count: this.options.quick ? QUICK_QUESTIONS : QUESTIONS,
      from: this.file,
      ...more,
    };
    const { stdout } = await runScript('remote-child.js', mode, JSON.stringify(given));
    return JSON.parse(stdout) as T;
  }
}
