import {
  compareText,
  UsageError,
  crossProjectKey,
  type NodeId,
  type NodeType,
  type ProjectId,
} from '../model/index.js';
import type { Snapshot } from '../sql/index.js';

/** A node by its id and by the two texts that order answers. */
export interface NodePlace {
  readonly id: NodeId;
  readonly project: ProjectId;
  readonly key: string;
}

interface CandidateRow extends NodePlace {
  readonly name: string;
  readonly qualifiedName: string;
  readonly type: NodeType;
  readonly file: string;
}

const PLACE_COLUMNS = 'n.id AS id, n.project_id AS project, n.node_key AS key';

/** Longest text that is looked up; no identifier of a real language comes near it. */
export const MAX_NAME_LENGTH = 2000;

/** Throws a UsageError with code `INVALID_ARGUMENT` for a text that cannot name anything. */
export function requireName(text: string): string {
  if (text.trim() !== '' && text.length <= MAX_NAME_LENGTH) return text;
  const reason = text.trim() === '' ? 'is empty' : `is longer than ${MAX_NAME_LENGTH} characters`;
  throw new UsageError('INVALID_ARGUMENT', `The name ${reason}.`, {
    details: { argument: 'name', value: text.slice(0, 80) },
  });
}

export function comparePlaces(a: NodePlace, b: NodePlace): number {
  return compareText(a.project, b.project) || compareText(a.key, b.key);
}

/** The key of a node in an answer about a symbol of `project`: with its own project before it when that is another. */
export function keyAsSeenFrom(project: ProjectId, place: NodePlace): string {
  return place.project === project ? place.key : crossProjectKey(place.project, place.key);
}

/**
 * The nodes a text means, ordered by project and key.
 *
 * A node key (`path#Name(type)`, with `project//` before it or not) means exactly that node. Any
 * other text is a name: it means the symbols with that name, that qualified name, or a qualified
 * name that ends in it at a dot. Modules and external symbols answer to a name only when nothing
 * else does, but a module always answers to its file's path or the end of it.
 */
export async function lookUpNodes(snapshot: Snapshot, text: string, project?: ProjectId): Promise<NodePlace[]> {
  requireName(text);
  const byKey = text.includes('#') ? await lookUpByKey(snapshot, text, project) : [];
  const found = byKey.length > 0 ? byKey : await lookUpByName(snapshot, text, project);
  return found.sort(comparePlaces);
}

async function lookUpByKey(snapshot: Snapshot, text: string, project?: ProjectId): Promise<NodePlace[]> {
  const found = new Map<NodeId, NodePlace>();
  for (const wanted of keyReadings(text, project)) {
    const rows = await snapshot.all<NodePlace>(
      `SELECT ${PLACE_COLUMNS} FROM intel_nodes AS n
       WHERE n.file_path IN (SELECT value FROM json_each(?)) AND n.node_key = ? AND (? IS NULL OR n.project_id = ?)`,
      [JSON.stringify(pathReadings(wanted.key)), wanted.key, wanted.project, wanted.project],
    );
    for (const row of rows) found.set(row.id, row);
  }
  return [...found.values()];
}

/** A text may be a key as it stands, or `project//key`, cut at any of its double slashes. */
function keyReadings(text: string, project?: ProjectId): { project: ProjectId | null; key: string }[] {
  const readings: { project: ProjectId | null; key: string }[] = [{ project: project ?? null, key: text }];
  for (let at = text.indexOf('//'); at >= 0; at = text.indexOf('//', at + 1)) {
    const named = text.slice(0, at);
    if (project === undefined || project === named) readings.push({ project: named, key: text.slice(at + 2) });
  }
  return readings;
}

/** The file paths a key may begin with: a path may hold the character that ends it. */
function pathReadings(key: string): string[] {
  const paths: string[] = [];
  for (let at = key.indexOf('#'); at >= 0; at = key.indexOf('#', at + 1)) paths.push(key.slice(0, at));
  return paths;
}

async function lookUpByName(snapshot: Snapshot, text: string, project?: ProjectId): Promise<NodePlace[]> {
  const rows = await snapshot.all<CandidateRow>(
    `SELECT ${PLACE_COLUMNS}, n.symbol_name AS name, n.qualified_name AS qualifiedName, n.node_type AS type,
       n.file_path AS file
     FROM intel_nodes AS n
     WHERE (n.symbol_name IN (SELECT value FROM json_each(?)) OR (n.file_path = ? AND n.node_type = 'module'))
       AND (? IS NULL OR n.project_id = ?)`,
    [JSON.stringify(namesThatMayFit(text)), text, project ?? null, project ?? null],
  );
  const spellings = text.includes('::') ? [text, text.replaceAll('::', '.')] : [text];
  const files = rows.filter((row) => row.type === 'module' && (row.file === text || row.file.endsWith(`/${text}`)));
  const named = rows.filter((row) => !files.includes(row) && spellings.some((spelling) => bearsName(row, spelling)));
  const definitions = named.filter((row) => row.type !== 'module' && row.type !== 'external');
  const answer = definitions.length > 0 || files.length > 0 ? [...definitions, ...files] : named;
  return answer.map(({ id, project: owner, key }) => ({ id, project: owner, key }));
}

/** Symbol names the index is asked for: the text, its ends after each separator, and a file's name without extension. */
function namesThatMayFit(text: string): string[] {
  const names = new Set([text]);
  for (const separator of text.matchAll(/[.:/#\\]/g)) names.add(text.slice(separator.index + 1));
  const fileName = text.slice(text.lastIndexOf('/') + 1);
  const extension = fileName.lastIndexOf('.');
  if (extension > 0) names.add(fileName.slice(0, extension));
  names.delete('');
  return [...names];
}

function bearsName(row: CandidateRow, text: string): boolean {
  return row.name === text || row.qualifiedName === text || row.qualifiedName.endsWith(`.${text}`);
}
