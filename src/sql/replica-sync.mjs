// A process that brings embedded replicas up to date, for replica-sync.ts: it answers one request after
// the other and ends with the process that started it. It is a process of its own because the native
// library waits without giving way, and because two SQLite libraries must not use a file in one process:
// the locks of one would not hold for the other.
import { createClient } from '@libsql/client/sqlite3';
import Sqlite from 'better-sqlite3';

let last = Promise.resolve();
process.on('message', (request) => {
  last = last.then(async () => process.send?.(await synchronize(request)));
});
process.on('disconnect', () => process.exit());

/** Brings one replica up to date while no other process does so with the same file. */
async function synchronize({ path, fileUrl, url, authToken, waitMs }) {
  let lock;
  try {
    lock = new Sqlite(`${path}-lock`, { timeout: waitMs });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    return { failure: 'locked', message: error.message };
  }
  let client;
  try {
    client = createClient({ url: fileUrl, syncUrl: url, authToken: authToken ?? '', readYourWrites: false });
    const { frame_no: frame } = await client.sync();
    return { frame: frame ?? null };
  } catch (error) {
    return { failure: 'sync', message: error.message };
  } finally {
    client?.close();
    lock.close();
  }
}
