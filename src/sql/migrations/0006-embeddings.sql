-- Embeddings, each once for a content and a model, whatever projects have that content. They
-- are the truth; indexes over them are derived and kept in step through a journal. Embeddings that lie in
-- the rows of nodes stay where they are.

CREATE TABLE embedding_models (
  id INTEGER PRIMARY KEY,
  model TEXT NOT NULL,
  dimension INTEGER NOT NULL CHECK (dimension > 0),
  UNIQUE (model, dimension)
);

CREATE TABLE embeddings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id INTEGER NOT NULL REFERENCES embedding_models(id) ON DELETE CASCADE,
  -- BLAKE3 of what was embedded; of the vector itself when that is not known.
  content_hash BLOB NOT NULL,
  -- Little-endian float32, four bytes for each dimension.
  vector BLOB NOT NULL CHECK (length(vector) > 0 AND length(vector) % 4 = 0),
  UNIQUE (model_id, content_hash)
);

-- A project that has embeddings of a model, and how many.
CREATE TABLE embedding_scopes (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  model_id INTEGER NOT NULL REFERENCES embedding_models(id) ON DELETE CASCADE,
  node_count INTEGER NOT NULL DEFAULT 0,
  -- 0: they are what somebody gave; 1: they follow the project's files; 2: and all files have been queued once.
  follows INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project_id, model_id)
);

CREATE TABLE node_embeddings (
  node_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  scope_id INTEGER NOT NULL REFERENCES embedding_scopes(id) ON DELETE CASCADE,
  embedding_id INTEGER NOT NULL REFERENCES embeddings(id) ON DELETE CASCADE,
  PRIMARY KEY (node_id, scope_id)
) WITHOUT ROWID;
CREATE INDEX idx_node_embeddings_scope ON node_embeddings(scope_id);
CREATE INDEX idx_node_embeddings_embedding ON node_embeddings(embedding_id);

-- Embeddings that no node has any more, in the order in which they were left: kept for contents that
-- come back, within a budget.
CREATE TABLE embedding_orphans (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  embedding_id INTEGER NOT NULL UNIQUE REFERENCES embeddings(id) ON DELETE CASCADE
);

-- Files whose symbols are still to be embedded. A file that changes again gets a new id.
CREATE TABLE embedding_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope_id INTEGER NOT NULL REFERENCES embedding_scopes(id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  UNIQUE (scope_id, path)
);

-- How far each derived index has followed the journal of its model.
CREATE TABLE index_cursors (
  index_name TEXT PRIMARY KEY,
  model_id INTEGER NOT NULL REFERENCES embedding_models(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Embeddings that nodes began or ceased to have since; written only while some index follows the model.
CREATE TABLE embedding_journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id INTEGER NOT NULL,
  embedding_id INTEGER NOT NULL
);
CREATE INDEX idx_embedding_journal_model ON embedding_journal(model_id, seq);

-- Few nodes have one in their row.
CREATE INDEX idx_nodes_embedding ON intel_nodes(project_id) WHERE embedding IS NOT NULL;

-- Nodes with the embedding that somebody gave them, wherever it lies.
CREATE VIEW nodes_with_embedding AS
SELECT n.id, n.project_id, n.file_path, n.symbol_name, n.node_type, n.signature, n.complexity, n.content_hash,
  coalesce(n.embedding, (
    SELECT e.vector FROM node_embeddings AS l
    JOIN embedding_scopes AS s ON s.id = l.scope_id
    JOIN embedding_models AS m ON m.id = s.model_id AND m.model = 'given'
    JOIN embeddings AS e ON e.id = l.embedding_id
    WHERE l.node_id = n.id ORDER BY e.id DESC LIMIT 1)) AS embedding,
  n.created_at, n.updated_at, n.node_key, n.qualified_name, n.ordinal, n.language, n.visibility, n.interface_hash,
  n.value_type, n.documentation, n.parent_id, n.start_byte, n.end_byte, n.start_line, n.end_line
FROM intel_nodes AS n;

CREATE TRIGGER node_embeddings_insert AFTER INSERT ON node_embeddings BEGIN
  UPDATE embedding_scopes SET node_count = node_count + 1 WHERE id = new.scope_id;
  DELETE FROM embedding_orphans WHERE embedding_id = new.embedding_id;
  INSERT INTO embedding_journal (model_id, embedding_id)
  SELECT model_id, id FROM embeddings AS e
  WHERE id = new.embedding_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = e.model_id);
END;

CREATE TRIGGER node_embeddings_update AFTER UPDATE OF embedding_id ON node_embeddings
WHEN old.embedding_id <> new.embedding_id BEGIN
  DELETE FROM embedding_orphans WHERE embedding_id = new.embedding_id;
  INSERT INTO embedding_orphans (embedding_id)
  SELECT id FROM embeddings AS e WHERE id = old.embedding_id
    AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM embedding_orphans WHERE embedding_id = e.id);
  INSERT INTO embedding_journal (model_id, embedding_id)
  SELECT model_id, id FROM embeddings AS e
  WHERE id IN (old.embedding_id, new.embedding_id)
    AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = e.model_id);
END;

CREATE TRIGGER node_embeddings_delete AFTER DELETE ON node_embeddings BEGIN
  UPDATE embedding_scopes SET node_count = node_count - 1 WHERE id = old.scope_id;
  INSERT INTO embedding_orphans (embedding_id)
  SELECT id FROM embeddings AS e WHERE id = old.embedding_id
    AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM embedding_orphans WHERE embedding_id = e.id);
  INSERT INTO embedding_journal (model_id, embedding_id)
  SELECT model_id, id FROM embeddings AS e
  WHERE id = old.embedding_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = e.model_id);
END;

-- Its rows of nodes go with it, but by then it can no longer be looked up.
CREATE TRIGGER embeddings_delete AFTER DELETE ON embeddings
WHEN EXISTS (SELECT 1 FROM index_cursors WHERE model_id = old.model_id) BEGIN
  INSERT INTO embedding_journal (model_id, embedding_id) VALUES (old.model_id, old.id);
END;

CREATE TRIGGER embeddings_update AFTER UPDATE OF vector ON embeddings
WHEN EXISTS (SELECT 1 FROM index_cursors WHERE model_id = new.model_id) BEGIN
  INSERT INTO embedding_journal (model_id, embedding_id) VALUES (new.model_id, new.id);
END;

-- An embedding of what a symbol was before is no answer to what it is now.
CREATE TRIGGER nodes_update_embeddings AFTER UPDATE OF content_hash ON intel_nodes
WHEN old.content_hash <> new.content_hash BEGIN
  DELETE FROM node_embeddings WHERE node_id = new.id;
END;

CREATE TRIGGER files_insert_embeddings AFTER INSERT ON files BEGIN
  INSERT INTO embedding_queue (scope_id, path)
  SELECT id, new.path FROM embedding_scopes WHERE project_id = new.project_id AND follows > 0
    AND NOT EXISTS (SELECT 1 FROM embedding_queue WHERE scope_id = embedding_scopes.id AND path = new.path);
END;

CREATE TRIGGER files_update_embeddings AFTER UPDATE OF content_hash, facts_version ON files
WHEN old.content_hash <> new.content_hash OR old.facts_version <> new.facts_version BEGIN
  DELETE FROM embedding_queue
  WHERE path = new.path AND scope_id IN (SELECT id FROM embedding_scopes WHERE project_id = new.project_id);
  INSERT INTO embedding_queue (scope_id, path)
  SELECT id, new.path FROM embedding_scopes WHERE project_id = new.project_id AND follows > 0;
END;

CREATE TRIGGER files_delete_embeddings AFTER DELETE ON files BEGIN
  DELETE FROM embedding_queue
  WHERE path = old.path AND scope_id IN (SELECT id FROM embedding_scopes WHERE project_id = old.project_id);
END;

CREATE TRIGGER projects_delete_embeddings AFTER DELETE ON projects BEGIN
  DELETE FROM embedding_scopes WHERE project_id = old.id;
END;
