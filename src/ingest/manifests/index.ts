export { isManifestPath, manifestKindOf, mayBeNamedByManifest, type ManifestKind } from './manifest-kind.js';
export { MANIFESTS_VERSION, maxManifestLength, parseManifest } from './parse-manifest.js';
export type { ParsedManifest } from './parsed-manifest.js';
export {
  combineManifests,
  filesNamedBy,
  readManifests,
  type ManifestOptions,
  type ManifestReader,
  type ManifestReport,
  type NamedManifest,
} from './read-manifests.js';
