-- Projects on their way from one store to another. The rows of a project arrive in parts, which nobody reads,
-- and take the place of what the project has in one transaction.

-- The parts that have arrived. They stay when a transfer is cut off, so that the next one need not send them again.
CREATE TABLE transfer_parts (
  project_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  -- SHA-256 of the rows and the bytes.
  checksum BLOB NOT NULL,
  -- JSON: a list of rows; bytes in them are places in the bytes beside them.
  rows TEXT NOT NULL,
  bytes BLOB NOT NULL,
  arrived_at INTEGER NOT NULL,
  PRIMARY KEY (project_id, part)
);

-- Which id an id of the other store has here. Filled and emptied within one transaction.
CREATE TABLE transfer_ids (
  kind TEXT NOT NULL,
  source_id INTEGER NOT NULL,
  target_id INTEGER NOT NULL,
  PRIMARY KEY (kind, source_id)
) WITHOUT ROWID;

-- The state in which a project here is the same as it was in another store in some state.
CREATE TABLE transfer_marks (
  project_id TEXT NOT NULL,
  here TEXT NOT NULL,
  there TEXT NOT NULL,
  -- SHA-256 of the canonical dump; null until both ends were compared.
  digest BLOB,
  PRIMARY KEY (project_id, here, there)
) WITHOUT ROWID;

CREATE TRIGGER projects_delete_transfers AFTER DELETE ON projects BEGIN
  DELETE FROM transfer_marks WHERE project_id = old.id;
END;
