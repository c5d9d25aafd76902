import { CancelledError, isLestockageError } from '../model/index.js';
import type { FileStore } from './file-store.js';
import type { Check } from './integrity.js';
import type { Project } from './project-store.js';

/** A line that only one of two stores has: of the canonical form, or of what manifests say: packages, what they ask for, routes. */
export interface Difference {
  readonly project: string;
  readonly kind: 'node' | 'edge' | 'package' | 'dependency' | 'route';
  /** `missing`: the files say it and the store does not; `unexpected`: the other way round. */
  readonly change: 'missing' | 'unexpected';
  readonly line: string;
}

export interface VerifyOptions {
  /** Derive every project again from its files and compare. */
  readonly deep?: boolean;
  /** Only this project is derived again. */
  readonly project?: string;
  readonly signal?: AbortSignal;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly differences: readonly Difference[];
}

/** What the comparison needs of a store. */
export interface Comparable {
  readonly files: FileStore;
  dump(options: { readonly project: string; readonly isWithinProjects?: boolean }): AsyncIterable<string>;
}

/** A store that was made from the same folder and nothing else. */
export interface FreshStore extends Comparable {
  close(): Promise<void>;
}

export interface Comparison {
  readonly check: Check;
  readonly differences: readonly Difference[];
}

/**
 * Compares one project of a store with a clean rebuild of it. `rebuild` makes that from the folder; `also` compares what the
 * canonical form does not have.
 */
export async function compareWithRebuild<F extends FreshStore>(
  store: Comparable,
  project: Project,
  rebuild: (root: string) => Promise<F>,
  also: (fresh: F) => Promise<Comparison>,
  signal?: AbortSignal,
): Promise<Comparison[]> {
  const name = `rebuild ${project.id}`;
  if (project.root === null) {
    return [
      { check: { name, ok: true, detail: 'was not made from a folder; nothing to compare with' }, differences: [] },
    ];
  }
  let fresh: F;
  try {
    fresh = await rebuild(project.root);
  } catch (error) {
    if (!isLestockageError(error) || error instanceof CancelledError) throw error;
    return [{ check: { name, ok: false, detail: `cannot be rebuilt: ${error.message}` }, differences: [] }];
  }
  try {
    const differences = await compareDumps(store, fresh, project.id, signal);
    const changed = differences.length === 0 ? 0 : await countChangedFiles(store, fresh, project.id);
    const check = { name, ok: differences.length === 0, detail: describe(differences.length, changed) };
    return [{ check, differences }, await also(fresh)];
  } finally {
    await fresh.close();
  }
}

function describe(differences: number, changedFiles: number): string {
  if (differences === 0) return 'equals a clean rebuild from the files';
  const lines = `${differences} lines differ from a clean rebuild`;
  return changedFiles === 0 ? lines : `${lines}; ${changedFiles} files changed since they were indexed`;
}

async function countChangedFiles(store: Comparable, fresh: Comparable, project: string): Promise<number> {
  const stored = new Map((await store.files.list(project)).map((file) => [file.path, file.contentHash]));
  const now = new Map((await fresh.files.list(project)).map((file) => [file.path, file.contentHash]));
  const paths = new Set([...stored.keys(), ...now.keys()]);
  return [...paths].filter((path) => stored.get(path) !== now.get(path)).length;
}

/** Lines of one dump that the other does not have; each line is there once, because keys are. */
async function compareDumps(
  store: Comparable,
  fresh: Comparable,
  project: string,
  signal: AbortSignal | undefined,
): Promise<Difference[]> {
  const expected = await linesOf(fresh, project, signal);
  const differences: Difference[] = [];
  for await (const line of store.dump({ project, isWithinProjects: true })) {
    if (signal?.aborted === true) throw new CancelledError();
    if (!expected.delete(line)) differences.push(difference(project, 'unexpected', line));
  }
  for (const line of expected) differences.push(difference(project, 'missing', line));
  return differences;
}

async function linesOf(store: Comparable, project: string, signal: AbortSignal | undefined): Promise<Set<string>> {
  const lines = new Set<string>();
  for await (const line of store.dump({ project, isWithinProjects: true })) {
    if (signal?.aborted === true) throw new CancelledError();
    lines.add(line);
  }
  return lines;
}

function difference(project: string, change: Difference['change'], line: string): Difference {
  return { project, kind: line.startsWith('node\t') ? 'node' : 'edge', change, line };
}
