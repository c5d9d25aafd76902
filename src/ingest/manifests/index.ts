export { isManifestPath, manifestKindOf, type ManifestKind } from './manifest-kind.js';
export { MANIFESTS_VERSION, parseManifest } from './parse-manifest.js';
export type { ParsedManifest } from './parsed-manifest.js';
export {
  combineManifests,
  readManifests,
  type ManifestOptions,
  type ManifestReader,
  type ManifestReport,
} from './read-manifests.js';
