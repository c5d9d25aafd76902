import { UsageError, compareText, type Envelope, type ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, readSymbols, requireCount } from '../graph/index.js';
import type { CodeSymbol, FanCounts, GraphStatistics } from '../graph/index.js';
import { DEFAULT_TOP, type Hotspot, type HotspotOptions, type HotspotWeights } from './hotspots.js';
import { pageRankQuery, type NodeScores } from './node-scores.js';
import type { WholeGraph } from './whole-graph.js';

/** How often files were changed, by project and path; projects of which nobody knows are absent. */
export type ChangeCounts = ReadonlyMap<ProjectId, ReadonlyMap<string, number>>;

/** Looks up the changes of a project, or of all. */
export type ChangeReader = (project: ProjectId | undefined, signal: AbortSignal | undefined) => Promise<ChangeCounts>;

interface Measured extends FanCounts {
  readonly centrality: number;
  readonly changes: number | null;
  readonly score: number;
}

type Place = Pick<Measured, 'score' | 'project' | 'key'>;

const DEFAULT_WEIGHTS: HotspotWeights = { complexity: 0.35, fanIn: 0.15, fanOut: 0.15, centrality: 0.15, changes: 0.2 };
const MEASURES = ['complexity', 'fanIn', 'fanOut', 'centrality', 'changes'] as const;
const KIND = 'hotspots-combined';

/**
 * Symbols by a score from 0 to 100, worst first, then by project and key. Each measure counts by its
 * logarithm as a share of the largest, so that one extreme symbol does not hide all others; centrality
 * in multiples of the average. A measure that is not known for a symbol leaves its weight to the rest.
 */
export async function findCombinedHotspots(
  statistics: GraphStatistics,
  graph: WholeGraph,
  readChanges: ChangeReader,
  options: HotspotOptions,
): Promise<Envelope<Hotspot>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_TOP);
  const threshold = requireCount('threshold', options.threshold ?? 1, 0);
  const weights = requireWeights({ ...DEFAULT_WEIGHTS, ...options.weights });
  const after = options.cursor === undefined ? undefined : decodePlace(options.cursor);
  const changes = await readChanges(options.project, options.signal);
  const query = pageRankQuery({ signal: options.signal });
  return graph.answer(query, options.project, async (snapshot, centrality) => {
    const generation = await statistics.generation(snapshot);
    const { project } = options;
    const fans = await statistics.mostComplex({ project, least: 0, limit: Number.MAX_SAFE_INTEGER }, snapshot);
    const measured = measure(fans, centrality, changes, weights);
    const ranked = measured.filter(({ complexity }) => complexity >= threshold).sort(comparePlaces);
    const rest = after === undefined ? ranked : ranked.filter((item) => comparePlaces(item, after) > 0);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const next =
      last !== undefined && rest.length > page.length ? encodeCursor(KIND, [last.score, last.project, last.key]) : null;
    const symbols = await readSymbols(
      snapshot,
      page.map((item) => item.id),
    );
    const items = page.flatMap((item) => {
      const symbol = symbols.get(item.id);
      return symbol === undefined ? [] : [hotspotOf(symbol, item)];
    });
    return envelope(generation, ranked.length, items, next);
  });
}

function hotspotOf(symbol: CodeSymbol, { fanOut, fanIn, centrality, changes, score }: Measured): Hotspot {
  return { ...symbol, fanOut, fanIn, centrality, changes, score };
}

/** Every symbol with a complexity; what is the largest does not depend on the threshold. */
function measure(
  fans: readonly FanCounts[],
  { ids, scores }: NodeScores,
  changes: ChangeCounts,
  weights: HotspotWeights,
): Measured[] {
  const rankOf = new Map<number, number>();
  ids.forEach((id, node) => rankOf.set(id, scores[node] ?? 0));
  const rows = fans.map((fan) => {
    const counts = changes.get(fan.project);
    const changed = counts === undefined ? null : (counts.get(fan.file) ?? 0);
    return { ...fan, centrality: rankOf.get(fan.id) ?? 0, changes: changed };
  });
  const scale = scaleOf(rows, ids.length);
  return rows.map((row) => ({ ...row, score: scoreOf(row, weights, scale) }));
}

type Values = Readonly<Record<(typeof MEASURES)[number], number | null>>;
type Scale = (measure: (typeof MEASURES)[number], value: number) => number;

/** Gives a value's share of the largest, from 0 to 1, both by their logarithm. */
function scaleOf(rows: readonly Values[], nodeCount: number): Scale {
  const heightOf: Scale = (name, value) => Math.log1p(name === 'centrality' ? value * nodeCount : value);
  const largest: Record<string, number> = {};
  for (const row of rows) {
    for (const name of MEASURES) largest[name] = Math.max(largest[name] ?? 0, heightOf(name, row[name] ?? 0));
  }
  return (name, value) => (largest[name] === 0 ? 0 : heightOf(name, value) / (largest[name] ?? 1));
}

function scoreOf(values: Values, weights: HotspotWeights, scale: Scale): number {
  let [sum, total] = [0, 0];
  for (const name of MEASURES) {
    const value = values[name];
    if (value === null) continue;
    total += weights[name];
    sum += weights[name] * scale(name, value);
  }
  return total === 0 ? 0 : (100 * sum) / total;
}

function requireWeights(weights: HotspotWeights): HotspotWeights {
  const bad = MEASURES.find((name) => !(weights[name] >= 0 && Number.isFinite(weights[name])));
  const isNothing = MEASURES.every((name) => weights[name] === 0);
  if (bad === undefined && !isNothing) return weights;
  const reason = bad === undefined ? 'One weight must be above 0' : `The weight of ${bad} must be a number from 0`;
  throw new UsageError('INVALID_ARGUMENT', `${reason}.`, {
    details: { argument: 'weights', value: bad === undefined ? 0 : String(weights[bad]) },
  });
}

function comparePlaces(a: Place, b: Place): number {
  return b.score - a.score || compareText(a.project, b.project) || compareText(a.key, b.key);
}

function decodePlace(cursor: string): Place {
  const [score, project, key] = decodeCursor(KIND, ['number', 'string', 'string'], cursor);
  return { score: Number(score), project: String(project), key: String(key) };
}
