import { GraphStatistics, type ProjectSummary } from '../graph/index.js';
import { readSchemaVersion, type Database, type ReplicaState } from '../sql/index.js';
import { countEmbeddings, type VectorHome } from '../vectors/index.js';
import { readVectorsStatus, type VectorsStatus } from './vector-home.js';

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
  /** Of a store whose vectors lie in another database. */
  readonly vectors?: VectorsStatus;
  readonly projects: readonly ProjectSummary[];
}

export async function readStatus(database: Database, home: VectorHome | undefined): Promise<StoreStatus> {
  const statistics = new GraphStatistics(database, countEmbeddings);
  const { replica } = database;
  const sizeBytes = await database.sizeBytes();
  const vectors = await readVectorsStatus(database, home);
  return database.snapshot(async (snapshot) => ({
    schemaVersion: await readSchemaVersion(snapshot),
    generation: await statistics.generation(snapshot),
    backend: database.backend,
    sizeBytes,
    ...(replica === undefined ? {} : { replica: replica.state }),
    ...(vectors === undefined ? {} : { vectors }),
    projects: await statistics.projects(snapshot),
  }));
}
