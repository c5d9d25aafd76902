import { BusyError, type CodeSymbol, type Envelope, type NodeId, type TraversalItem } from '../index.js';
import { symbolJson } from '../answers/index.js';
import { EDGE_TYPE, OF, PROJECT, projectOf, type Question, type Route } from './route.js';

/** Pictures of more symbols tell nobody anything. */
const MOST_NODES = 5000;
const MOST_SEEDS = 100;
/** An index run may commit between the parts of an answer; then they are read anew. */
const ATTEMPTS = 5;

interface Placed {
  readonly symbol: CodeSymbol;
  /** Below 0 for callers, above 0 for callees. */
  readonly depth: number;
}

export const NEIGHBOURHOOD: Route = {
  summary: 'The graph around a symbol: who calls it, what it calls, and the edges among all of these.',
  parameters: {
    ...OF,
    ...PROJECT,
    depth: { kind: 'count', least: 1, most: 20, standard: 1, description: 'So many edges away at most.' },
    ...EDGE_TYPE,
    limit: { kind: 'count', least: 1, most: MOST_NODES, standard: 300, description: 'At most so many symbols.' },
  },
  answer: 'Neighbourhood',
  run: readNeighbourhood,
};

async function readNeighbourhood(question: Question): Promise<object> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await readOnce(question);
    if (found !== undefined) return found;
  }
  throw new BusyError('STALE_GENERATION', 'The store changed all the time while the graph was read.', {
    details: { attempts: ATTEMPTS },
  });
}

/** Undefined when the parts of the answer are of different states of the store. */
async function readOnce(question: Question): Promise<object | undefined> {
  const { store, parameters, signal } = question;
  const of = parameters.require('of');
  const project = await projectOf(question);
  const limit = parameters.number('limit');
  const types = parameters.edgeTypes('type');
  const options = {
    ...project,
    depth: parameters.number('depth'),
    limit,
    ...(types === undefined ? {} : { edgeTypes: types }),
    signal,
  };
  const callers = await store.traversal.callers(of, options);
  const callees = await store.traversal.callees(of, options);
  const seeds = await store.symbols.find(of, { ...project, limit: MOST_SEEDS });
  if (callers.generation !== callees.generation || callees.generation !== seeds.generation) return undefined;
  const places = placesOf(seeds.items, callers, callees);
  const shown = closest(places, limit);
  const edges = await edgesAmong(question, shown, types);
  if ((await store.projects.generation()) !== seeds.generation) return undefined;
  // A symbol on both sides is counted once as far as both sides were read.
  const twice = seeds.items.length + callers.items.length + callees.items.length - places.length;
  const total = seeds.total + callers.total + callees.total - twice;
  return {
    generation: seeds.generation,
    total,
    truncated: shown.length < total,
    cursor: null,
    items: shown.map(({ symbol, depth }) => ({ symbol: symbolJson(symbol), depth })),
    edges,
  };
}

/** Each symbol once; one on both sides is shown among the callers or callees, whichever is nearer. */
function placesOf(
  seeds: readonly CodeSymbol[],
  callers: Envelope<TraversalItem>,
  callees: Envelope<TraversalItem>,
): Placed[] {
  const places = new Map<NodeId, Placed>(seeds.map((symbol) => [symbol.id, { symbol, depth: 0 }]));
  const sides = [
    ...callees.items.map(({ symbol, depth }) => ({ symbol, depth })),
    ...callers.items.map(({ symbol, depth }) => ({ symbol, depth: -depth })),
  ].sort((a, b) => Math.abs(a.depth) - Math.abs(b.depth));
  for (const place of sides) {
    if (!places.has(place.symbol.id)) places.set(place.symbol.id, place);
  }
  return [...places.values()];
}

/** The nearest, with callers and callees in turn so that neither side takes all the room. */
function closest(places: readonly Placed[], limit: number): Placed[] {
  if (places.length <= limit) return [...places];
  const seen = { callers: 0, callees: 0 };
  return places
    .map((place) => ({ place, turn: place.depth === 0 ? 0 : ++seen[place.depth < 0 ? 'callers' : 'callees'] }))
    .sort((a, b) => a.turn - b.turn)
    .slice(0, limit)
    .map(({ place }) => place);
}

async function edgesAmong(
  { store }: Question,
  shown: readonly Placed[],
  types: Parameters<Question['store']['edges']['getAmong']>[1] = ['call'],
): Promise<object[]> {
  const numbers = new Map(shown.map(({ symbol }, number) => [symbol.id, number]));
  const found = await store.edges.getAmong([...numbers.keys()], types);
  return found.map(({ callerId, calleeId, edgeType, metadata }) => ({
    from: numbers.get(callerId),
    to: numbers.get(calleeId),
    type: edgeType,
    confidence: typeof metadata?.confidence === 'number' ? metadata.confidence : null,
    strategy: typeof metadata?.strategy === 'string' ? metadata.strategy : null,
  }));
}
