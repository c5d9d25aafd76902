import type { ProjectId, Envelope } from '../model/index.js';
import { envelope, requireCount, type GraphStatistics } from '../graph/index.js';
import type { Database } from '../sql/index.js';
import type { GraphSums, SymbolMeasures } from './metric-table.js';
import type { MetricSnapshots } from './metric-snapshots.js';

export interface HistoryOptions {
  /** Snapshots of this project; of the whole store unless told. */
  readonly project?: ProjectId;
  /** A symbol whose measures are wanted as well. Those of a whole store have it too, and count for it. */
  readonly symbol?: { readonly project: ProjectId; readonly key: string };
  /** So many of the latest snapshots; 50 unless told. */
  readonly limit?: number;
}

/** What was measured when a snapshot was taken. */
export interface HistoryEntry extends GraphSums {
  readonly label: string;
  /** Null for a snapshot of the whole store. */
  readonly project: ProjectId | null;
  /** Milliseconds since the Unix epoch. */
  readonly takenAt: number;
  readonly generation: number;
  /** Measures of the symbol that was asked about; null when none was, and when it was not there. */
  readonly symbol: SymbolMeasures | null;
}

const DEFAULT_LIMIT = 50;

/** The latest snapshots of a project, or of the store, the oldest of them first. */
export async function readHistory(
  database: Database,
  statistics: GraphStatistics,
  snapshots: MetricSnapshots,
  options: HistoryOptions,
): Promise<Envelope<HistoryEntry>> {
  const { project, symbol } = options;
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  return database.snapshot(async (snapshot) => {
    const wanted = (await snapshots.infos(snapshot)).filter(
      (info) => info.project === (project ?? null) || (symbol !== undefined && info.project === null),
    );
    const items: HistoryEntry[] = [];
    for (const { project: of, label } of wanted.slice(-limit)) {
      const { table, takenAt, generation } = await snapshots.read(snapshot, { project: of, label });
      const measures = symbol === undefined ? undefined : table.find(symbol.project, symbol.key);
      items.push({ label, project: of, takenAt, generation, ...table.sums, symbol: measures ?? null });
    }
    const read = envelope(await statistics.generation(snapshot), wanted.length, items, null);
    return { ...read, truncated: items.length < wanted.length };
  });
}
