import { ConnectionError, CorruptionError } from '../model/index.js';
import type {
  BulkStatement,
  Database,
  LocalUpkeep,
  ReplicaControl,
  ReplicaState,
  Snapshot,
  SqlRow,
  Statement,
  WriteOptions,
  WriteResult,
} from './database.js';
import type { LibsqlDatabase } from './libsql-driver.js';
import { discardReplica, writeOrigin } from './replica-origin.js';
import type { ReplicaSync } from './replica-sync.js';
import { repeatRead } from './repeat.js';

export interface ReplicaParts {
  /** The file of the replica. */
  readonly path: string;
  readonly url: string;
  /** What writes. */
  readonly server: LibsqlDatabase;
  readonly sync: ReplicaSync;
  /** Opens the file for reading, when its schema is one that this version knows. */
  readonly openLocal: () => Database;
  readonly syncedAt: number | null;
  readonly syncIntervalMs: number;
  readonly busyTimeoutMs: number;
  readonly clock: () => number;
}

/** What the native library says of files that it cannot go on with; of a server it says other things. */
const UNUSABLE = /wal_index|malformed|not a database|corrupt/i;

/**
 * A replica of a server's database in a local file. Reads are answered from the file. Writes go to the
 * server, and the file is brought up to date before the next read, so that a writer sees what it wrote.
 */
export class ReplicaDatabase implements Database, ReplicaControl {
  readonly backend = 'replica';
  /** It is read as a plain file. */
  readonly hasVectorSearch = false;
  readonly location: string;
  readonly replica: ReplicaControl = this;
  readonly local: LocalUpkeep = {
    copyTo: async (path, options) => {
      const reader = await this.reader();
      // A replica is a file, and files can be copied.
      await reader.local?.copyTo(path, options);
    },
  };
  private file: Database | undefined;
  /** Readers of a file that was replaced; what reads through them goes on doing so. */
  private readonly retired: Database[] = [];
  private syncedAt: number | null;
  private frame: number | null = null;
  /** The server has something that was written here and that the file may lack. */
  private lacksOwnWrites = false;
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: ReplicaParts) {
    this.location = parts.path;
    this.syncedAt = parts.syncedAt;
    if (parts.syncIntervalMs > 0) {
      this.timer = setInterval(() => void this.syncInBackground(), parts.syncIntervalMs).unref();
    }
  }

  get state(): ReplicaState {
    const { server } = this.parts;
    return { primary: server.location, syncedAt: this.syncedAt, frame: this.frame, isBehind: this.lacksOwnWrites };
  }

  async sync(): Promise<ReplicaState> {
    const startedAt = this.parts.clock();
    this.frame = await this.synchronized();
    this.lacksOwnWrites = false;
    this.syncedAt = startedAt;
    writeOrigin(this.parts.path, this.parts.url, startedAt);
    return this.state;
  }

  async all<T>(sql: string, parameters?: SqlRow): Promise<T[]> {
    return (await this.reader()).all<T>(sql, parameters);
  }

  async first<T>(sql: string, parameters?: SqlRow): Promise<T | undefined> {
    return (await this.reader()).first<T>(sql, parameters);
  }

  async *iterate<T>(sql: string, parameters?: SqlRow): AsyncGenerator<T, void, void> {
    yield* (await this.reader()).iterate<T>(sql, parameters);
  }

  async snapshot<T>(reads: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return (await this.reader()).snapshot(reads);
  }

  async write(batch: readonly (Statement | BulkStatement)[], options?: WriteOptions): Promise<WriteResult> {
    let result: WriteResult;
    try {
      result = await this.parts.server.write(batch, options);
    } catch (error) {
      if (error instanceof ConnectionError && error.outcome !== 'not-applied') this.lacksOwnWrites = true;
      throw error;
    }
    this.lacksOwnWrites = true;
    // The batch is committed, whatever happens now; the next read tries again before it answers.
    await this.syncInBackground();
    return result;
  }

  async bulk(sql: string, rows: Iterable<SqlRow>, options?: WriteOptions): Promise<WriteResult> {
    return this.write([{ sql, rows }], options);
  }

  async sizeBytes(): Promise<number> {
    return (await this.reader()).sizeBytes();
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.parts.sync.close();
    await this.parts.server.close();
    for (const database of this.retired) await database.close();
    await this.file?.close();
  }

  /** What reads the file, once it has all that was written here. Throws ConnectionError while it cannot get that. */
  private async reader(): Promise<Database> {
    if (this.lacksOwnWrites) await this.sync();
    try {
      this.file ??= this.parts.openLocal();
    } catch (error) {
      if (!(error instanceof CorruptionError)) throw error;
      await this.anew();
      this.file = this.parts.openLocal();
    }
    return this.file;
  }

  /** A server that just tidies up its log refuses for a moment; that passes like everything else that may. */
  private async synchronized(): Promise<number | null> {
    return repeatRead(this.parts.busyTimeoutMs, async () => {
      try {
        return await this.parts.sync.sync();
      } catch (error) {
        if (!(error instanceof ConnectionError) || !UNUSABLE.test(error.message)) throw error;
        return this.anew();
      }
    });
  }

  /** Fetches the whole database again: what is in the file is no replica any more. */
  private async anew(): Promise<number | null> {
    if (this.file !== undefined) this.retired.push(this.file);
    this.file = undefined;
    discardReplica(this.parts.path);
    return this.parts.sync.sync();
  }

  private async syncInBackground(): Promise<void> {
    try {
      await this.sync();
    } catch {
      // `syncedAt` tells how old the replica is, and a read that needs more asks again.
    }
  }
}
