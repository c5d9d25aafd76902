import type {
  CodeSymbol,
  Dependency,
  Envelope,
  ExternalUsage,
  ImpactItem,
  KeyedEdge,
  ResolvedSymbol,
  SearchAnswer,
  SearchHit,
  SimilarAnswer,
  SimilarSymbol,
  SymbolDependent,
  TraversalItem,
} from '../index.js';

/** A symbol as every answer shows it. */
export function symbolJson(symbol: CodeSymbol): Record<string, unknown> {
  const { key, project, name, qualifiedName, type, language, file, startLine, endLine, signature, complexity, hash } =
    symbol;
  return { key, project, name, qualifiedName, type, language, file, startLine, endLine, signature, complexity, hash };
}

export function edgeJson(edge: KeyedEdge): Record<string, unknown> {
  const { from, to, type, confidence, strategy, metadata } = edge;
  return { from, to, type, confidence, strategy, metadata };
}

export function traversalJson(item: TraversalItem): Record<string, unknown> {
  return { symbol: symbolJson(item.symbol), depth: item.depth, edge: edgeJson(item.edge) };
}

export function impactJson(item: ImpactItem): Record<string, unknown> {
  return { symbol: symbolJson(item.symbol), depth: item.depth, path: item.path };
}

export function resolvedJson(item: ResolvedSymbol): Record<string, unknown> {
  const { symbol, rank, reason, manager, package: name, version, range, manifest, import: specifier, isUsed } = item;
  const evidence = { package: name, version, manager, range, manifest, import: specifier, used: isUsed };
  return { ...symbolJson(symbol), rank, reason, ...evidence };
}

export function symbolDependentJson({ symbol, edge }: SymbolDependent): Record<string, unknown> {
  return { symbol: symbolJson(symbol), edge: edgeJson(edge) };
}

export function usageJson(item: ExternalUsage): Record<string, unknown> {
  const { project, folder, manager, package: name, range, lockedVersion, manifest, uses, names } = item;
  return { project, folder, manager, package: name, range, lockedVersion, manifest, uses, names };
}

export function dependencyJson(item: Dependency): Record<string, unknown> {
  const { project, package: asking, packageVersion, manager, name, alias, range, lockedVersion, kind, manifest } = item;
  const { provider, providers, names, uses } = item;
  return {
    project,
    package: asking,
    packageVersion,
    manager,
    name,
    alias,
    range,
    lockedVersion,
    kind,
    provider,
    providers,
    manifest,
    names,
    uses,
  };
}

export function envelopeJson<T>(answer: Envelope<T>, itemJson: (item: T) => Record<string, unknown>): object {
  const { generation, total, truncated, cursor, items } = answer;
  return { generation, total, truncated, cursor, items: items.map(itemJson) };
}

export function searchJson(answer: SearchAnswer): object {
  const { mode, lists, notes } = answer;
  return { mode, ...envelopeJson(answer, hitJson), lists, notes };
}

function hitJson(item: SearchHit): Record<string, unknown> {
  return { ...rankedJson(item), reasons: item.reasons };
}

/** A found symbol without the reasons taken apart. */
export function rankedJson(item: SearchHit): Record<string, unknown> {
  return { ...symbolJson(item), score: item.score, why: item.why };
}

export function similarJson(answer: SimilarAnswer): object {
  const { symbol, strategy, recallTarget } = answer;
  return { symbol: symbolJson(symbol), strategy, recallTarget, ...envelopeJson(answer, similarItemJson) };
}

function similarItemJson(item: SimilarSymbol): Record<string, unknown> {
  return { ...symbolJson(item), similarity: item.similarity };
}
