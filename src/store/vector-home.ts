import { UsageError } from '../model/index.js';
import { describeStorage, openDatabase, type Database, type StorageConfig } from '../sql/index.js';
import { countWaiting, readHome, type VectorHome, type VectorHomeOptions } from '../vectors/index.js';

/** Where the vectors of a store lie that has them in another database. */
export interface VectorsStatus {
  readonly location: string;
  /** Vectors that are stored with the graph and are still to be sent there. */
  readonly waiting: number;
  /** True while those of before lie with the graph, until `vectors migrate` moves them. */
  readonly isMigrationDue: boolean;
  /** Why they cannot be asked; null when they can. */
  readonly problem: string | null;
}

/** Throws UsageError `INVALID_OPTION`, before anything is opened. */
export function homeOptions(given: StorageConfig | string, readOnly: boolean): VectorHomeOptions {
  const config: StorageConfig = typeof given === 'string' ? { path: given } : given;
  if (typeof config !== 'object' || config === null) {
    throw new UsageError('INVALID_OPTION', 'The option vectors is a path, a URL or what a database is opened with.', {
      details: { option: 'vectors' },
    });
  }
  const { location, hasVectorSearch } = describeStorage(config);
  const isReadOnly = config.readOnly ?? (readOnly && config.path !== ':memory:');
  const open = (): Promise<Database> => openDatabase({ ...config, ...(isReadOnly ? { readOnly: true } : {}) });
  return { open, location, hasVectorSearch, readOnly: isReadOnly || readOnly };
}

/** Undefined for a store that has its vectors itself. */
export async function readVectorsStatus(
  database: Database,
  home: VectorHome | undefined,
): Promise<VectorsStatus | undefined> {
  const row = await readHome(database);
  if (home === undefined && row === undefined) return undefined;
  const waiting = await countWaiting(database);
  const isMigrationDue = (row?.keptTo ?? 0) > 0;
  const location = home?.options.location ?? row?.location ?? '';
  if (home === undefined) {
    return { location, waiting, isMigrationDue, problem: 'The store was opened without the database that has them.' };
  }
  const problem = await home.attached().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return { location, waiting, isMigrationDue, problem };
}
