-- What indexes of compilers say about the references of files: facts that go before those of the extractor
-- for as long as a file is the one that was indexed.

CREATE TABLE precise_files (
  project_id TEXT NOT NULL,
  path TEXT NOT NULL,
  -- BLAKE3 of the bytes of the file that the index describes.
  content_hash BLOB NOT NULL,
  -- BLAKE3 of its symbols with their hashes: the same when only comments and layout differ.
  structure_hash BLOB NOT NULL,
  -- The indexer, and the folder that it was run in, from the project's root.
  tool TEXT NOT NULL,
  folder TEXT NOT NULL,
  -- JSON: the symbols of the project and of other packages that are referred to, and the references of each source.
  data TEXT NOT NULL,
  PRIMARY KEY (project_id, path)
);

CREATE TRIGGER projects_delete_precise_files AFTER DELETE ON projects BEGIN
  DELETE FROM precise_files WHERE project_id = old.id;
END;
