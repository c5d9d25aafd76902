import { compareText, UsageError, type Envelope, type NodeType, type ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, requireCount, type PageOptions } from '../graph/index.js';
import type { GraphSums, MeasuredSymbol, MetricTable, SymbolMeasures } from './metric-table.js';
import type { MeasuredState } from './metric-snapshots.js';

export interface CompareOptions extends PageOptions {
  /** The label of the earlier snapshot. */
  readonly from: string;
  /** The label of the later one; the present unless told. */
  readonly to?: string;
  /** Snapshots of this project; of the whole store unless told. */
  readonly project?: ProjectId;
  /**
   * Centrality counts as changed when it differs by more than this share of the larger one; 0.1 unless
   * told, because a change anywhere moves all centralities a little. Compared are multiples of the average.
   */
  readonly centralityTolerance?: number;
  readonly signal?: AbortSignal;
}

export type Measure = keyof SymbolMeasures;

/** A symbol that came, went, or has other measures. */
export interface SymbolChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly project: ProjectId;
  readonly key: string;
  readonly type: NodeType;
  /** The measures that differ; empty for what came or went. */
  readonly changed: readonly Measure[];
  /** Null for what came. */
  readonly before: SymbolMeasures | null;
  /** Null for what went. */
  readonly after: SymbolMeasures | null;
}

/** What a state was called, and when it was. */
export type ComparedState = Omit<MeasuredState, 'table'>;

interface BeforeAndAfter<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** The difference of two states: sums of both, and as items the symbols that differ, those first whose complexity changed most. */
export interface SnapshotComparison extends Envelope<SymbolChange> {
  readonly from: ComparedState;
  /** Its label is null when it is the present. */
  readonly to: ComparedState;
  readonly counts: Readonly<Record<SymbolChange['change'], number>>;
  readonly nodesByType: BeforeAndAfter<GraphSums['nodesByType']>;
  readonly edgesByType: BeforeAndAfter<GraphSums['edgesByType']>;
  readonly complexity: BeforeAndAfter<GraphSums['complexity']>;
}

/** A change as it is ranked; the numbers are places in the tables. */
interface Difference {
  readonly project: ProjectId;
  readonly key: string;
  /** How far the complexity is from what it was, 0 where there was or is none. */
  readonly weight: number;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

type Place = Pick<Difference, 'weight' | 'project' | 'key'>;

const DEFAULT_LIMIT = 1000;
const DEFAULT_TOLERANCE = 0.1;
const KIND = 'snapshot-comparison';

/** Options of a comparison, checked before anything is read. */
export class ComparisonPage {
  readonly #limit: number;
  readonly #after: Place | undefined;
  readonly #tolerance: number;

  /** Throws UsageError `INVALID_ARGUMENT`. */
  constructor(options: CompareOptions) {
    this.#limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    this.#after = options.cursor === undefined ? undefined : decodePlace(options.cursor);
    this.#tolerance = requireTolerance(options.centralityTolerance ?? DEFAULT_TOLERANCE);
  }

  of(from: MeasuredState, to: MeasuredState, generation: number): SnapshotComparison {
    const [before, after] = [from.table, to.table];
    const ranked = differences(before, after, this.#tolerance).sort(comparePlaces);
    const start = this.#after;
    const rest = start === undefined ? ranked : ranked.filter((item) => comparePlaces(item, start) > 0);
    const page = rest.slice(0, this.#limit);
    const last = page.at(-1);
    const next =
      last !== undefined && rest.length > page.length
        ? encodeCursor(KIND, [last.weight, last.project, last.key])
        : null;
    const items = page.map((item) => changeOf(item, before, after, this.#tolerance));
    return {
      ...envelope(generation, ranked.length, items, next),
      from: withoutTable(from),
      to: withoutTable(to),
      counts: countsOf(ranked),
      nodesByType: { before: before.sums.nodesByType, after: after.sums.nodesByType },
      edgesByType: { before: before.sums.edgesByType, after: after.sums.edgesByType },
      complexity: { before: before.sums.complexity, after: after.sums.complexity },
    };
  }
}

/** Both tables are in the order of project and key, so that one walk along both finds what differs. */
function differences(before: MetricTable, after: MetricTable, tolerance: number): Difference[] {
  const found: Difference[] = [];
  let [left, right] = [0, 0];
  while (left < before.symbolCount || right < after.symbolCount) {
    const old = left < before.symbolCount ? before.symbol(left) : undefined;
    const now = right < after.symbolCount ? after.symbol(right) : undefined;
    const order = orderOf(old, now);
    const [was, is] = [order <= 0 ? old : undefined, order >= 0 ? now : undefined];
    const same =
      was !== undefined && is !== undefined && changedMeasures(was, is, before, after, tolerance).length === 0;
    const { project, key } = (was ?? is)!; // One of two symbols at the least comes next.
    if (!same) {
      found.push({
        ...{ project, key, weight: Math.abs((is?.complexity ?? 0) - (was?.complexity ?? 0)) },
        ...{ before: was === undefined ? undefined : left, after: is === undefined ? undefined : right },
      });
    }
    if (order <= 0) left++;
    if (order >= 0) right++;
  }
  return found;
}

/** Which comes first; what is not there comes last. */
function orderOf(old: MeasuredSymbol | undefined, now: MeasuredSymbol | undefined): number {
  if (old === undefined) return 1;
  if (now === undefined) return -1;
  return compareText(old.project, now.project) || compareText(old.key, now.key);
}

function changedMeasures(
  was: MeasuredSymbol,
  is: MeasuredSymbol,
  before: MetricTable,
  after: MetricTable,
  tolerance: number,
): Measure[] {
  const changed = (['complexity', 'fanIn', 'fanOut', 'lines'] as const).filter((name) => was[name] !== is[name]);
  const [old, now] = [was.centrality * before.symbolCount, is.centrality * after.symbolCount];
  const hasMoved = Math.abs(old - now) > tolerance * Math.max(old, now);
  return hasMoved ? [...changed, 'centrality'] : changed;
}

function changeOf(item: Difference, before: MetricTable, after: MetricTable, tolerance: number): SymbolChange {
  const was = item.before === undefined ? undefined : before.symbol(item.before);
  const is = item.after === undefined ? undefined : after.symbol(item.after);
  const { project, key, type } = (is ?? was)!; // A difference has one of them at the least.
  const isBoth = was !== undefined && is !== undefined;
  return {
    change: kindOf(item),
    ...{ project, key, type },
    changed: isBoth ? changedMeasures(was, is, before, after, tolerance) : [],
    before: was === undefined ? null : measuresOf(was),
    after: is === undefined ? null : measuresOf(is),
  };
}

function kindOf({ before, after }: Difference): SymbolChange['change'] {
  return before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
}

function measuresOf({ complexity, fanIn, fanOut, centrality, lines }: MeasuredSymbol): SymbolMeasures {
  return { complexity, fanIn, fanOut, centrality, lines };
}

function countsOf(items: readonly Difference[]): SnapshotComparison['counts'] {
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const item of items) counts[kindOf(item)]++;
  return counts;
}

function withoutTable({ label, project, takenAt, generation }: MeasuredState): ComparedState {
  return { label, project, takenAt, generation };
}

function comparePlaces(a: Place, b: Place): number {
  return b.weight - a.weight || compareText(a.project, b.project) || compareText(a.key, b.key);
}

function decodePlace(cursor: string): Place {
  const [weight, project, key] = decodeCursor(KIND, ['number', 'string', 'string'], cursor);
  return { weight: Number(weight), project: String(project), key: String(key) };
}

function requireTolerance(tolerance: number): number {
  if (tolerance >= 0 && Number.isFinite(tolerance)) return tolerance;
  throw new UsageError('INVALID_ARGUMENT', 'centralityTolerance must be a number from 0.', {
    details: { argument: 'centralityTolerance', value: String(tolerance) },
  });
}
