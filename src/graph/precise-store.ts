import { decodePrecise, encodePrecise, NodeHash, type PreciseFile, type ProjectId } from '../model/index.js';
import type { BulkStatement, Database, Snapshot, SqlRow, Statement } from '../sql/index.js';
import type { Check } from './integrity.js';

/** Precise facts of a file, with the hash of the file that the project has at that path. */
export interface StoredPrecise {
  readonly precise: PreciseFile;
  /** Undefined when the project has no such file. */
  readonly currentHash: NodeHash | undefined;
}

interface PreciseRow {
  readonly path: string;
  readonly content_hash: Uint8Array;
  readonly structure_hash: Uint8Array;
  readonly tool: string;
  readonly folder: string;
  readonly data: string;
  readonly current_hash: Uint8Array | null;
}

const SELECT = `
  SELECT p.path, p.content_hash, p.structure_hash, p.tool, p.folder, p.data, f.content_hash AS current_hash`;
const UPSERT = `
  INSERT INTO precise_files (project_id, path, content_hash, structure_hash, tool, folder, data)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (project_id, path) DO UPDATE SET content_hash = excluded.content_hash,
    structure_hash = excluded.structure_hash, tool = excluded.tool, folder = excluded.folder, data = excluded.data`;

/**
 * The precise facts of the files at some paths, or of all files of a project, by path, whether they count or not. Of what
 * cannot be decoded nothing is given, as if it were not there; {@link checkPrecise} names it.
 */
export async function readPrecise(
  database: Pick<Snapshot, 'all'>,
  project: ProjectId,
  paths: readonly string[] | undefined,
): Promise<Map<string, StoredPrecise>> {
  const rows =
    paths === undefined
      ? await database.all<PreciseRow>(
          `${SELECT} FROM precise_files AS p LEFT JOIN files AS f ON f.project_id = p.project_id AND f.path = p.path
           WHERE p.project_id = ?`,
          [project],
        )
      : await database.all<PreciseRow>(
          `${SELECT} FROM json_each(?) AS w CROSS JOIN precise_files AS p ON p.project_id = ? AND p.path = w.value
           LEFT JOIN files AS f ON f.project_id = p.project_id AND f.path = p.path`,
          [JSON.stringify(paths), project],
        );
  return new Map(
    rows.flatMap((row) => {
      const stored = decodeRow(row);
      return stored === undefined ? [] : [[row.path, stored] as const];
    }),
  );
}

function decodeRow(row: PreciseRow): StoredPrecise | undefined {
  const { path, tool, folder, data } = row;
  const references = decodePrecise(path, data);
  const [contentHash, structureHash, currentHash] = [row.content_hash, row.structure_hash, row.current_hash].map(
    hashOf,
  );
  if (references === undefined || contentHash === undefined || structureHash === undefined) return undefined;
  return { precise: { path, contentHash, structureHash, tool, folder, references }, currentHash };
}

function hashOf(bytes: Uint8Array | null | undefined): NodeHash | undefined {
  return bytes instanceof Uint8Array && bytes.length === 32 ? NodeHash.fromDigest(bytes) : undefined;
}

/** Can all precise facts be read? */
export async function checkPrecise(database: Database): Promise<Check> {
  const name = 'precise references';
  const damaged: string[] = [];
  let count = 0;
  await database.snapshot(async (snapshot) => {
    const rows = snapshot.iterate<PreciseRow & { readonly project_id: ProjectId }>(
      `SELECT project_id, path, content_hash, structure_hash, tool, folder, data, NULL AS current_hash
       FROM precise_files ORDER BY project_id, path`,
    );
    for await (const row of rows) {
      count++;
      if (decodeRow(row) === undefined) damaged.push(`${row.project_id}//${row.path}`);
    }
  });
  if (damaged.length === 0) return { name, ok: true, detail: `${count} files` };
  const [first = ''] = damaged;
  return { name, ok: false, detail: `${damaged.length} of ${count} rows cannot be decoded, the first is of ${first}` };
}

/** Precise facts of the files of all projects: what indexes of compilers say that was imported. */
export class PreciseStore {
  constructor(private readonly database: Database) {}

  /** The precise facts of a project, by path, whether they count at present or not. */
  async list(project: ProjectId): Promise<PreciseFile[]> {
    const stored = await readPrecise(this.database, project, undefined);
    return [...stored.values()].map(({ precise }) => precise).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Stores precise facts beside those that are there. Edges follow with the next run that binds the files. */
  async put(project: ProjectId, files: readonly PreciseFile[]): Promise<void> {
    if (files.length > 0) await this.database.write([this.statementForPut(project, files)]);
  }

  statementForPut(project: ProjectId, files: Iterable<PreciseFile>): BulkStatement {
    return { sql: UPSERT, rows: rowsOf(project, files) };
  }

  /** Removes the facts of some files, or all of a project. */
  statementForDelete(project: ProjectId, paths?: Iterable<string>): Statement | BulkStatement {
    if (paths === undefined) return { sql: 'DELETE FROM precise_files WHERE project_id = ?', parameters: [project] };
    return {
      sql: 'DELETE FROM precise_files WHERE project_id = ? AND path = ?',
      rows: [...paths].map((path) => [project, path]),
    };
  }
}

function* rowsOf(project: ProjectId, files: Iterable<PreciseFile>): Generator<SqlRow, void, void> {
  for (const file of files) {
    const { path, contentHash, structureHash, tool, folder } = file;
    yield [
      project,
      path,
      NodeHash.toBytes(contentHash),
      NodeHash.toBytes(structureHash),
      tool,
      folder,
      encodePrecise(file),
    ];
  }
}
