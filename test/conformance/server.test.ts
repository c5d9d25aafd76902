import { serverForTests } from '../support/servers/in-tests.js';
import { serverBackend } from './backends.js';
import { describeDatabase } from './database.js';
import { describeStores } from './stores.js';

const server = serverForTests();

for (const backend of [
  serverBackend('server over HTTP', server, ({ url }) => url),
  serverBackend('server over a web socket', server, ({ webSocketUrl }) => webSocketUrl),
]) {
  describeDatabase(backend);
  describeStores(backend);
}
