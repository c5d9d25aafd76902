-- Version 3: results of earlier computations and what they were computed from, so that a run computes
-- again only what changed; leases, so that one process at a time indexes a project.

-- Results that depend on one content alone, by BLAKE3 of query name, version, environment and content.
CREATE TABLE content_results (
  key BLOB PRIMARY KEY,
  query TEXT NOT NULL,
  result BLOB NOT NULL,
  -- BLAKE3 of the result: a damaged one is computed again.
  checksum BLOB NOT NULL,
  used_at INTEGER NOT NULL
);
CREATE INDEX idx_content_results_used ON content_results(used_at);

-- Results that depend on other things: all of one partition (a file of a project) in one row, each
-- with the things it read, in order, and what they looked like.
CREATE TABLE memo_packs (
  id INTEGER PRIMARY KEY,
  space TEXT NOT NULL,
  partition TEXT NOT NULL,
  revision INTEGER NOT NULL,
  data BLOB NOT NULL,
  checksum BLOB NOT NULL,
  UNIQUE (space, partition)
);

-- Which packs read a thing that lies outside of them; things are named by 52 bits of a hash. A row too
-- many costs a look, so rows need not go with their pack; ids of packs are not used again.
CREATE TABLE memo_dependents (
  thing INTEGER NOT NULL,
  pack_id INTEGER NOT NULL,
  PRIMARY KEY (thing, pack_id)
) WITHOUT ROWID;

-- What was invalidated by hand and is not yet computed again: a thing, and the partition it belongs to.
CREATE TABLE memo_marks (
  space TEXT NOT NULL,
  partition TEXT NOT NULL,
  thing INTEGER NOT NULL,
  PRIMARY KEY (space, partition, thing)
) WITHOUT ROWID;

-- The versions of the queries that made a space's packs.
CREATE TABLE query_versions (
  space TEXT NOT NULL,
  query TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (space, query)
) WITHOUT ROWID;

-- Who may commit to a project. The fence grows with every new holder; a batch of an earlier one fails.
CREATE TABLE leases (
  project_id TEXT PRIMARY KEY,
  fence INTEGER NOT NULL,
  holder TEXT,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE lease_guards (
  holds INTEGER NOT NULL CONSTRAINT lost_lease CHECK (holds = 1)
);

-- Kept by the commits of indexing; null when something else changed the tables since.
ALTER TABLE projects ADD COLUMN node_count INTEGER;
ALTER TABLE projects ADD COLUMN edge_count INTEGER;

-- For a member that is written outside its type: the last part of the type's name.
ALTER TABLE intel_nodes ADD COLUMN owner_name TEXT;
UPDATE intel_nodes AS n
SET owner_name = (
  SELECT substr(owner, length(rtrim(owner, replace(owner, '.', ''))) + 1)
  FROM (
    SELECT substr(n.qualified_name, length(p.prefix) + 1,
      length(n.qualified_name) - length(p.prefix) - length(n.symbol_name) - 1) AS owner
    FROM (
      SELECT CASE qualified_name WHEN '' THEN '' ELSE qualified_name || '.' END AS prefix
      FROM intel_nodes WHERE id = n.parent_id
    ) AS p
    WHERE length(n.qualified_name) > length(p.prefix) + length(n.symbol_name)
  )
)
WHERE parent_id IS NOT NULL;

DROP INDEX idx_nodes_symbol;
CREATE INDEX idx_nodes_symbol ON intel_nodes(symbol_name, project_id);
CREATE INDEX idx_nodes_owner ON intel_nodes(owner_name, project_id) WHERE owner_name IS NOT NULL;
-- Types that inherit by a declaration outside of them, by the last part of their name.
CREATE INDEX idx_refs_inherit ON symbol_refs(substr(alias, length(rtrim(alias, replace(alias, '.', ''))) + 1))
  WHERE kind = 'inherit' AND alias IS NOT NULL;
CREATE INDEX idx_files_folder ON files(project_id, rtrim(path, replace(path, '/', '')));
CREATE INDEX idx_files_content ON files(content_hash);

CREATE TRIGGER projects_delete AFTER DELETE ON projects BEGIN
  DELETE FROM memo_dependents WHERE pack_id IN (SELECT id FROM memo_packs WHERE space = 'project/' || old.id);
  DELETE FROM memo_packs WHERE space = 'project/' || old.id;
  DELETE FROM memo_marks WHERE space = 'project/' || old.id;
  DELETE FROM query_versions WHERE space = 'project/' || old.id;
END;
