-- What the manifests of a project say about the names that its sources import: the aliases of tsconfig.json and
-- package.json, and which of the project's own packages a name stands for. Derived from the manifests, and kept so that a
-- run over few files need not read them.

CREATE TABLE import_routes (
  project_id TEXT NOT NULL,
  -- alias-folders, aliases, package-folders, npm, pypi, cargo, go.
  topic TEXT NOT NULL,
  name TEXT NOT NULL,
  -- JSON: the answer to a question about the name.
  says TEXT NOT NULL CHECK (json_valid(says)),
  PRIMARY KEY (project_id, topic, name)
) WITHOUT ROWID;

-- The next run looks at all manifests again, and parses none whose content it knows.
UPDATE projects SET manifests_version = NULL;

CREATE TRIGGER projects_delete_routes AFTER DELETE ON projects BEGIN
  DELETE FROM import_routes WHERE project_id = old.id;
END;
