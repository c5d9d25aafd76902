import { compareText, type NodeId, type NodeType, type ProjectId } from '../model/index.js';
import type { Snapshot, SqlValue } from '../sql/index.js';

/** A symbol as far as ranking needs it. */
export interface RankedNode {
  readonly id: NodeId;
  readonly project: ProjectId;
  readonly key: string;
  readonly type: NodeType;
  /** 0 for symbols that every importer may name, 1 for the rest. */
  readonly closedness: number;
}

/** A symbol in the list of one mode. */
export interface ListItem extends RankedNode {
  readonly score: number;
  /** Why its name fits; null in the lists of the other modes. */
  readonly fit: string | null;
}

/** What one mode found, best first. */
export interface RankedList {
  readonly items: readonly ListItem[];
  /** False when there may be more that fit. */
  readonly isComplete: boolean;
}

export interface CandidateRow extends RankedNode {
  readonly name: string;
  readonly qualifiedName: string;
}

/** The columns of {@link CandidateRow} from `intel_nodes AS n`. */
export const CANDIDATE_COLUMNS = `n.id AS id, n.project_id AS project, n.node_key AS key, n.node_type AS type,
  n.visibility <> 'public' AS closedness, n.symbol_name AS name, n.qualified_name AS qualifiedName`;

/** Better ones first; equals with public symbols before the rest, then by project and key. */
export function compareItems(
  a: Pick<ListItem, 'score' | 'closedness' | 'project' | 'key'>,
  b: Pick<ListItem, 'score' | 'closedness' | 'project' | 'key'>,
): number {
  return (
    b.score - a.score || a.closedness - b.closedness || compareText(a.project, b.project) || compareText(a.key, b.key)
  );
}

/** Rows of a statement whose last parameter is the most of them that are wanted. */
export async function readAtMost<T>(
  snapshot: Snapshot,
  sql: string,
  parameters: readonly SqlValue[],
  most: number,
): Promise<{ readonly rows: T[]; readonly isComplete: boolean }> {
  const rows = await snapshot.all<T>(sql, [...parameters, most + 1]);
  return { rows: rows.slice(0, most), isComplete: rows.length <= most };
}
