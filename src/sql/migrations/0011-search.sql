-- Words and names of nodes, for search. Both tables are derived from the nodes' rows and hold no text,
-- only where each word occurs; what splits texts into words is not SQL, so who writes nodes writes them.

-- The rowid is the node's id. Words are in lower case, split at case and digits. `name` has stems besides;
-- `humps` the initials of a name of several words; `scope` the words of what is around the symbol and of its
-- file; `signature` and `documentation` stems without frequent English words.
CREATE VIRTUAL TABLE node_words USING fts5(
  name, humps, scope, signature, documentation,
  content='', contentless_delete=1, tokenize='ascii'
);

-- Groups of three letters of each name, for parts of names and names that are spelt a little otherwise.
CREATE VIRTUAL TABLE node_grams USING fts5(
  name,
  content='', contentless_delete=1, detail=none, tokenize='trigram'
);

-- Takes no room; `verify` reads it.
CREATE VIRTUAL TABLE node_word_places USING fts5vocab(node_words, instance);

-- Which way to split the rows were made by, and up to which node they are there. Rows of nodes that were
-- stored before are made when the database is opened next.
CREATE TABLE search_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  words_version INTEGER NOT NULL,
  filled_to INTEGER NOT NULL
);
INSERT INTO search_state SELECT 1, NOT EXISTS (SELECT 1 FROM intel_nodes), 0;

CREATE TRIGGER nodes_delete_words AFTER DELETE ON intel_nodes BEGIN
  DELETE FROM node_words WHERE rowid = old.id;
  DELETE FROM node_grams WHERE rowid = old.id;
END;
