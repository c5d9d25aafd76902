import type {
  Hotspot,
  HistoryEntry,
  ProgramSlice,
  Resolution,
  SnapshotComparison,
  SnapshotInfo,
  StoreStatus,
  SymbolChange,
} from '../index.js';
import { envelopeJson, resolvedJson, symbolJson } from './json-shapes.js';

/** What the store holds; times are ISO 8601. */
export function statusJson(status: StoreStatus): object {
  const { schemaVersion, generation, backend, sizeBytes, replica, vectors, projects } = status;
  return {
    schemaVersion,
    generation,
    backend,
    sizeBytes,
    ...(replica === undefined ? {} : { replica: { ...replica, syncedAt: isoTime(replica.syncedAt) } }),
    ...(vectors === undefined ? {} : { vectors }),
    projects: projects.map((project) => ({ ...project, indexedAt: isoTime(project.indexedAt) })),
  };
}

/** A time in milliseconds as ISO 8601. */
export function isoTime(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}

export function hotspotJson(hotspot: Hotspot): Record<string, unknown> {
  const { fanOut, fanIn, centrality, changes, score } = hotspot;
  return { ...symbolJson(hotspot), fanOut, fanIn, centrality, changes, score };
}

export function resolutionJson(answer: Resolution): object {
  return { ...envelopeJson(answer, resolvedJson), ambiguous: answer.isAmbiguous, unresolved: answer.unresolved };
}

export function sliceJson(answer: ProgramSlice): object {
  return { function: symbolJson(answer.function), lines: answer.lines };
}

export function snapshotJson({
  label,
  project,
  takenAt,
  generation,
  sizeBytes,
}: SnapshotInfo): Record<string, unknown> {
  return { label, project, takenAt, generation, sizeBytes };
}

export function historyJson(entry: HistoryEntry): Record<string, unknown> {
  const { label, project, takenAt, generation, nodesByType, edgesByType, complexity, symbol } = entry;
  return { label, project, takenAt, generation, nodesByType, edgesByType, complexity, symbol };
}

export function comparisonJson(answer: SnapshotComparison): object {
  const { from, to, counts, nodesByType, edgesByType, complexity } = answer;
  return { ...envelopeJson(answer, changeJson), from, to, counts, nodesByType, edgesByType, complexity };
}

function changeJson({ change, project, key, type, changed, before, after }: SymbolChange): Record<string, unknown> {
  return { change, project, key, type, changed, before, after };
}
