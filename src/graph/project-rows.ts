/** Makes the row of a project unless it is there; nodes and files always belong to a listed project. */
export const ENSURE_PROJECT_SQL = 'INSERT INTO projects (id) VALUES (?) ON CONFLICT (id) DO NOTHING';

/** The number of edges is known until something else than indexing changes edges, or nodes that may have some. */
export const FORGET_EDGE_COUNTS_SQL = 'UPDATE projects SET edge_count = NULL WHERE edge_count IS NOT NULL';

/**
 * The number of nodes is known, and the nodes of listed files are what the files say, until something
 * else than indexing changes nodes of the project. Then that is so until the next forced run.
 */
export const FORGET_NODES_SQL = 'UPDATE projects SET node_count = NULL, edge_count = NULL WHERE id = ?';

/** Edges from other projects go with the node they lead to. Parameters: the node, its project. */
export const FORGET_EDGES_TO_NODE_SQL = `
  UPDATE projects SET edge_count = NULL
  WHERE id IN (SELECT n.project_id FROM intel_edges AS e JOIN intel_nodes AS n ON n.id = e.caller_id
               WHERE e.callee_id = ? AND n.project_id <> ?)`;
