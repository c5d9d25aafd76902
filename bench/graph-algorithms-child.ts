/**
 * Computes one measure of a generated graph, by the library or by graphology, and writes it to a file.
 *
 * Usage: `node graph-algorithms-child.js <own|peer> <pageRank|components|betweenness> <file> <seed> <out> <library>`.
 * The graph is that of the database; for betweenness, which takes the product of nodes and edges, one of
 * 2,000 nodes that is generated from the seed. Prints one JSON document; the time is that of the computation alone.
 */
import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';
import type * as Library from '../src/index.js';
import type { NodeId, Pdg } from '../src/index.js';
import { generateEdges, generateNodes, PROJECT_ID } from './records.js';

const SMALL = 2000;
const TOLERANCE = 1e-10;

/** As much of graphology's graphs as is needed to fill one. */
interface PeerGraph {
  addNode(node: number): void;
  addEdge(from: number, to: number): void;
}
type Scores = Readonly<Record<string, number>>;
type Measure = 'pageRank' | 'components' | 'betweenness';

function smallGraph({ PdgBuilder, nodeKey }: typeof Library, seed: number): Pdg {
  const builder = new PdgBuilder();
  const keys: string[] = [];
  for (const { projectId, ...node } of generateNodes(SMALL, seed)) {
    if (projectId !== PROJECT_ID) throw new Error(`A record of another project: ${projectId}.`);
    builder.addNode(node);
    keys.push(nodeKey(node));
  }
  const ids = keys.map((_, at) => (at + 1) as NodeId);
  for (const { callerId, calleeId, edgeType } of generateEdges(ids, seed + 1)) {
    builder.addEdge({ from: keys[callerId - 1] ?? '', to: keys[calleeId - 1] ?? '', edgeType });
  }
  return builder.build();
}

async function own(library: typeof Library, measure: Measure, pdg: Pdg): Promise<() => Promise<Float64Array>> {
  // Made at the first use, and a part of the graph.
  void pdg.inOffsets;
  return async () => {
    if (measure === 'pageRank') return (await library.pageRank(pdg, { tolerance: TOLERANCE })).scores;
    if (measure === 'betweenness') return (await library.betweenness(pdg, { sampleSize: pdg.nodeCount })).scores;
    return Float64Array.from((await library.stronglyConnectedComponents(pdg)).componentOf);
  };
}

// Packages whose types are written for bundlers; loaded as what they are.
const load = createRequire(import.meta.url);

async function peer(measure: Measure, pdg: Pdg): Promise<() => Promise<Float64Array>> {
  const graphology = load('graphology') as Record<'DirectedGraph' | 'MultiDirectedGraph', new () => PeerGraph>;
  const graph = new graphology[measure === 'pageRank' ? 'MultiDirectedGraph' : 'DirectedGraph']();
  for (const node of pdg.nodeIndices()) graph.addNode(node);
  pdg.forEachEdge((_, caller, callee) => {
    if (measure === 'pageRank' || caller !== callee) graph.addEdge(caller, callee);
  });
  const byNode = (scores: Scores): Float64Array =>
    Float64Array.from({ length: pdg.nodeCount }, (_, node) => scores[node] ?? Number.NaN);
  if (measure === 'pageRank') {
    const rank = load('graphology-metrics/centrality/pagerank') as (graph: PeerGraph, options: object) => Scores;
    // It ends when the scores together change by less than the number of nodes times this.
    const options = { alpha: 0.85, tolerance: TOLERANCE / pdg.nodeCount, maxIterations: 1000, getEdgeWeight: null };
    return async () => byNode(rank(graph, options));
  }
  if (measure === 'betweenness') {
    const between = load('graphology-metrics/centrality/betweenness') as (graph: PeerGraph) => Scores;
    return async () => byNode(between(graph));
  }
  const { stronglyConnectedComponents } = load('graphology-components') as {
    readonly stronglyConnectedComponents: (graph: PeerGraph) => string[][];
  };
  return async () => {
    const componentOf = new Float64Array(pdg.nodeCount);
    for (const [component, members] of stronglyConnectedComponents(graph).entries()) {
      for (const node of members) componentOf[Number(node)] = component;
    }
    return componentOf;
  };
}

async function main(): Promise<object> {
  const [side, measure, file = '', seed, out = '', libraryPath] = process.argv.slice(2);
  if (libraryPath === undefined)
    throw new Error('Usage: graph-algorithms-child <side> <measure> <file> <seed> <out> <library>');
  const library = (await import(pathToFileURL(libraryPath).href)) as typeof Library;
  const store = await library.openStore(file);
  const pdg = measure === 'betweenness' ? smallGraph(library, Number(seed)) : await store.pdg.loadPdg(PROJECT_ID);
  await store.close();
  const compute = await (side === 'own' ? own(library, measure as Measure, pdg) : peer(measure as Measure, pdg));
  const startedAt = performance.now();
  const result = await compute();
  const ms = performance.now() - startedAt;
  await writeFile(out, result);
  return { ms, nodes: pdg.nodeCount, edges: pdg.edgeCount };
}

if (isMainThread) {
  // The peer's search for components calls itself once for each node on its way, which takes a larger stack than a
  // process has.
  const resourceLimits = { stackSizeMb: 1024, maxOldGenerationSizeMb: 12_288 };
  new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), resourceLimits });
} else {
  process.stdout.write(JSON.stringify(await main()));
}
