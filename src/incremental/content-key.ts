import { NodeHash } from '../model/index.js';
import { requireHash, requireInteger, requireName } from './argument-checks.js';

/** What is computed, by which version of it, and under which settings. */
export interface ContentQuery {
  /** Name of the query, such as `parse`. */
  readonly query: string;
  /** Grows whenever the same content gives another result. */
  readonly version: number;
  /** Whatever else the result depends on, as one text: a language, a grammar, options. */
  readonly environment: string;
}

const DOMAIN = 'lestockage content result';

/**
 * The key of a query's result for one content: BLAKE3 of the parts, each behind its length, so that no
 * two lists of parts have one form.
 *
 * Throws UsageError `INVALID_ARGUMENT` or `INVALID_HASH`.
 */
export function contentKey({ query, version, environment }: ContentQuery, contentHash: NodeHash): NodeHash {
  requireName('query', query);
  requireInteger('version', version, 0);
  // An empty environment is one as well.
  if (environment !== '') requireName('environment', environment);
  const texts = [DOMAIN, query, String(version), environment];
  const parts = [...texts.map((text) => Buffer.from(text, 'utf8')), NodeHash.toBytes(requireHash(contentHash))];
  return NodeHash.of(Buffer.concat(parts.flatMap((part) => [lengthPrefix(part.length), part])));
}

function lengthPrefix(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(length);
  return bytes;
}
