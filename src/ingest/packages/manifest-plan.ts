import type { StoredManifests } from '../../symbols/index.js';
import { isManifestPath, MANIFESTS_VERSION } from '../manifests/index.js';
import { walk, type WalkedFile, type WalkOptions, type WalkResult } from '../walk/index.js';

/** What became of the manifests of a project since they were read last, as far as their states on disk tell. */
export interface ManifestPlan {
  readonly stored: StoredManifests;
  /** To be read. */
  readonly changed: readonly WalkedFile[];
  /** Manifests that are no longer there. */
  readonly gone: readonly string[];
  /** Is all of it to be looked at, because another version read it, or because the caller wants it? */
  readonly isOutdated: boolean;
  /** Is there nothing to do unless source files come or go? */
  readonly isDone: boolean;
}

/** How the project's folder is walked. */
export type ManifestWalk = Pick<WalkOptions, 'signal'>;

/** Compares what a walk saw with what is stored. `within` are the paths that the walk was limited to. */
export async function planManifests(
  walked: WalkResult,
  stored: StoredManifests,
  options: ManifestWalk & { readonly within?: readonly string[]; readonly isForced: boolean },
): Promise<ManifestPlan> {
  const { within, isForced } = options;
  const isSeen = (path: string): boolean =>
    (within === undefined || within.some((place) => isAtOrBelow(place, path))) &&
    !walked.unreadableFolders.some((folder) => isAtOrBelow(folder, path));
  const known = [...stored.files.values()].filter(({ path }) => isSeen(path));
  const named = known.flatMap(({ path }) => (isManifestPath(path) ? [] : [path]));
  const entries = [...walked.manifests, ...(await findFiles(walked.root, named, options))];
  const present = new Set(entries.map(({ path }) => path));
  const isOutdated = isForced || stored.version !== MANIFESTS_VERSION;
  const changed = entries.filter(({ path, statKey }) => isForced || stored.files.get(path)?.statKey !== statKey);
  const gone = known.flatMap(({ path, contentHash, statKey }) =>
    present.has(path) || (contentHash === null && statKey === null) ? [] : [path],
  );
  const isDone = changed.length === 0 && gone.length === 0 && !isOutdated;
  return { stored, changed, gone, isOutdated, isDone };
}

/** Those of some paths that are files of the project: not ignored, not installed, and no links. */
export async function findFiles(
  root: string,
  paths: readonly string[],
  { signal }: ManifestWalk,
): Promise<readonly WalkedFile[]> {
  if (paths.length === 0) return [];
  const wanted = new Set(paths);
  const { manifests } = await walk(root, {
    languageOf: () => undefined,
    isManifest: (path) => wanted.has(path),
    within: paths,
    ...(signal === undefined ? {} : { signal }),
  });
  return manifests;
}

function isAtOrBelow(place: string, path: string): boolean {
  return place === '' || path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`);
}
