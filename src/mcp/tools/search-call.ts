import type { Envelope, NodeType, RankedSymbol, Store } from '../../index.js';

export interface SearchQuestion {
  readonly k: number;
  readonly cursor?: string;
  readonly project?: string;
  readonly type?: NodeType;
  readonly language?: string;
}

/** The one place where the tools search: by name. */
export async function searchSymbols(
  store: Store,
  text: string,
  question: SearchQuestion,
): Promise<Envelope<RankedSymbol>> {
  return store.symbols.searchByName(text, question);
}
