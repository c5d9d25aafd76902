import { isUtf8 } from 'node:buffer';

export interface DecodedText {
  readonly text: string;
  /** Length of the byte order mark that the text leaves out. */
  readonly bomBytes: number;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Where the first byte that is not UTF-8 stands; undefined when all are. */
  readonly firstInvalidByte: number | undefined;
}

/**
 * Decodes a source file: UTF-16 when a byte order mark says so, UTF-8 otherwise. Bytes that are not
 * valid become U+FFFD.
 */
export function decodeSource(bytes: Buffer): DecodedText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decodeUtf16(bytes, 'utf-16be');
  const bomBytes = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const text = bytes.toString('utf8', bomBytes);
  const firstInvalidByte = isUtf8(bytes) ? undefined : findInvalidByte(bytes, text, bomBytes);
  return { text, bomBytes, encoding: 'utf-8', firstInvalidByte };
}

function decodeUtf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes);
  return { text, bomBytes: 2, encoding, firstInvalidByte: undefined };
}

/** Up to the first invalid byte the text encodes to the same bytes, so its length in UTF-8 is the place. */
function findInvalidByte(bytes: Buffer, text: string, bomBytes: number): number | undefined {
  let place = bomBytes;
  let from = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', from)) {
    place += Buffer.byteLength(text.slice(from, at));
    const isGenuine = bytes[place] === 0xef && bytes[place + 1] === 0xbf && bytes[place + 2] === 0xbd;
    if (!isGenuine) return place;
    place += 3;
    from = at + 1;
  }
  return undefined;
}
