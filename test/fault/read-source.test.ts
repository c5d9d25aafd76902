import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readSource } from '../../src/ingest/walk/index.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';

/** Runs before every read of the source reader, standing in for another process that writes. */
let beforeRead: () => void = () => undefined;

vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs')>();
  const readSync = (file: number, buffer: NodeJS.ArrayBufferView, offset: number, length: number): number => {
    beforeRead();
    return original.readSync(file, buffer, offset, length, null);
  };
  return { ...original, readSync };
});

afterEach(() => {
  beforeRead = () => undefined;
});

describe('reading a file while it is written', () => {
  it('[U8] reads again after one interruption and gives the new content', () => {
    const file = makeFile();
    let writes = 0;
    beforeRead = () => {
      if (writes++ === 0) appendFileSync(file.absolutePath, 'let b;\n');
    };
    expect(readSource(file)).toMatchObject({ kind: 'source', text: 'let a;\nlet b;\n' });
  });

  it('[U8] gives up on a file that never rests instead of indexing a mixture', () => {
    const file = makeFile();
    beforeRead = () => appendFileSync(file.absolutePath, 'x');
    expect(readSource(file)).toMatchObject({ kind: 'skipped', code: 'FILE_CHANGED' });
  });

  it('[U8] reports a file that the disk refuses to read', () => {
    beforeRead = () => {
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    };
    expect(readSource(makeFile())).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('EIO') as string,
    });
  });
});

function makeFile(): { path: string; absolutePath: string; sizeBytes: number } {
  const root = temporaryFolder();
  writeTree(root, { 'a.ts': 'let a;\n' });
  return { path: 'a.ts', absolutePath: join(root, 'a.ts'), sizeBytes: 7 };
}
