import type { Store } from '../index.js';

/**
 * The store of a server: opened when it is first needed, once for all calls. An attempt that fails is made again by the
 * next call, because a database that is absent, busy or out of reach now need not stay so.
 */
export class StoreAccess {
  #opening: Promise<Store> | undefined;

  constructor(private readonly open: () => Promise<Store>) {}

  /** Throws what opening throws. */
  async get(): Promise<Store> {
    this.#opening ??= this.open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    await opened?.close();
  }
}
