import type { EdgeMetadata, EdgeType } from '../../model/index.js';
import type { PdgEdgeInput } from '../../graph/index.js';
import type { AttributionWay } from './attribution.js';

/** Of an edge whose caller is only the nearest definition before the reference. */
const NEAREST_CONFIDENCE = 0.5;
const STRATEGY = 'scip';

/** One reference of a caller to a callee, or one thing that a relationship says. */
export interface Mention {
  readonly from: string;
  readonly to: string;
  readonly edgeType: EdgeType;
  readonly way: AttributionWay;
  readonly access: 'read' | 'write' | 'readwrite' | undefined;
  /** Name of the variable that is accessed. */
  readonly variableName: string | undefined;
  /** What a relationship says, where the edge comes from one. */
  readonly relationship: string | undefined;
}

interface Tally extends Omit<Mention, 'access' | 'way'> {
  count: number;
  way: AttributionWay;
  reads: boolean;
  writes: boolean;
}

const CERTAINTY: Readonly<Record<AttributionWay, number>> = { nearest: 0, extractor: 1, enclosing: 2 };

/** Counts references into edges. */
export class EdgeTally {
  private readonly tallies = new Map<string, Map<string, Tally>>();

  add(mention: Mention): void {
    const { from, to, edgeType, way, access } = mention;
    const reads = access === 'read' || access === 'readwrite';
    const writes = access === 'write' || access === 'readwrite';
    let targets = this.tallies.get(from);
    if (targets === undefined) this.tallies.set(from, (targets = new Map<string, Tally>()));
    const key = `${edgeType} ${to}`;
    const known = targets.get(key);
    if (known === undefined) {
      targets.set(key, { ...mention, count: 1, reads, writes });
      return;
    }
    known.count++;
    known.reads ||= reads;
    known.writes ||= writes;
    if (CERTAINTY[way] > CERTAINTY[known.way]) known.way = way;
  }

  /** To name a type in order to inherit from it is no use besides. */
  *edges(): Generator<PdgEdgeInput, void, void> {
    for (const targets of this.tallies.values()) {
      for (const tally of targets.values()) {
        const isHeader = tally.edgeType === 'reference' && tally.count === 1 && tally.relationship === undefined;
        if (isHeader && targets.has(`inheritance ${tally.to}`)) continue;
        yield { from: tally.from, to: tally.to, edgeType: tally.edgeType, metadata: metadataOf(tally) };
      }
    }
  }
}

function metadataOf(tally: Tally): EdgeMetadata {
  const access = tally.writes ? (tally.reads ? 'readwrite' : 'write') : tally.reads ? 'read' : undefined;
  return {
    ...(tally.edgeType === 'call' ? { callCount: tally.count } : {}),
    ...(access === undefined ? {} : { access }),
    confidence: tally.way === 'nearest' ? NEAREST_CONFIDENCE : 1,
    strategy: STRATEGY,
    ...(tally.variableName === undefined ? {} : { variableName: tally.variableName }),
    ...(tally.relationship === undefined ? {} : { relationship: tally.relationship }),
    ...(tally.way === 'enclosing' ? {} : { attribution: tally.way }),
  };
}
