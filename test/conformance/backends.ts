import { join } from 'node:path';
import type { VectorHomeOptions } from '../../src/vectors/index.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { emptyServer } from '../support/servers/in-tests.js';
import type { SqldServer } from '../support/servers/sqld.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A kind of database the conformance suites run over, and what can be asked of it. */
export interface Backend {
  /** What a database of it says that it is. */
  readonly name: Database['backend'];
  /** What the tests call it. */
  readonly title: string;
  /** An empty database that is removed when the running test ends. */
  open(): Promise<Database>;
  /** Its databases compare vectors themselves. */
  readonly hasVectorSearch: boolean;
  /** Another database for the vectors, empty when the store is opened. */
  readonly home?: () => Promise<VectorHomeOptions>;
  readonly homeHasVectorSearch?: boolean;
  /** A failing bulk says which row it failed at. */
  readonly namesFailingRow: boolean;
}

export const MEMORY: Backend = {
  name: 'memory',
  title: 'memory',
  open: () => openDatabase({ path: ':memory:' }),
  hasVectorSearch: false,
  namesFailingRow: true,
};

export const FILE: Backend = {
  name: 'file',
  title: 'file',
  open: () => openDatabase({ path: join(temporaryFolder(), 'store.db') }),
  hasVectorSearch: false,
  namesFailingRow: true,
};

/** A server that holds one database; each test begins with an empty one. */
export function serverBackend(title: string, server: () => SqldServer, urlOf: (server: SqldServer) => string): Backend {
  return {
    name: 'server',
    title,
    open: async () => {
      await emptyServer(server().url);
      return openDatabase({ path: urlOf(server()) });
    },
    hasVectorSearch: true,
    // Many rows go to the server in one statement.
    namesFailingRow: false,
  };
}

/** An embedded replica in a file of its own, of a server that each test begins anew. */
export function replicaBackend(server: () => SqldServer): Backend {
  return {
    name: 'replica',
    title: 'embedded replica',
    open: async () => {
      await emptyServer(server().url);
      return openDatabase({ path: server().url, replicaPath: join(temporaryFolder(), 'replica.db') });
    },
    hasVectorSearch: false,
    namesFailingRow: false,
  };
}

/** A graph in memory, whose vectors lie on a server. */
export function memoryAndServer(server: () => SqldServer): Backend {
  return {
    ...MEMORY,
    title: 'memory with vectors on a server',
    home: async () => {
      await emptyServer(server().url);
      const location = server().url;
      return { open: () => openDatabase({ path: location }), location, hasVectorSearch: true, readOnly: false };
    },
    homeHasVectorSearch: true,
  };
}

/** A graph in a file, whose vectors lie in another one. */
export const TWO_FILES: Backend = {
  ...FILE,
  title: 'file with vectors in another file',
  home: async () => {
    const location = join(temporaryFolder(), 'vectors.db');
    return { open: () => openDatabase({ path: location }), location, hasVectorSearch: false, readOnly: false };
  },
};
