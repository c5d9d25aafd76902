import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isGenerated,
  type ReadLimits,
  type ReadOutcome,
  readSource,
  type SourceFile,
} from '../../src/ingest/walk/index.js';
import { NodeHash } from '../../src/model/index.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

function read(content: string | Uint8Array, path = 'a.ts', limits?: ReadLimits): ReadOutcome {
  const root = temporaryFolder();
  writeTree(root, { [path]: content });
  return readAt(join(root, path), limits);
}

function readAt(absolutePath: string, limits?: ReadLimits): ReadOutcome {
  return readSource({ path: 'a.ts', absolutePath, sizeBytes: 0 }, limits);
}

function source(content: string | Uint8Array): SourceFile {
  const outcome = read(content);
  if (outcome.kind !== 'source') throw new Error(`skipped: ${outcome.message}`);
  return outcome;
}

describe('readSource', () => {
  it('[U1] gives bytes, text, hash and state of an ordinary file', () => {
    const outcome = source('const é = "日本";\r\n');
    expect(outcome).toMatchObject({ text: 'const é = "日本";\r\n', bomBytes: 0, encoding: 'utf-8' });
    expect(outcome.bytes.toString('utf8')).toBe(outcome.text);
    expect(outcome.sizeBytes).toBe(outcome.bytes.length);
    expect(outcome.contentHash).toBe(NodeHash.of(outcome.text));
    expect(outcome.statKey).toMatch(/^\d+:\d+:\d+:\d+$/);
    expect(outcome.warning).toBeUndefined();
  });

  it('reads an empty file as an empty text', () => {
    expect(source('')).toMatchObject({ text: '', sizeBytes: 0, contentHash: NodeHash.of('') });
  });

  it('leaves a UTF-8 byte order mark out of the text and counts it', () => {
    const outcome = source('\uFEFFlet a;');
    expect(outcome).toMatchObject({ text: 'let a;', bomBytes: 3, sizeBytes: 9 });
    expect(outcome.bytes.subarray(outcome.bomBytes).toString('utf8')).toBe(outcome.text);
  });

  it('decodes UTF-16 with a byte order mark', () => {
    const little = Buffer.from('\uFEFFlet é;', 'utf16le');
    expect(source(little)).toMatchObject({ text: 'let é;', encoding: 'utf-16le', bomBytes: 0 });
    expect(source(Buffer.from(little).swap16())).toMatchObject({ text: 'let é;', encoding: 'utf-16be', bomBytes: 0 });
  });

  it('indexes a file with a few invalid bytes and says where the first one is', () => {
    const bytes = Buffer.concat([
      Buffer.from('// \uFFFD is fine\n// caf'),
      Buffer.from([0xe9]),
      Buffer.from('\nlet a;'),
    ]);
    const outcome = source(bytes);
    expect(outcome.text).toBe('// \uFFFD is fine\n// caf\uFFFD\nlet a;');
    expect(outcome.warning).toMatchObject({
      code: 'INVALID_UTF8',
      message: expect.stringContaining(`byte ${bytes.indexOf(0xe9)} (line 2)`) as string,
    });
  });

  it('never throws, and its text is the bytes wherever the bytes are UTF-8', () => {
    const root = temporaryFolder();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        writeTree(root, { 'a.ts': bytes });
        const outcome = readAt(join(root, 'a.ts'));
        if (outcome.kind === 'skipped') {
          expect(outcome.code).toBe('FILE_BINARY');
        } else if (outcome.encoding === 'utf-8' && outcome.warning === undefined) {
          expect(Buffer.from(outcome.text)).toEqual(outcome.bytes.subarray(outcome.bomBytes));
        }
      }),
    );
  });

  it('[U1] skips a file with a NUL as binary, UTF-32 and unmarked UTF-16 among them', () => {
    expect(read('let a;\0')).toMatchObject({
      kind: 'skipped',
      code: 'FILE_BINARY',
      contentHash: NodeHash.of('let a;\0'),
    });
    expect(read(Buffer.from('let a;', 'utf16le'))).toMatchObject({ code: 'FILE_BINARY' });
    expect(read(new Uint8Array([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]))).toMatchObject({ code: 'FILE_BINARY' });
  });

  it('[U1] skips a file above the limit without reading it', () => {
    const root = temporaryFolder();
    writeTree(root, { 'a.ts': '' });
    truncateSync(join(root, 'a.ts'), 50_000_000);
    expect(readAt(join(root, 'a.ts'))).toMatchObject({
      code: 'FILE_TOO_LARGE',
      sizeBytes: 50_000_000,
      contentHash: null,
      message: expect.stringContaining('50000000') as string,
    });
    expect(read('12345', 'a.ts', { maxFileBytes: 4 })).toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(read('1234', 'a.ts', { maxFileBytes: 4 })).toMatchObject({ kind: 'source' });
  });

  it('[U1] skips a file with a line of 5 MB', () => {
    const outcome = read(`let a = "${'x'.repeat(5_000_000)}";\n`, 'a.ts', { maxFileBytes: 10_000_000 });
    expect(outcome).toMatchObject({ code: 'FILE_GENERATED', message: expect.stringContaining('minified') as string });
  });

  it('[U1] reports what is absent, a folder, a link or a pipe as unreadable, without waiting', () => {
    const root = temporaryFolder();
    writeTree(root, { 'real.ts': 'let a;' });
    symlinkSync('real.ts', join(root, 'link.ts'));
    execFileSync('mkfifo', [join(root, 'pipe.ts')]);
    for (const path of ['absent.ts', '.', 'link.ts', 'pipe.ts']) {
      expect(readAt(join(root, path)), path).toMatchObject({ kind: 'skipped', code: 'FILE_UNREADABLE' });
    }
  });
});

describe('isGenerated', () => {
  it.each([
    ['a.go', '// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n'],
    ['a.go', '// Copyright 2020\n\n// Code generated by mockgen; DO NOT EDIT.\n'],
    ['a.py', '# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n'],
    ['a.ts', '/* eslint-disable */\n// @generated by protobuf-ts 2.9\n'],
    ['a.js', '/**\n * @generated SignedSource<<abc>>\n */\n'],
    ['a.rs', '// This file is @generated by prost-build.\n'],
    ['a.cs', '//----------\n// <auto-generated>\n//     This code was generated by a tool.\n'],
    ['a.ts', '// This file was automatically generated by tool.\n// Do not modify it by hand.\n'],
    ['a_pb2.py', 'x = 1\n'],
    ['lib/a.min.js', 'x = 1\n'],
    ['a.js', 'let a=1;'.repeat(2_000)],
    ['a.js', `// Licence\n${'a'.repeat(50_001)}`],
  ])('[U1] knows %s with %j', (path, text) => {
    expect(isGenerated(text, path)).toBe(true);
  });

  it.each([
    ['a.ts', '// Writes the header "Code generated". Editing is fine.\n'],
    ['a.ts', '// Skips files that carry the @generated marker.\n'],
    ['a.go', 'const header = "// Code generated by x. DO NOT EDIT."\n'],
    ['a.py', `${'# text\n'.repeat(300)}# Generated by x. DO NOT EDIT.\n`],
    ['a.ts', '// do not edit the order of these lines\nlet a;\n\n// ids are generated below\n'],
    ['a.ts', `const data = "${'x'.repeat(7_000)}";\n`],
    ['a.ts', `${'let value = 1;\n'.repeat(20_000)}`],
    ['a.ts', `${'a'.repeat(49_999)}\n${'x\n'.repeat(200)}${'b'.repeat(50_000)}`],
    ['a.ts', ''],
  ])('does not take %s with %j for generated', (path, text) => {
    expect(isGenerated(text, path)).toBe(false);
  });
});
