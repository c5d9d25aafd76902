import { contentKey, type ContentEntry, type ContentStore } from '../../incremental/index.js';
import type { NodeHash } from '../../model/index.js';
import { type ManifestKind, MANIFESTS_VERSION, type ParsedManifest, parseManifest } from '../manifests/index.js';

/** A result that is larger takes the place of too much else; its file is read again. */
const MAX_RESULT_BYTES = 8 * 1024 * 1024;

/** Parsed manifests, kept by their content. */
export class ManifestArchive {
  /** What was parsed and is to be kept. */
  readonly entries: ContentEntry[] = [];

  constructor(private readonly contents: ContentStore) {}

  /** What a text of this content says, if that is known. */
  async recall(kind: ManifestKind, contentHash: NodeHash): Promise<ParsedManifest | undefined> {
    const result = await this.contents.get(keyOf(kind, contentHash));
    if (result === undefined) return undefined;
    try {
      // Its checksum says that it is what was written.
      return JSON.parse(
        Buffer.from(result.buffer, result.byteOffset, result.length).toString('utf8'),
      ) as ParsedManifest;
    } catch {
      return undefined;
    }
  }

  async parse(kind: ManifestKind, text: string, contentHash: NodeHash): Promise<ParsedManifest> {
    const parsed = await parseManifest(kind, text);
    const result = Buffer.from(JSON.stringify(parsed));
    if (result.length <= MAX_RESULT_BYTES)
      this.entries.push({ key: keyOf(kind, contentHash), query: 'manifest', result });
    return parsed;
  }
}

function keyOf(kind: ManifestKind, contentHash: NodeHash): NodeHash {
  return contentKey({ query: 'manifest', version: MANIFESTS_VERSION, environment: kind }, contentHash);
}
