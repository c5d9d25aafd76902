import { compareText, type Envelope, type ProjectId } from '../model/index.js';
import { decodeCursor, encodeCursor, envelope, readImportGraph, requireCount } from '../graph/index.js';
import type { FileGraph, GraphStatistics, PageOptions } from '../graph/index.js';
import { importCycles } from './algorithms/import-cycles.js';

export interface ImportCycleOptions extends PageOptions {
  /** Imports between the files of this project; of the whole store unless told. */
  readonly project?: ProjectId;
  readonly signal?: AbortSignal;
}

type FilePlace = FileGraph['files'][number];

/** Files that all import each other in a circle, directly or through others among them. */
export interface ImportCycle {
  /** All of them, by project and path; at least two. */
  readonly files: readonly FilePlace[];
  /** A shortest circle through the first of them: each imports the next, and the last the first. */
  readonly path: readonly FilePlace[];
}

const DEFAULT_LIMIT = 1000;
const KIND = 'import-cycles';

/** The tangles of files, by the project and path of their first file. */
export async function findImportCycles(
  statistics: GraphStatistics,
  options: ImportCycleOptions,
): Promise<Envelope<ImportCycle>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const after = options.cursor === undefined ? undefined : placeOf(options.cursor);
  const { project, signal } = options;
  return statistics.snapshot(async (snapshot) => {
    const generation = await statistics.generation(snapshot);
    const { adjacency, files } = await readImportGraph(snapshot, project, signal);
    const cycles = await importCycles(adjacency, signal === undefined ? {} : { signal });
    // The graph's nodes are the files, so that each has a place.
    const placesOf = (nodes: readonly number[]): FilePlace[] => nodes.map((node) => files[node]!);
    const all = cycles.map(({ members, path }) => ({ files: placesOf(members), path: placesOf(path) }));
    const rest = all.filter((cycle) => after === undefined || isAfter(firstOf(cycle), after));
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const next =
      last !== undefined && rest.length > page.length
        ? encodeCursor(KIND, [firstOf(last).project, firstOf(last).path])
        : null;
    return envelope(generation, all.length, page, next);
  });
}

function firstOf(cycle: ImportCycle): FilePlace {
  // A cycle has at least two files.
  return cycle.files[0]!;
}

function isAfter(place: FilePlace, other: FilePlace): boolean {
  return (compareText(place.project, other.project) || compareText(place.path, other.path)) > 0;
}

function placeOf(cursor: string): FilePlace {
  const [project, path] = decodeCursor(KIND, ['string', 'string'], cursor);
  return { project: String(project), path: String(path) };
}
