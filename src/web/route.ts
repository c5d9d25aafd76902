import type { Store } from '../index.js';
import type { Parameters, ParameterTable } from './parameters.js';
import type { SchemaName } from './schemas.js';

/** What a route works with. */
export interface Question {
  readonly store: Store;
  readonly parameters: Parameters;
  /** Fires when the asker went away, or when it took too long. */
  readonly signal: AbortSignal;
}

/** One question of the API: the server answers it, and the description of the API describes it, by this table alone. */
export interface Route {
  readonly summary: string;
  readonly parameters: ParameterTable;
  readonly answer: SchemaName;
  run(question: Question): Promise<object>;
}

export const PROJECT = { project: { kind: 'text', description: 'Only this project.' } } as const;
const LIMIT = { kind: 'count', least: 1, most: 10_000, description: 'At most so many items.' } as const;
const CURSOR = { kind: 'text', description: 'Goes on where an answer ended.' } as const;
export const PAGE = { limit: { ...LIMIT, standard: 100 }, cursor: CURSOR } as const;
/** A name, qualified name, file or node key. */
export const OF = {
  of: { kind: 'text', isRequired: true, description: 'A name, qualified name, file or node key.' },
} as const;
export const EDGE_TYPE = {
  type: { kind: 'text', description: 'Types of edges to follow, separated by commas.' },
} as const;

/** The part of a list that is asked for. */
export function pageOf(parameters: Parameters): { limit: number; cursor?: string } {
  return { limit: parameters.number('limit'), ...parameters.given('cursor') };
}

/** Throws NotFoundError `PROJECT_NOT_FOUND` for a project that the store does not know. */
export async function projectOf({ store, parameters }: Question): Promise<{ project?: string }> {
  const given = parameters.given('project');
  if (given.project !== undefined) await store.projects.require(given.project);
  return given;
}
