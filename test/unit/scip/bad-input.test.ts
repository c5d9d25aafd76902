import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../../src/model/index.js';
import { failureOf, indexFolder, sourceFolder, testStore } from '../../support/indexing.js';
import { fileWith, markedDocument, named, scipBytes } from '../../support/scip-index.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const DOCUMENT = markedDocument('a.ts', '‹f() function «=f() f»() { «f() f»(); }›\n');

describe('a file that is no good SCIP index', () => {
  it.each([
    ['nothing', '', 'NOT_AN_INDEX'],
    ['a text', 'function f() {}\n', 'NOT_AN_INDEX'],
    ['JSON', '{"documents": []}', 'NOT_AN_INDEX'],
    ['a compressed file', Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), 'NOT_AN_INDEX'],
    ['documents without metadata', scipBytes([DOCUMENT]).subarray(scipBytes([]).length), 'NOT_AN_INDEX'],
    ['another version of the protocol', scipBytes([DOCUMENT], { version: 7 }), 'INDEX_VERSION'],
    [
      'a document that is none',
      Buffer.concat([scipBytes([DOCUMENT]), Buffer.from([0x12, 2, 0xff, 0xff])]),
      'INDEX_DAMAGED',
    ],
    ['bytes at the end', Buffer.concat([scipBytes([DOCUMENT]), Buffer.from([0x07])]), 'INDEX_DAMAGED'],
  ])('is refused: %s', async (_, bytes, code) => {
    const store = await testStore();
    const path = fileWith(bytes);
    const failure: unknown = await store.importScip({ path }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ParseError);
    expect(failure).toMatchObject({ code, details: { path } });
    expect(await store.projects.list()).toEqual([]);
  });

  it('is refused wherever it is cut short, with the place, and nothing is written', async () => {
    const store = await testStore();
    const bytes = scipBytes([DOCUMENT, markedDocument('b.ts', '«=g() g»\n')]);
    const ends = [scipBytes([]).length, scipBytes([DOCUMENT]).length];
    for (let length = 0; length < bytes.length; length++) {
      // A file that ends with a document is a smaller index.
      if (ends.includes(length)) continue;
      const code = await failureOf(store.importScip({ path: fileWith(bytes.subarray(0, length)), projectId: 'p' }));
      expect(['NOT_AN_INDEX', 'INDEX_DAMAGED'], `cut at ${length}`).toContain(code);
    }
    expect(await store.projects.list()).toEqual([]);
  });

  it('is named when it is absent or a folder', async () => {
    const store = await testStore();
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    expect(await failureOf(store.importScip({ path: join(folder, 'absent.scip') }))).toBe('FILE_NOT_FOUND');
    expect(await failureOf(store.importScip({ path: join(folder, 'sub') }))).toBe('INVALID_ARGUMENT');
    expect(await failureOf(store.importScip({ path: fileWith(scipBytes([])), projectId: 'a//b' }))).toBe(
      'INVALID_ARGUMENT',
    );
  });
});

describe('an index with faults', () => {
  it('is imported without what is wrong, which is told with its place', async () => {
    const store = await testStore();
    const path = fileWith(
      scipBytes([
        {
          ...DOCUMENT,
          occurrences: [
            ...(DOCUMENT.occurrences ?? []),
            { symbol: named('a.ts', 'g().'), symbolRoles: 1, range: [3] },
            { symbol: named('a.ts', 'h().'), symbolRoles: 1, range: [9, 5, 3, 1] },
            { symbol: 'not a symbol', symbolRoles: 1, range: [1, 0, 1] },
          ],
        },
        markedDocument('../../etc/passwd', '«=x. x»\n'),
        markedDocument('/abs.ts', '«=x. x»\n'),
        markedDocument('a.ts', '«=again() again»\n'),
      ]),
    );
    const report = await store.importScip({ path });
    expect(report).toMatchObject({ nodes: 2, files: { seen: 4, parsed: 1, skipped: 3 } });
    expect(report.warnings.map(({ file, code }) => [file, code])).toEqual([
      [path, 'INVALID_PATH'],
      ['a.ts', 'DOCUMENT_REPEATED'],
      ['a.ts', 'INVALID_RANGE'],
      ['a.ts', 'INVALID_SYMBOL'],
    ]);
    expect(report.warnings[0]?.message).toContain('../../etc/passwd');
    expect(await store.verify()).toMatchObject({ ok: true });
  });

  it('does not become a project in the place of one that was indexed from its folder', async () => {
    const store = await testStore();
    await indexFolder(store, sourceFolder({ 'a.ts': 'export const a = 1;\n' }));
    const before = await store.projects.list();
    const { warnings } = await store.importScip({ path: fileWith(scipBytes([DOCUMENT])) });
    expect(warnings).toMatchObject([{ file: 'a.ts', code: 'SOURCE_CHANGED' }]);
    expect(await store.projects.list()).toEqual(before);
    const report = await store.importScip({ path: fileWith(scipBytes([DOCUMENT])), projectId: 'p-scip' });
    expect(report.project).toBe('p-scip');
  });

  it('is not imported when the import is cancelled', async () => {
    const store = await testStore();
    const run = store.importScip({ path: fileWith(scipBytes([DOCUMENT])), signal: AbortSignal.abort() });
    expect(await failureOf(run)).toBe('CANCELLED');
    expect(await store.projects.list()).toEqual([]);
  });
});
