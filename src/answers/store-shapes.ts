import type { Hotspot, ProgramSlice, Resolution, StoreStatus } from '../index.js';
import { envelopeJson, resolvedJson, symbolJson } from './json-shapes.js';

/** What the store holds; times are ISO 8601. */
export function statusJson(status: StoreStatus): object {
  const { schemaVersion, generation, backend, sizeBytes, replica, projects } = status;
  return {
    schemaVersion,
    generation,
    backend,
    sizeBytes,
    ...(replica === undefined ? {} : { replica: { ...replica, syncedAt: isoTime(replica.syncedAt) } }),
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
