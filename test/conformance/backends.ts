import { join } from 'node:path';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A kind of database the conformance suites run over, and what can be asked of it. */
export interface Backend {
  readonly name: Database['backend'];
  /** An empty database that is removed when the running test ends. */
  open(): Promise<Database>;
  /** A failing bulk says which row it failed at. */
  readonly namesFailingRow: boolean;
}

export const MEMORY: Backend = {
  name: 'memory',
  open: () => openDatabase({ path: ':memory:' }),
  namesFailingRow: true,
};

export const FILE: Backend = {
  name: 'file',
  open: () => openDatabase({ path: join(temporaryFolder(), 'store.db') }),
  namesFailingRow: true,
};
