import type { AnalysisEntry, IncrementalCache } from '../incremental/index.js';
import type { FileFacts, NodeHash } from '../model/index.js';
import type { IndexQueryEvent } from './indexer.js';
import { FACTS_VERSION } from './languages/index.js';

/** Results of the analysis of bodies, to be stored. */
export interface AnalysisPlan {
  readonly entries: readonly AnalysisEntry[];
  readonly count: number;
}

/**
 * The analysis of each function whose body has none yet, by the hash of the body: whatever file,
 * branch or project it is in, a body is analysed once.
 */
export async function analysisOf(
  files: readonly FileFacts[],
  cache: IncrementalCache,
  onQuery: ((event: IndexQueryEvent) => void) | undefined,
): Promise<AnalysisPlan> {
  const bodies = new Map<NodeHash, { readonly complexity: number; readonly file: string }>();
  for (const file of files) {
    for (const { complexity, contentHash } of file.symbols) {
      if (complexity !== null && !bodies.has(contentHash)) bodies.set(contentHash, { complexity, file: file.path });
    }
  }
  const known = await cache.getMany(bodies.keys());
  const entries: AnalysisEntry[] = [];
  for (const [hash, { complexity, file }] of bodies) {
    const metrics = known.get(hash)?.complexityMetrics;
    const version = metrics === undefined || metrics === null ? undefined : analyzerOf(metrics);
    if (version === FACTS_VERSION) continue;
    const reason = version === undefined ? 'new' : 'version';
    onQuery?.({ query: 'analysis', key: hash, partition: file, action: 'executed', reason });
    entries.push({ hash, complexityMetrics: encodeMetrics(complexity) });
  }
  return { entries, count: entries.length };
}

/** Counted by the walk over the body that also hashes it, so it has the version of that. */
function encodeMetrics(cyclomatic: number): Uint8Array {
  return Buffer.from(JSON.stringify({ analyzer: FACTS_VERSION, cyclomatic }));
}

function analyzerOf(metrics: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(Buffer.from(metrics).toString('utf8'));
    return typeof value === 'object' && value !== null && 'analyzer' in value ? value.analyzer : undefined;
  } catch {
    return undefined;
  }
}
