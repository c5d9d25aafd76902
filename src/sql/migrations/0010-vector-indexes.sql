-- Indexes over vectors. Each model counts its changes and the vectors that some node has, so that one small
-- read tells a search whether anything is new. The journal is numbered by the changes of its model, and each
-- entry has a mark: an index that knows another mark for a number followed another history, such as that of a
-- database which was put back to a backup and went on. The journal and its cursors are derived; indexes that
-- followed them before begin anew.

ALTER TABLE embedding_models ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE embedding_models ADD COLUMN vector_count INTEGER NOT NULL DEFAULT 0;
UPDATE embedding_models SET vector_count = (
  SELECT count(*) FROM embeddings AS e
  WHERE e.model_id = embedding_models.id AND EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id));

DROP TRIGGER node_embeddings_insert;
DROP TRIGGER node_embeddings_update;
DROP TRIGGER node_embeddings_delete;
DROP TRIGGER embeddings_delete;
DROP TRIGGER embeddings_update;
DROP TABLE index_cursors;
DROP TABLE embedding_journal;

-- How far each derived index has followed the journal of its model.
CREATE TABLE index_cursors (
  index_name TEXT PRIMARY KEY,
  model_id INTEGER NOT NULL REFERENCES embedding_models(id) ON DELETE CASCADE,
  -- Another one each time that the index begins to follow.
  identity BLOB NOT NULL DEFAULT (randomblob(16)),
  seq INTEGER NOT NULL,
  -- Of the journal's entry with that number, null before the first.
  mark BLOB,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Embeddings that nodes began or ceased to have since; written only while some index follows the model.
CREATE TABLE embedding_journal (
  model_id INTEGER NOT NULL,
  -- embedding_models.version after the change.
  seq INTEGER NOT NULL,
  embedding_id INTEGER NOT NULL,
  mark BLOB NOT NULL DEFAULT (randomblob(8)),
  PRIMARY KEY (model_id, seq)
) WITHOUT ROWID;

CREATE TRIGGER node_embeddings_insert AFTER INSERT ON node_embeddings BEGIN
  UPDATE embedding_scopes SET node_count = node_count + 1 WHERE id = new.scope_id;
  DELETE FROM embedding_orphans WHERE embedding_id = new.embedding_id;
  UPDATE embedding_models SET version = version + 1, vector_count = vector_count + NOT EXISTS (
    SELECT 1 FROM node_embeddings
    WHERE embedding_id = new.embedding_id AND NOT (node_id = new.node_id AND scope_id = new.scope_id))
  WHERE id = (SELECT model_id FROM embeddings WHERE id = new.embedding_id);
  INSERT INTO embedding_journal (model_id, seq, embedding_id)
  SELECT m.id, m.version, e.id FROM embeddings AS e JOIN embedding_models AS m ON m.id = e.model_id
  WHERE e.id = new.embedding_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = m.id);
END;

CREATE TRIGGER node_embeddings_update AFTER UPDATE OF embedding_id ON node_embeddings
WHEN old.embedding_id <> new.embedding_id BEGIN
  DELETE FROM embedding_orphans WHERE embedding_id = new.embedding_id;
  INSERT INTO embedding_orphans (embedding_id)
  SELECT id FROM embeddings AS e WHERE id = old.embedding_id
    AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM embedding_orphans WHERE embedding_id = e.id);
  UPDATE embedding_models SET version = version + 1, vector_count = vector_count - NOT EXISTS (
    SELECT 1 FROM node_embeddings WHERE embedding_id = old.embedding_id)
  WHERE id = (SELECT model_id FROM embeddings WHERE id = old.embedding_id);
  INSERT INTO embedding_journal (model_id, seq, embedding_id)
  SELECT m.id, m.version, e.id FROM embeddings AS e JOIN embedding_models AS m ON m.id = e.model_id
  WHERE e.id = old.embedding_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = m.id);
  UPDATE embedding_models SET version = version + 1, vector_count = vector_count + NOT EXISTS (
    SELECT 1 FROM node_embeddings
    WHERE embedding_id = new.embedding_id AND NOT (node_id = new.node_id AND scope_id = new.scope_id))
  WHERE id = (SELECT model_id FROM embeddings WHERE id = new.embedding_id);
  INSERT INTO embedding_journal (model_id, seq, embedding_id)
  SELECT m.id, m.version, e.id FROM embeddings AS e JOIN embedding_models AS m ON m.id = e.model_id
  WHERE e.id = new.embedding_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = m.id);
END;

-- Either the embedding or the project may be gone by now, never both.
CREATE TRIGGER node_embeddings_delete AFTER DELETE ON node_embeddings BEGIN
  UPDATE embedding_scopes SET node_count = node_count - 1 WHERE id = old.scope_id;
  INSERT INTO embedding_orphans (embedding_id)
  SELECT id FROM embeddings AS e WHERE id = old.embedding_id
    AND NOT EXISTS (SELECT 1 FROM node_embeddings WHERE embedding_id = e.id)
    AND NOT EXISTS (SELECT 1 FROM embedding_orphans WHERE embedding_id = e.id);
  UPDATE embedding_models SET version = version + 1, vector_count = vector_count - NOT EXISTS (
    SELECT 1 FROM node_embeddings WHERE embedding_id = old.embedding_id)
  WHERE id = coalesce((SELECT model_id FROM embeddings WHERE id = old.embedding_id),
    (SELECT model_id FROM embedding_scopes WHERE id = old.scope_id));
  INSERT INTO embedding_journal (model_id, seq, embedding_id)
  SELECT m.id, m.version, e.id FROM embeddings AS e JOIN embedding_models AS m ON m.id = e.model_id
  WHERE e.id = old.embedding_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = m.id);
END;

-- Its rows of nodes go with it, but by then it can no longer be looked up.
CREATE TRIGGER embeddings_delete AFTER DELETE ON embeddings BEGIN
  UPDATE embedding_models SET version = version + 1 WHERE id = old.model_id;
  INSERT INTO embedding_journal (model_id, seq, embedding_id)
  SELECT m.id, m.version, old.id FROM embedding_models AS m
  WHERE m.id = old.model_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = m.id);
END;

CREATE TRIGGER embeddings_update AFTER UPDATE OF vector ON embeddings BEGIN
  UPDATE embedding_models SET version = version + 1 WHERE id = new.model_id;
  INSERT INTO embedding_journal (model_id, seq, embedding_id)
  SELECT m.id, m.version, new.id FROM embedding_models AS m
  WHERE m.id = new.model_id AND EXISTS (SELECT 1 FROM index_cursors WHERE model_id = m.id);
END;
