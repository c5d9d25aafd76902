import { languageOf } from '../languages/index.js';
import { isManifestPath, mayBeNamedByManifest } from '../manifests/index.js';
import { decidesAboutOthers } from '../walk/index.js';

/**
 * What an event about a path is worth. `source`: the file itself is to be looked at. `rules`: what
 * belongs to the project may be different now, so all of it is. `none`: the walk passes it by.
 */
export type Relevance = 'source' | 'rules' | 'none';

export function relevanceOf(path: string): Relevance {
  if (decidesAboutOthers(path)) return 'rules';
  const isLookedAt = languageOf(path) !== undefined || isManifestPath(path) || mayBeNamedByManifest(path);
  return isLookedAt ? 'source' : 'none';
}
