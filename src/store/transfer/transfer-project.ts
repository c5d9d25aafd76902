import { acquireLease, type ProjectLease } from '../../incremental/index.js';
import { BusyError, CancelledError, ConstraintError, CorruptionError } from '../../model/index.js';
import {
  DEFER_FROM_ROWS,
  findDeferrable,
  type Database,
  type Snapshot,
  type SqlRow,
  type SqlValue,
  type Statement,
} from '../../sql/index.js';
import { PartCounts, readParts, type Part } from './project-parts.js';
import { isTable, sectionsOf, type TransferExtent } from './sections.js';
import { sendResultsOf } from './shared-results.js';
import { confirmMark, dumpDigest, findMark, readSourceStamp, readStamp } from './stamps.js';
import { readProjectRow, swapStatements, type ArrivedPart } from './swap.js';

/** What was done for one project. */
export interface ProjectTransfer {
  readonly project: string;
  /** The other end was in the same state already, so nothing was sent. */
  readonly skipped: boolean;
  readonly nodes: number;
  /** Edges that do not leave the project. */
  readonly edges: number;
  /** Nodes that have an embedding, counted once for each model. */
  readonly embeddings: number;
  /** What went to the other end: rows as texts, and vectors. */
  readonly bytes: number;
  /** Parts that were sent, and parts that an earlier transfer which was cut off had left there. */
  readonly parts: { readonly sent: number; readonly found: number };
  /** The project's generation in the store that it went to. */
  readonly generation: number;
  /** SHA-256 of the canonical dump, the same at both ends; 64 hexadecimal characters. */
  readonly digest: string;
  readonly ms: number;
}

/** Told while a project is on its way. */
export interface TransferProgress {
  readonly project: string;
  readonly phase: 'results' | 'parts' | 'swap' | 'verify';
  /** Bytes that were sent so far, of this project. */
  readonly bytes: number;
}

export interface ProjectTransferOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** How long to wait for somebody else who works on the project in the other store. Default 2 minutes. */
  readonly waitMs?: number;
  /** Default `whole`. */
  readonly extent?: TransferExtent;
}

const BYTES_PER_BATCH = 4_000_000;
/** Parts of a transfer that nobody went on with are forgotten. */
const KEPT_PARTS_MS = 7 * 24 * 60 * 60 * 1000;
const MOST_ATTEMPTS = 3;
/** The server works on what it has: so much longer than a request it is given for each row. */
const SWAP_MS_PER_ROW = 0.2;

/**
 * Takes a project over from a store's state into another store, as one transaction there. See `transferStore` for
 * what it throws.
 */
export async function transferProject(
  source: Snapshot,
  target: Database,
  project: string,
  options: ProjectTransferOptions,
): Promise<ProjectTransfer> {
  const startedAt = performance.now();
  const sourceStamp = await readSourceStamp(source, project, options.extent ?? 'whole');
  const known = await sameAlready(source, target, project, sourceStamp);
  if (known !== undefined) return { ...known, ms: Math.round(performance.now() - startedAt) };
  const { signal, waitMs } = options;
  const lease = await acquireLease(target, project, {
    ...(signal === undefined ? {} : { signal }),
    ...(waitMs === undefined ? {} : { waitMs }),
  });
  try {
    // Somebody else may have sent the same meanwhile.
    const result =
      (await sameAlready(source, target, project, sourceStamp)) ??
      (await new Transfer(source, target, project, lease, options).run(sourceStamp));
    return { ...result, ms: Math.round(performance.now() - startedAt) };
  } finally {
    await lease.release();
  }
}

type Outcome = Omit<ProjectTransfer, 'ms'>;

/** What there is to tell of a project that is the same at both ends as far as either store knows. */
async function sameAlready(
  source: Snapshot,
  target: Database,
  project: string,
  sourceStamp: string | undefined,
): Promise<Outcome | undefined> {
  const targetStamp = await readStamp(target, project);
  const mark =
    (await findMark(target, project, targetStamp, sourceStamp)) ??
    (await findMark(source, project, sourceStamp, targetStamp));
  if (mark === undefined || mark.digest === null) return undefined;
  const row = await target.first<{ readonly generation: number; readonly nodes: number; readonly edges: number }>(
    `SELECT generation, node_count AS nodes,
       (SELECT count(*) FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id
        CROSS JOIN intel_nodes AS c ON c.id = e.callee_id AND c.project_id = n.project_id
        WHERE n.project_id = projects.id) AS edges
     FROM projects WHERE id = ?`,
    [project],
  );
  const links = await target.first<{ readonly count: number | null }>(
    'SELECT sum(node_count) AS count FROM embedding_scopes WHERE project_id = ?',
    [project],
  );
  return {
    project,
    skipped: true,
    nodes: row?.nodes ?? 0,
    edges: row?.edges ?? 0,
    embeddings: links?.count ?? 0,
    bytes: 0,
    parts: { sent: 0, found: 0 },
    generation: row?.generation ?? 0,
    digest: Buffer.from(mark.digest).toString('hex'),
  };
}

/** One project on its way, while its lease in the other store is held. */
class Transfer {
  private readonly extent: TransferExtent;
  private bytes = 0;
  private sent = 0;
  private found = 0;

  constructor(
    private readonly source: Snapshot,
    private readonly target: Database,
    private readonly project: string,
    private readonly lease: ProjectLease,
    private readonly options: ProjectTransferOptions,
  ) {
    this.extent = options.extent ?? 'whole';
  }

  async run(sourceStamp: string | undefined): Promise<Outcome> {
    const { source, target, project } = this;
    const targetStamp = await readStamp(target, project);
    const unverified = await findMark(target, project, targetStamp, sourceStamp);
    const counts = unverified === undefined ? await this.takeOver(sourceStamp) : await this.countOnly();
    this.tell('verify');
    const digest = await dumpDigest(source, project, this.extent);
    const generation = await this.verify(digest, sourceStamp);
    return {
      project,
      skipped: false,
      nodes: counts.of('intel_nodes'),
      edges: counts.of('intel_edges'),
      embeddings: counts.of('node_embeddings'),
      bytes: this.bytes,
      parts: { sent: this.sent, found: this.found },
      generation,
      digest: digest.toString('hex'),
    };
  }

  private async takeOver(sourceStamp: string | undefined): Promise<PartCounts> {
    for (let attempt = 1; ; attempt++) {
      await this.sendResults();
      const counts = new PartCounts();
      const parts = await this.sendParts(counts);
      try {
        await this.swap(parts, counts, sourceStamp);
        return counts;
      } catch (error) {
        // A vector that was there when it was asked for is gone: the other store made room.
        const mayPass = error instanceof ConstraintError && error.message.includes('node_embeddings');
        if (!mayPass || attempt >= MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** The swap was done and not compared: an earlier transfer was cut off in between. */
  private async countOnly(): Promise<PartCounts> {
    const counts = new PartCounts();
    const sections = await sectionsOf(this.source, this.extent);
    for await (const part of readParts(this.source, this.project, sections, counts)) {
      this.found++;
      if (part.number % 16 === 0) this.throwIfAborted();
    }
    return counts;
  }

  /** What belongs to contents. An outline has none of it. */
  private async sendResults(): Promise<void> {
    if (this.extent === 'outline') return;
    this.tell('results');
    await sendResultsOf(this.source, this.target, this.project, (bytes) => {
      this.bytes += bytes;
      this.tell('results');
    });
  }

  /** Sends the parts that are not there yet. */
  private async sendParts(counts: PartCounts): Promise<ArrivedPart[]> {
    const { source, target, project } = this;
    const there = await this.arrived();
    const parts: ArrivedPart[] = [];
    let waiting: Part[] = [];
    let waitingBytes = 0;
    const flush = async (): Promise<void> => {
      if (waiting.length === 0) return;
      await target.write([...this.lease.guards(), ...waiting.map((part) => this.upload(part))], { repeatable: true });
      this.sent += waiting.length;
      this.bytes += waitingBytes;
      [waiting, waitingBytes] = [[], 0];
      this.tell('parts');
    };
    for await (const part of readParts(source, project, await sectionsOf(source, this.extent), counts)) {
      const { number, section, chunk, checksum } = part;
      parts.push({ number, section, kinds: chunk.kinds });
      if (there.get(number)?.equals(checksum) === true) {
        this.found++;
        continue;
      }
      waiting.push(part);
      waitingBytes += chunk.sizeBytes;
      if (waitingBytes >= BYTES_PER_BATCH) await flush();
    }
    await flush();
    const beyond = { sql: 'DELETE FROM transfer_parts WHERE project_id = ? AND part > ?' };
    await target.write([...this.lease.guards(), { ...beyond, parameters: [project, parts.length] }]);
    return parts;
  }

  /** The parts that an earlier transfer left, by number. */
  private async arrived(): Promise<Map<number, Buffer>> {
    const { target, project } = this;
    await target.write([
      { sql: 'DELETE FROM transfer_parts WHERE arrived_at < ?', parameters: [Date.now() - KEPT_PARTS_MS] },
    ]);
    const rows = await target.all<{ readonly part: number; readonly checksum: Uint8Array }>(
      'SELECT part, checksum FROM transfer_parts WHERE project_id = ?',
      [project],
    );
    return new Map(rows.map(({ part, checksum }) => [part, Buffer.from(checksum)]));
  }

  private upload({ number, chunk, checksum }: Part): Statement {
    return {
      sql: `INSERT OR REPLACE INTO transfer_parts (project_id, part, checksum, rows, bytes, arrived_at)
            VALUES (?, ?, ?, ?, ?, ?)`,
      parameters: [this.project, number, checksum, chunk.json, chunk.bytes, Date.now()],
    };
  }

  private async swap(parts: readonly ArrivedPart[], counts: PartCounts, stamp: string | undefined): Promise<void> {
    const { source, target, project, lease } = this;
    this.tell('swap');
    const row = await readProjectRow(source, project);
    if (row === undefined) throw new RangeError(`The project ${project} was there a moment ago.`);
    const rows = [...counts.rows.values()].reduce((all, count) => all + count, 0);
    const large = [...counts.rows].filter(([, count]) => count >= DEFER_FROM_ROWS).map(([name]) => name);
    const read = (sql: string, parameters: SqlRow): Promise<Record<string, SqlValue>[]> => target.all(sql, parameters);
    const deferred = await findDeferrable(read, large.filter(isTable));
    const swap = swapStatements({ project, parts, counts, row, deferred, stamp, now: Date.now() });
    await lease.renew();
    await target.write([...lease.guards(), ...swap], { extraTimeMs: Math.ceil(rows * SWAP_MS_PER_ROW) });
  }

  /** Compares what is there now with what was to be there, and notes that both are the same. Gives the generation. */
  private async verify(digest: Buffer, sourceStamp: string | undefined): Promise<number> {
    const { target, project } = this;
    const before = await readStamp(target, project);
    const { found, generation } = await target.snapshot(async (snapshot) => ({
      found: await dumpDigest(snapshot, project, this.extent),
      generation: (await readProjectRow(snapshot, project))?.['generation'],
    }));
    const after = await readStamp(target, project);
    const details = { project, location: target.location };
    if (found.equals(digest)) {
      if (before !== undefined && before === after && sourceStamp !== undefined) {
        await confirmMark(target, project, before, sourceStamp, digest);
      }
      return Number(generation ?? 0);
    }
    if (before !== after || before === undefined) {
      throw new BusyError('STALE_GENERATION', `The project ${project} was changed while it was compared.`, { details });
    }
    throw new CorruptionError(
      'TRANSFER_MISMATCH',
      `The project ${project} in ${target.location} is not what was sent: the digests of the dumps differ.`,
      { details: { ...details, expected: digest.toString('hex'), found: found.toString('hex') } },
    );
  }

  /** Tells how far it is. Throws CancelledError when nobody waits for it any more. */
  private tell(phase: TransferProgress['phase']): void {
    this.options.onProgress?.({ project: this.project, phase, bytes: this.bytes });
    this.throwIfAborted();
  }

  private throwIfAborted(): void {
    if (this.options.signal?.aborted === true) throw new CancelledError();
  }
}
