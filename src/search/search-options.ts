import { requireCount } from '../graph/index.js';
import { LimitError, NODE_TYPES, UsageError, type NodeType, type ProjectId } from '../model/index.js';
import type { SqlValue } from '../sql/index.js';
import type { NodeFilter } from '../vectors/index.js';

export const SEARCH_MODES = ['hybrid', 'name', 'text', 'semantic'] as const;
/**
 * What is compared: `name` names, `text` the words of name, surroundings, signature and documentation, `semantic`
 * the meaning, as far as the vectors of the store's embedder hold it; `hybrid` all of these.
 */
export type SearchMode = (typeof SEARCH_MODES)[number];

export interface SymbolFilter {
  /** Only symbols of this project. */
  readonly project?: ProjectId;
  readonly type?: NodeType;
  readonly language?: string;
  /** Only symbols of files whose path begins with this: `src/` or `src/car`. */
  readonly path?: string;
}

export interface SearchOptions extends SymbolFilter {
  /** Default `hybrid`. */
  readonly mode?: SearchMode;
  /** How many of the best to answer with: 1 to 10,000; 10 unless told. */
  readonly k?: number;
  /** The `cursor` of the answer before, for the same text, mode and filters. */
  readonly cursor?: string;
  /** Symbols of this project come before equally good ones of others; for `hybrid`. */
  readonly near?: ProjectId;
  readonly signal?: AbortSignal;
}

/** So many symbols are ranked at most. */
export const MAX_RANKED = 10_000;
/** Longer texts are no questions. */
export const MAX_QUERY_LENGTH = 16_384;

/** Throws UsageError `INVALID_ARGUMENT` for a text that asks nothing, and LimitError for one that is too long. */
export function requireQuery(text: unknown): string {
  if (typeof text !== 'string' || text.trim() === '') {
    throw new UsageError('INVALID_ARGUMENT', 'The text to search for is empty.', {
      details: { argument: 'text', value: typeof text === 'string' ? text.slice(0, 80) : typeof text },
    });
  }
  if (text.length <= MAX_QUERY_LENGTH) return text;
  throw new LimitError(
    'LIMIT_EXCEEDED',
    `A text to search for has at most ${MAX_QUERY_LENGTH} characters; this one has ${text.length}.`,
    { details: { argument: 'text', limit: MAX_QUERY_LENGTH, value: text.length } },
  );
}

/** Throws UsageError `INVALID_ARGUMENT` unless k is a whole number from 1, LimitError when it is above 10,000. */
export function requireK(k: number): number {
  requireCount('k', k);
  if (k <= MAX_RANKED) return k;
  throw new LimitError('LIMIT_EXCEEDED', `A search answers with at most ${MAX_RANKED} symbols; ${k} were asked for.`, {
    details: { argument: 'k', limit: MAX_RANKED, value: k },
  });
}

/** Throws UsageError `INVALID_ARGUMENT` for an unknown mode. */
export function requireMode(mode: SearchMode): SearchMode {
  if (SEARCH_MODES.includes(mode)) return mode;
  throw new UsageError(
    'INVALID_ARGUMENT',
    `There is no search mode '${String(mode)}'; the modes are ${SEARCH_MODES.join(', ')}.`,
    { details: { argument: 'mode', value: mode } },
  );
}

/** Throws UsageError `INVALID_ARGUMENT` for an unknown type, and for anything that is no text. */
export function requireFilter(filter: SymbolFilter): void {
  if (filter.type !== undefined && !NODE_TYPES.includes(filter.type)) {
    throw new UsageError(
      'INVALID_ARGUMENT',
      `There is no node type '${String(filter.type)}'; the types are ${NODE_TYPES.join(', ')}.`,
      { details: { argument: 'type', value: filter.type } },
    );
  }
  for (const field of ['project', 'language', 'path'] as const) {
    const value: unknown = filter[field];
    if (value === undefined || typeof value === 'string') continue;
    throw new UsageError('INVALID_ARGUMENT', `The ${field} to search in must be a text.`, {
      details: { argument: field, value },
    });
  }
}

/** A condition on `intel_nodes AS n`; without text when every node passes. */
export interface NodeCondition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

export function conditionOf({ project, type, language, path }: SymbolFilter): NodeCondition {
  const parts: string[] = [];
  const parameters: SqlValue[] = [];
  for (const [column, value] of [
    ['project_id', project],
    ['node_type', type],
    ['language', language],
  ] as const) {
    if (value === undefined) continue;
    parts.push(`n.${column} = ?`);
    parameters.push(value);
  }
  if (path !== undefined && path !== '') {
    parts.push('substr(n.file_path, 1, length(?)) = ?');
    parameters.push(path, path);
  }
  return { sql: parts.join(' AND '), parameters };
}

/** The same filter for vectors. */
export function vectorFilterOf({ project, type, language, path }: SymbolFilter): NodeFilter {
  return {
    ...(project === undefined ? {} : { projects: [project] }),
    ...(type === undefined ? {} : { types: [type] }),
    ...(language === undefined ? {} : { languages: [language] }),
    ...(path === undefined || path === '' ? {} : { pathPrefix: path }),
  };
}
