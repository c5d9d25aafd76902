import { NodeHash } from '../../model/index.js';
import { BLOCK_BYTES } from './block-checksums.js';
import type { HnswSettings } from './hnsw-settings.js';

/** Grows when the manifest, or what the index file holds, means something else. */
export const INDEX_FORMAT = 2;

/** What makes an index file this collection's own. */
export interface IndexOrigin {
  readonly model: string;
  readonly dimension: number;
  /** `VectorSource.identity()`. */
  readonly identity: string;
  readonly quantization: HnswSettings['quantization'];
  readonly connectivity: number;
  readonly expansionAdd: number;
}

/** What an index file holds and how its bytes are checked; kept in a small file beside it. */
export interface IndexManifest extends IndexOrigin {
  readonly format: number;
  readonly library: string;
  /** Name of the index file in the same folder. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Where the vectors end and the graph begins. */
  readonly graphOffset: number;
  /** One for each block of `BLOCK_BYTES` bytes. */
  readonly checksums: readonly number[];
  /** Vectors in the file, those replaced or deleted since included. */
  readonly rows: number;
  /** Position in the journal: the file knows all changes up to here. */
  readonly cursor: number;
  /** `ChangeKeeper.markAt(cursor)`; empty where the source has no keeper. */
  readonly mark: string;
}

/** The manifest as it is written: with a hash of itself. */
export function encodeManifest(manifest: IndexManifest): string {
  return `${JSON.stringify({ ...manifest, hash: hashOf(manifest) })}\n`;
}

/** Reads a manifest back; undefined when the text is no manifest of this format or was altered. */
export function decodeManifest(text: string): IndexManifest | { readonly otherFormat: number } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('format' in value)) return undefined;
  const { hash, ...rest } = value as { hash?: unknown; format: unknown };
  if (typeof rest.format === 'number' && rest.format !== INDEX_FORMAT) return { otherFormat: rest.format };
  return hash === hashOf(rest) && isManifest(rest) ? rest : undefined;
}

function hashOf(manifest: object): string {
  return NodeHash.of(JSON.stringify(manifest));
}

function isManifest(value: object): value is IndexManifest {
  const fields = value as Readonly<Record<string, unknown>>;
  const texts = ['model', 'identity', 'quantization', 'library', 'file', 'mark'];
  const counts = ['dimension', 'connectivity', 'expansionAdd', 'format', 'sizeBytes', 'graphOffset', 'rows', 'cursor'];
  const { checksums, sizeBytes, file } = fields;
  return (
    texts.every((name) => typeof fields[name] === 'string') &&
    counts.every((name) => Number.isSafeInteger(fields[name]) && Number(fields[name]) >= 0) &&
    // A name with a folder in it would lead somewhere else.
    typeof file === 'string' &&
    !/[/\\]/.test(file) &&
    Array.isArray(checksums) &&
    checksums.length === Math.ceil(Number(sizeBytes) / BLOCK_BYTES)
  );
}

/** Why an index file is not this collection's, as the end of a sentence; undefined when it is. */
export function foreignness(manifest: IndexManifest, origin: IndexOrigin): string | undefined {
  for (const name of ['model', 'dimension', 'identity', 'quantization', 'connectivity', 'expansionAdd'] as const) {
    if (manifest[name] !== origin[name]) return `its ${name} is ${manifest[name]} instead of ${origin[name]}`;
  }
  return undefined;
}
