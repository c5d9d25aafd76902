import {
  newPack,
  PackValidation,
  Session,
  type Pack,
  type QueryEvent,
  type QueryReader,
  type Trace,
  type TrackedQuery,
} from '../../src/incremental/index.js';
import { decodePack, encodePack } from '../../src/incremental/pack.js';
import { fingerprintOf, type Fingerprint } from '../../src/model/index.js';

/** A query over the cells of a world. */
export type CellQuery<V> = TrackedQuery<V>;

export interface QueryOptions<V> {
  readonly version?: number;
  readonly onCycle?: { readonly value: V };
}

/**
 * The smallest thing to compute from: cells with a text each, or none. The part of a cell's name before
 * '/' is the partition it belongs to; a name without one belongs to none.
 */
export class World {
  readonly cells = new Map<string, string>();
  /** Keys of the computations that ran, `query(key)`, in the order in which they began. */
  readonly ran: string[] = [];

  constructor(cells: Readonly<Record<string, string>> = {}) {
    this.set(cells);
  }

  /** Writes cells; undefined removes one. */
  set(cells: Readonly<Record<string, string | undefined>>): this {
    for (const [name, text] of Object.entries(cells)) {
      if (text === undefined) this.cells.delete(name);
      else this.cells.set(name, text);
    }
    return this;
  }

  /** The text of a cell, noted also when there is none. */
  read(reader: QueryReader, name: string): string | undefined {
    const slash = name.indexOf('/');
    const partition = slash < 0 ? null : name.slice(0, slash);
    reader.read({ thing: thingOf(name), fingerprint: this.looksOf(name), partition, seenBy: 0, packedIn: 0, place: 0 });
    return this.cells.get(name);
  }

  looksOf(name: string): Fingerprint {
    return fingerprintOf(...[this.cells.get(name)].filter((text) => text !== undefined));
  }

  /** A query whose runs are listed in {@link World.ran}. */
  query<V>(
    name: string,
    compute: (reader: QueryReader, key: string) => V,
    { version = 1, onCycle }: QueryOptions<V> = {},
  ): TrackedQuery<V> {
    return {
      name,
      version,
      compute: (reader, key) => {
        this.ran.push(`${name}(${key})`);
        return compute(reader, key);
      },
      fingerprint: (value) => fingerprintOf(JSON.stringify(value) ?? ''),
      ...(onCycle === undefined ? {} : { onCycle }),
    };
  }
}

export function thingOf(cell: string): Fingerprint {
  return fingerprintOf('cell', cell);
}

/** Names of the cells and queries of a trace's readings, in order. */
export function readsOf(trace: Trace, cells: Iterable<string>): string[] {
  const names = new Map([...cells].map((name) => [thingOf(name), name]));
  return trace.reads.map((read) =>
    'query' in read ? `${read.query.name}(${read.key})` : (names.get(read.thing) ?? 'unknown'),
  );
}

export interface EngineRun {
  /** By key, the values of the roots that were computed. */
  readonly values: ReadonlyMap<string, unknown>;
  /** `action query(key)`, with the reason and the position of the reading that differs. */
  readonly log: readonly string[];
  readonly isChanged: boolean;
}

/** Keeps the results of one partition from run to run, through the bytes of its pack, as a process after another would. */
export class Engine {
  private stored: Uint8Array | undefined;
  private known: ReadonlyMap<string, string> = new Map();
  private revision = 0;

  constructor(
    private readonly world: World,
    private readonly partition = 'here',
  ) {}

  get pack(): Pack | undefined {
    return this.stored === undefined ? undefined : decodePack(this.stored);
  }

  /** Brings results up to date: of `query` for `keys`, given all queries there are. */
  run(
    query: TrackedQuery<unknown>,
    keys: readonly string[],
    queries: readonly TrackedQuery<unknown>[] = [query],
    signal?: AbortSignal,
  ): EngineRun {
    const log: string[] = [];
    const validation = new PackValidation(this.pack, {
      partition: this.partition,
      revision: ++this.revision,
      session: new Session(signal),
      queries: new Map(queries.map((each) => [each.name, each])),
      changed: this.changes(),
      onEvent: (event) => log.push(lineOf(event)),
    });
    const update = validation.run(keys.map((key) => ({ query, key })));
    const { executed, isChanged, allNew } = update;
    if (isChanged) {
      this.stored =
        allNew === undefined ? encodePack(update.pack) : newPack(this.partition, allNew, this.revision).data;
    }
    this.known = new Map(this.world.cells);
    return { values: new Map([...executed].map(([key, trace]) => [key, trace.value])), log, isChanged };
  }

  /** Cells that are not what they were when the last run ended. */
  private changes(): Map<Fingerprint, () => Fingerprint> {
    const names = new Set([...this.known.keys(), ...this.world.cells.keys()]);
    const changed = [...names].filter((name) => this.known.get(name) !== this.world.cells.get(name));
    return new Map(changed.map((name) => [thingOf(name), () => this.world.looksOf(name)]));
  }
}

function lineOf({ query, key, action, reason, position }: QueryEvent): string {
  const why = action === 'validated' ? '' : `: ${reason}${position === undefined ? '' : ` at ${position}`}`;
  return `${action} ${query}(${key})${why}`;
}
