import { blake3 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { NodeHash, UsageError } from '../../src/model/index.js';

/** The input of the official BLAKE3 test vectors: bytes counting up to 250 and again from 0. */
function vectorInput(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index % 251);
}

/** The first 32 bytes of `hash` in BLAKE3's test_vectors.json, by the length of the input. */
const OFFICIAL: Readonly<Record<number, string>> = {
  0: 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
  1: '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213',
  2: '7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63',
  1023: '10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11',
  1024: '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7',
  1025: 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444',
};

/** Block and chunk limits and what lies beside them. */
const LENGTHS = [
  0, 1, 2, 3, 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2048, 2049, 3072, 4097, 8193, 16384, 31744, 102400,
];

describe('NodeHash.of', () => {
  it.each(Object.entries(OFFICIAL))('[I1] gives the official digest of %s bytes', (length, digest) => {
    expect(NodeHash.of(vectorInput(Number(length)))).toBe(digest);
  });

  it.each(LENGTHS)('[I1] agrees with another implementation on %s bytes', async (length) => {
    const input = vectorInput(length);
    expect(NodeHash.of(input)).toBe(await blake3(input));
  });

  it('[I1] hashes a text as its UTF-8 bytes', () => {
    expect(NodeHash.of('größe 😀')).toBe(NodeHash.of(new TextEncoder().encode('größe 😀')));
  });

  it('[I1] hashes a part of a larger buffer as that part', () => {
    const whole = vectorInput(300);
    expect(NodeHash.of(whole.subarray(100, 165))).toBe(NodeHash.of(whole.slice(100, 165)));
  });
});

describe('NodeHash.parse', () => {
  const digest = '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213';

  it('[I1] accepts 64 hexadecimal characters and normalises their case', () => {
    expect(NodeHash.parse(digest)).toBe(digest);
    expect(NodeHash.parse(digest.toUpperCase())).toBe(digest);
  });

  it.each([
    ['', 'it has 0 characters, not 64'],
    [digest.slice(1), 'it has 63 characters, not 64'],
    [`${digest}0`, 'it has 65 characters, not 64'],
    [`g${digest.slice(1)}`, 'character "g" at 0 is not hexadecimal'],
    [`${digest.slice(0, 63)} `, 'character " " at 63 is not hexadecimal'],
    [`${digest.slice(0, 63)}\n`, 'character "\\n" at 63 is not hexadecimal'],
    [`${digest}\n`, 'it has 65 characters, not 64'],
  ])('[I1] refuses %j with the reason', (text, reason) => {
    const refusal = catchError(() => NodeHash.parse(text));
    expect(refusal).toBeInstanceOf(UsageError);
    expect(refusal).toMatchObject({ code: 'INVALID_HASH', details: { reason } });
  });
});

describe('stored bytes of a NodeHash', () => {
  it('[I1] are the 32 bytes of the digest and give the hash back', () => {
    const hash = NodeHash.of('x');
    expect(NodeHash.toBytes(hash)).toHaveLength(32);
    expect(NodeHash.fromDigest(NodeHash.toBytes(hash))).toBe(hash);
  });

  it('[I1] are refused when they are not 32', () => {
    expect(catchError(() => NodeHash.fromDigest(new Uint8Array(31)))).toMatchObject({
      code: 'INVALID_HASH',
      details: { lengthBytes: 31 },
    });
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}
