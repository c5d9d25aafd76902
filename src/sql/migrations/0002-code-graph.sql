-- Version 2: nodes get a stable key, ranges and an interface; edges lose their row id; projects,
-- files and the durable references appear. Rows of version 1 keep their ids and embeddings.
--
-- Hashes become 32-byte blobs. Version 1 wrote a hash as hexadecimal text, or as the raw digest. What
-- is neither is cut or filled up with zeros to 32 bytes: it equals no real hash, so it is outdated.

CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  root TEXT,
  generation INTEGER NOT NULL DEFAULT 0,
  indexed_at INTEGER
) WITHOUT ROWID;

CREATE TABLE generations (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  committed_at INTEGER NOT NULL
);

-- Ids are handed out in blocks before a batch is written, so that one batch can name its own rows.
CREATE TABLE id_blocks (
  name TEXT PRIMARY KEY,
  next_id INTEGER NOT NULL
) WITHOUT ROWID;

-- A batch states what it relies on by inserting here; a false statement undoes the whole batch.
CREATE TABLE batch_guards (
  holds INTEGER NOT NULL CONSTRAINT stale_generation CHECK (holds = 1)
);

CREATE TABLE files (
  project_id TEXT NOT NULL,
  path TEXT NOT NULL,
  language TEXT,
  content_hash BLOB NOT NULL,
  size_bytes INTEGER NOT NULL,
  stat_key TEXT,
  error_count INTEGER NOT NULL DEFAULT 0,
  first_error_line INTEGER NOT NULL DEFAULT 0,
  facts_version INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, path)
) WITHOUT ROWID;

CREATE TABLE new_nodes (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  file_path TEXT NOT NULL,
  symbol_name TEXT NOT NULL,
  node_type TEXT NOT NULL,
  signature TEXT,
  complexity INTEGER,
  content_hash BLOB NOT NULL,
  embedding BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  node_key TEXT NOT NULL,
  qualified_name TEXT NOT NULL,
  ordinal INTEGER NOT NULL DEFAULT 1,
  language TEXT NOT NULL,
  visibility TEXT NOT NULL DEFAULT 'public',
  interface_hash BLOB NOT NULL,
  value_type TEXT,
  documentation TEXT,
  parent_id INTEGER,
  start_byte INTEGER NOT NULL DEFAULT 0,
  end_byte INTEGER NOT NULL DEFAULT 0,
  start_line INTEGER NOT NULL DEFAULT 0,
  end_line INTEGER NOT NULL DEFAULT 0
);

INSERT INTO new_nodes (id, project_id, file_path, symbol_name, node_type, signature, complexity, content_hash,
  embedding, created_at, updated_at, node_key, qualified_name, ordinal, language, interface_hash)
SELECT id, project_id, file_path, symbol_name, node_type, signature, complexity, hash, embedding,
  coalesce(created_at, 0), coalesce(updated_at, created_at, 0),
  file_path || '#' || symbol_name || '(' || node_type || ')' || CASE WHEN ordinal > 1 THEN '~' || ordinal ELSE '' END,
  symbol_name, ordinal, 'unknown', hash
FROM (
  SELECT *,
    CASE
      WHEN typeof(content_hash) = 'text' AND length(content_hash) = 64 AND content_hash NOT GLOB '*[^0-9a-fA-F]*'
        THEN unhex(content_hash)
      ELSE unhex(substr(hex(coalesce(CAST(content_hash AS BLOB), '')) || hex(zeroblob(32)), 1, 64))
    END AS hash,
    row_number() OVER (PARTITION BY project_id, file_path, symbol_name, node_type ORDER BY id) AS ordinal
  FROM intel_nodes
);

CREATE TABLE new_edges (
  caller_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  callee_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  edge_type TEXT NOT NULL,
  metadata TEXT,
  PRIMARY KEY (caller_id, callee_id, edge_type)
) WITHOUT ROWID;
INSERT INTO new_edges
SELECT caller_id, callee_id, edge_type, CASE WHEN metadata IN ('', 'null') THEN NULL ELSE CAST(metadata AS TEXT) END
FROM intel_edges
WHERE caller_id IN (SELECT id FROM new_nodes) AND callee_id IN (SELECT id FROM new_nodes);
DROP TABLE intel_edges;
DROP TABLE intel_nodes;
ALTER TABLE new_nodes RENAME TO intel_nodes;
ALTER TABLE new_edges RENAME TO intel_edges;

CREATE UNIQUE INDEX idx_nodes_key ON intel_nodes(project_id, node_key);
CREATE INDEX idx_nodes_project ON intel_nodes(project_id);
CREATE INDEX idx_nodes_file ON intel_nodes(file_path, project_id);
CREATE INDEX idx_nodes_symbol ON intel_nodes(symbol_name);
CREATE INDEX idx_nodes_hash ON intel_nodes(content_hash);
CREATE INDEX idx_edges_callee ON intel_edges(callee_id);

CREATE TABLE symbol_refs (
  source_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  receiver TEXT,
  alias TEXT,
  count INTEGER NOT NULL DEFAULT 1,
  line INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source_id, ordinal)
) WITHOUT ROWID;

CREATE TABLE new_cache (
  node_hash BLOB PRIMARY KEY,
  cfg_data BLOB,
  complexity_metrics BLOB,
  timestamp INTEGER NOT NULL
) WITHOUT ROWID;
INSERT OR IGNORE INTO new_cache
SELECT CASE WHEN typeof(node_hash) = 'text' AND length(node_hash) = 64 AND node_hash NOT GLOB '*[^0-9a-fA-F]*'
    THEN unhex(node_hash)
    ELSE unhex(substr(hex(CAST(node_hash AS BLOB)) || hex(zeroblob(32)), 1, 64))
  END, cfg_data, complexity_metrics, coalesce(timestamp, 0)
FROM analysis_cache WHERE node_hash IS NOT NULL;
DROP TABLE analysis_cache;
ALTER TABLE new_cache RENAME TO analysis_cache;

INSERT INTO projects (id) SELECT DISTINCT project_id FROM intel_nodes;
INSERT INTO id_blocks SELECT 'node', coalesce(max(id), 0) + 1 FROM intel_nodes;
