import { UsageError } from '../model/index.js';
import { NOT_FETCHED } from './input-reads.js';
import type { Query, QueryAsk, QueryInput } from './query-definition.js';
import type { QueryReader } from './query.js';

/** Who answers. */
export interface Asked {
  ask<V>(definition: Query<V> | QueryInput<V>, key: string, reader: QueryReader): V;
}

/** What one computation asks with, for as long as it runs. */
export class Ask implements QueryAsk {
  isOpen = true;

  constructor(
    private readonly run: Asked,
    private readonly reader: QueryReader,
  ) {}

  input<V>(input: QueryInput<V>, key: string): V {
    return this.read(input, key);
  }

  get<V>(query: Query<V>, key: string): V {
    return this.read(query, key);
  }

  inputs<V>(input: QueryInput<V>, keys: readonly string[]): V[] {
    const values: V[] = [];
    let isMissing = false;
    for (const key of keys) {
      try {
        values.push(this.read(input, key));
      } catch (error) {
        if (error !== NOT_FETCHED) throw error;
        isMissing = true;
      }
    }
    if (isMissing) throw NOT_FETCHED;
    return values;
  }

  private read<V>(definition: Query<V> | QueryInput<V>, key: string): V {
    if (this.isOpen) return this.run.ask(definition, key, this.reader);
    throw new UsageError('INVALID_ARGUMENT', 'A computation asked for something after it had ended.', {
      details: { asked: definition.name, key },
    });
  }
}
