import fc from 'fast-check';
import { Analytics } from '../../src/analytics/index.js';
import { EdgeStore, NodeStore, PdgStore, ProjectStore, Traversal } from '../../src/graph/index.js';
import type { EdgeType, Envelope, NodeId } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { fillGraph, id, type FixtureEdge, type FixtureNode } from './graph-fixture.js';
import { RecordedDatabase } from './recorded-database.js';

// Names against the order of ids, so that an order by id cannot pass for one by key; two that JavaScript orders otherwise.
const NAMES = ['z', 'f', '\u{1F600}', 'a', '\uE000', 'm', 'b', 'y', 'k', 'c', 'x', 'd', 'n', 'e'];
const TYPES = ['call', 'containment', 'data_dependency', 'inheritance', 'import'] as const;

/** Three projects, the third with a single node that edges lead to. */
export const NODES: readonly FixtureNode[] = NAMES.map((name, at) => ({
  id: at + 1,
  name,
  project: at === 13 ? 'r' : at % 3 === 0 ? 'q' : 'p',
  file: at % 2 === 0 ? 'a.ts' : 'b/c.ts',
  complexity: at % 4 === 0 ? null : at,
  signature: at % 5 === 0 ? null : `${name}()`,
}));

const node = fc.integer({ min: 1, max: NODES.length });
const metadata = fc.option(
  fc.record({ callCount: fc.integer({ min: 1, max: 9 }), strategy: fc.constantFrom('x', 'y') }),
);
const edge = fc.record({ from: node, to: node, type: fc.constantFrom<EdgeType>(...TYPES), metadata });

/** Several edges between two nodes are as likely as one. */
const links = fc.record({ from: node, to: node, types: fc.subarray<EdgeType>([...TYPES], { minLength: 1 }), metadata });

const edgeLists = fc
  .tuple(
    fc.uniqueArray(links, {
      selector: ({ from, to }) => `${from} ${to}`,
      minLength: 8,
      maxLength: 40,
      size: 'max',
    }),
    fc.boolean(),
  )
  .map(([list, isInside]) =>
    list
      .filter(({ from, to }) => !isInside || NODES[from - 1]?.project === NODES[to - 1]?.project)
      .flatMap(({ types, ...link }): FixtureEdge[] => types.map((type) => ({ ...link, type }))),
  );

/** What happens between keeping graphs and asking. `bound` is a commit of the project that the edge leads to. */
interface EdgeEvent {
  readonly kind: 'edge' | 'edgeGone' | 'commit' | 'bound';
  readonly edge: FixtureEdge;
}
interface NodeEvent {
  readonly kind: 'nodeGone' | 'nodeChanged';
  readonly node: number;
}
interface ProjectEvent {
  readonly kind: 'saved' | 'deleted' | 'kept' | 'released';
  readonly project: string;
}
export type Event = EdgeEvent | NodeEvent | ProjectEvent | { readonly kind: 'nothing' };

const project = fc.constantFrom('p', 'q', 'r');
const event: fc.Arbitrary<Event> = fc.oneof<fc.WeightedArbitrary<Event>[]>(
  { weight: 4, arbitrary: fc.constant({ kind: 'nothing' }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('edge', 'edgeGone', 'commit', 'bound'), edge }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('nodeGone', 'nodeChanged'), node }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('saved', 'kept', 'deleted', 'released'), project }) },
);

interface WalkQuestion {
  readonly name: 'callers' | 'callees' | 'impact';
  readonly of: string | readonly number[];
  readonly depth: number;
  readonly edgeTypes: readonly EdgeType[];
  readonly across: boolean;
  readonly limit: number;
}

interface GraphQuestion {
  readonly name: 'getCycles' | 'getLayers' | 'getCentrality';
  readonly project: string | undefined;
  readonly edgeTypes: readonly EdgeType[];
  readonly depth: number;
  readonly members: number;
  readonly limit: number;
}

export type Question = WalkQuestion | GraphQuestion;

const edgeTypes = fc.subarray<EdgeType>([...TYPES], { minLength: 1 });
const limit = fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 4 }));
const depth = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(100));
const question: fc.Arbitrary<Question> = fc.oneof<fc.WeightedArbitrary<Question>[]>(
  {
    weight: 3,
    arbitrary: fc.record({
      name: fc.constantFrom('callers', 'callees', 'impact'),
      of: fc.oneof(fc.uniqueArray(node, { minLength: 1, maxLength: 3 }), fc.constantFrom(...NAMES)),
      ...{ depth, edgeTypes, across: fc.boolean(), limit },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      name: fc.constantFrom('getCycles', 'getLayers', 'getCentrality'),
      project: fc.option(project, { nil: undefined }),
      members: fc.integer({ min: 1, max: 3 }),
      ...{ depth, edgeTypes, limit },
    }),
  },
);

export interface World {
  readonly edges: readonly FixtureEdge[];
  readonly kept: readonly string[];
  readonly events: readonly Event[];
  readonly questions: readonly Question[];
}

export const worlds: fc.Arbitrary<World> = fc
  .record({
    edges: edgeLists,
    kept: fc.constantFrom(['p'], ['q'], ['p', 'q'], ['p', 'q', 'r'], []),
    events: fc.oneof(fc.constant<Event[]>([]), fc.array(event, { minLength: 1, maxLength: 3 })),
    questions: fc.array(question, { minLength: 2, maxLength: 6 }),
  })
  .map((world) => ({ ...world, questions: [...world.questions, ...world.events.flatMap(questionsAbout)] }));

/** What a change touches is what an answer from before it would get wrong. */
function questionsAbout(event: Event): Question[] {
  if (!('edge' in event)) return [];
  const { from, to, type = 'call' } = event.edge;
  const rules = { depth: 2, edgeTypes: [type], limit: 1000, across: true };
  return [
    { name: 'callees', of: [from], ...rules },
    { name: 'callers', of: [to], ...rules },
    { name: 'impact', of: [to], ...rules, across: false },
  ];
}

/** A database that is asked with graphs kept in memory, and without. */
export class KeptWorld {
  readonly recorded: RecordedDatabase;
  readonly pdgs: PdgStore;
  readonly #kept: { readonly traversal: Traversal; readonly analytics: Analytics };
  readonly #plain: { readonly traversal: Traversal; readonly analytics: Analytics };

  constructor(readonly database: Database) {
    this.recorded = new RecordedDatabase(database);
    this.pdgs = new PdgStore(this.recorded, () => 1);
    const { keptGraphs } = this.pdgs;
    this.#kept = {
      traversal: new Traversal(this.recorded, keptGraphs),
      analytics: new Analytics(this.recorded, { keptGraphs }),
    };
    this.#plain = { traversal: new Traversal(database), analytics: new Analytics(database) };
  }

  /** Fills the tables as one commit of each project would. */
  async fill(edges: readonly FixtureEdge[], nodes: readonly FixtureNode[] = NODES): Promise<void> {
    await fillGraph(this.database, nodes, edges);
    await this.database.write([
      {
        sql: `UPDATE projects SET node_count = (SELECT count(*) FROM intel_nodes WHERE project_id = projects.id),
                edge_count = (SELECT count(*) FROM intel_edges WHERE caller_id IN
                  (SELECT id FROM intel_nodes WHERE project_id = projects.id))`,
      },
    ]);
  }

  async ask(question: Question, way: 'kept' | 'plain', cursor: string | null): Promise<Envelope<unknown>> {
    const { traversal, analytics } = way === 'kept' ? this.#kept : this.#plain;
    // Neither is to find what the other computed.
    await this.database.write([{ sql: 'DELETE FROM graph_results' }]);
    const { limit, edgeTypes, depth } = question;
    const options = { limit, edgeTypes, ...(cursor === null ? {} : { cursor }) };
    if ('of' in question) {
      const { name, of, across } = question;
      return traversal[name](typeof of === 'string' ? of : of.map(id), { ...options, depth, ...{ across } });
    }
    const { name, project: within, members } = question;
    const inside = within === undefined ? options : { ...options, project: within };
    if (name === 'getCycles') return analytics.getCycles({ ...inside, members });
    return name === 'getLayers' ? analytics.getLayers({ ...inside, depth }) : analytics.getCentrality(inside);
  }

  /** Some of these fail in some worlds, as they do for a user; nothing of them is left then. */
  async happen(event: Event): Promise<void> {
    const known = ['FOREIGN_KEY', 'PROJECT_NOT_SETTLED', 'PROJECT_NOT_FOUND', 'STALE_GENERATION'];
    try {
      await this.#change(event);
    } catch (error) {
      if (!known.includes(String((error as { code?: unknown }).code))) throw error;
    }
  }

  async #change(event: Event): Promise<void> {
    const { database, pdgs } = this;
    if (event.kind === 'nothing') return;
    if ('edge' in event) {
      const edges = new EdgeStore(database);
      if (event.kind === 'edge') return edges.insert(edgeOf(event.edge));
      if (event.kind === 'edgeGone') return void (await edges.delete(edgeOf(event.edge)));
      return this.#commit(event);
    }
    if ('node' in event) {
      const nodes = new NodeStore(database, () => 1);
      if (event.kind === 'nodeGone') return void (await nodes.delete(id(event.node)));
      return void (await nodes.update(id(event.node), { complexity: 77 }));
    }
    const { kind, project: on } = event;
    if (kind === 'saved') return void (await pdgs.savePdg(on, await pdgs.loadPdg(on)));
    if (kind === 'kept') return void (await pdgs.keep(on));
    if (kind === 'released') return void pdgs.release(on);
    return void (await pdgs.deletePdg(on));
  }

  /** Adds an edge with a commit of one of its projects. */
  async #commit(event: EdgeEvent): Promise<void> {
    const edge = edgeOf(event.edge);
    const projects = new ProjectStore(this.database, () => 1);
    const nodes = new NodeStore(this.database);
    const [caller, callee] = [await nodes.get(edge.callerId), await nodes.get(edge.calleeId)];
    const owner = await projects.get((event.kind === 'commit' ? caller : callee)?.projectId ?? '');
    if (owner === undefined) return;
    const counts = await projects.counts(owner.id);
    const known = await new EdgeStore(this.database).getByCaller(edge.callerId);
    const isNew = !known.some((each) => each.calleeId === edge.calleeId && each.edgeType === edge.edgeType);
    const own = isNew && caller?.projectId === owner.id ? 1 : 0;
    const nothing = { deletedNodes: [], nodes: [], references: [], deletedEdges: [], deletedFiles: [], files: [] };
    await projects.commit({
      ...nothing,
      ...{ projectId: owner.id, root: owner.root, expectedGeneration: owner.generation, advancesGeneration: true },
      edges: [edge],
      counts: { nodes: counts.nodes, edges: counts.edges + own },
    });
  }
}

function edgeOf({ from, to, type = 'call', metadata = null }: FixtureEdge): {
  readonly callerId: NodeId;
  readonly calleeId: NodeId;
  readonly edgeType: EdgeType;
  readonly metadata: Record<string, unknown> | null;
} {
  return { callerId: id(from), calleeId: id(to), edgeType: type, metadata: metadata === null ? null : { ...metadata } };
}
