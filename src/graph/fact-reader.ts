import {
  REFERENCE_KINDS,
  type NodeId,
  type NodeType,
  type ProjectId,
  type ReferenceKind,
  type Visibility,
} from '../model/index.js';
import type { Database } from '../sql/index.js';
import { readPrecise, type StoredPrecise } from './precise-store.js';
import type { ReferenceRow } from './project-delta.js';
import { readFiles, type StoredFile, type WholeFile } from './stored-file.js';
import { grouped, list, type Wanted } from './wanted-rows.js';

/** What can be said of a symbol without reading its file. */
export interface SymbolRow {
  readonly id: NodeId;
  readonly name: string;
  readonly qualifiedName: string;
  readonly nodeType: NodeType;
  readonly ordinal: number;
  readonly filePath: string;
  readonly language: string;
  readonly visibility: Visibility;
  readonly valueType: string | null;
  /** 1 when it has a body to measure, else 0. */
  readonly hasBody: number;
  readonly startByte: number;
  readonly endByte: number;
  readonly parentId: NodeId | null;
  readonly parentQualifiedName: string | null;
  /** The module of its file; itself for a module. */
  readonly moduleId: NodeId;
}

/** What a symbol says in words, and where its text is. */
export interface EmbeddableNode {
  readonly id: NodeId;
  readonly key: string;
  readonly filePath: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly nodeType: NodeType;
  readonly language: string;
  readonly signature: string | null;
  readonly documentation: string | null;
  readonly complexity: number | null;
  readonly startByte: number;
  readonly endByte: number;
}

/** A reference with the symbol it is written in. */
export interface InheritRow extends SymbolRow {
  /** Position among the references of its source. */
  readonly position: number;
  readonly reference: ReferenceRow;
}

export interface MemberWanted {
  readonly name: string;
  readonly languages: readonly string[];
}

const SYMBOL_COLUMNS = `n.id, n.symbol_name AS name, n.qualified_name AS qualifiedName, n.node_type AS nodeType, n.ordinal,
  n.file_path AS filePath, n.language, n.visibility, n.value_type AS valueType, n.complexity IS NOT NULL AS hasBody,
  n.start_byte AS startByte, n.end_byte AS endByte, n.parent_id AS parentId, p.qualified_name AS parentQualifiedName,
  coalesce(m.id, n.id) AS moduleId`;

/** What stands around a symbol `n`: its parent, and its file's module, whose key has no name in it. */
const AROUND = `LEFT JOIN intel_nodes AS p ON p.id = n.parent_id
  LEFT JOIN intel_nodes AS m ON m.project_id = n.project_id AND m.node_key = n.file_path || '#(module)'`;

/** File names without ending that stand for the folder they are in. */
const FOLDER_FILES = ['index', '__init__', 'mod'] as const;

/**
 * Reads the stored facts of a project, as little of them as the questions need. Every method takes a
 * list and answers it with one statement or three: a round trip serves all who want something.
 *
 * Lists are driven through the indexes with `CROSS JOIN`, which keeps the written order of the tables.
 */
export class FactReader {
  constructor(private readonly database: Database) {}

  /** The files at these paths with their references of the given kinds; absent ones are left out. */
  async files(
    project: ProjectId,
    paths: Iterable<string>,
    kinds: readonly ReferenceKind[] = REFERENCE_KINDS,
  ): Promise<Map<string, StoredFile>> {
    return this.database.snapshot((snapshot) => readFiles(snapshot, project, [...paths], kinds));
  }

  /** The files at these paths with all of their references, and their nodes; absent ones are left out. */
  async wholeFiles(project: ProjectId, paths: Iterable<string>): Promise<Map<string, WholeFile>> {
    return this.database.snapshot((snapshot) => readFiles(snapshot, project, [...paths], REFERENCE_KINDS));
  }

  /** Is there any file of a project of which an index of a compiler says something? */
  async hasPrecise(project: ProjectId): Promise<boolean> {
    const row = await this.database.first('SELECT 1 FROM precise_files WHERE project_id = ? LIMIT 1', [project]);
    return row !== undefined;
  }

  /** What indexes of compilers say of the files at these paths, or of all; see {@link readPrecise}. */
  async precise(project: ProjectId, paths?: Iterable<string>): Promise<Map<string, StoredPrecise>> {
    return readPrecise(this.database, project, paths === undefined ? undefined : [...paths]);
  }

  /** The symbols with these node keys. */
  async symbolsByKey(project: ProjectId, keys: Iterable<string>): Promise<Map<string, SymbolRow[]>> {
    const rows = await this.database.all<Wanted<SymbolRow>>(
      `SELECT w.value AS wanted, ${SYMBOL_COLUMNS}
       FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.project_id = ? AND n.node_key = w.value
       ${AROUND}`,
      [list(keys), project],
    );
    return grouped(rows);
  }

  /** The symbols of the files at these paths, in any order. */
  async embeddable(project: ProjectId, paths: Iterable<string>): Promise<EmbeddableNode[]> {
    return this.database.all<EmbeddableNode>(
      `SELECT n.id, n.node_key AS key, n.file_path AS filePath, n.symbol_name AS name,
         n.qualified_name AS qualifiedName, n.node_type AS nodeType, n.language, n.signature, n.documentation,
         n.complexity, n.start_byte AS startByte, n.end_byte AS endByte
       FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.file_path = w.value AND n.project_id = ?
       WHERE n.node_type <> 'external'`,
      [list(paths), project],
    );
  }

  /** The paths of all files that have symbols, in no particular order. */
  async paths(project: ProjectId): Promise<string[]> {
    const rows = await this.database.all<{ readonly path: string }>(
      'SELECT DISTINCT file_path AS path FROM intel_nodes WHERE project_id = ?',
      [project],
    );
    return rows.map(({ path }) => path);
  }

  /** The file of each node that is in the project. */
  async pathsOf(project: ProjectId, ids: Iterable<number>): Promise<Map<number, string>> {
    const rows = await this.database.all<{ readonly id: NodeId; readonly path: string }>(
      `SELECT n.id, n.file_path AS path
       FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.id = w.value AND n.project_id = ?`,
      [list(ids), project],
    );
    return new Map(rows.map(({ id, path }) => [id, path]));
  }

  /**
   * The modules a path without its endings may mean: of the file `stem`, the files `stem.…`, and
   * `stem/index.…`, `stem/__init__.…`, `stem/mod.…`.
   */
  async modulesByStem(project: ProjectId, stems: Iterable<string>): Promise<Map<string, SymbolRow[]>> {
    const rows = await this.database.all<Wanted<SymbolRow>>(
      `SELECT w.value ->> 0 AS wanted, ${SYMBOL_COLUMNS}
       FROM json_each(?) AS w
       CROSS JOIN files AS f ON f.project_id = ? AND f.path >= w.value ->> 1 AND f.path < w.value ->> 2
         AND instr(substr(f.path, length(w.value ->> 1) + 1), '/') = 0
       CROSS JOIN intel_nodes AS n ON n.project_id = f.project_id AND n.node_key = f.path || '#(module)'
       ${AROUND}`,
      [JSON.stringify([...stems].flatMap(rangesOf)), project],
    );
    return grouped(rows);
  }

  /** The modules of the files directly in each folder; the root is the empty text. */
  async modulesInFolders(project: ProjectId, folders: Iterable<string>): Promise<Map<string, SymbolRow[]>> {
    const rows = await this.database.all<Wanted<SymbolRow>>(
      `SELECT w.value AS wanted, ${SYMBOL_COLUMNS}
       FROM json_each(?) AS w
       CROSS JOIN files AS f ON f.project_id = ?
         AND rtrim(f.path, replace(f.path, '/', '')) = CASE w.value WHEN '' THEN '' ELSE w.value || '/' END
       CROSS JOIN intel_nodes AS n ON n.project_id = f.project_id AND n.node_key = f.path || '#(module)'
       ${AROUND}`,
      [list(folders), project],
    );
    return grouped(rows);
  }

  /** The modules of the files with these names; a module is called after its file. */
  async modulesNamed(project: ProjectId, fileNames: Iterable<string>): Promise<Map<string, SymbolRow[]>> {
    const rows = await this.database.all<Wanted<SymbolRow>>(
      `SELECT w.value AS wanted, ${SYMBOL_COLUMNS}
       FROM json_each(?) AS w
       CROSS JOIN intel_nodes AS n ON n.symbol_name = w.value AND n.project_id = ?
         AND n.node_type = 'module' AND n.qualified_name = ''
       ${AROUND}`,
      [list(fileNames), project],
    );
    return grouped(rows);
  }

  /** The symbols with these names that are written directly in a symbol of one of the types, to which they belong. */
  async symbolsNamed(
    project: ProjectId,
    names: Iterable<string>,
    parentTypes: readonly NodeType[],
  ): Promise<Map<string, SymbolRow[]>> {
    const rows = await this.database.all<Wanted<SymbolRow>>(
      `SELECT w.value AS wanted, ${SYMBOL_COLUMNS}
       FROM json_each(?) AS w
       CROSS JOIN intel_nodes AS n ON n.symbol_name = w.value AND n.project_id = ? AND n.owner_name IS NULL
       ${AROUND}
       WHERE p.node_type IN (SELECT value FROM json_each(?))`,
      [list(names), project, list(parentTypes)],
    );
    return grouped(rows);
  }

  /**
   * For each wanted member, in their order, the first two found: one that is the only one of its name is
   * alone. Members are written in a symbol of one of the types, or outside their type.
   */
  async soleMembers(
    project: ProjectId,
    wanted: readonly MemberWanted[],
    parentTypes: readonly NodeType[],
    excludedPaths: Iterable<string>,
  ): Promise<SymbolRow[][]> {
    const rows = await this.database.all<Wanted<SymbolRow, number>>(
      `SELECT w.key AS wanted, ${SYMBOL_COLUMNS}
       FROM json_each(?) AS w
       CROSS JOIN json_each((
         SELECT json_group_array(id) FROM (
           SELECT member.id FROM intel_nodes AS member CROSS JOIN intel_nodes AS parent ON parent.id = member.parent_id
           WHERE member.symbol_name = w.value ->> 'name' AND member.project_id = ?
             AND instr(w.value ->> 'languages', json_quote(member.language)) > 0
             AND (member.owner_name IS NOT NULL OR parent.node_type IN (SELECT value FROM json_each(?)))
             AND member.file_path NOT IN (SELECT value FROM json_each(?))
           LIMIT 2))) AS found
       CROSS JOIN intel_nodes AS n ON n.id = found.value
       ${AROUND}`,
      [JSON.stringify(wanted), project, list(parentTypes), list(excludedPaths)],
    );
    const byWanted = grouped(rows);
    return wanted.map((_, position) => byWanted.get(position) ?? []);
  }

  /** The members that are written outside a type with one of these names. */
  async membersWrittenFor(project: ProjectId, typeNames: Iterable<string>): Promise<Map<string, SymbolRow[]>> {
    const rows = await this.database.all<Wanted<SymbolRow>>(
      `SELECT w.value AS wanted, ${SYMBOL_COLUMNS}
       FROM json_each(?) AS w
       CROSS JOIN intel_nodes AS n ON n.owner_name = w.value AND n.project_id = ? AND n.owner_name IS NOT NULL
       ${AROUND}`,
      [list(typeNames), project],
    );
    return grouped(rows);
  }

  /** The `inherit` references that are written outside a type with one of these names. */
  async inheritsFor(project: ProjectId, typeNames: Iterable<string>): Promise<Map<string, InheritRow[]>> {
    const rows = await this.database.all<Wanted<SymbolRow & { readonly position: number; readonly reference: string }>>(
      `SELECT w.value AS wanted, ${SYMBOL_COLUMNS}, r.ordinal AS position,
         json_object('kind', r.kind, 'name', r.name, 'receiver', r.receiver, 'alias', r.alias,
           'count', r.count, 'line', r.line) AS reference
       FROM json_each(?) AS w
       CROSS JOIN symbol_refs AS r ON substr(r.alias, length(rtrim(r.alias, replace(r.alias, '.', ''))) + 1) = w.value
         AND r.kind = 'inherit' AND r.alias IS NOT NULL
       CROSS JOIN intel_nodes AS n ON n.id = r.source_id AND n.project_id = ?
       ${AROUND}`,
      [list(typeNames), project],
    );
    // The text was made by the statement from the columns of one row.
    return grouped(rows.map((row) => ({ ...row, reference: JSON.parse(row.reference) as ReferenceRow })));
  }

  /** The references of each source of the project, in source order, of the given kinds. Sources without any are left out. */
  async references(
    project: ProjectId,
    sources: Iterable<number>,
    kinds: readonly ReferenceKind[] = REFERENCE_KINDS,
  ): Promise<Map<number, ReferenceRow[]>> {
    const rows = await this.database.all<Wanted<ReferenceRow, number>>(
      `SELECT r.source_id AS wanted, r.kind, r.name, r.receiver, r.alias, r.count, r.line
       FROM json_each(?) AS w
       CROSS JOIN intel_nodes AS n ON n.id = w.value AND n.project_id = ?
       CROSS JOIN symbol_refs AS r ON r.source_id = n.id
       WHERE r.kind IN (SELECT value FROM json_each(?)) ORDER BY r.source_id, r.ordinal`,
      [list(sources), project, list(kinds)],
    );
    return grouped(rows);
  }
}

/** The ranges of paths that a stem stands for, each with the stem; `/` is the character after `.`. */
function rangesOf(stem: string): [stem: string, from: string, to: string][] {
  const inFolder = FOLDER_FILES.map((name) => `${stem}/${name}`);
  return [[stem, stem, `${stem}\u0001`], ...[stem, ...inFolder].map(endingsOf)];

  function endingsOf(base: string): [string, string, string] {
    return [stem, `${base}.`, `${base}/`];
  }
}
