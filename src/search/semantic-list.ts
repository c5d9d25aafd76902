import type { ProjectId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import {
  embedChecked,
  embeddedNodes,
  queryInput,
  type Embedder,
  type NearestAnswer,
  type NearestSymbols,
} from '../vectors/index.js';
import { CANDIDATE_COLUMNS, compareItems, type CandidateRow, type RankedList } from './ranked-list.js';
import { vectorFilterOf, type SymbolFilter } from './search-options.js';

/** The vectors nearest to what a text means. */
export async function findNearest(
  { embedder, nearest }: { readonly embedder: Embedder; readonly nearest: NearestSymbols },
  text: string,
  filter: SymbolFilter,
  options: { readonly k: number; readonly signal?: AbortSignal },
): Promise<NearestAnswer> {
  const [vector] = await embedChecked(embedder, [queryInput(text)], options.signal);
  // One vector was checked to be there for the one input.
  return nearest.nearest(vector!, { ...options, filter: vectorFilterOf(filter) });
}

/** The symbols of these vectors, as they are in a state of the store: those that are gone by then are left out. */
export async function semanticList(snapshot: Snapshot, answer: NearestAnswer, most: number): Promise<RankedList> {
  const similarity = new Map(answer.matches.map((match) => [match.nodeId, match.similarity]));
  const rows = await snapshot.all<CandidateRow>(
    `SELECT ${CANDIDATE_COLUMNS} FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.id = w.value`,
    [JSON.stringify([...similarity.keys()])],
  );
  const items = rows.map(({ id, project, key, type, closedness }) => ({
    id,
    project,
    key,
    type,
    closedness,
    score: similarity.get(id) ?? 0,
    fit: null,
  }));
  return { items: items.sort(compareItems), isComplete: answer.matches.length < most };
}

/** A sentence about projects without vectors of the model; undefined when all that are searched have some. */
export async function missingVectors(
  snapshot: Snapshot,
  embedder: Embedder,
  project: ProjectId | undefined,
): Promise<{ readonly note: string; readonly isNone: boolean } | undefined> {
  const model = { model: embedder.id, dimension: embedder.dimension };
  const embedded = await embeddedNodes(snapshot, model);
  const projects = await snapshot.all<{ id: ProjectId }>(
    `SELECT id FROM projects AS p
     WHERE (? IS NULL OR id = ?) AND EXISTS (SELECT 1 FROM intel_nodes WHERE project_id = p.id) ORDER BY id`,
    [project ?? null, project ?? null],
  );
  const without = projects.filter(({ id }) => !embedded.has(id));
  if (without.length === 0) return undefined;
  const isNone = without.length === projects.length;
  const what = `vectors of the model ${embedder.id}`;
  if (isNone) return { note: `There are no ${what}, so meaning was not compared.`, isNone };
  const names = without.slice(0, 3).map(({ id }) => id);
  const more = without.length > names.length ? ` and ${without.length - names.length} more` : '';
  return { note: `${names.join(', ')}${more} have no ${what}, so their meaning was not compared.`, isNone };
}
