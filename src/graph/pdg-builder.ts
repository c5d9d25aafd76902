import {
  EDGE_TYPES,
  NodeHash,
  nodeKey,
  PdgAssembler,
  UsageError,
  type AssembledNode,
  type Pdg,
  type PdgEdge,
  type PdgNode,
} from '../model/index.js';
import { encodeMetadata } from './edge-metadata.js';
import { completeNode, type NodeInput } from './node-input.js';
import { NAME, oneOf, orNull, requireValue, TEXT } from './value-checks.js';

/**
 * A node as a caller hands it in; what is left out is as in {@link NodeInput}. `parentKey` names the node
 * it is written in.
 */
export type PdgNodeInput = Omit<NodeInput, 'projectId'> & Partial<Pick<PdgNode, 'parentKey' | 'ownerName'>>;
/** Without metadata an edge has none. */
export type PdgEdgeInput = Omit<PdgEdge, 'metadata'> & Partial<Pick<PdgEdge, 'metadata'>>;
export type PdgEdgeKey = Pick<PdgEdge, 'from' | 'to' | 'edgeType'>;

const EDGE_TYPE = oneOf(EDGE_TYPES);
const PARENT = orNull(NAME);
const OWNER = orNull(TEXT);
/** Nodes of a graph have no project; the check of a node wants one. */
const ANY_PROJECT = 'pdg';

interface Member {
  readonly node: AssembledNode;
  readonly parentKey: string | null;
}

interface Link extends PdgEdgeKey {
  readonly metadata: string | null;
  readonly replaces: boolean;
}

/**
 * Makes graphs: from nothing, or from another one that it changes. Nodes and edges come in any order; an
 * edge may come before its ends.
 *
 * ```ts
 * const pdg = new PdgBuilder()
 *   .addEdge({ from: 'a.ts#f(function)', to: 'a.ts#g(function)', edgeType: 'call' })
 *   .addNode({ filePath: 'a.ts', symbolName: 'f', nodeType: 'function', contentHash })
 *   .addNode({ filePath: 'a.ts', symbolName: 'g', nodeType: 'function', contentHash })
 *   .build();
 * ```
 */
export class PdgBuilder {
  private readonly members = new Map<string, Member>();
  private links: Link[] = [];

  /** `base` stays as it is. */
  constructor(base?: Pdg) {
    if (base !== undefined) this.merge(base);
  }

  /**
   * Throws UsageError `INVALID_ARGUMENT` with the node's file and name, for a field that cannot be stored also with
   * the field and its value, and for a key that is there already.
   */
  addNode(input: PdgNodeInput): this {
    const { parentKey = null, ownerName = null, ...fields } = input;
    const { node, key } = named(`The node '${input.filePath}#${input.symbolName}'`, nodeName(input), () => {
      const record = completeNode({ ...fields, projectId: ANY_PROJECT });
      requireValue(PARENT, 'parentKey', parentKey);
      requireValue(OWNER, 'ownerName', ownerName);
      return { node: assembled({ ...record, ownerName }), key: nodeKey(record) };
    });
    if (this.members.has(key)) {
      throw new UsageError('INVALID_ARGUMENT', `The node '${key}' is there already.`, { details: { key } });
    }
    this.members.set(key, { node, parentKey });
    return this;
  }

  /**
   * Throws UsageError `INVALID_ARGUMENT` with both ends and the type, for metadata that JSON would drop or
   * change also with the path of the value. Whether the ends are there is seen when the graph is built.
   */
  addEdge({ from, to, edgeType, metadata = null }: PdgEdgeInput): this {
    this.links.push(
      named(`The ${String(edgeType)} edge from '${from}' to '${to}'`, { from, to, edgeType }, () => {
        requireValue(NAME, 'from', from);
        requireValue(NAME, 'to', to);
        requireValue(EDGE_TYPE, 'edgeType', edgeType);
        return { from, to, edgeType, metadata: encodeMetadata(metadata), replaces: false };
      }),
    );
    return this;
  }

  /** Removes a node and its edges; gives whether there was one. Nodes that are written in it have no parent then. */
  removeNode(key: string): boolean {
    if (!this.members.delete(key)) return false;
    this.links = this.links.filter(({ from, to }) => from !== key && to !== key);
    for (const [each, member] of this.members) {
      if (member.parentKey === key) this.members.set(each, { ...member, parentKey: null });
    }
    return true;
  }

  /** Gives whether there was one. */
  removeEdge({ from, to, edgeType }: PdgEdgeKey): boolean {
    const left = this.links.filter((edge) => edge.from !== from || edge.to !== to || edge.edgeType !== edgeType);
    const isRemoved = left.length < this.links.length;
    this.links = left;
    return isRemoved;
  }

  /** Adds the nodes and edges of another graph; they take the place of those with the same key, or ends and type. */
  merge(other: Pdg): this {
    const keys: string[] = [];
    for (const index of other.nodeIndices()) {
      const { key, parentKey, ...node } = other.node(index);
      keys.push(key);
      this.members.set(key, { node: assembled(node), parentKey });
    }
    other.forEachEdge((edge, caller, callee) => {
      this.links.push({
        from: keys[caller] ?? '',
        to: keys[callee] ?? '',
        edgeType: other.edgeType(edge),
        metadata: other.edgeMetadataText(edge),
        replaces: true,
      });
    });
    return this;
  }

  /**
   * The graph of what was added; the builder can go on. Throws UsageError `INVALID_ARGUMENT` for an edge
   * one of whose ends is not there, for a parent that is not there, and for an edge that was added twice.
   */
  build(): Pdg {
    const assembler = new PdgAssembler();
    const positions = new Map<string, number>();
    for (const [key, { node }] of this.members) positions.set(key, assembler.addNode(node));
    for (const [key, { parentKey }] of this.members) {
      if (parentKey === null) continue;
      const parent = positions.get(parentKey);
      if (parent === undefined) {
        throw new UsageError('INVALID_ARGUMENT', `The node '${key}' has no parent '${parentKey}'.`, {
          details: { key, parentKey },
        });
      }
      assembler.setParent(positions.get(key) ?? 0, parent);
    }
    for (const edge of this.links) {
      const from = positions.get(edge.from);
      const to = positions.get(edge.to);
      if (from === undefined || to === undefined) throw lacksEnd(edge, positions);
      assembler.addEdge(from, to, EDGE_TYPES.indexOf(edge.edgeType), edge.metadata, edge.replaces);
    }
    return assembler.build();
  }
}

function assembled(node: Omit<PdgNode, 'key' | 'parentKey'>): AssembledNode {
  return {
    ...node,
    contentHash: NodeHash.toBytes(node.contentHash),
    interfaceHash: NodeHash.toBytes(node.interfaceHash),
  };
}

function nodeName({ filePath, symbolName }: PdgNodeInput): Readonly<Record<string, unknown>> {
  return { filePath, symbolName };
}

/** Says in an error of `check` what it is about. */
function named<T>(what: string, details: Readonly<Record<string, unknown>>, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError('INVALID_ARGUMENT', `${what}: ${error.message}`, {
      details: { ...details, ...error.details },
      cause: error,
    });
  }
}

function lacksEnd({ from, to, edgeType }: PdgEdgeKey, positions: ReadonlyMap<string, number>): UsageError {
  const missing = [...new Set([from, to])].filter((key) => !positions.has(key));
  const names = missing.map((key) => `'${key}'`).join(' and ');
  return new UsageError('INVALID_ARGUMENT', `The ${edgeType} edge from '${from}' to '${to}' has no node ${names}.`, {
    details: { from, to, edgeType, missing },
  });
}
