import { openDatabase } from '../../../src/sql/index.js';
import { Store } from '../../../src/store/index.js';
import { CutDatabase } from './cut-database.js';
import type { Cut, Script } from './script.js';

/** Larger than any that a system gives. */
const DEAD_PID = 4_194_305;

interface Opened {
  readonly store: Store;
  readonly database: CutDatabase;
}

/** The stores of one script: one in memory, or up to two on one file, as of two processes. */
export class Stores {
  private readonly opened: (Opened | undefined)[] = [undefined, undefined];

  constructor(
    private readonly place: Script['store'],
    private readonly file: string,
  ) {}

  async get(which: 0 | 1): Promise<Store> {
    return (await this.require(which)).store;
  }

  /** Makes writes of a store fail; see {@link CutDatabase.arm}. */
  async arm(which: 0 | 1, cut: Cut | undefined): Promise<void> {
    (await this.require(which)).database.arm(cut);
  }

  /** What is left of a run that was cut short looks as if its process were gone, not as if it went on. */
  async bury(which: 0 | 1): Promise<void> {
    const { database } = await this.require(which);
    await database.write([
      {
        sql: `UPDATE leases SET holder = json_set(holder, '$.pid', ?) WHERE holder IS NOT NULL`,
        parameters: [DEAD_PID],
      },
    ]);
  }

  /** Closes a store, so that the next use opens it anew. What is in memory stays, else it would be gone. */
  async reopen(which: 0 | 1): Promise<void> {
    if (this.place === 'file') await this.close(which);
  }

  async closeAll(): Promise<void> {
    await this.close(0);
    await this.close(1);
  }

  private async require(which: 0 | 1): Promise<Opened> {
    const at = this.place === 'file' ? which : 0;
    return (this.opened[at] ??= await this.open());
  }

  private async close(which: 0 | 1): Promise<void> {
    const opened = this.opened[which];
    this.opened[which] = undefined;
    await opened?.store.close();
  }

  private async open(): Promise<Opened> {
    const config =
      this.place === 'memory' ? { path: ':memory:' } : { path: this.file, durability: 'off' as const, readers: 1 };
    const database = new CutDatabase(await openDatabase(config));
    return { store: new Store(database), database };
  }
}
