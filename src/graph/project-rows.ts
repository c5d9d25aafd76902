/** Makes the row of a project unless it is there; nodes and files always belong to a listed project. */
export const ENSURE_PROJECT_SQL = 'INSERT INTO projects (id) VALUES (?) ON CONFLICT (id) DO NOTHING';

/** The number of edges is known until something else than indexing changes edges, or nodes that may have some. */
export const FORGET_EDGE_COUNTS_SQL = 'UPDATE projects SET edge_count = NULL WHERE edge_count IS NOT NULL';

/**
 * The number of nodes is known, and the nodes of listed files are what the files say, until something
 * else than indexing changes nodes of the project. Then that is so until the next forced run.
 */
export const FORGET_NODES_SQL = 'UPDATE projects SET node_count = NULL, edge_count = NULL WHERE id = ?';
