import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { printable } from '../answers/index.js';
import { NodeHash, type CodeSymbol, type Store } from '../index.js';

/** Larger files are no sources that anybody wants lines of. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
/** As parsers count lines. */
const LINE_ENDS = /\r?\n/;

/** Lines of a file, and what is to be known about them. */
export interface SourceExcerpt {
  /** 1-based. */
  readonly startLine: number;
  /** Last line that is given. */
  readonly endLine: number;
  readonly text: string;
  readonly isComplete: boolean;
  /** Why lines are missing, or may not be what was indexed. */
  readonly note: string | null;
}

interface ReadFile {
  readonly lines: readonly string[];
  readonly note: string | null;
}

/** Reads the source lines of symbols from the folders of their projects, and nothing outside of these. */
export class SourceReader {
  readonly #files = new Map<string, Promise<ReadFile>>();

  constructor(private readonly store: Store) {}

  /** The lines of a symbol as its file has them now. What hinders that is told in the note. */
  async excerpt({ project, file, startLine, endLine }: CodeSymbol): Promise<SourceExcerpt> {
    const id = `${project}//${file}`;
    const reading = this.#files.get(id) ?? this.#read(project, file);
    this.#files.set(id, reading);
    const { lines, note } = await reading;
    const found = lines.slice(startLine - 1, endLine);
    const isComplete = found.length === endLine - startLine + 1;
    return { startLine, endLine: startLine + found.length - 1, text: found.join('\n'), isComplete, note };
  }

  async #read(projectId: string, file: string): Promise<ReadFile> {
    const project = await this.store.projects.get(projectId);
    const indexed = await this.store.files.get(projectId, file);
    if (project === undefined || project.root === null || indexed === undefined) {
      return missing(`project ${projectId} was not indexed from a folder`);
    }
    let bytes: Buffer;
    try {
      const root = await realpath(project.root);
      const path = await realpath(join(root, file));
      if (!isWithin(root, path)) return missing(`${file} leads out of the project's folder`);
      const { size } = await stat(path);
      if (size > MAX_FILE_BYTES) return missing(`${file} has ${size} bytes, which is too large to show`);
      bytes = await readFile(path);
    } catch (error) {
      return missing(`${file} cannot be read here (${reasonOf(error)})`);
    }
    const isSame = NodeHash.of(bytes) === indexed.contentHash;
    const note = isSame ? null : `${file} changed since it was indexed: lines may have moved; index it again`;
    return { lines: decode(bytes).split(LINE_ENDS), note };
  }
}

/** Is this path the folder or below it? Both are real paths. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** The lines that fit into so many bytes as {@link excerptText} shows them. */
export function shortened(excerpt: SourceExcerpt, maxBytes: number): SourceExcerpt {
  const { startLine, endLine, note } = excerpt;
  const lines = excerpt.text.split('\n');
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += Buffer.byteLength(lineText(startLine + kept.length, line)) + 1;
    if (used > maxBytes) break;
    kept.push(line);
  }
  if (kept.length === lines.length) return excerpt;
  const rest = `lines ${startLine + kept.length} to ${endLine} left out to keep within maxTokens`;
  return {
    startLine,
    endLine: startLine + kept.length - 1,
    text: kept.join('\n'),
    isComplete: false,
    note: note === null ? rest : `${note}; ${rest}`,
  };
}

/** `  12| code`, a line each, then the note. */
export function excerptText({ startLine, endLine, text, note }: SourceExcerpt): string {
  const lines = endLine < startLine ? [] : text.split('\n').map((line, at) => lineText(startLine + at, line));
  return [...lines, ...(note === null ? [] : [`  (${printable(note)})`])].join('\n');
}

export function lineText(line: number, text: string): string {
  return `  ${line}| ${text.split('\t').map(printable).join('\t')}`.trimEnd();
}

function missing(note: string): ReadFile {
  return { lines: [], note };
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
