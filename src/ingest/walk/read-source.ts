import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { NodeHash } from '../../model/index.js';
import { generatedReason } from './generated.js';
import { decodeSource } from './source-text.js';
import { statKeyOf } from './stat-key.js';
import type { WalkedFile } from './walk.js';

export interface ReadLimits {
  /** Larger files are not read. Default {@link DEFAULT_MAX_FILE_BYTES}. */
  readonly maxFileBytes?: number;
}

/** Room for the largest sources people write (a compiler's checker has 3 MB); what is above is data or output. */
export const DEFAULT_MAX_FILE_BYTES = 4 * 1024 * 1024;

export interface SourceFile {
  readonly kind: 'source';
  readonly bytes: Buffer;
  /**
   * The decoded file without its byte order mark. The text's UTF-8 bytes from `bomBytes` on are the
   * file's own, except after the first invalid byte (see `warning`) and in UTF-16 files: there,
   * offsets count the bytes of the text as UTF-8.
   */
  readonly text: string;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** What to add to offsets in the text to get offsets in the file: 3 after a UTF-8 byte order mark, else 0. */
  readonly bomBytes: number;
  /** BLAKE3 of `bytes`. */
  readonly contentHash: NodeHash;
  readonly sizeBytes: number;
  /** Of exactly the state that was read; differs from the entry's when the file was written since the walk. */
  readonly statKey: string;
  readonly warning?: { readonly code: 'INVALID_UTF8'; readonly message: string };
}

export type SkipCode = 'FILE_BINARY' | 'FILE_CHANGED' | 'FILE_GENERATED' | 'FILE_TOO_LARGE' | 'FILE_UNREADABLE';

/** A file that is not indexed, and why. `message` is a sentence for a person. */
export interface SkippedFile {
  readonly kind: 'skipped';
  readonly code: SkipCode;
  readonly message: string;
  /** Of the bytes that were judged; null when the file was not read whole. */
  readonly contentHash: NodeHash | null;
  readonly sizeBytes: number;
  /** Null when the file's state is not known. */
  readonly statKey: string | null;
}

export type ReadOutcome = SourceFile | SkippedFile;

/**
 * Reads one file and decides whether it is source text. Blocks; meant for worker threads. Never
 * throws for what the file is or does: a file that cannot be indexed is an outcome with its code.
 *
 * - `FILE_TOO_LARGE`: more than `maxFileBytes`; not read.
 * - `FILE_BINARY`: holds a NUL character.
 * - `FILE_GENERATED`: written by a program or minified, see `isGenerated`.
 * - `FILE_UNREADABLE`: the system refused, or it is no regular file any more.
 * - `FILE_CHANGED`: written to while it was read, twice in a row.
 */
export function readSource(entry: ReadableFile, limits: ReadLimits = {}): ReadOutcome {
  return readAs(entry, limits, (text) => generatedReason(text, entry.path));
}

/** As {@link readSource}, of a file that may be written by a program, as lockfiles are. */
export function readText(entry: ReadableFile, limits: ReadLimits = {}): ReadOutcome {
  return readAs(entry, limits, () => undefined);
}

type ReadableFile = Pick<WalkedFile, 'path' | 'absolutePath' | 'sizeBytes'>;
type ReasonAgainst = (text: string) => string | undefined;

function readAs(entry: ReadableFile, limits: ReadLimits, reasonAgainst: ReasonAgainst): ReadOutcome {
  const maxFileBytes = limits.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES;
  try {
    const read = readStable(entry.absolutePath, maxFileBytes) ?? readStable(entry.absolutePath, maxFileBytes);
    if (read === undefined)
      return skip(entry.sizeBytes, 'FILE_CHANGED', 'Not indexed: it was changing while it was read.');
    return 'kind' in read ? read : judge(reasonAgainst, read.bytes, read.stats);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return skip(entry.sizeBytes, 'FILE_UNREADABLE', `Not indexed: ${reason}`);
  }
}

interface StableRead {
  readonly bytes: Buffer;
  readonly stats: BigIntStats;
}

/** The whole file in one state, or undefined when it was written to meanwhile. */
function readStable(path: string, maxFileBytes: number): StableRead | SkippedFile | undefined {
  // Without O_NONBLOCK a pipe that took the file's place would block for ever. The flags are absent on Windows.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const descriptor = openSync(path, flags);
  try {
    const before = fstatSync(descriptor, { bigint: true });
    const sizeBytes = Number(before.size);
    if (!before.isFile()) return skip(sizeBytes, 'FILE_UNREADABLE', 'Not indexed: it is not a regular file.');
    if (sizeBytes > maxFileBytes) {
      const message = `Not indexed: it has ${sizeBytes} bytes, the limit is ${maxFileBytes}.`;
      return { ...skip(sizeBytes, 'FILE_TOO_LARGE', message), statKey: statKeyOf(before) };
    }
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    const filled = fill(descriptor, bytes);
    const after = fstatSync(descriptor, { bigint: true });
    const isStable = filled === sizeBytes && statKeyOf(before) === statKeyOf(after);
    return isStable ? { bytes, stats: after } : undefined;
  } finally {
    closeSync(descriptor);
  }
}

function fill(descriptor: number, bytes: Buffer): number {
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

function judge(reasonAgainst: ReasonAgainst, bytes: Buffer, stats: BigIntStats): ReadOutcome {
  const { text, bomBytes, encoding, firstInvalidByte } = decodeSource(bytes);
  const state = { contentHash: NodeHash.of(bytes), sizeBytes: bytes.length, statKey: statKeyOf(stats) };
  const isBinary = encoding === 'utf-8' ? bytes.includes(0) : text.includes('\0');
  if (isBinary) {
    return { kind: 'skipped', code: 'FILE_BINARY', message: 'Not indexed: it is binary (holds a NUL).', ...state };
  }
  const reason = reasonAgainst(text);
  if (reason !== undefined) {
    return { kind: 'skipped', code: 'FILE_GENERATED', message: `Not indexed: ${reason}.`, ...state };
  }
  const source: SourceFile = {
    kind: 'source',
    bytes,
    text,
    encoding,
    bomBytes: encoding === 'utf-8' ? bomBytes : 0,
    ...state,
  };
  if (firstInvalidByte === undefined) return source;
  return { ...source, warning: { code: 'INVALID_UTF8', message: invalidMessage(bytes, firstInvalidByte) } };
}

function invalidMessage(bytes: Buffer, place: number): string {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < place; at = bytes.indexOf(10, at + 1)) line++;
  return `Indexed, but byte ${place} (line ${line}) is not valid UTF-8; offsets after it count U+FFFD in its place.`;
}

function skip(sizeBytes: number, code: SkipCode, message: string): SkippedFile {
  return { kind: 'skipped', code, message, contentHash: null, sizeBytes, statKey: null };
}
