import { createHash } from 'node:crypto';
import { dumpPieces } from '../../graph/index.js';
import type { Database, Snapshot, Statement } from '../../sql/index.js';
import type { TransferExtent } from './sections.js';

const EDGES_AS_THEY_ARE = `(
  SELECT json_array(count(*), sum(e.caller_id), sum(e.callee_id), sum(length(e.metadata)))
  FROM intel_nodes AS n CROSS JOIN intel_edges AS e ON e.caller_id = n.id WHERE n.project_id = p.id)`;

/**
 * A text that says which state a project is in; another one after whatever a transfer takes over changed. Null while
 * something else than indexing has written nodes of the project, whose changes are not counted.
 */
const STAMP = `
  SELECT CASE WHEN p.node_count IS NOT NULL THEN json_array(
    p.generation, p.indexed_at, p.root, p.node_count, p.manifests_version,
    CASE WHEN p.edge_count IS NULL THEN json(${EDGES_AS_THEY_ARE}) END,
    (SELECT count(*) FROM files WHERE project_id = p.id),
    (SELECT json_group_array(json_array(model, dimension, follows, nodes, embeddings, queued)) FROM (
      SELECT m.model, m.dimension, s.follows,
        (SELECT count(*) FROM node_embeddings WHERE scope_id = s.id) AS nodes,
        (SELECT sum(embedding_id) FROM node_embeddings WHERE scope_id = s.id) AS embeddings,
        (SELECT count(*) FROM embedding_queue WHERE scope_id = s.id) AS queued
      FROM embedding_scopes AS s JOIN embedding_models AS m ON m.id = s.model_id
      WHERE s.project_id = p.id ORDER BY m.model, m.dimension)),
    (SELECT json_array(count(*), sum(id), max(taken_at)) FROM metric_snapshots WHERE project_id = p.id),
    (SELECT json_array(count(*), sum(length(data))) FROM precise_files WHERE project_id = p.id),
    (SELECT count(*) FROM memo_packs WHERE space = 'project/' || p.id),
    (SELECT count(*) FROM memo_marks WHERE space = 'project/' || p.id)
  ) END AS stamp FROM projects AS p WHERE p.id = ?`;

/** Which state a project is in; undefined when that cannot be told. */
export async function readStamp(snapshot: Snapshot, project: string): Promise<string | undefined> {
  return (await snapshot.first<{ readonly stamp: string | null }>(STAMP, [project]))?.stamp ?? undefined;
}

/** The state of a project that is taken over in an extent: its outline is another thing than the project. */
export async function readSourceStamp(
  snapshot: Snapshot,
  project: string,
  extent: TransferExtent,
): Promise<string | undefined> {
  const stamp = await readStamp(snapshot, project);
  return stamp === undefined || extent === 'whole' ? stamp : `${extent} ${stamp}`;
}

export interface Mark {
  /** SHA-256 of the canonical dumps; null while they were not compared. */
  readonly digest: Uint8Array | null;
}

/** What is known in one store of its project in a state being the same as another store's in another state. */
export async function findMark(
  database: Snapshot,
  project: string,
  here: string | undefined,
  there: string | undefined,
): Promise<Mark | undefined> {
  if (here === undefined || there === undefined) return undefined;
  return database.first<Mark>('SELECT digest FROM transfer_marks WHERE project_id = ? AND here = ? AND there = ?', [
    project,
    here,
    there,
  ]);
}

/** Notes, in the batch that takes a project over, which state of the other store it is the same as. */
export function markStatements(project: string, there: string | undefined): Statement[] {
  if (there === undefined) return [];
  return [
    {
      sql: `INSERT INTO transfer_marks (project_id, here, there) SELECT ?, stamp, ? FROM (${STAMP}) WHERE stamp IS NOT NULL`,
      parameters: [project, there, project],
    },
  ];
}

/** Notes that both ends were compared, and forgets what held for earlier states. */
export async function confirmMark(
  database: Database,
  project: string,
  here: string,
  there: string,
  digest: Uint8Array,
): Promise<void> {
  await database.write([
    { sql: 'DELETE FROM transfer_marks WHERE project_id = ? AND here <> ?', parameters: [project, here] },
    {
      sql: `INSERT INTO transfer_marks (project_id, here, there, digest) VALUES (?, ?, ?, ?)
            ON CONFLICT (project_id, here, there) DO UPDATE SET digest = excluded.digest`,
      parameters: [project, here, there, digest],
    },
  ]);
}

/**
 * SHA-256 of the canonical dump of a project, with a line end after each line. Edges into other projects are left out: they
 * follow from which projects a store has. Of an outline only the nodes count.
 */
export async function dumpDigest(
  snapshot: Snapshot,
  project: string,
  extent: TransferExtent = 'whole',
): Promise<Buffer> {
  const hash = createHash('sha256');
  const pieces = dumpPieces(snapshot, project, { nodesOnly: extent === 'outline' });
  for await (const lines of pieces) for (const line of lines) hash.update(`${line}\n`);
  return hash.digest();
}
