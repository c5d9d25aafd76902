export type { Dependency } from './dependency.js';
export { routeChanges, type ImportRoute, type RouteChanges } from './import-routes.js';
export { manifestStatements, packageStatements } from './package-changes.js';
export { comparePackages } from './compare-packages.js';
export type { ManifestRecord, StoredManifests, StoredPackage } from './package-state.js';
export { PackageStore, type PackageListOptions, type ProjectPackage } from './package-store.js';
