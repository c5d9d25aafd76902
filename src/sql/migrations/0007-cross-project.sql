-- Symbols across projects: what packages offer, what projects use of each other's packages, and where that leads.

-- Symbols that others can import, by the package that holds them.
CREATE TABLE global_symbols (
  node_id INTEGER PRIMARY KEY REFERENCES intel_nodes(id) ON DELETE CASCADE,
  project_id TEXT NOT NULL,
  package_id INTEGER NOT NULL REFERENCES packages(id) ON DELETE CASCADE,
  symbol_name TEXT NOT NULL,
  node_type TEXT NOT NULL,
  -- The name inside the package, as SCIP descriptors; manager, package and version are the package's.
  descriptors TEXT NOT NULL,
  UNIQUE (package_id, descriptors)
);
CREATE INDEX idx_global_symbols_name ON global_symbols(symbol_name, node_type);
CREATE INDEX idx_global_symbols_project ON global_symbols(project_id);

-- Files whose public symbols are still to be listed above.
CREATE TABLE global_symbols_queue (
  project_id TEXT NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (project_id, path)
) WITHOUT ROWID;

-- What a project names outside of itself: a module as the import writes it, and the path from there.
CREATE TABLE external_names (
  id INTEGER PRIMARY KEY,
  project_id TEXT NOT NULL,
  manager TEXT NOT NULL,
  specifier TEXT NOT NULL,
  path TEXT NOT NULL,
  -- The last name of the path; empty for the module itself.
  name TEXT NOT NULL,
  -- 0 until its links are what the projects of the store say.
  is_linked INTEGER NOT NULL DEFAULT 0,
  UNIQUE (project_id, manager, specifier, path)
);
CREATE INDEX idx_external_names_name ON external_names(project_id, name);
CREATE INDEX idx_external_names_waiting ON external_names(project_id) WHERE is_linked = 0;

-- Who uses such a name, how, and how often.
CREATE TABLE external_refs (
  source_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  name_id INTEGER NOT NULL REFERENCES external_names(id) ON DELETE CASCADE,
  -- import, inherit, call, type, read, write or readwrite
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  -- How the use was recognised inside its project.
  strategy TEXT NOT NULL,
  PRIMARY KEY (source_id, name_id, kind)
) WITHOUT ROWID;
CREATE INDEX idx_external_refs_name ON external_refs(name_id);

-- Symbols that no longer use something they used; their edges into other projects are to be looked at.
CREATE TABLE external_queue (
  source_id INTEGER PRIMARY KEY REFERENCES intel_nodes(id) ON DELETE CASCADE
);

-- What a name is to the files of one package of the importing project ('' without a package).
CREATE TABLE external_symbols (
  id INTEGER PRIMARY KEY,
  name_id INTEGER NOT NULL REFERENCES external_names(id) ON DELETE CASCADE,
  -- The folder of the package whose files these are.
  folder TEXT NOT NULL,
  -- The package it belongs to; null when neither a manifest nor a package of the store says so.
  package_name TEXT,
  -- The manifest entry that asks for the package.
  dependency_id INTEGER REFERENCES project_deps(id) ON DELETE SET NULL,
  -- linked, ambiguous, not-found (the package is in the store, the symbol is not), untyped (it takes the type of a value to
  -- find it, which cannot be told), not-indexed, unknown
  status TEXT NOT NULL,
  -- By how many symbols of those files it is used, and how often; to import it is not to use it.
  user_count INTEGER NOT NULL,
  use_count INTEGER NOT NULL,
  UNIQUE (name_id, folder)
);
CREATE INDEX idx_external_symbols_package ON external_symbols(package_name);
CREATE INDEX idx_external_symbols_dependency ON external_symbols(dependency_id);

-- What a name may lead to, best first; equal ranks are a tie.
CREATE TABLE external_candidates (
  external_id INTEGER NOT NULL REFERENCES external_symbols(id) ON DELETE CASCADE,
  node_id INTEGER NOT NULL REFERENCES intel_nodes(id) ON DELETE CASCADE,
  package_id INTEGER NOT NULL REFERENCES packages(id) ON DELETE CASCADE,
  -- What a call runs besides the node, when the node is a type.
  constructor_id INTEGER REFERENCES intel_nodes(id) ON DELETE SET NULL,
  "rank" INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (external_id, node_id, package_id)
) WITHOUT ROWID;
CREATE INDEX idx_external_candidates_node ON external_candidates(node_id);
CREATE INDEX idx_external_candidates_package ON external_candidates(package_id);
CREATE INDEX idx_external_candidates_constructor ON external_candidates(constructor_id);

-- The packages and module texts whose providers decide about a name; see package_keys.
CREATE TABLE external_watches (
  key TEXT NOT NULL,
  name_id INTEGER NOT NULL REFERENCES external_names(id) ON DELETE CASCADE,
  PRIMARY KEY (key, name_id)
) WITHOUT ROWID;
CREATE INDEX idx_external_watches_name ON external_watches(name_id);

-- By what importers may ask for a package: by its name, and by the outermost module texts that it explains.
CREATE VIEW package_keys AS
SELECT p.id AS package_id, p.project_id, 'package ' || p.manager || ' ' || p.name AS key
FROM packages AS p WHERE p.name <> ''
UNION ALL
SELECT p.id, p.project_id, 'import ' || p.manager || ' ' ||
  CASE WHEN p.manager IN ('npm', 'go') THEN p.name ELSE json_extract(m.value, '$.specifier') END
FROM packages AS p, json_each(p.modules) AS m
WHERE p.name <> '' AND json_extract(m.value, '$.kind') = 'module';

CREATE TRIGGER external_refs_delete AFTER DELETE ON external_refs BEGIN
  DELETE FROM external_names WHERE id = old.name_id AND NOT EXISTS (SELECT 1 FROM external_refs WHERE name_id = old.name_id);
  UPDATE external_names SET is_linked = 0 WHERE id = old.name_id AND is_linked = 1;
END;

CREATE TRIGGER packages_insert_links AFTER INSERT ON packages BEGIN
  UPDATE external_names SET is_linked = 0 WHERE is_linked = 1 AND (project_id = new.project_id OR id IN (
    SELECT w.name_id FROM external_watches AS w WHERE w.key IN (SELECT key FROM package_keys WHERE package_id = new.id)));
  INSERT INTO global_symbols_queue (project_id, path)
  SELECT project_id, path FROM files WHERE project_id = new.project_id ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER packages_before_update_links BEFORE UPDATE ON packages BEGIN
  UPDATE external_names SET is_linked = 0 WHERE is_linked = 1 AND id IN (
    SELECT w.name_id FROM external_watches AS w WHERE w.key IN (SELECT key FROM package_keys WHERE package_id = old.id));
END;

CREATE TRIGGER packages_update_links AFTER UPDATE ON packages BEGIN
  UPDATE external_names SET is_linked = 0 WHERE is_linked = 1 AND id IN (
    SELECT w.name_id FROM external_watches AS w WHERE w.key IN (SELECT key FROM package_keys WHERE package_id = new.id));
  INSERT INTO global_symbols_queue (project_id, path)
  SELECT project_id, path FROM files WHERE project_id = new.project_id ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER packages_delete_links BEFORE DELETE ON packages BEGIN
  UPDATE external_names SET is_linked = 0 WHERE is_linked = 1 AND (project_id = old.project_id OR id IN (
    SELECT w.name_id FROM external_watches AS w WHERE w.key IN (SELECT key FROM package_keys WHERE package_id = old.id)));
  INSERT INTO global_symbols_queue (project_id, path)
  SELECT project_id, path FROM files WHERE project_id = old.project_id ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER project_deps_insert_links AFTER INSERT ON project_deps BEGIN
  UPDATE external_names SET is_linked = 0 WHERE project_id = new.project_id AND is_linked = 1;
END;

CREATE TRIGGER project_deps_update_links AFTER UPDATE ON project_deps BEGIN
  UPDATE external_names SET is_linked = 0 WHERE project_id = new.project_id AND is_linked = 1;
END;

CREATE TRIGGER project_deps_delete_links AFTER DELETE ON project_deps BEGIN
  UPDATE external_names SET is_linked = 0 WHERE project_id = old.project_id AND is_linked = 1;
END;

CREATE TRIGGER files_insert_global_symbols AFTER INSERT ON files BEGIN
  INSERT INTO global_symbols_queue (project_id, path) VALUES (new.project_id, new.path) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER files_update_global_symbols AFTER UPDATE OF content_hash, facts_version ON files
WHEN old.content_hash <> new.content_hash OR old.facts_version <> new.facts_version BEGIN
  INSERT INTO global_symbols_queue (project_id, path) VALUES (new.project_id, new.path) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER projects_delete_links AFTER DELETE ON projects BEGIN
  DELETE FROM external_names WHERE project_id = old.id;
  DELETE FROM global_symbols_queue WHERE project_id = old.id;
END;

-- What is stored already is listed and linked by the next run.
INSERT INTO global_symbols_queue (project_id, path) SELECT project_id, path FROM files;
