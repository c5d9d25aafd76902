-- Vectors beyond one table in one database: indexes that a libSQL server keeps over them, vectors that lie in
-- another database than the graph, and the state of moving them.

-- Indexes over the vectors of a model that the server itself keeps, each in a table vector_index_<model>, which
-- triggers hold in step. It is derived, and only there when it was made.
CREATE TABLE vector_indexes (
  model_id INTEGER PRIMARY KEY REFERENCES embedding_models(id) ON DELETE CASCADE,
  -- JSON: what the index was made with.
  settings TEXT NOT NULL,
  -- Embeddings up to this id were taken in; later ones came by the triggers as well.
  filled_to INTEGER NOT NULL DEFAULT 0,
  is_ready INTEGER NOT NULL DEFAULT 0
);

-- In a database that keeps vectors for graphs elsewhere: what those know it by.
CREATE TABLE vector_identity (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  identity BLOB NOT NULL DEFAULT (randomblob(16))
);

-- Graphs elsewhere whose vectors lie here. The sequence is the number of the last batch that one of them sent.
CREATE TABLE vector_graphs (
  id INTEGER PRIMARY KEY,
  graph BLOB NOT NULL UNIQUE,
  sequence INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE vector_holders (
  graph_id INTEGER NOT NULL REFERENCES vector_graphs(id) ON DELETE CASCADE,
  embedding_id INTEGER NOT NULL REFERENCES embeddings(id) ON DELETE CASCADE,
  PRIMARY KEY (graph_id, embedding_id)
) WITHOUT ROWID;
CREATE INDEX idx_vector_holders_embedding ON vector_holders(embedding_id);

-- In the database of a graph: where its vectors lie, if not here. An embedding whose vector is X'00000000' has
-- it there, under the same model and hash.
CREATE TABLE vector_home (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  graph BLOB NOT NULL DEFAULT (randomblob(16)),
  -- Empty until it was reached for the first time.
  home BLOB NOT NULL,
  location TEXT NOT NULL,
  -- Embeddings up to this id stay here until they are migrated.
  kept_to INTEGER NOT NULL,
  -- The number of the last batch that was begun, and of the last one that is known to have arrived.
  claimed INTEGER NOT NULL DEFAULT 0,
  sequence INTEGER NOT NULL DEFAULT 0
);

-- What is to be sent there, in this order.
CREATE TABLE embedding_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  embedding_id INTEGER NOT NULL,
  model_id INTEGER NOT NULL,
  content_hash BLOB NOT NULL,
  -- 1: it is no longer needed.
  is_release INTEGER NOT NULL
);

CREATE TRIGGER embeddings_insert_outbox AFTER INSERT ON embeddings
WHEN EXISTS (SELECT 1 FROM vector_home) BEGIN
  INSERT INTO embedding_outbox (embedding_id, model_id, content_hash, is_release)
  VALUES (new.id, new.model_id, new.content_hash, 0);
END;

CREATE TRIGGER embeddings_delete_outbox AFTER DELETE ON embeddings
WHEN EXISTS (SELECT 1 FROM vector_home) BEGIN
  INSERT INTO embedding_outbox (embedding_id, model_id, content_hash, is_release)
  VALUES (old.id, old.model_id, old.content_hash, 1);
END;

-- A vector that moves is still the same vector.
DROP TRIGGER embeddings_update;
CREATE TRIGGER embeddings_update AFTER UPDATE OF vector ON embeddings
WHEN old.vector <> X'00000000' AND new.vector <> X'00000000' BEGIN
  UPDATE embedding_models SET version = version + 1 WHERE id = new.model_id;
  INSERT INTO embedding_journal (model_id, seq, embedding_id)
  SELECT m.id, m.version, new.id FROM embedding_models AS m
  WHERE m.id = new.model_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = m.id);
END;

-- The migration of vectors that is under way or not finalised yet.
CREATE TABLE vector_migration (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- 'rows': out of the rows of nodes; 'home': to where the vectors lie; 'copied'; 'finalizing'; 'rolling-back'.
  stage TEXT NOT NULL,
  -- The last id that the stage has done.
  position INTEGER NOT NULL,
  -- Embeddings up to this id are sent.
  last_embedding INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL,
  ms INTEGER NOT NULL DEFAULT 0
);

-- What was copied, in parts, each with the BLAKE3 of its vectors.
CREATE TABLE vector_migration_parts (
  stage TEXT NOT NULL,
  last_id INTEGER NOT NULL,
  first_id INTEGER NOT NULL,
  vectors INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  checksum BLOB NOT NULL,
  PRIMARY KEY (stage, last_id)
) WITHOUT ROWID;

-- Nodes whose own vector was copied, and to where. They have it in their row as well until the migration is finalised.
CREATE TABLE vector_migration_nodes (
  node_id INTEGER PRIMARY KEY,
  embedding_id INTEGER NOT NULL
);
CREATE INDEX idx_vector_migration_embedding ON vector_migration_nodes(embedding_id);
