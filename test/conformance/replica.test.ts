import { serverForTests } from '../support/servers/in-tests.js';
import { replicaBackend } from './backends.js';
import { describeDatabase } from './database.js';
import { describeStores } from './stores.js';

const backend = replicaBackend(serverForTests());
describeDatabase(backend);
describeStores(backend);
