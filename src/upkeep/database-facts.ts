import { statSync } from 'node:fs';
import { readGeneration } from '../graph/index.js';
import { isLestockageError, SchemaVersionError } from '../model/index.js';
import { originOf, readSchemaState, type Database } from '../sql/index.js';
import type { Finding } from './finding.js';

/** What a database is, as far as it can be read. */
export interface DatabaseFacts {
  readonly location: string;
  readonly backend: Database['backend'];
  /** Null for a schema that this version does not know. */
  readonly schemaVersion: number | null;
  readonly supportedVersion: number;
  readonly generation: number | null;
  readonly journalMode: string | null;
  readonly pageSizeBytes: number;
  readonly pages: number;
  readonly freePages: number;
  readonly walBytes: number;
  /** What SQLite's quick check says: `ok`, or what is wrong; null where a server checks for itself. */
  readonly quickCheck: readonly string[] | null;
  /** Of a replica: its server, and when it was last brought up to date, in milliseconds since the Unix epoch. */
  readonly replica: { readonly primary: string; readonly syncedAt: number | null } | null;
}

const MANY_LOG_BYTES = 128 * 1024 * 1024;
/** Of all pages, and in bytes, that make writing the file anew worth it. */
const FREE_SHARE = 0.25;
const FREE_BYTES = 16 * 1024 * 1024;
const REPLICA_AGE_MS = 24 * 60 * 60 * 1000;

/** Reads what a database is; a damaged one as far as it goes. */
export async function readDatabaseFacts(
  database: Database,
  now: number,
): Promise<{ readonly facts: DatabaseFacts; readonly findings: Finding[] }> {
  const findings: Finding[] = [];
  const isFile = database.backend === 'file' || database.backend === 'replica';
  const schema = await schemaOf(database, findings);
  const pages = await database.first<{ pageSizeBytes: number; pages: number; freePages: number }>(
    `SELECT page_size AS pageSizeBytes, page_count AS pages, freelist_count AS freePages
     FROM pragma_page_size, pragma_page_count, pragma_freelist_count`,
  );
  const quickCheck = isFile ? await quickCheckOf(database) : null;
  const isCurrent = schema.version !== null && schema.version === schema.supported;
  const facts: DatabaseFacts = {
    location: database.location,
    backend: database.backend,
    schemaVersion: schema.version,
    supportedVersion: schema.supported,
    generation: isCurrent ? await readGeneration(database) : null,
    journalMode: isFile
      ? ((await database.first<{ journal_mode: string }>('PRAGMA journal_mode'))?.journal_mode ?? null)
      : null,
    pageSizeBytes: pages?.pageSizeBytes ?? 0,
    pages: pages?.pages ?? 0,
    freePages: pages?.freePages ?? 0,
    walBytes: isFile ? (statSync(`${database.location}-wal`, { throwIfNoEntry: false })?.size ?? 0) : 0,
    quickCheck,
    replica: replicaOf(database),
  };
  return { facts, findings: [...findings, ...findingsOf(facts, now)] };
}

async function schemaOf(
  database: Database,
  findings: Finding[],
): Promise<{ readonly version: number | null; readonly supported: number }> {
  try {
    const { version, supported } = await readSchemaState(database, database.location);
    if (version < supported) {
      const message = `The schema is version ${version}; this version of the library uses ${supported}.`;
      const advice = "Run 'lestockage upgrade'; it keeps a copy. Any command that writes upgrades as well.";
      findings.push({ level: 'warning', code: 'SCHEMA_TOO_OLD', message, advice });
    }
    return { version, supported };
  } catch (error) {
    if (!(error instanceof SchemaVersionError)) throw error;
    findings.push(errorFinding(error));
    return { version: null, supported: Number(error.details['supported'] ?? 0) };
  }
}

async function quickCheckOf(database: Database): Promise<string[]> {
  const rows = await database.all<{ quick_check: string }>('PRAGMA quick_check(10)');
  return rows.map((row) => row.quick_check);
}

function replicaOf(database: Database): DatabaseFacts['replica'] {
  if (database.replica !== undefined) {
    const { primary, syncedAt } = database.replica.state;
    return { primary, syncedAt };
  }
  const origin = database.backend === 'file' ? originOf(database.location) : undefined;
  return origin === undefined ? null : { primary: origin.url, syncedAt: origin.syncedAt };
}

function findingsOf(facts: DatabaseFacts, now: number): Finding[] {
  const { quickCheck, walBytes, replica, freePages, pages, pageSizeBytes } = facts;
  const findings: Finding[] = [];
  const faults = (quickCheck ?? []).filter((text) => text !== 'ok');
  if (faults.length > 0) {
    const advice = 'Put back a backup, or index the projects again into a new database.';
    findings.push({ level: 'error', code: 'DATABASE_DAMAGED', message: faults.join('; '), advice });
  }
  if (walBytes > MANY_LOG_BYTES) {
    const message = `The log beside the database has ${walBytes} bytes.`;
    const advice = 'Close what reads the database for long; the log is folded in when nobody reads an old state.';
    findings.push({ level: 'warning', code: 'LOG_LARGE', message, advice });
  }
  if (freePages > pages * FREE_SHARE && freePages * pageSizeBytes > FREE_BYTES) {
    const message = `${freePages} of ${pages} pages are free.`;
    findings.push({ level: 'note', code: 'PAGES_FREE', message, advice: "'lestockage gc --vacuum' gives them back." });
  }
  if (replica !== null && (replica.syncedAt === null || now - replica.syncedAt > REPLICA_AGE_MS)) {
    const when = replica.syncedAt === null ? 'never' : `last ${new Date(replica.syncedAt).toISOString()}`;
    const message = `This is a replica of ${replica.primary}, brought up to date ${when}.`;
    const advice = 'Open it with the URL of its server and --replica.';
    findings.push({ level: 'warning', code: 'REPLICA_OLD', message, advice });
  }
  return findings;
}

const ADVICE: Readonly<Record<string, string>> = {
  DATABASE_NOT_FOUND: "Run 'lestockage index <folder>', or name another database with --db.",
  SCHEMA_TOO_NEW: 'Use a newer version of lestockage; this one leaves the database as it is.',
  SCHEMA_UNKNOWN: 'This is the database of another program; name another one with --db.',
  MIGRATION_CHANGED: 'This database was made by a version that was never released; index into a new one.',
  NOT_A_DATABASE: 'Name another file with --db; this one is left as it is.',
  DATABASE_CORRUPT: 'Put back a backup, or index the projects again into a new database.',
  DATABASE_UNWRITABLE: 'See who owns the file and its folder.',
  DATABASE_BUSY: 'Try again when the other process is done.',
  CONNECTION_FAILED: 'See whether the server runs and can be reached from here.',
  NOT_AUTHORIZED: 'Give a token with --auth-token-file or LESTOCKAGE_AUTH_TOKEN.',
};

/** A failure as a finding; what is no error of the library is thrown again. */
export function errorFinding(error: unknown): Finding {
  if (!isLestockageError(error)) throw error;
  const advice = ADVICE[error.code] ?? 'See the message.';
  return { level: 'error', code: error.code, message: error.message, advice };
}
