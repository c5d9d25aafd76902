import { stat } from 'node:fs/promises';
import { FileStore, ProjectStore } from '../graph/index.js';
import { readLeases, type HeldLease } from '../incremental/index.js';
import type { ProjectId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { countPendingLinks } from '../symbols/index.js';
import { readPendingEmbeddings, type PendingEmbeddings } from '../vectors/index.js';
import type { Finding } from './finding.js';

/** A project and its folder. */
export interface ProjectFacts {
  readonly project: ProjectId;
  /** Null for one that was imported or stored. */
  readonly root: string | null;
  /** Of the folder: it is there, it is not, or there is none. */
  readonly folder: 'there' | 'gone' | 'none';
  readonly files: number;
  /** Files whose size or times are not the indexed ones; new files are not looked for. */
  readonly changed: number;
  readonly gone: number;
  readonly indexedAt: number | null;
}

/** What waits, and who works. */
export interface WorkFacts {
  readonly pendingLinks: number;
  readonly pendingEmbeddings: readonly PendingEmbeddings[];
  readonly leases: readonly HeldLease[];
}

/** Compares every project with its folder, by the times of its files. */
export async function readProjectFacts(
  database: Database,
): Promise<{ readonly projects: ProjectFacts[]; readonly findings: Finding[] }> {
  const projects: ProjectFacts[] = [];
  for (const { id, root, indexedAt } of await new ProjectStore(database).list()) {
    if (root === null) {
      projects.push({ project: id, root, folder: 'none', files: 0, changed: 0, gone: 0, indexedAt });
      continue;
    }
    const files = await new FileStore(database).list(id);
    const isThere = await isFolder(root);
    const { countOutdated } = await import('../ingest/index.js');
    const { changed, gone } = isThere ? await countOutdated(root, files) : { changed: 0, gone: 0 };
    const folder = isThere ? 'there' : 'gone';
    projects.push({ project: id, root, folder, files: files.length, changed, gone, indexedAt });
  }
  return { projects, findings: projects.flatMap(findingsOfProject) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What cannot be looked at is as good as gone from here.
    return false;
  }
}

function findingsOfProject({ project, root, folder, files, changed, gone }: ProjectFacts): Finding[] {
  if (folder === 'gone') {
    const message = `The folder of project ${project} is not there: ${String(root)}.`;
    const advice = 'Mount it, index the project from its new folder with --project, or delete the project.';
    return [{ level: 'warning', code: 'FOLDER_GONE', message, advice }];
  }
  if (changed + gone === 0) return [];
  const message = `Of ${files} files of project ${project}, ${changed} changed and ${gone} are gone since it was indexed.`;
  const advice = `Run 'lestockage index ${String(root)}', or keep it fresh with 'lestockage watch'.`;
  return [{ level: 'note', code: 'FILES_CHANGED', message, advice }];
}

/** Reads what waits to be done, and who is at it. */
export async function readWorkFacts(
  database: Database,
): Promise<{ readonly work: WorkFacts; readonly findings: Finding[] }> {
  const work = await database.snapshot(async (snapshot): Promise<WorkFacts> => ({
    pendingLinks: await countPendingLinks(snapshot),
    pendingEmbeddings: await readPendingEmbeddings(snapshot),
    leases: await readLeases(snapshot),
  }));
  return { work, findings: findingsOfWork(work) };
}

function findingsOfWork({ pendingLinks, pendingEmbeddings, leases }: WorkFacts): Finding[] {
  const findings: Finding[] = [];
  if (pendingLinks > 0) {
    const message = `${pendingLinks} names wait to be linked across projects.`;
    findings.push({ level: 'note', code: 'LINKS_PENDING', message, advice: 'The next index run links them.' });
  }
  for (const { project, model, files } of pendingEmbeddings) {
    const message = `${files} files of project ${project} wait for embeddings of ${model}.`;
    const advice = 'The next index run without --no-embed makes them.';
    findings.push({ level: 'note', code: 'EMBEDDINGS_PENDING', message, advice });
  }
  for (const { project, pid, host, isLeft } of leases) {
    const who = pid === undefined ? 'another program' : `process ${pid} on ${String(host)}`;
    findings.push(
      isLeft
        ? {
            level: 'note',
            code: 'LEASE_LEFT',
            message: `The right to index project ${project} was left behind by ${who}.`,
            advice: 'Nothing: the next run takes it.',
          }
        : {
            level: 'note',
            code: 'LEASE_HELD',
            message: `Project ${project} is being indexed by ${who}.`,
            advice: 'Nothing: readers do not wait for it.',
          },
    );
  }
  return findings;
}
