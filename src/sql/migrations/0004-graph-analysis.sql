-- Version 4: whole graphs in one piece, answers that were computed from whole graphs, and measures that
-- are kept over time. The first two are derived: who deletes them loses time alone.

-- A project's graph as it is read into memory. Holds for one generation of the project.
CREATE TABLE graph_snapshots (
  project_id TEXT PRIMARY KEY,
  generation INTEGER NOT NULL,
  data BLOB NOT NULL,
  -- SHA-256 of the data: a damaged one is made again.
  checksum BLOB NOT NULL
);

-- What was computed from the graph of a project, or of the whole store, whose project_id is empty.
CREATE TABLE graph_results (
  project_id TEXT NOT NULL,
  query TEXT NOT NULL,
  generation INTEGER NOT NULL,
  data BLOB NOT NULL,
  checksum BLOB NOT NULL,
  PRIMARY KEY (project_id, query)
);

-- Measures of a project at one time, under a label of the user's.
CREATE TABLE metric_snapshots (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  label TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  data BLOB NOT NULL,
  checksum BLOB NOT NULL,
  UNIQUE (project_id, label)
);

CREATE TRIGGER projects_delete_analysis AFTER DELETE ON projects BEGIN
  DELETE FROM graph_snapshots WHERE project_id = old.id;
  DELETE FROM graph_results WHERE project_id = old.id;
  DELETE FROM metric_snapshots WHERE project_id = old.id;
END;
