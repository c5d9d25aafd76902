import type { Envelope, NodeId, ProjectId } from '../model/index.js';
import type { Database, Snapshot } from '../sql/index.js';
import { readSymbols, type CodeSymbol } from './code-symbol.js';
import { DEFAULT_LIMIT, decodeCursor, encodeCursor, envelope, readGeneration, requireCount } from './page.js';
import type { PageOptions } from './page.js';
import { comparePlaces, lookUpNodes, type NodePlace } from './symbol-lookup.js';

export interface FindOptions extends PageOptions {
  /** Only symbols of this project. */
  readonly project?: ProjectId;
}

/** Finds symbols by key and by name. Every answer is read from one state of the store. */
export class SymbolQuery {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * The definitions a text names, ordered by project and key: a node key, or else a name that must
   * fit whole (see {@link lookUpNodes}); never a beginning of a name. Nothing found is an empty answer.
   *
   * Throws UsageError with code `INVALID_ARGUMENT` for an empty text, a bad limit or a foreign cursor.
   */
  async find(nameOrKey: string, options: FindOptions = {}): Promise<Envelope<CodeSymbol>> {
    const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
    const after =
      options.cursor === undefined ? undefined : placeOf(decodeCursor('find', ['string', 'string'], options.cursor));
    return this.#database.snapshot(async (snapshot) => {
      const generation = await readGeneration(snapshot);
      const all = await lookUpNodes(snapshot, nameOrKey, options.project);
      const rest = after === undefined ? all : all.filter((place) => comparePlaces(place, after) > 0);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      const next =
        last !== undefined && rest.length > page.length ? encodeCursor('find', [last.project, last.key]) : null;
      return envelope(generation, all.length, await symbolsInOrder(snapshot, page), next);
    });
  }
}

async function symbolsInOrder(snapshot: Snapshot, places: readonly NodePlace[]): Promise<CodeSymbol[]> {
  const symbols = await readSymbols(
    snapshot,
    places.map((place) => place.id),
  );
  return places.flatMap((place) => symbols.get(place.id) ?? []);
}

function placeOf([project, key]: (string | number)[]): NodePlace {
  return { id: 0 as NodeId, project: String(project), key: String(key) };
}
