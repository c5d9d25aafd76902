import { compareText, type Envelope, type ProjectId } from '../model/index.js';
import {
  decodeCursor,
  encodeCursor,
  envelope,
  packTexts,
  readImportGraph,
  requireCount,
  unpackTexts,
} from '../graph/index.js';
import type { Column, Columns, FileGraph, GraphStatistics, PageOptions } from '../graph/index.js';
import { importCycles } from './algorithms/import-cycles.js';
import type { GraphQuery, WholeGraph } from './whole-graph.js';

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
  graph: WholeGraph,
  options: ImportCycleOptions,
): Promise<Envelope<ImportCycle>> {
  const limit = requireCount('limit', options.limit ?? DEFAULT_LIMIT);
  const after = options.cursor === undefined ? undefined : placeOf(options.cursor);
  return graph.answer(importCyclesQuery(options.signal), options.project, async (snapshot, all) => {
    const generation = await statistics.generation(snapshot);
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

function importCyclesQuery(signal: AbortSignal | undefined): GraphQuery<readonly ImportCycle[]> {
  return {
    ...{ name: 'importCycles', version: 1, options: {}, signal, toColumns, fromColumns },
    compute: async (snapshot, project) => {
      const { adjacency, files } = await readImportGraph(snapshot, project, signal);
      const cycles = await importCycles(adjacency, signal === undefined ? {} : { signal });
      // The graph's nodes are the files, so that each has a place.
      const placesOf = (nodes: readonly number[]): FilePlace[] => nodes.map((node) => files[node]!);
      return cycles.map(({ members, path }) => ({ files: placesOf(members), path: placesOf(path) }));
    },
  };
}

/** Two texts for each file of a cycle, its project and its path; a circle as positions among these files. */
function toColumns(cycles: readonly ImportCycle[]): Columns {
  const texts = packTexts(cycles.flatMap(({ files }) => files.flatMap(({ project, path }) => [project, path])));
  return {
    fileCounts: Uint32Array.from(cycles, ({ files }) => files.length),
    textLengths: texts.lengths,
    textBytes: texts.bytes,
    pathLengths: Uint32Array.from(cycles, ({ path }) => path.length),
    paths: Uint32Array.from(cycles.flatMap(({ files, path }) => path.map((place) => files.indexOf(place)))),
  };
}

function fromColumns({ fileCounts, textLengths, textBytes, pathLengths, paths }: Columns): ImportCycle[] | undefined {
  const texts = unpackTexts(textLengths, textBytes);
  if (texts === undefined || !isNumbers(fileCounts) || !isNumbers(pathLengths) || !isNumbers(paths)) return undefined;
  const cycles: ImportCycle[] = [];
  let [text, step] = [0, 0];
  for (const [at, count] of fileCounts.entries()) {
    const own = texts.slice(text, (text += 2 * count));
    // Of each file there is a project and a path.
    const files = Array.from({ length: own.length / 2 }, (_, file) => ({
      project: own[2 * file]!,
      path: own[2 * file + 1]!,
    }));
    const steps = paths.subarray(step, (step += pathLengths[at] ?? 0));
    const path = [...steps].flatMap((file) => files[file] ?? []);
    if (files.length !== count || path.length !== pathLengths[at]) return undefined;
    cycles.push({ files, path });
  }
  return text === texts.length && step === paths.length ? cycles : undefined;
}

function isNumbers(column: Column | undefined): column is Uint32Array {
  return column instanceof Uint32Array;
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
