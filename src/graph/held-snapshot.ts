import type { Database, Snapshot } from '../sql/index.js';

/** Iterates over what `read` gives from one state of the database, which is held until the iteration ends. */
export async function* fromOneState<T>(
  database: Database,
  read: (snapshot: Snapshot) => AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let held: Promise<void> = Promise.resolve();
  const opened = new Promise<Snapshot>((resolve, reject) => {
    held = database.snapshot(async (snapshot) => {
      resolve(snapshot);
      await released;
    });
    held.catch(reject);
  });
  try {
    yield* read(await opened);
  } finally {
    release();
    await held;
  }
}
