import { fileURLToPath } from 'node:url';
import { makeV1Database } from './v1-database.js';

// Makes test/fixtures/v1.db, which is committed and must never be made anew without need: it stands
// for the files that are out there. Run it with
//   node -e "import('vite').then((vite) => vite.runnerImport('./test/support/make-v1-fixture.ts'))"

makeV1Database(fileURLToPath(new URL('../fixtures/v1.db', import.meta.url)));
