import { UsageError } from '../model/index.js';
import { invalidArgument, requireInteger } from './argument-checks.js';

/** Something outside of all queries that they read, such as the texts of files; made by {@link defineInput}. */
export interface QueryInput<V = unknown> {
  readonly kind: 'input';
  readonly name: string;
  readonly version: number;
  read(key: string): V | Promise<V>;
  fingerprint?(value: V): string;
}

/** A computation whose results are kept, made by {@link defineQuery}. */
export interface Query<V = unknown> {
  readonly kind: 'query';
  readonly name: string;
  readonly version: number;
  compute(ask: QueryAsk, key: string): V;
  readonly onCycle?: { readonly value: V };
}

/** What a computation may ask. Whatever else it used would not be noticed when it changes. */
export interface QueryAsk {
  /** What an input is for a key. */
  input<V>(input: QueryInput<V>, key: string): V;
  /** The result of another query, or of the same one for another key. */
  get<V>(query: Query<V>, key: string): V;
  /** What an input is for each of many keys. Inputs that are read asynchronously are read at once, not one by one. */
  inputs<V>(input: QueryInput<V>, keys: readonly string[]): V[];
}

export interface InputOptions<V> {
  /** Unique among the inputs of a space: letters, digits and `_ . / -`. */
  readonly name: string;
  /** Grows when `read` gives something else for the same thing. Default 1. */
  readonly version?: number;
  /** Reads what is there now, when it is asked for. Undefined is a value too: nothing is there. */
  read(key: string): V | Promise<V>;
  /** Equal for values that are the same to whoever reads them. Default: the JSON text, so values must be JSON then. */
  fingerprint?(value: V): string;
}

export interface QueryOptions<V> {
  /** Unique among the queries of a space: letters, digits and `_ . / -`. */
  readonly name: string;
  /** Grows when the computation changes: its results are computed again, and what read them only if they differ. */
  readonly version: number;
  /**
   * Computes the result for a key: a JSON value that follows from what was asked and from nothing else.
   * Synchronous, without effects, and may be started anew while something that it asked for is read.
   */
  compute(ask: QueryAsk, key: string): V;
  /** What a computation is given for a result that is itself under way. Default: that is an error. */
  readonly onCycle?: { readonly value: V };
}

const NAME = /^[\p{L}\p{N}_./-]+$/u;

/** Defines an input. Throws UsageError `INVALID_ARGUMENT` for a bad name or version. */
export function defineInput<V>(options: InputOptions<V>): QueryInput<V> {
  const { version = 1 } = options;
  checkNameAndVersion(options.name, version);
  return { ...options, version, kind: 'input' };
}

/** Defines a query. Throws UsageError `INVALID_ARGUMENT` for a bad name or version. */
export function defineQuery<V>(options: QueryOptions<V>): Query<V> {
  checkNameAndVersion(options.name, options.version);
  return { ...options, kind: 'query' };
}

function checkNameAndVersion(name: unknown, version: unknown): void {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalidArgument('name', name, 'must consist of letters, digits and _ . / -');
  }
  requireInteger('version', version, 0);
}

/** The inputs and queries of a space. */
export class Definitions {
  private readonly byName = new Map<string, QueryInput | Query>();

  constructor(definitions: Iterable<QueryInput | Query>) {
    for (const definition of definitions) {
      const name = fullName(definition);
      if (this.byName.has(name)) {
        throw new UsageError('INVALID_ARGUMENT', `Two definitions are called ${name}.`, { details: { name } });
      }
      this.byName.set(name, definition);
    }
  }

  get all(): Iterable<QueryInput | Query> {
    return this.byName.values();
  }

  /** By the name that is stored; undefined when there is none of this name any more. */
  get(name: string): QueryInput | Query | undefined {
    return this.byName.get(name);
  }

  /** Throws UsageError `INVALID_ARGUMENT` for a definition that the space was not opened with. */
  require(definition: QueryInput | Query): void {
    if (this.byName.get(fullName(definition)) === definition) return;
    throw new UsageError(
      'INVALID_ARGUMENT',
      `The space was opened without the ${definition.kind} ${definition.name}.`,
      {
        details: { kind: definition.kind, name: definition.name },
      },
    );
  }
}

/** What a definition is called in the store. No query is called like an input. */
export function fullName({ kind, name }: QueryInput | Query): string {
  return kind === 'input' ? `input:${name}` : name;
}
