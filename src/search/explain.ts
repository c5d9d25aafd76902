import { searchStems } from '../graph/index.js';
import type { NodeId } from '../model/index.js';
import type { Snapshot } from '../sql/index.js';
import { LIST_MODES, type ListMode, type Place } from './fuse.js';
import type { GraphSignals } from './graph-signals.js';

/** Why a symbol is an answer. */
export interface SearchReasons {
  /** Its rank among the names that fit, and how its name fits. */
  readonly name?: { readonly rank: number; readonly fit: string };
  /** Its rank among the texts, and the words (as stems) of the query that its text has. */
  readonly text?: { readonly rank: number; readonly words: readonly string[] };
  /** Its rank among the vectors, and the cosine of the angle between. */
  readonly semantic?: { readonly rank: number; readonly similarity: number };
  /** What the graph says; only in answers of mode `hybrid`. */
  readonly signals?: GraphSignals;
}

type Places = Readonly<Partial<Record<ListMode, Place>>>;

/** The words of the query that the texts of each node have, in the order of the query. */
export async function readHeldWords(
  snapshot: Snapshot,
  ids: readonly NodeId[],
  words: readonly string[],
): Promise<Map<NodeId, readonly string[]>> {
  const rows = await snapshot.all<{ id: NodeId; text: string }>(
    `SELECT n.id, n.symbol_name || ' ' || n.qualified_name || ' ' || n.file_path || ' ' ||
       coalesce(n.signature, '') || ' ' || coalesce(n.documentation, '') AS text
     FROM json_each(?) AS w CROSS JOIN intel_nodes AS n ON n.id = w.value`,
    [JSON.stringify(ids)],
  );
  return new Map(
    rows.map(({ id, text }) => {
      const held = new Set(searchStems(text));
      return [id, words.filter((word) => held.has(word))];
    }),
  );
}

export function reasonsOf(places: Places, words: readonly string[], signals: GraphSignals | undefined): SearchReasons {
  const { name, text, semantic } = places;
  return {
    ...(name === undefined ? {} : { name: { rank: name.rank, fit: name.item.fit ?? '' } }),
    ...(text === undefined ? {} : { text: { rank: text.rank, words } }),
    ...(semantic === undefined
      ? {}
      : { semantic: { rank: semantic.rank, similarity: Math.round(semantic.item.score * 1e4) / 1e4 } }),
    ...(signals === undefined ? {} : { signals }),
  };
}

/** The reasons as one line for people. */
export function sentenceOf(reasons: SearchReasons): string {
  const modes = LIST_MODES.filter((mode) => reasons[mode] !== undefined);
  const [only] = modes;
  if (modes.length === 1 && only !== undefined && reasons.signals === undefined) return modeSentence(reasons, only);
  const parts = modes.map((mode) => `${mode} #${reasons[mode]?.rank ?? 0} (${modeSentence(reasons, mode)})`);
  const { signals } = reasons;
  if (signals !== undefined) {
    const { isPublic, users, isNear } = signals;
    const said = [
      isPublic ? 'public' : '',
      users > 0 ? (users === 1 ? '1 user' : `${users} users`) : '',
      isNear ? 'same project' : '',
    ];
    const known = said.filter((each) => each !== '').join(', ');
    if (known !== '') parts.push(known);
  }
  return parts.join('; ');
}

function modeSentence({ name, text, semantic }: SearchReasons, mode: ListMode): string {
  if (mode === 'name') return name?.fit ?? '';
  if (mode === 'text') return `words: ${text?.words.join(', ') ?? ''}`;
  return `similarity ${(semantic?.similarity ?? 0).toFixed(2)}`;
}
