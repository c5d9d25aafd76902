import { BusyError, UsageError, type Store } from '../index.js';
import type { Changes } from './events.js';
import { failureOf, Refusal } from './failure.js';

/** Index runs that pages asked for; their progress goes to all pages. */
export class IndexRuns {
  readonly #store: Store;
  readonly #changes: Changes;
  readonly #isAllowed: boolean;
  readonly #running = new Map<string, Promise<void>>();
  readonly #ended = new AbortController();

  constructor(store: Store, changes: Changes, isAllowed: boolean) {
    this.#store = store;
    this.#changes = changes;
    this.#isAllowed = isAllowed;
  }

  /**
   * Starts to bring a project up to date with the folder it was indexed from; the events say how it goes on.
   *
   * Throws a Refusal `INDEXING_NOT_ALLOWED`, NotFoundError `PROJECT_NOT_FOUND`, UsageError `INVALID_ARGUMENT` for a
   * project without a folder, BusyError `PROJECT_BUSY` while a run goes on.
   */
  async start(projectId: string): Promise<object> {
    if (!this.#isAllowed) {
      throw new Refusal(
        'INDEXING_NOT_ALLOWED',
        'This server only reads; start it with --allow-index to index from here.',
      );
    }
    const { root } = await this.#store.projects.require(projectId);
    if (root === null) {
      throw new UsageError('INVALID_ARGUMENT', `The project '${projectId}' comes from an import and has no folder.`, {
        details: { argument: 'project', value: projectId },
      });
    }
    if (this.#running.has(projectId)) {
      throw new BusyError('PROJECT_BUSY', `The project '${projectId}' is being indexed.`, { details: { projectId } });
    }
    this.#running.set(projectId, this.#run(projectId, root));
    return { project: projectId, isStarted: true };
  }

  /** Ends what runs, and waits until it did. */
  async close(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#running.values());
  }

  async #run(projectId: string, root: string): Promise<void> {
    const tell = (data: object): void => this.#changes.tell('index', { project: projectId, ...data });
    try {
      const { files, nodes, edges, ms } = await this.#store.index({
        root,
        projectId,
        signal: this.#ended.signal,
        onProgress: (progress) => tell({ state: 'running', ...progress }),
      });
      tell({ state: 'done', files, nodes, edges, ms });
    } catch (error) {
      tell({ state: 'failed', ...failureOf(error).body });
    } finally {
      this.#running.delete(projectId);
    }
  }
}
