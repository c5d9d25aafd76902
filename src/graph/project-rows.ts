/** Makes the row of a project unless it is there; nodes and files always belong to a listed project. */
export const ENSURE_PROJECT_SQL = 'INSERT INTO projects (id) VALUES (?) ON CONFLICT (id) DO NOTHING';
