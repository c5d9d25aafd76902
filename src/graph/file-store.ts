import { NodeHash, type ProjectId } from '../model/index.js';
import type { Database, SqlRow } from '../sql/index.js';
import type { FileRecord } from './project-delta.js';
import { ENSURE_PROJECT_SQL, FORGET_EDGE_COUNTS_SQL, FORGET_NODES_SQL } from './project-rows.js';
import { decodeFile, type FileRow } from './row-codecs.js';
import { COUNT, HASH_TEXT, NAME, orNull, requireValue, TEXT } from './value-checks.js';

export const UPSERT_FILE_SQL = `
  INSERT INTO files (project_id, path, language, content_hash, size_bytes, stat_key, error_count, first_error_line,
    facts_version)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (project_id, path) DO UPDATE SET language = excluded.language, content_hash = excluded.content_hash,
    size_bytes = excluded.size_bytes, stat_key = excluded.stat_key, error_count = excluded.error_count,
    first_error_line = excluded.first_error_line, facts_version = excluded.facts_version`;

/** What is remembered of the source files of all projects. */
export class FileStore {
  constructor(private readonly database: Database) {}

  /** The files of a project, ordered by path. */
  async list(projectId: ProjectId): Promise<FileRecord[]> {
    const rows = await this.database.all<FileRow>('SELECT * FROM files WHERE project_id = ? ORDER BY path', [
      projectId,
    ]);
    return rows.map(decodeFile);
  }

  /** The file at this path, or undefined. */
  async get(projectId: ProjectId, path: string): Promise<FileRecord | undefined> {
    const row = await this.database.first<FileRow>('SELECT * FROM files WHERE project_id = ? AND path = ?', [
      projectId,
      path,
    ]);
    return row === undefined ? undefined : decodeFile(row);
  }

  /** Files by the hash of their bytes, of all projects whose nodes are what the files say. */
  async findByContent(hashes: readonly NodeHash[]): Promise<(FileRecord & { readonly projectId: ProjectId })[]> {
    if (hashes.length === 0) return [];
    const rows = await this.database.all<FileRow & { readonly project_id: ProjectId }>(
      `SELECT f.* FROM json_each(?) AS h JOIN files AS f ON f.content_hash = unhex(h.value)
         JOIN projects AS p ON p.id = f.project_id AND p.node_count IS NOT NULL
       ORDER BY f.project_id, f.path`,
      [JSON.stringify([...new Set(hashes)])],
    );
    return rows.map((row) => ({ ...decodeFile(row), projectId: row.project_id }));
  }

  /** Stores a file or replaces what is stored of it. Throws UsageError `INVALID_ARGUMENT`. */
  async put(projectId: ProjectId, file: FileRecord): Promise<void> {
    requireValue(NAME, 'projectId', projectId);
    requireValue(NAME, 'path', file.path);
    requireValue(orNull(TEXT), 'language', file.language);
    requireValue(HASH_TEXT, 'contentHash', file.contentHash);
    requireValue(COUNT, 'sizeBytes', file.sizeBytes);
    requireValue(orNull(TEXT), 'statKey', file.statKey);
    requireValue(COUNT, 'errorCount', file.errorCount);
    requireValue(COUNT, 'firstErrorLine', file.firstErrorLine);
    requireValue(COUNT, 'factsVersion', file.factsVersion);
    await this.database.write([
      { sql: ENSURE_PROJECT_SQL, parameters: [projectId] },
      { sql: UPSERT_FILE_SQL, parameters: fileRow(projectId, file) },
    ]);
  }

  /** Removes a file with its nodes, and gives whether there was anything of it. */
  async delete(projectId: ProjectId, path: string): Promise<boolean> {
    const { returned } = await this.database.write([
      {
        sql: `UPDATE intel_nodes SET parent_id = NULL WHERE project_id = ? AND file_path <> ? AND parent_id IN (
                SELECT id FROM intel_nodes WHERE file_path = ? AND project_id = ?)`,
        parameters: [projectId, path, path, projectId],
      },
      {
        sql: 'DELETE FROM intel_nodes WHERE file_path = ? AND project_id = ? RETURNING id',
        parameters: [path, projectId],
      },
      { sql: 'DELETE FROM files WHERE project_id = ? AND path = ? RETURNING path', parameters: [projectId, path] },
      { sql: FORGET_NODES_SQL, parameters: [projectId] },
      { sql: FORGET_EDGE_COUNTS_SQL },
    ]);
    return returned.some((rows) => rows.length > 0);
  }
}

/** The parameters of {@link UPSERT_FILE_SQL}. */
export function fileRow(projectId: ProjectId, file: FileRecord): SqlRow {
  return [
    projectId,
    file.path,
    file.language,
    NodeHash.toBytes(file.contentHash),
    file.sizeBytes,
    file.statKey,
    file.errorCount,
    file.firstErrorLine,
    file.factsVersion,
  ];
}
