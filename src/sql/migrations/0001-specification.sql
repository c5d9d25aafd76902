-- Version 1: the tables as the specification's first phase lists them.
CREATE TABLE intel_nodes (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  file_path TEXT NOT NULL,
  symbol_name TEXT NOT NULL,
  node_type TEXT NOT NULL,
  signature TEXT,
  complexity INTEGER,
  content_hash TEXT NOT NULL,
  embedding BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE TABLE intel_edges (
  caller_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  callee_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  edge_type TEXT NOT NULL,
  metadata TEXT,
  PRIMARY KEY (caller_id, callee_id, edge_type)
);
CREATE TABLE analysis_cache (
  node_hash TEXT PRIMARY KEY,
  cfg_data BLOB,
  complexity_metrics BLOB,
  timestamp INTEGER NOT NULL
);
CREATE INDEX idx_nodes_project ON intel_nodes(project_id);
CREATE INDEX idx_nodes_file ON intel_nodes(file_path);
CREATE INDEX idx_nodes_symbol ON intel_nodes(symbol_name);
CREATE INDEX idx_nodes_hash ON intel_nodes(content_hash);
