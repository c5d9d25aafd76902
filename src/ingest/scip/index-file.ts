import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { MetadataSchema, ProtocolVersion, TextEncoding } from '@c4312/scip/scip_pb.js';
import { LimitError, NotFoundError, ParseError, UsageError } from '../../model/index.js';
import { ByteWindow } from './byte-window.js';
import { decodeDocument, type ScipDocument } from './scip-document.js';

/** What an index says about itself. */
export interface ScipMetadata {
  readonly tool: string;
  readonly toolVersion: string;
  /** A URL, `file:///…` as a rule; empty when there is none. */
  readonly projectRoot: string;
}

/** Numbers of the fields of `scip.Index`. */
const FIELD = { metadata: 1, document: 2, external: 3 } as const;
const SUPPORTED_VERSION: number = ProtocolVersion.UnspecifiedProtocolVersion;
/** A tag and a length have at most five and ten bytes. */
const MAX_HEAD_BYTES = 15;
const MAX_RECORD_BYTES = 512 * 1024 * 1024;

/** One field of the index: where its content lies in the file. */
interface Record {
  readonly field: number;
  readonly wireType: WireType;
  readonly start: number;
  readonly length: number;
}

/**
 * A SCIP index in a file. It is read one document at a time, so that memory is bounded by the largest
 * document, and may be read again and again.
 */
export class ScipIndexFile {
  private constructor(
    readonly path: string,
    readonly metadata: ScipMetadata,
    readonly documentCount: number,
    private readonly file: FileHandle,
    private readonly window: ByteWindow,
  ) {}

  /** The folder that was indexed, as the index names it; undefined when it names none of a file system. */
  get indexedFolder(): string | undefined {
    try {
      return fileURLToPath(this.metadata.projectRoot);
    } catch {
      // Indexes are read far from where they were made, where a name may mean nothing.
      return undefined;
    }
  }

  /**
   * Opens an index and looks over the whole file, without decoding its documents.
   *
   * Throws NotFoundError `FILE_NOT_FOUND`; UsageError `INVALID_ARGUMENT` for what is no file or cannot be read;
   * ParseError `NOT_AN_INDEX` for a file of another kind, `INDEX_DAMAGED` with the offset where it breaks off,
   * `INDEX_VERSION` for a protocol version other than that of 2022, which every indexer writes.
   */
  static async open(path: string): Promise<ScipIndexFile> {
    const file = await openFile(path);
    try {
      const { size } = await file.stat();
      const window = new ByteWindow(file, size);
      const { metadata, documentCount } = await lookOver(path, window);
      return new ScipIndexFile(path, metadata, documentCount, file, window);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The documents in the order of the file. Throws ParseError `INDEX_DAMAGED` with the number of the document. */
  async *documents(): AsyncGenerator<ScipDocument, void, void> {
    let number = 0;
    for await (const record of records(this.path, this.window)) {
      if (record.field !== FIELD.document) continue;
      number++;
      const bytes = await this.window.read(record.start, record.length);
      yield decode(this.path, record, `document ${number}`, () => decodeDocument(bytes));
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Without waiting: a pipe with no writer would be waited for without end.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new NotFoundError('FILE_NOT_FOUND', `There is no file ${path}.`, { details: { path }, cause });
    }
    throw new UsageError('INVALID_ARGUMENT', `${path} cannot be read.`, { details: { path, reason: code }, cause });
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new UsageError('INVALID_ARGUMENT', `${path} is not a file.`, { details: { path } });
}

async function lookOver(path: string, window: ByteWindow): Promise<{ metadata: ScipMetadata; documentCount: number }> {
  let metadata: ScipMetadata | undefined;
  let documentCount = 0;
  for await (const record of records(path, window)) {
    if (record.wireType !== WireType.LengthDelimited) continue;
    if (record.field === FIELD.document) documentCount++;
    if (record.field !== FIELD.metadata) continue;
    const bytes = await window.read(record.start, record.length);
    metadata = decode(path, record, 'the metadata', () => decodeMetadata(path, bytes));
  }
  if (metadata === undefined) throw notAnIndex(path, 'it has no metadata');
  return { metadata, documentCount };
}

function decodeMetadata(path: string, bytes: Uint8Array): ScipMetadata {
  const { toolInfo, projectRoot, textDocumentEncoding, ...rest } = fromBinary(MetadataSchema, bytes);
  // The enumeration has one value; a file may hold any other.
  const version: number = rest.version;
  if (version !== SUPPORTED_VERSION) {
    throw new ParseError(
      'INDEX_VERSION',
      `${path} is written in version ${version} of the protocol; 0 is known here.`,
      {
        details: { path, version, supported: SUPPORTED_VERSION },
      },
    );
  }
  // Fields of another format seldom make a tool and an encoding that exists.
  if (toolInfo === undefined && projectRoot === '') throw notAnIndex(path, 'its metadata names no tool and no project');
  if (TextEncoding[textDocumentEncoding] === undefined) {
    throw new ParseError(
      'INDEX_VERSION',
      `${path} is for texts in an unknown encoding, number ${textDocumentEncoding}.`,
      {
        details: { path, encoding: textDocumentEncoding },
      },
    );
  }
  return { tool: toolInfo?.name ?? '', toolVersion: toolInfo?.version ?? '', projectRoot };
}

/** Every field of the index, in the order of the file. Fields that are not known here are passed over. */
async function* records(path: string, window: ByteWindow): AsyncGenerator<Record, void, void> {
  for (let offset = 0; offset < window.sizeBytes;) {
    const head = await window.read(offset, MAX_HEAD_BYTES);
    const record = recordAt(path, head, offset, window.sizeBytes);
    yield record;
    offset = record.start + record.length;
  }
  if (window.sizeBytes === 0) throw notAnIndex(path, 'it is empty');
}

function recordAt(path: string, head: Uint8Array, offset: number, sizeBytes: number): Record {
  const record = readHead(path, head, offset);
  const { start, length, field, wireType } = record;
  const isKnown = field <= FIELD.external;
  if (isKnown && wireType !== WireType.LengthDelimited) {
    throw offset === 0
      ? notAnIndex(path, 'it does not begin as one')
      : damaged(path, offset, `field ${field} is no message`);
  }
  if (start + length > sizeBytes) {
    if (offset === 0 && field !== FIELD.metadata) throw notAnIndex(path, 'it does not begin as one');
    throw damaged(path, offset, `it ends within a field of ${length} bytes`);
  }
  if (isKnown && length > MAX_RECORD_BYTES) {
    throw new LimitError(
      'LIMIT_EXCEEDED',
      `A message of ${path} has ${length} bytes; the limit is ${MAX_RECORD_BYTES}.`,
      {
        details: { path, offset, length, limit: MAX_RECORD_BYTES },
      },
    );
  }
  return record;
}

function readHead(path: string, head: Uint8Array, offset: number): Record {
  const reader = new BinaryReader(head);
  try {
    const [field, wireType] = reader.tag();
    switch (wireType) {
      case WireType.LengthDelimited: {
        const length = reader.uint32();
        return { field, wireType, start: offset + reader.pos, length };
      }
      case WireType.Varint:
        reader.uint64();
        return { field, wireType, start: offset + reader.pos, length: 0 };
      case WireType.Bit64:
        return { field, wireType, start: offset + reader.pos, length: 8 };
      case WireType.Bit32:
        return { field, wireType, start: offset + reader.pos, length: 4 };
      default:
        throw new RangeError(`wire type ${wireType}`);
    }
  } catch (cause) {
    if (offset === 0) throw notAnIndex(path, 'it does not begin as one', cause);
    throw damaged(path, offset, 'what stands there is no field', cause);
  }
}

/** Errors of the library say nothing of the file. */
function decode<T>(path: string, record: Record, what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ParseError) throw cause;
    if (record.start < MAX_HEAD_BYTES) throw notAnIndex(path, `${what} cannot be decoded`, cause);
    throw damaged(path, record.start, `${what} cannot be decoded`, cause);
  }
}

function notAnIndex(path: string, reason: string, cause?: unknown): ParseError {
  return new ParseError('NOT_AN_INDEX', `${path} is not a SCIP index: ${reason}.`, {
    details: { path, reason },
    cause,
  });
}

function damaged(path: string, offset: number, reason: string, cause?: unknown): ParseError {
  return new ParseError('INDEX_DAMAGED', `${path} is damaged or cut short at byte ${offset}: ${reason}.`, {
    details: { path, offset, reason },
    cause,
  });
}
