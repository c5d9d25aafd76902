export type { Dependency } from './dependency.js';
export { routeChanges, type ImportRoute, type RouteChanges } from './import-routes.js';
export { manifestStatements, packageStatements } from './package-changes.js';
export { comparePackages } from './compare-packages.js';
export type { ManifestRecord, StoredManifests, StoredPackage } from './package-state.js';
export { PackageStore, type PackageListOptions, type ProjectPackage } from './package-store.js';
export type {
  AskedPackage,
  ImportingPackages,
  LinkCandidate,
  LinkedUse,
  LinkReason,
  LinkStatus,
  LinkTarget,
  NameLink,
  ProviderPackage,
  WaitingName,
  WaitingNames,
} from './external-links.js';
export { ExternalRefs } from './external-refs.js';
export type { ExternalUse, ExternalUseKind } from './external-uses.js';
export { rankPackages, type RankedPackage } from './rank-packages.js';
export {
  GlobalSymbolTable,
  type GlobalSymbol,
  type GlobalSymbolOptions,
  type GlobalSymbolRow,
  type NodeToPublish,
  type WaitingFiles,
} from './global-symbol-table.js';
export {
  CrossProjectResolver,
  type AffectedSymbol,
  type Resolution,
  type ResolvedSymbol,
  type ResolveOptions,
  type SymbolDependent,
  type UnresolvedName,
} from './cross-project-resolver.js';
export type { ExternalUsage, ExternalUsageOptions, UsedName } from './external-usage.js';
export { readProjectDependencies, type ProjectDependency } from './project-dependencies.js';
export { countPendingLinks } from './pending-links.js';
