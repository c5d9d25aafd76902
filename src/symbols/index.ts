export type { Dependency } from './dependency.js';
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
