import Sqlite from 'better-sqlite3';

// Argument: path. Takes the write lock, says so, and gives it back when told anything.

const database = new Sqlite(process.argv[2] ?? '');
database.exec('BEGIN IMMEDIATE');
process.stdout.write('"locked"\n');
process.stdin.once('data', () => {
  database.exec('ROLLBACK');
  database.close();
  process.stdin.destroy();
});
