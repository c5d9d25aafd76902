import type { NodeId, NodeType, ProjectId, Visibility } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';

/** A symbol as answers show it: what it is and where it is, without its embedding and documentation. */
export interface CodeSymbol {
  readonly id: NodeId;
  /** The node key inside `project`. */
  readonly key: string;
  readonly project: ProjectId;
  readonly name: string;
  readonly qualifiedName: string;
  readonly type: NodeType;
  readonly language: string;
  readonly visibility: Visibility;
  readonly file: string;
  /** 1-based, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly signature: string | null;
  readonly complexity: number | null;
  /** Content hash in lower-case hexadecimal. */
  readonly hash: string;
}

/** The columns of {@link CodeSymbol} from `intel_nodes AS n`. */
export const SYMBOL_COLUMNS = `n.id AS id, n.node_key AS key, n.project_id AS project, n.symbol_name AS name,
  n.qualified_name AS qualifiedName, n.node_type AS type, n.language AS language, n.visibility AS visibility,
  n.file_path AS file, n.start_line AS startLine, n.end_line AS endLine, n.signature AS signature,
  n.complexity AS complexity, lower(hex(n.content_hash)) AS hash`;

const IDS_PER_STATEMENT = 5000;

/** Lists cut into pieces that fit one JSON parameter. */
export function* chunksOf<T>(list: readonly T[], size = IDS_PER_STATEMENT): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** The symbols of these ids; ids without a row are absent from the map. */
export async function readSymbols(snapshot: Snapshot, ids: readonly NodeId[]): Promise<Map<NodeId, CodeSymbol>> {
  const found = new Map<NodeId, CodeSymbol>();
  for (const chunk of chunksOf(ids)) {
    const rows = await snapshot.all<CodeSymbol>(
      `SELECT ${SYMBOL_COLUMNS} FROM json_each(?) AS wanted CROSS JOIN intel_nodes AS n ON n.id = wanted.value`,
      [JSON.stringify(chunk)],
    );
    for (const row of rows) found.set(row.id, row);
  }
  return found;
}
