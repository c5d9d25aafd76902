import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { LimitError, NodeHash, NotFoundError, type Store } from '../index.js';
import type { Question, Route } from './route.js';

/** Larger files than are ever indexed are not shown either. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 5000;
const LINE_END = /\r\n|\n|\r/;

export const SOURCE: Route = {
  summary: 'Lines of a source file of the store, and whether the file is what was indexed.',
  parameters: {
    project: { kind: 'text', isRequired: true, description: 'The project of the file.' },
    file: { kind: 'text', isRequired: true, description: 'Its path from the root of the project.' },
    start: { kind: 'count', least: 1, most: 1e9, standard: 1, description: 'The first line, counted from 1.' },
    limit: { kind: 'count', least: 1, most: MAX_LINES, standard: MAX_LINES, description: 'At most so many lines.' },
  },
  answer: 'Source',
  run: readLines,
};

async function readLines({ store, parameters }: Question): Promise<object> {
  const [project, file] = [parameters.require('project'), parameters.require('file')];
  const { bytes, language, isChanged } = await readStoredFile(store, project, file);
  const all = decode(bytes).split(LINE_END);
  const startLine = parameters.number('start');
  const lines = all.slice(startLine - 1, startLine - 1 + parameters.number('limit'));
  const truncated = startLine - 1 + lines.length < all.length;
  return { project, file, language, startLine, totalLines: all.length, truncated, isChanged, lines };
}

interface StoredFile {
  readonly bytes: Buffer;
  readonly language: string | null;
  /** Is it another file than was indexed? */
  readonly isChanged: boolean;
}

/**
 * A file that the store knows, as it is now. What lies outside of the project's folder is not read, whatever the path
 * or a link says.
 *
 * Throws NotFoundError `PROJECT_NOT_FOUND` and `FILE_NOT_FOUND`, LimitError `LIMIT_EXCEEDED`.
 */
async function readStoredFile(store: Store, projectId: string, file: string): Promise<StoredFile> {
  const project = await store.projects.require(projectId);
  const known = await store.files.get(project.id, file);
  if (known === undefined) throw missing(projectId, file, 'is not in the store');
  if (project.root === null) throw missing(projectId, file, 'comes from an import; there is no folder to read it from');
  const bytes = await readInside(project.root, file).catch((error: unknown) => {
    if (error instanceof NotFoundError || error instanceof LimitError || !isFileError(error)) throw error;
    throw missing(projectId, file, `cannot be read now (${error.code})`);
  });
  return { bytes, language: known.language, isChanged: NodeHash.of(bytes) !== known.contentHash };
}

async function readInside(root: string, file: string): Promise<Buffer> {
  const [folder, target] = await Promise.all([realpath(root), realpath(path.join(root, file))]);
  const inner = path.relative(folder, target);
  if (inner === '' || inner.startsWith('..') || path.isAbsolute(inner)) {
    throw missing(root, file, 'leads out of the folder of its project');
  }
  // A link or a pipe that takes its place in between is not followed either.
  const handle = await open(target, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw missing(root, file, 'is not a file any more');
    if (stats.size > MAX_BYTES) {
      throw new LimitError('LIMIT_EXCEEDED', `${file} has ${stats.size} bytes; up to ${MAX_BYTES} are shown.`, {
        details: { file, limit: MAX_BYTES, value: stats.size },
      });
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function decode(bytes: Buffer): string {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return new TextDecoder(isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes);
}

function isFileError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'errno' in error;
}

function missing(project: string, file: string, reason: string): NotFoundError {
  return new NotFoundError('FILE_NOT_FOUND', `${file} ${reason}.`, { details: { project, file, reason } });
}
