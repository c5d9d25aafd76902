import { join } from 'node:path';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A kind of database the conformance suites run over, and what can be asked of it. */
export interface Backend {
  readonly name: Database['backend'];
  /** An empty database that is removed when the running test ends. */
  open(): Promise<Database>;
  /** What is committed is still there after closing and opening again. */
  readonly isDurable: boolean;
  /** A failing bulk says which row it failed at. */
  readonly namesFailingRow: boolean;
}

export const MEMORY: Backend = {
  name: 'memory',
  open: () => openDatabase({ path: ':memory:' }),
  isDurable: false,
  namesFailingRow: true,
};

export const FILE: Backend = {
  name: 'file',
  open: () => openDatabase({ path: join(temporaryFolder(), 'store.db') }),
  isDurable: true,
  namesFailingRow: true,
};
