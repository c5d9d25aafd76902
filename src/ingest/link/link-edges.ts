import { PACKAGE_STRATEGY, type EdgeAcross, type EdgesAcrossDelta } from '../../graph/index.js';
import { STRATEGIES, type Strategy } from '../../binding/index.js';
import type { EdgeType, NodeId } from '../../model/index.js';
import type { LinkedUse, LinkReason, LinkTarget } from '../../symbols/index.js';

/** How sure it is that a package of the store is the one that is meant. */
const CONFIDENCE: Readonly<Record<LinkReason, number>> = {
  locked: 1,
  range: 0.95,
  declared: 0.9,
  import: 0.7,
  'outside-range': 0.6,
};

interface Draft {
  readonly callerId: NodeId;
  readonly calleeId: NodeId;
  readonly edgeType: EdgeType;
  readonly use: LinkedUse;
  readonly target: LinkTarget;
  count: number;
  confidence: number;
  reads: boolean;
  writes: boolean;
}

/**
 * The edges that uses make, given where the name of each leads for its file. Each says what it relies on:
 * the module text of the import, the manifest's entry, the package and version it was found in, and why that one.
 */
export function edgesOfUses(
  uses: readonly LinkedUse[],
  targetsOf: (use: LinkedUse) => readonly LinkTarget[],
): EdgeAcross[] {
  const drafts = new Map<string, Draft>();
  for (const use of uses) {
    for (const target of targetsOf(use)) {
      const edgeType = edgeTypeOf(use, target);
      if (edgeType === undefined) continue;
      add(drafts, use, target, target.node, edgeType);
      if (edgeType === 'call' && target.initializer !== null) add(drafts, use, target, target.initializer, edgeType);
    }
  }
  return [...drafts.values()].map(({ callerId, calleeId, edgeType, ...draft }) => {
    return { callerId, calleeId, edgeType, metadata: JSON.stringify(metadataOf(edgeType, draft)) };
  });
}

/** As inside a project: to import a module is to use it, to name it is not. */
function edgeTypeOf({ kind }: LinkedUse, { nodeType }: LinkTarget): EdgeType | undefined {
  if (kind === 'import') return 'import';
  if (nodeType === 'module') return undefined;
  if (kind === 'inherit') return 'inheritance';
  if (kind === 'call') return 'call';
  return kind !== 'type' && nodeType === 'variable' ? 'data_dependency' : 'reference';
}

function add(
  drafts: Map<string, Draft>,
  use: LinkedUse,
  target: LinkTarget,
  calleeId: NodeId,
  edgeType: EdgeType,
): void {
  const key = `${use.source} ${calleeId} ${edgeType}`;
  const reads = use.kind === 'read' || use.kind === 'readwrite';
  const writes = use.kind === 'write' || use.kind === 'readwrite';
  const own = Object.hasOwn(STRATEGIES, use.strategy) ? STRATEGIES[use.strategy as Strategy] : 1;
  const confidence = Math.min(own, CONFIDENCE[target.reason]);
  const draft = drafts.get(key);
  if (draft === undefined) {
    drafts.set(key, {
      callerId: use.source,
      calleeId,
      edgeType,
      use,
      target,
      count: use.count,
      confidence,
      reads,
      writes,
    });
    return;
  }
  draft.count += use.count;
  draft.confidence = Math.max(draft.confidence, confidence);
  draft.reads ||= reads;
  draft.writes ||= writes;
}

function metadataOf(
  edgeType: EdgeType,
  draft: Omit<Draft, 'callerId' | 'calleeId' | 'edgeType'>,
): Record<string, unknown> {
  const { use, target, count, confidence, reads, writes } = draft;
  return {
    ...(edgeType === 'call' ? { callCount: count } : {}),
    ...(edgeType === 'data_dependency'
      ? { access: writes ? (reads ? 'readwrite' : 'write') : 'read', variableName: target.nodeName }
      : {}),
    confidence,
    strategy: PACKAGE_STRATEGY,
    import: use.specifier,
    package: target.package,
    ...(target.version === null ? {} : { version: target.version }),
    ...(target.range === null ? {} : { range: target.range }),
    ...(target.manifest === null ? {} : { manifest: target.manifest }),
    reason: target.reason,
  };
}

/** What has to be written for the stored edges of some symbols to be the wanted ones. */
export function edgesAcrossDelta(stored: readonly EdgeAcross[], wanted: readonly EdgeAcross[]): EdgesAcrossDelta {
  const before = new Map(stored.map((edge) => [keyOf(edge), edge]));
  const written = wanted.filter((edge) => {
    const known = before.get(keyOf(edge));
    before.delete(keyOf(edge));
    return known?.metadata !== edge.metadata;
  });
  return { deleted: [...before.values()], written, growth: wanted.length - stored.length };
}

function keyOf({ callerId, calleeId, edgeType }: EdgeAcross): string {
  return `${callerId} ${calleeId} ${edgeType}`;
}
