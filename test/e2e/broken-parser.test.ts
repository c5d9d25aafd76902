import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { dumpFromScratch } from '../support/indexing.js';

// Threads run compiled files only, so these are the modules that the package is joined from, which have the types of the sources.
const built = new URL('../../.cache/modules/index.js', import.meta.url).href;
const { openStore } = (await import(built)) as typeof import('../../src/index.js');
const grammars = new URL('../../.cache/modules/ingest/extract/grammars.js', import.meta.url).href;
const { SourceParser } = (await import(grammars)) as typeof import('../../src/ingest/extract/grammars.js');

const SOURCES = fileURLToPath(new URL('../../node_modules/rxjs/src/internal/operators', import.meta.url));

/** The law: a file that breaks the parser costs itself alone, not what is parsed after it. */

it('[U8] a parser that broke in the middle of a run is replaced, and no file is lost for it', async () => {
  let parsed = 0;
  const whole = new SourceParser();
  const parse = whole.parse.bind(whole);
  vi.spyOn(SourceParser.prototype, 'parse').mockImplementation(async (...args) => {
    // As WebAssembly that was left in the middle of something fails from then on.
    if (++parsed > 5) throw new RangeError('Maximum call stack size exceeded');
    return parse(...args);
  });
  const store = await openStore(':memory:');
  try {
    for (const force of [false, true]) {
      const { files, warnings } = await store.index({ root: SOURCES, projectId: 'p', workers: 0, embed: false, force });
      expect([warnings, files.parsed === files.seen]).toEqual([[], true]);
    }
    expect(parsed).toBe(6);
    const lines: string[] = [];
    for await (const line of store.dump()) lines.push(line);
    vi.restoreAllMocks();
    expect(lines).toEqual(await dumpFromScratch(SOURCES, 'p'));
  } finally {
    await store.close();
  }
});
