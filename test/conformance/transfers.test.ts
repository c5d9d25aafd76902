import { join } from 'node:path';
import { emptyServer, serverForTests } from '../support/servers/in-tests.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { describeTransfers } from './transfers.js';

const server = serverForTests();

describeTransfers({ title: 'a file', make: () => Promise.resolve(join(temporaryFolder(), 'there.db')) });
describeTransfers({
  title: 'a server over HTTP',
  make: async () => {
    await emptyServer(server().url);
    return server().url;
  },
});
describeTransfers({
  title: 'a server over a web socket',
  make: async () => {
    await emptyServer(server().url);
    return server().webSocketUrl;
  },
});
