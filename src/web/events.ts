import type { ServerResponse } from 'node:http';
import type { Store } from '../index.js';
import { isoTime } from '../answers/index.js';
import { failureOf, Refusal } from './failure.js';

/** Browsers keep up to six connections for all pages of one server. */
const MOST_LISTENERS = 32;
/** So that a connection on which nothing happens is not taken for dead. */
const BEAT_MS = 15_000;

export interface ChangesOptions {
  /** So often the store is asked for its generation while somebody listens. */
  readonly pollMs: number;
}

/**
 * Tells pages of changes of the store, whichever process makes them: the generation is looked up now and then while
 * somebody listens, and the projects only when it moved.
 */
export class Changes {
  readonly #store: Store;
  readonly #pollMs: number;
  readonly #listeners = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;
  #generation: number | undefined;
  #isPolling = false;

  constructor(store: Store, { pollMs }: ChangesOptions) {
    this.#store = store;
    this.#pollMs = pollMs;
  }

  /** Streams events to a page until it goes away. The first is the present state. Throws a Refusal `TOO_MANY_REQUESTS`. */
  async listen(response: ServerResponse): Promise<void> {
    if (this.#listeners.size >= MOST_LISTENERS) {
      throw new Refusal('TOO_MANY_REQUESTS', `Only ${MOST_LISTENERS} pages can follow the changes at a time.`);
    }
    const state = await this.#state();
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    response.write(`retry: 2000\n${eventText('state', state)}`);
    this.#listeners.add(response);
    response.on('close', () => this.#leave(response));
    this.#timer ??= setInterval(() => void this.#poll(), this.#pollMs).unref();
    this.#beat ??= setInterval(() => this.#send(': beat\n\n'), BEAT_MS).unref();
  }

  /** Tells all pages of something that happens in this process. */
  tell(name: string, data: object): void {
    this.#send(eventText(name, data));
  }

  close(): void {
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
    this.#stop();
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    try {
      if ((await this.#store.projects.generation()) !== this.#generation) this.tell('state', await this.#state());
    } catch (error) {
      // A store that cannot be read now may be readable at the next look; the pages show what is wrong.
      this.tell('failure', failureOf(error).body);
    } finally {
      this.#isPolling = false;
    }
  }

  async #state(): Promise<object> {
    const generation = await this.#store.projects.generation();
    const projects = await this.#store.projects.list();
    this.#generation = generation;
    return {
      generation,
      projects: projects.map(({ id, generation: own, indexedAt }) => ({
        project: id,
        generation: own,
        indexedAt: isoTime(indexedAt),
      })),
    };
  }

  #leave(response: ServerResponse): void {
    this.#listeners.delete(response);
    if (this.#listeners.size === 0) this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    clearInterval(this.#beat);
    this.#timer = undefined;
    this.#beat = undefined;
  }

  #send(text: string): void {
    for (const listener of this.#listeners) listener.write(text);
  }
}

function eventText(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
