/**
 * Migrates the vectors of a store to another database: `migrate-vectors <graph> <vectors> <mode>`. Prints a line when it
 * begins, at every part and at the end, so that it can be killed anywhere.
 */
import { NodeRowEmbeddings } from '../../../src/graph/index.js';
import { openDatabase } from '../../../src/sql/index.js';
import { migrateVectors, noteHome, VectorHome, VectorReader, type MigrateOptions } from '../../../src/vectors/index.js';

const [path = '', vectors = '', mode = 'copy'] = process.argv.slice(2);

function say(step: object): void {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}

const database = await openDatabase({ path });
await noteHome(database, vectors);
const open = (): ReturnType<typeof openDatabase> => openDatabase({ path: vectors });
const home = new VectorHome(database, { open, location: vectors, hasVectorSearch: false, readOnly: false });
const reader = new VectorReader(database, home);
say({ stage: 'opened' });
const options: MigrateOptions = { mode: mode === 'finalize' ? 'finalize' : 'copy', onProgress: say };
const { state } = await migrateVectors(database, NodeRowEmbeddings, reader, options);
say({ stage: 'ended', state });
await home.close();
await database.close();
