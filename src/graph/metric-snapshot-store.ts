import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { CorruptionError, type ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { checksumOf, intactData, packColumns, unpackColumns } from './packed-columns.js';
import type { About, Columns, PackedRow } from './packed-columns.js';

/** Measures of a project, or of the whole store, at one time, under a label that is unique there. */
export interface SnapshotInfo {
  readonly label: string;
  /** Null for the whole store. */
  readonly project: ProjectId | null;
  /** Milliseconds since the Unix epoch. */
  readonly takenAt: number;
  /** Of the project or the store, at that time. */
  readonly generation: number;
  /** What it takes in the store. */
  readonly sizeBytes: number;
}

export type SnapshotName = Pick<SnapshotInfo, 'project' | 'label'>;

/** A place in the order of {@link MetricSnapshotStore.list}. */
export interface SnapshotPlace {
  readonly takenAt: number;
  readonly id: number;
}

export interface StoredSnapshot {
  readonly info: SnapshotInfo;
  readonly about: About;
  readonly columns: Columns;
}

interface InfoRow extends Omit<SnapshotInfo, 'project'> {
  readonly id: number;
  readonly project: string;
}

/** Of what is written here; grows when the bytes mean something else. */
const LAYOUT = 1;
const INFO_COLUMNS = `id, label, project_id AS project, taken_at AS takenAt, generation, length(data) AS sizeBytes`;

const deflated = promisify(deflate);
const inflated = promisify(inflate);

/** The snapshots of measures that were taken of projects and of the store. */
export class MetricSnapshotStore {
  constructor(private readonly database: Database) {}

  /** In the order in which they were taken, those of one project or all, from after a place on. */
  async list(
    snapshot: Snapshot,
    options: { readonly project?: ProjectId | undefined; readonly limit: number; readonly after?: SnapshotPlace },
  ): Promise<{ readonly total: number; readonly found: readonly { info: SnapshotInfo; place: SnapshotPlace }[] }> {
    const { project, limit, after } = options;
    const own = project === undefined ? '' : 'WHERE project_id = ?';
    const parameters = project === undefined ? [] : [project];
    const count = await snapshot.first<{ total: number }>(
      `SELECT count(*) AS total FROM metric_snapshots ${own}`,
      parameters,
    );
    const rows = await snapshot.all<InfoRow>(
      `SELECT * FROM (SELECT ${INFO_COLUMNS} FROM metric_snapshots ${own})
       WHERE (takenAt, id) > (?, ?) ORDER BY takenAt, id LIMIT ?`,
      [...parameters, after?.takenAt ?? Number.MIN_SAFE_INTEGER, after?.id ?? 0, limit],
    );
    const found = rows.map((row) => ({ info: infoOf(row), place: { takenAt: row.takenAt, id: row.id } }));
    return { total: count?.total ?? 0, found };
  }

  async has(snapshot: Snapshot, { project, label }: SnapshotName): Promise<boolean> {
    const row = await snapshot.first('SELECT 1 FROM metric_snapshots WHERE project_id = ? AND label = ?', [
      project ?? '',
      label,
    ]);
    return row !== undefined;
  }

  /**
   * A snapshot, or undefined when there is none with this name. Throws CorruptionError `SNAPSHOT_CORRUPT`
   * when it is not what was stored: it cannot be made again.
   */
  async read(snapshot: Snapshot, { project, label }: SnapshotName): Promise<StoredSnapshot | undefined> {
    const row = await snapshot.first<InfoRow & PackedRow>(
      `SELECT ${INFO_COLUMNS}, data, checksum FROM metric_snapshots WHERE project_id = ? AND label = ?`,
      [project ?? '', label],
    );
    if (row === undefined) return undefined;
    const data = intactData(row);
    if (data === undefined) throw damagedSnapshot({ project, label });
    // The checksum says that this program wrote it, though perhaps for another row or in another version.
    const { about, columns } = unpackColumns(await inflated(data));
    const { layout, ...rest } = about;
    const isOwn = rest['project'] === project && rest['label'] === label && rest['generation'] === row.generation;
    if (layout !== LAYOUT || !isOwn) throw damagedSnapshot({ project, label });
    return { info: infoOf(row), about: rest, columns };
  }

  /**
   * Stores a snapshot; one with the same name is replaced when that is wished for. Gives undefined, with
   * nothing written, when it is not, and when there is no such project.
   */
  async save(
    info: Omit<SnapshotInfo, 'sizeBytes'>,
    content: Pick<StoredSnapshot, 'about' | 'columns'>,
    replace: boolean,
  ): Promise<SnapshotInfo | undefined> {
    const { project, label, takenAt, generation } = info;
    const about = { ...content.about, layout: LAYOUT, project, label, generation };
    const data = await deflated(packColumns(about, content.columns));
    const onConflict = replace
      ? `UPDATE SET taken_at = excluded.taken_at, generation = excluded.generation, data = excluded.data,
           checksum = excluded.checksum`
      : 'NOTHING';
    const { returned } = await this.database.write([
      {
        sql: `INSERT INTO metric_snapshots (project_id, label, taken_at, generation, data, checksum)
              SELECT ?, ?, ?, ?, ?, ? WHERE ? = '' OR EXISTS (SELECT 1 FROM projects WHERE id = ?)
              ON CONFLICT (project_id, label) DO ${onConflict} RETURNING id`,
        parameters: [project ?? '', label, takenAt, generation, data, checksumOf(data), project ?? '', project ?? ''],
      },
    ]);
    return returned[0]?.length === 1 ? { ...info, sizeBytes: data.length } : undefined;
  }

  /** Gives whether there was one. */
  async delete({ project, label }: SnapshotName): Promise<boolean> {
    const { returned } = await this.database.write([
      {
        sql: 'DELETE FROM metric_snapshots WHERE project_id = ? AND label = ? RETURNING id',
        parameters: [project ?? '', label],
      },
    ]);
    return returned[0]?.length === 1;
  }
}

/** The error for a snapshot whose bytes are not what was stored. */
export function damagedSnapshot({ project, label }: SnapshotName): CorruptionError {
  const whose = project === null ? 'the store' : `project '${project}'`;
  return new CorruptionError('SNAPSHOT_CORRUPT', `The snapshot '${label}' of ${whose} is damaged; delete it.`, {
    details: { table: 'metric_snapshots', project, label },
  });
}

function infoOf({ label, project, takenAt, generation, sizeBytes }: InfoRow): SnapshotInfo {
  return { label, project: project === '' ? null : project, takenAt, generation, sizeBytes };
}
