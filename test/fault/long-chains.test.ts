import { describe, expect, it } from 'vitest';
import { dumpFromScratch, dumpOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { writeTree } from '../support/temporary-folder.js';

/** The law: however long a chain of names is, following it ends, and gives the same from either end. */

function chain(length: number, type: string): string {
  const links = Array.from({ length }, (_, at) => `const a${at + 1} = a${at};\n`);
  return [
    'class Box { open() { return 1; } }\nclass Bag { open() { return 2; } }\n',
    `const a0 = new ${type}();\n`,
    ...links,
    `export function last() { return a${length}.open(); }\nexport function middle() { return a${length >> 1}.open(); }\n`,
  ].join('');
}

describe('a chain of variables', () => {
  it.each([300, 4000])(
    '[U8] [I5] of %i is followed to its end, after an edit as in a run from scratch',
    async (length) => {
      const root = sourceFolder({ 'a.ts': chain(length, 'Box') });
      const store = await testStore();
      await indexFolder(store, root);
      for (const type of ['Bag', 'Box']) {
        writeTree(root, { 'a.ts': chain(length, type) });
        await indexFolder(store, root);
        const dump = await dumpOf(store);
        expect(dump.filter((line) => line.includes(`\tcall\ta.ts#${type}.open(method)`))).toHaveLength(2);
        expect(dump).toEqual(await dumpFromScratch(root));
      }
    },
  );
});
