import { SchemaVersionError } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';

/** The version of LeIndex's schema that is read. */
export const LEINDEX_SCHEMA = 3;

/** The columns that are read of each table that must be there. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  intel_nodes: [
    'id',
    'project_id',
    'file_path',
    'node_id',
    'symbol_name',
    'qualified_name',
    'language',
    'node_type',
    'signature',
    'complexity',
    'content_hash',
    'embedding',
    'byte_range_start',
    'byte_range_end',
    'embedding_format',
  ],
  intel_edges: ['caller_id', 'callee_id', 'edge_type', 'metadata'],
};

/**
 * Throws SchemaVersionError for what cannot be read: `SCHEMA_UNKNOWN` for a database of another program,
 * with its tables or the columns that are missing; `SCHEMA_TOO_NEW` and `SCHEMA_TOO_OLD` with both versions.
 */
export async function requireLeIndex(database: Database, snapshot: Snapshot): Promise<void> {
  const { location } = database;
  const tables = (
    await snapshot.all<{ readonly name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
  ).map(({ name }) => name);
  if (!tables.includes('schema_version') || !tables.includes('intel_nodes')) {
    throw unknown(location, { tables: tables.slice(0, 20) });
  }
  const row = await snapshot.first<{ readonly version: unknown }>(
    "SELECT max(version) AS version FROM schema_version WHERE key = 'schema'",
  );
  const version = row?.version;
  if (typeof version !== 'number') throw unknown(location, { version });
  if (version !== LEINDEX_SCHEMA) {
    const isNewer = version > LEINDEX_SCHEMA;
    throw new SchemaVersionError(
      isNewer ? 'SCHEMA_TOO_NEW' : 'SCHEMA_TOO_OLD',
      `${location} has version ${version} of LeIndex's schema; version ${LEINDEX_SCHEMA} is read here` +
        (isNewer ? '.' : ', which a newer LeIndex makes of it when it opens it.'),
      { details: { location, version, supported: LEINDEX_SCHEMA } },
    );
  }
  for (const [table, columns] of Object.entries(COLUMNS)) {
    const present = await snapshot.all<{ readonly name: string }>('SELECT name FROM pragma_table_info(?)', [table]);
    const missing = columns.filter((column) => !present.some(({ name }) => name === column));
    if (missing.length > 0) throw unknown(location, { table, missing });
  }
}

function unknown(location: string, details: Readonly<Record<string, unknown>>): SchemaVersionError {
  return new SchemaVersionError('SCHEMA_UNKNOWN', `${location} is not a database of LeIndex.`, {
    details: { location, ...details },
  });
}
