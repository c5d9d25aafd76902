import { FILE, MEMORY } from './backends.js';
import { describeDatabase } from './database.js';
import { describeStores } from './stores.js';

for (const backend of [MEMORY, FILE]) {
  describeDatabase(backend);
  describeStores(backend);
}
