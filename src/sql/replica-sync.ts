import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BusyError, ConnectionError } from '../model/index.js';
import type { Secret } from './secret.js';
import { withoutSecrets } from './server-options.js';

export interface ReplicaSource {
  /** The file of the replica. */
  readonly path: string;
  readonly url: string;
  readonly authToken: Secret | undefined;
  readonly requestTimeoutMs: number;
  readonly busyTimeoutMs: number;
}

/** What the process answers. `frame` counts the pages that the server has written so far; null before the first. */
type Answer =
  | { readonly frame: number | null; readonly failure?: undefined }
  | { readonly failure: 'locked' | 'sync'; readonly message: string };

const PROGRAM = fileURLToPath(new URL('./replica-sync.mjs', import.meta.url));
/** The first synchronization of a large database takes long, and says nothing in between. */
const FIRST_SYNC_TIMES = 20;
/** A synchronization under way is given so long to end; a replica that was cut off in one is mended by the next. */
const CLOSE_WITHIN_MS = 2000;

/** Brings one embedded replica up to date, in a process of its own that is started when it is first needed. */
export class ReplicaSync {
  private child: ChildProcess | undefined;
  private running: Promise<number | null> | undefined;
  private next: Promise<number | null> | undefined;
  private hasSynced = false;

  constructor(private readonly source: ReplicaSource) {}

  /**
   * Resolves when the replica has everything that the server had when this was called; gives the number
   * of the last page that was written there. Throws ConnectionError, and BusyError when another process
   * synchronizes the same replica for the whole wait.
   */
  async sync(): Promise<number | null> {
    if (this.running === undefined) return this.start();
    // One that runs already may have asked the server too early. All who come now share the next one.
    this.next ??= this.running.then(
      () => this.start(),
      () => this.start(),
    );
    return this.next;
  }

  /** Resolves when nothing touches the files of the replica any more. */
  async close(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    hold(child);
    const limit = setTimeout(() => child.kill('SIGKILL'), CLOSE_WITHIN_MS);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(limit);
  }

  private async start(): Promise<number | null> {
    this.next = undefined;
    const running = this.ask().finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }

  private async ask(): Promise<number | null> {
    const child = this.process();
    hold(child);
    try {
      const answer = await this.answerOf(child);
      if (answer.failure === undefined) {
        this.hasSynced = true;
        return answer.frame;
      }
      throw answer.failure === 'locked' ? this.locked() : this.failed(answer.message);
    } finally {
      letGo(child);
    }
  }

  private async answerOf(child: ChildProcess): Promise<Answer> {
    const { path, url, authToken, requestTimeoutMs, busyTimeoutMs } = this.source;
    const limitMs = busyTimeoutMs + requestTimeoutMs * (this.hasSynced ? 1 : FIRST_SYNC_TIMES);
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Answer>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Answer));
      child.once('exit', () => reject(this.failed('the process that synchronizes has ended')));
      child.once('error', (error) => reject(this.failed(error.message)));
      timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(this.failed(`none within ${limitMs} ms`));
      }, limitMs);
      child.send({
        path,
        fileUrl: pathToFileURL(path).href.replace('file://', 'file:'),
        url: httpUrl(url),
        authToken: authToken?.reveal(),
        waitMs: busyTimeoutMs,
      });
    });
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      child.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error');
      child.on('error', () => undefined);
    }
  }

  private process(): ChildProcess {
    if (this.child === undefined || !this.child.connected || this.child.exitCode !== null) {
      // The native library writes about its failures; what it says comes back as an answer as well.
      this.child = fork(PROGRAM, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    }
    return this.child;
  }

  private locked(): BusyError {
    const { path, busyTimeoutMs } = this.source;
    return new BusyError('DATABASE_BUSY', `Another process synchronizes the replica ${path}.`, {
      details: { replica: path, busyTimeoutMs },
    });
  }

  private failed(message: string): ConnectionError {
    const { path, url } = this.source;
    // Of what the server answered the native library shows everything, down to the headers.
    const reason = /message: "([^"]+)"/.exec(message)?.[1] ?? message;
    const location = withoutSecrets(url);
    return new ConnectionError(
      'CONNECTION_FAILED',
      `The replica ${path} could not be synchronized with ${location}: ${reason}.`,
      'not-applied',
      { details: { location, replica: path, reason } },
    );
  }
}

/** While somebody waits for the process, this one stays alive for it. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

/** Replicas are synchronized over HTTP, wherever else statements go. */
function httpUrl(text: string): string {
  const url = new URL(text);
  const isPlain = url.protocol === 'http:' || url.protocol === 'ws:' || url.searchParams.get('tls') === '0';
  return `${isPlain ? 'http' : 'https'}://${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}
