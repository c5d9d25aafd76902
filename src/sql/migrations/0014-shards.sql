-- Projects that lie in databases of their own, in the database that they share.

CREATE TABLE shard_projects (
  project_id TEXT PRIMARY KEY,
  -- The database that has the project.
  namespace TEXT NOT NULL,
  -- The project's generation there that the outline here is of; 0 before the first one.
  generation INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
