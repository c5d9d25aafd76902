/** Makes the row of a project unless it is there; nodes and files always belong to a listed project. */
export const ENSURE_PROJECT_SQL = 'INSERT INTO projects (id) VALUES (?) ON CONFLICT (id) DO NOTHING';

/** Counts of a project hold until something else than indexing changes its nodes or edges. */
export const FORGET_COUNTS_SQL =
  'UPDATE projects SET node_count = NULL, edge_count = NULL WHERE node_count IS NOT NULL OR edge_count IS NOT NULL';
