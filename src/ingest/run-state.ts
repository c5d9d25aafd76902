import type { ProjectFiles } from '../graph/index.js';
import type { Mark } from '../incremental/index.js';
import { BusyError, type ProjectId } from '../model/index.js';
import type { ManifestPlan } from './packages/manifest-plan.js';
import type { ParseTask } from './parse-file.js';
import type { WalkResult } from './walk/index.js';

/** What an index run found on disk and in the store before it does anything. */
export interface Looked {
  readonly walked: WalkResult;
  readonly projectId: ProjectId;
  readonly known: ProjectFiles;
  readonly marks: readonly Mark[];
  /** Of the queries that made what is kept. */
  readonly versions: ReadonlyMap<string, number>;
  readonly manifests: ManifestPlan;
  /** Files of the project that were not looked at. */
  readonly elsewhere: number;
  /** Is it the only project of the store? */
  readonly isAlone: boolean;
}

/** What an index run has to do. */
export interface Work {
  readonly tasks: readonly ParseTask[];
  readonly unchanged: number;
  readonly isDone: boolean;
  /** Bindings are to be looked at although no file changed. */
  readonly isOutdated: boolean;
}

/** What an index run did. */
export interface Done {
  readonly generation: number;
  readonly nodes: number;
  readonly edges: number;
  readonly analysis: number;
  readonly bindings: number;
}

/** The parts of a delta that a run leaves empty when the graph stays as it is. */
export const NOTHING = { deletedNodes: [], nodes: [], references: [], deletedEdges: [], edges: [] } as const;

export function overtaken(project: ProjectId): BusyError {
  return new BusyError('STALE_GENERATION', `Another process indexed ${project} meanwhile.`, { details: { project } });
}
