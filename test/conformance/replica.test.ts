import { serverForTests } from '../support/servers/in-tests.js';
import { replicaBackend } from './backends.js';
import { describeDatabase } from './database.js';
import { describeStores } from './stores.js';

// Every test has a replica of its own, which without a bound on the log would begin with all that tests wrote before.
const backend = replicaBackend(serverForTests({ more: ['--max-log-size', '1'] }));
describeDatabase(backend);
describeStores(backend);
