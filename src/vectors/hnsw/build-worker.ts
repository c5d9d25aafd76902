import { parentPort, workerData } from 'node:worker_threads';
import { IndexBuild, type BuildPlan } from './index-build.js';

/** Entry of the thread that builds an index file: takes one request at a time and answers each. */

export type BuildRequest =
  | { readonly kind: 'add'; readonly ids: Float64Array; readonly vectors: Float32Array }
  | { readonly kind: 'save'; readonly path: string };

const port = parentPort;
if (port === null) throw new Error('build-worker runs as a worker thread only.');

const build = new IndexBuild(workerData as BuildPlan);

port.on('message', (request: BuildRequest) => {
  if (request.kind === 'add') port.postMessage(build.add(request.ids, request.vectors));
  else port.postMessage(build.save(request.path));
});
