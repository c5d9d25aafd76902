import path from 'node:path';
import { NodeHash, type ProjectId } from '../model/index.js';
import { resolveRoot } from './walk/index.js';

/** What is known of the projects already in the store. */
export interface KnownProject {
  readonly id: ProjectId;
  readonly root: string | null;
}

/** {@link projectIdFor} for a folder by any of its paths. Throws as `walk` does. */
export function projectIdOfFolder(folder: string, known: readonly KnownProject[]): ProjectId {
  return projectIdFor(resolveRoot(folder), known);
}

/**
 * The id of the project at `root`: the one it was indexed under, else its folder's name, made unique
 * by a piece of the root's hash when another folder has that name.
 */
export function projectIdFor(root: string, known: readonly KnownProject[]): ProjectId {
  const indexed = known.find((project) => project.root === root);
  if (indexed !== undefined) return indexed.id;
  // A folder's name may hold what an id may not.
  const name = path.basename(root).replace(/\p{Cc}/gu, '_') || 'root';
  const taken = known.some((project) => project.id === name && project.root !== null);
  return taken ? `${name}-${NodeHash.of(root).slice(0, 8)}` : name;
}
