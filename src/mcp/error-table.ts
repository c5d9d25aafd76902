import type { ErrorCode } from '../index.js';

/** JSON-RPC's codes, and MCP's for a resource that is not there. */
export const RPC = { invalidParams: -32602, internal: -32603, notFound: -32002 } as const;

/** What an error of the store is to a client. */
export interface ErrorEntry {
  /** For requests other than tool calls, which answer with an error of the protocol. */
  readonly rpc: (typeof RPC)[keyof typeof RPC];
  /** What a caller can do about it. */
  readonly advice: string;
}

const { invalidParams, internal, notFound } = RPC;

const RETRY =
  'Another process is working on the store. Call again in a few seconds; tools that only ask go on working.';
const REACH = 'The server of the database did not answer. Call again in a few seconds; if it goes on, tell the user.';
const MEND = 'Mend the argument that is named and call again.';
const TELL = 'This cannot be mended by calling again. Tell the user what the message says.';
const VERSION =
  'The database was made by another version of lestockage. Tell the user: the newest version upgrades it when it opens it for writing.';
const EMBED = 'Call `index` with `embed: false` to do without embeddings, or tell the user what the message says.';
const DAMAGED =
  'Tell the user: `lestockage verify` says what is damaged; indexing into a new database restores everything.';

const ERRORS: Readonly<Record<ErrorCode, ErrorEntry>> = {
  FILE_CHANGED: { rpc: invalidParams, advice: 'The file changed since it was indexed: call `index`, then ask again.' },
  INVALID_ARGUMENT: { rpc: invalidParams, advice: MEND },
  INVALID_HASH: { rpc: invalidParams, advice: MEND },
  INVALID_OPTION: { rpc: invalidParams, advice: TELL },
  INVALID_VECTOR: { rpc: invalidParams, advice: MEND },
  NOT_A_FOLDER: { rpc: invalidParams, advice: 'Give the path of a folder.' },
  NOT_AUTHORIZED: { rpc: internal, advice: 'Tell the user: the server of the database refused the token.' },
  PROJECT_HAS_FOLDER: { rpc: invalidParams, advice: 'Choose another project id.' },
  PORT_TAKEN: { rpc: internal, advice: TELL },
  TRANSFER_MISMATCH: { rpc: internal, advice: TELL },
  TARGET_EXISTS: { rpc: invalidParams, advice: TELL },
  VECTORS_ELSEWHERE: { rpc: internal, advice: TELL },
  VECTORS_MIGRATION: { rpc: internal, advice: TELL },
  VECTORS_MISMATCH: { rpc: internal, advice: TELL },
  VECTORS_DIFFER: { rpc: internal, advice: TELL },
  VECTORS_OUT_OF_STEP: { rpc: internal, advice: TELL },
  PROJECT_NOT_SETTLED: { rpc: internal, advice: 'Call `index` for the project, then ask again.' },
  QUERY_CYCLE: { rpc: internal, advice: TELL },
  READ_ONLY: { rpc: internal, advice: 'The store is open for reading only; ask for what needs no writing.' },
  SERVER_NOT_SUPPORTED: { rpc: internal, advice: TELL },
  SNAPSHOT_EXISTS: { rpc: invalidParams, advice: MEND },
  STORE_CLOSED: { rpc: internal, advice: 'The server is ending. Start it again.' },
  PROJECT_NOT_FOUND: { rpc: notFound, advice: 'Call `status` for the projects there are.' },
  SYMBOL_NOT_FOUND: { rpc: notFound, advice: 'Call `search` with a part of the name.' },
  NODE_NOT_FOUND: { rpc: notFound, advice: 'Call `search` with a part of the name.' },
  MODEL_NOT_FOUND: { rpc: notFound, advice: TELL },
  EMBEDDING_NOT_FOUND: { rpc: notFound, advice: 'Call `index` without `embed: false` first.' },
  PACKAGE_NOT_FOUND: { rpc: notFound, advice: 'Call `dependencies` without `of` for the packages there are.' },
  FILE_NOT_FOUND: { rpc: notFound, advice: 'Give the path from the root of its project, as answers show it.' },
  FUNCTION_NOT_FOUND: { rpc: notFound, advice: 'Give a line inside of a function; `symbol` says where functions are.' },
  FLOW_NOT_AVAILABLE: { rpc: notFound, advice: 'Read the function with `symbol` and `source: true` instead.' },
  FOLDER_NOT_FOUND: { rpc: notFound, advice: 'Give the path of a folder that is there.' },
  DATABASE_NOT_FOUND: {
    rpc: internal,
    advice:
      'Nothing is indexed yet. Tell the user to run `lestockage index` in the repository, or to start the server without --read-only.',
  },
  SNAPSHOT_NOT_FOUND: { rpc: notFound, advice: MEND },
  AMBIGUOUS_PROJECT: { rpc: invalidParams, advice: 'Call again with `project` set to one of these.' },
  AMBIGUOUS_SYMBOL: { rpc: invalidParams, advice: 'Call again with the exact key of one of these.' },
  FOREIGN_KEY: { rpc: internal, advice: TELL },
  UNIQUE: { rpc: internal, advice: TELL },
  CONSTRAINT: { rpc: internal, advice: TELL },
  DATABASE_BUSY: { rpc: internal, advice: RETRY },
  STALE_GENERATION: { rpc: internal, advice: RETRY },
  LEASE_LOST: { rpc: internal, advice: RETRY },
  PROJECT_BUSY: { rpc: internal, advice: RETRY },
  CONNECTION_FAILED: { rpc: internal, advice: REACH },
  RESULT_LOST: { rpc: internal, advice: 'The work was done, only its answer was lost. Ask `status`.' },
  SCHEMA_TOO_NEW: { rpc: internal, advice: 'Tell the user: this database needs a newer lestockage.' },
  SCHEMA_TOO_OLD: { rpc: internal, advice: VERSION },
  SCHEMA_UNKNOWN: { rpc: internal, advice: VERSION },
  MIGRATION_CHANGED: { rpc: internal, advice: VERSION },
  DATABASE_CORRUPT: { rpc: internal, advice: DAMAGED },
  NOT_A_DATABASE: { rpc: internal, advice: 'Tell the user: the file named with --db is no database of lestockage.' },
  DATABASE_UNWRITABLE: {
    rpc: internal,
    advice: 'Tell the user: start the server with --read-only, or where it may write.',
  },
  SNAPSHOT_CORRUPT: { rpc: internal, advice: DAMAGED },
  INDEX_UNWRITABLE: { rpc: internal, advice: TELL },
  PARSE_FAILED: { rpc: internal, advice: TELL },
  EMBEDDER_FAILED: { rpc: internal, advice: EMBED },
  EMBEDDER_INVALID: { rpc: internal, advice: EMBED },
  EMBEDDER_NOT_INSTALLED: { rpc: internal, advice: EMBED },
  EMBEDDER_TIMEOUT: { rpc: internal, advice: EMBED },
  EMBEDDER_UNREACHABLE: { rpc: internal, advice: EMBED },
  NOT_AN_INDEX: { rpc: internal, advice: TELL },
  INDEX_DAMAGED: { rpc: internal, advice: TELL },
  INDEX_VERSION: { rpc: internal, advice: TELL },
  LIMIT_EXCEEDED: { rpc: invalidParams, advice: 'Ask for less: a shorter text, a smaller limit or depth.' },
  DISK_FULL: { rpc: internal, advice: 'Tell the user: the disk is full.' },
  CANCELLED: { rpc: internal, advice: 'It was cancelled; what was committed before stays. Call again to go on.' },
};

export function errorEntryOf(code: ErrorCode): ErrorEntry {
  return ERRORS[code];
}
