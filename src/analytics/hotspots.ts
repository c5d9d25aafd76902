import type { Envelope, ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, readSymbols, requireCount } from '../graph/index.js';
import type {
  CodeSymbol,
  ComplexityHistogram,
  ComplexityPlace,
  FanCounts,
  GraphStatistics,
  PageOptions,
} from '../graph/index.js';

export interface HotspotOptions extends PageOptions {
  readonly project?: ProjectId;
  /** Symbols of this complexity or more are hotspots; 1 unless told, so that every measured symbol is ranked. */
  readonly threshold?: number;
  /**
   * `combined` unless told: complexity, fans, centrality and change frequency make one score. `plain` is
   * the rule of complexity, then fan-out, with complexity plus fan-out as the score.
   */
  readonly preset?: HotspotPreset;
  /** What each measure counts for in the combined score; only their proportions matter. */
  readonly weights?: Partial<HotspotWeights>;
  readonly signal?: AbortSignal;
}

export type HotspotPreset = 'combined' | 'plain';

/** Numbers from 0, not all 0. */
export interface HotspotWeights {
  readonly complexity: number;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly centrality: number;
  readonly changes: number;
}

/** A symbol that is worth a look, with what made it so. */
export interface Hotspot extends CodeSymbol {
  /** Distinct symbols it calls. */
  readonly fanOut: number;
  /** Distinct symbols that call it. */
  readonly fanIn: number;
  /** Its PageRank over calls, in the graph of the project or of the store; null with the plain rule. */
  readonly centrality: number | null;
  /** Commits that touched its file; null with the plain rule, and where there is no history. */
  readonly changes: number | null;
  /** From 0 to 100; with the plain rule complexity plus fan-out. */
  readonly score: number;
}

export const DEFAULT_TOP = 20;

/** The specification's plain rule: complexity from the threshold up, worst first, then by fan-out, then by key. */
export async function findPlainHotspots(
  statistics: GraphStatistics,
  options: HotspotOptions,
): Promise<Envelope<Hotspot>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_TOP);
  const threshold = requireCount('threshold', options.threshold ?? 1, 0);
  const after = options.cursor === undefined ? undefined : decodePlace(options.cursor);
  const { project } = options;
  return statistics.snapshot(async (snapshot) => {
    const generation = await statistics.generation(snapshot);
    const histogram = await statistics.complexityHistogram({ project, least: threshold }, snapshot);
    const total = histogram.reduce((sum, { count }) => sum + count, 0);
    const least = smallestNeeded(histogram, limit, after);
    const ranked = await statistics.mostComplex({ project, least, limit: limit + 1, after }, snapshot);
    const page = ranked.slice(0, limit);
    const last = page.at(-1);
    const next = last !== undefined && ranked.length > limit ? encodePlace(last) : null;
    const symbols = await readSymbols(
      snapshot,
      page.map((item) => item.id),
    );
    const items = page.flatMap((item) => {
      const symbol = symbols.get(item.id);
      return symbol === undefined ? [] : [hotspotOf(symbol, item)];
    });
    return envelope(generation, total, items, next);
  });
}

/** Fans are counted per symbol, so only symbols that can be on the page are taken: those of its complexities. */
function smallestNeeded(histogram: ComplexityHistogram, limit: number, after: ComplexityPlace | undefined): number {
  let enough = limit + 1;
  for (const { complexity, count } of [...histogram].reverse()) {
    if (after !== undefined && complexity >= after.complexity) continue;
    enough -= count;
    if (enough <= 0) return complexity;
  }
  return histogram[0]?.complexity ?? 0;
}

function hotspotOf(symbol: CodeSymbol, { complexity, fanOut, fanIn }: FanCounts): Hotspot {
  return { ...symbol, fanOut, fanIn, centrality: null, changes: null, score: complexity + fanOut };
}

function encodePlace(place: ComplexityPlace): string {
  return encodeCursor('hotspots', [place.complexity, place.fanOut, place.project, place.key]);
}

function decodePlace(cursor: string): ComplexityPlace {
  const [complexity, fanOut, project, key] = decodeCursor('hotspots', ['number', 'number', 'string', 'string'], cursor);
  return { complexity: Number(complexity), fanOut: Number(fanOut), project: String(project), key: String(key) };
}
