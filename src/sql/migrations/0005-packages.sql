-- Packages: what manifests say that projects hold, and what these packages ask for.

CREATE TABLE packages (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  manager TEXT NOT NULL,
  -- Empty when the manifest names none: nobody can import it, but what it asks for counts.
  name TEXT NOT NULL,
  version TEXT,
  folder TEXT NOT NULL,
  manifest_path TEXT NOT NULL,
  -- JSON: how importers name its modules, and where these lie.
  modules TEXT NOT NULL,
  UNIQUE (project_id, manager, name, folder, manifest_path)
);
CREATE INDEX idx_packages_name ON packages(name, manager);

CREATE TABLE project_deps (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  -- The package that asks.
  package_id INTEGER NOT NULL REFERENCES packages(id) ON DELETE CASCADE,
  manager TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  manifest_path TEXT NOT NULL,
  -- Counts from 0 what one manifest asks for several times.
  ordinal INTEGER NOT NULL,
  alias TEXT,
  "range" TEXT,
  locked_version TEXT,
  -- The folder of the package that is meant, when it is one of the project's own.
  local TEXT,
  UNIQUE (package_id, name, kind, manifest_path, ordinal)
);
CREATE INDEX idx_project_deps_project ON project_deps(project_id);
CREATE INDEX idx_project_deps_name ON project_deps(name, manager);

-- The files that this was read from, to see which of them changed. Without a hash: named by another one but not there, or
-- not to be read.
CREATE TABLE manifest_files (
  project_id TEXT NOT NULL,
  path TEXT NOT NULL,
  stat_key TEXT,
  content_hash BLOB,
  PRIMARY KEY (project_id, path)
) WITHOUT ROWID;

-- The version of the reader of manifests; null before the first reading.
ALTER TABLE projects ADD COLUMN manifests_version INTEGER;

CREATE TRIGGER projects_delete_packages AFTER DELETE ON projects BEGIN
  DELETE FROM packages WHERE project_id = old.id;
  DELETE FROM manifest_files WHERE project_id = old.id;
END;
