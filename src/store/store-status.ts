import { GraphStatistics, type ProjectSummary } from '../graph/index.js';
import { readSchemaVersion, type Database, type ReplicaState } from '../sql/index.js';
import { countEmbeddings } from '../vectors/index.js';

/** What a store holds, read from one state. */
export interface StoreStatus {
  readonly schemaVersion: number;
  /** Number of the last committed indexing batch; 0 when there was none. */
  readonly generation: number;
  readonly backend: Database['backend'];
  /** Of the file; on a server, of what the database holds there. */
  readonly sizeBytes: number;
  /** Of an embedded replica: how fresh it is. */
  readonly replica?: ReplicaState;
  readonly projects: readonly ProjectSummary[];
}

export async function readStatus(database: Database): Promise<StoreStatus> {
  const statistics = new GraphStatistics(database, countEmbeddings);
  const { replica } = database;
  const sizeBytes = await database.sizeBytes();
  return database.snapshot(async (snapshot) => ({
    schemaVersion: await readSchemaVersion(snapshot),
    generation: await statistics.generation(snapshot),
    backend: database.backend,
    sizeBytes,
    ...(replica === undefined ? {} : { replica: replica.state }),
    projects: await statistics.projects(snapshot),
  }));
}
