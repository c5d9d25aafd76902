import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentsOf, decodePack, encodePack, type Memo, type Pack } from '../../src/incremental/pack.js';
import type { IndexQueryEvent, IndexReport } from '../../src/ingest/index.js';
import { NodeHash, type NodeId } from '../../src/model/index.js';
import { openDatabase } from '../../src/sql/index.js';
import type { Store } from '../../src/store/index.js';
import { dumpFromScratch, dumpOf, indexFolder, sourceFolder, testStore } from '../support/indexing.js';
import { faultsInIndex } from '../support/memo-invariants.js';
import { temporaryFolder, writeTree } from '../support/temporary-folder.js';
import { RowCounter } from '../support/written-rows.js';

/**
 * The law: a run does the work that the change makes necessary, to the last computation, and writes the
 * rows that differ, to the last row; whatever was done for a content before is not done again.
 */

/** One program in several languages: `area` is used by two files, `perimeter` by one, and `main` by none. */
interface Example {
  readonly files: Readonly<Record<string, string>>;
  readonly shape: string;
  readonly comment: string;
  /** Of the file with `area`: a comment, another indentation, another body, one more parameter, another order. */
  readonly commented: string;
  readonly indented: string;
  readonly body: string;
  readonly parameter: string;
  readonly reordered: string;
  /** The files with `area` called `surface` throughout. */
  readonly renamed: Readonly<Record<string, string>>;
  /** A new name for the file that uses both. */
  readonly moved: readonly [from: string, to: string];
}

type Templates = Readonly<Record<string, string>>;

function renamedIn(files: Templates): Templates {
  const changed = Object.entries(files).filter(([, text]) => text.includes('area'));
  return Object.fromEntries(changed.map(([path, text]) => [path, text.replaceAll('area', 'surface')]));
}

/** Edits are texts that are replaced in the file `shape`. */
function example(
  files: Templates,
  shape: string,
  comment: string,
  edits: Readonly<Record<'indented' | 'body' | 'parameter', readonly [string, string]>>,
  moved: readonly [string, string],
): Example {
  const text = files[shape] ?? '';
  const edited = ([find, replacement]: readonly [string, string]): string => {
    if (text.split(find).length !== 2) throw new RangeError(`${find} is not in ${shape} once.`);
    return text.replace(find, replacement);
  };
  const [head = '', ...definitions] = text.split('// \n').length > 1 ? text.split('// \n') : text.split('# \n');
  return {
    files,
    shape,
    comment,
    commented: text.replace(comment, `${comment} told otherwise`),
    indented: edited(edits.indented),
    body: edited(edits.body),
    parameter: edited(edits.parameter),
    reordered: [head, ...definitions.reverse()].join(''),
    renamed: renamedIn(files),
    moved,
  };
}

const EXAMPLES: Readonly<Record<string, Example>> = {
  TypeScript: example(
    {
      'shape.ts':
        '// About shapes\n// \nexport function area(side: number): number {\n  return side * side;\n}\n// \nexport function perimeter(side: number): number {\n  return 4 * side;\n}\n',
      'one.ts': "import { area } from './shape.js';\nexport function one() {\n  return area(1);\n}\n",
      'lib/two.ts':
        "import { area, perimeter } from '../shape.js';\nexport function two() {\n  return area(2) + perimeter(2);\n}\nexport function apart() {\n  return 2;\n}\n",
    },
    'shape.ts',
    '// About shapes',
    {
      indented: ['  return side * side;', '      return side\n        * side;'],
      body: ['side * side', 'side ** 2'],
      parameter: ['area(side: number)', 'area(side: number, other: number)'],
    },
    ['lib/two.ts', 'lib/second.ts'],
  ),
  Python: example(
    {
      'shape.py':
        '# About shapes\n# \ndef area(side):\n    return side * side\n# \ndef perimeter(side):\n    return 4 * side\n',
      'one.py': 'from shape import area\n\ndef one():\n    return area(1)\n',
      'two.py':
        'from shape import area, perimeter\n\ndef two():\n    return area(2) + perimeter(2)\n\ndef apart():\n    return 2\n',
    },
    'shape.py',
    '# About shapes',
    {
      indented: ['    return side * side', '        return side   *   side'],
      body: ['side * side', 'side ** 2'],
      parameter: ['area(side)', 'area(side, other)'],
    },
    ['two.py', 'second.py'],
  ),
  Go: example(
    {
      'shape.go':
        'package shapes\n// About shapes\n// \nfunc area(side int) int {\n\treturn side * side\n}\n// \nfunc perimeter(side int) int {\n\treturn 4 * side\n}\n',
      'one.go': 'package shapes\n\nfunc one() int {\n\treturn area(1)\n}\n',
      'two.go':
        'package shapes\n\nfunc two() int {\n\treturn area(2) + perimeter(2)\n}\n\nfunc apart() int {\n\treturn 2\n}\n',
    },
    'shape.go',
    '// About shapes',
    {
      indented: ['\treturn side * side', '\t\treturn side   *   side'],
      body: ['side * side', 'side * side * 1'],
      parameter: ['area(side int)', 'area(side int, other int)'],
    },
    ['two.go', 'second.go'],
  ),
  Rust: example(
    {
      'src/lib.rs': 'mod shape;\nmod one;\nmod two;\n',
      'src/shape.rs':
        '// About shapes\n// \npub fn area(side: u32) -> u32 {\n    side * side\n}\n// \npub fn perimeter(side: u32) -> u32 {\n    4 * side\n}\n',
      'src/one.rs': 'use crate::shape::area;\n\npub fn one() -> u32 {\n    area(1)\n}\n',
      'src/two.rs':
        'use crate::shape::{area, perimeter};\n\npub fn two() -> u32 {\n    area(2) + perimeter(2)\n}\n\npub fn apart() -> u32 {\n    2\n}\n',
    },
    'src/shape.rs',
    '// About shapes',
    {
      indented: ['    side * side', '        side   *   side'],
      body: ['side * side', 'side * side * 1'],
      parameter: ['area(side: u32)', 'area(side: u32, other: u32)'],
    },
    ['src/two.rs', 'src/second.rs'],
  ),
};

const LANGUAGES = Object.keys(EXAMPLES);

/** A folder, a store of it on disk that is up to date, and what is written into that from now on. */
async function indexed(files: Templates): Promise<Place> {
  const root = sourceFolder(files);
  const path = join(temporaryFolder(), 'code.db');
  const store = await testStore(path);
  await indexFolder(store, root);
  const rows = new RowCounter(path);
  onTestFinished(() => rows.close());
  return new Place(root, path, store, rows);
}

class Place {
  constructor(
    readonly root: string,
    readonly path: string,
    readonly store: Store,
    readonly rows: RowCounter,
  ) {}

  /** Writes files and indexes; what the store then holds must be what a run from scratch gives. */
  async write(files: Templates, options: Parameters<typeof indexFolder>[2] = {}): Promise<Done> {
    writeTree(this.root, files);
    return this.run(options);
  }

  async run(options: Parameters<typeof indexFolder>[2] = {}): Promise<Done> {
    const events: IndexQueryEvent[] = [];
    this.rows.take();
    const report = await indexFolder(this.store, this.root, { ...options, onQuery: (event) => events.push(event) });
    const written = this.rows.take();
    expect(await dumpOf(this.store)).toEqual(await dumpFromScratch(this.root));
    return { report, events, written, bound: await this.boundBy(events) };
  }

  /** Keys of the symbols whose binding was computed, without the endings of their files. */
  private async boundBy(events: readonly IndexQueryEvent[]): Promise<string[]> {
    const bound = events.filter(({ query, action }) => query === 'bindings' && action !== 'validated');
    const keys = await Promise.all(
      bound.map(async ({ key }) => (await this.store.nodes.get(Number(key) as NodeId))?.key ?? key),
    );
    return keys.map((key) => key.replace(/^(?:.*\/)?(\w+)\.\w+#/, '$1#')).sort();
  }
}

interface Done {
  readonly report: IndexReport;
  readonly events: readonly IndexQueryEvent[];
  readonly written: ReturnType<RowCounter['take']>;
  readonly bound: readonly string[];
}

function workOf({ report }: Done): number[] {
  const { parse, analysis, bindings } = report.recomputed;
  return [parse, analysis, bindings];
}

function exampleOf(language: string): Example {
  const found = EXAMPLES[language];
  if (found === undefined) throw new RangeError(`No example in ${language}.`);
  return found;
}

describe.each(LANGUAGES)('in %s', (language) => {
  const { files, shape, commented, indented, body, parameter, reordered, renamed, moved } = exampleOf(language);

  it('[I6] no change is no work: nothing is parsed, analysed, bound or written', async () => {
    const place = await indexed(files);
    const done = await place.run();
    expect([workOf(done), done.written, done.report.generation]).toEqual([[0, 0, 0], {}, 1]);
  });

  it('[I6] an edit of a comment is parsed, and neither analysed nor bound: no edge and no stored result is written', async () => {
    const place = await indexed(files);
    const done = await place.write({ [shape]: commented });
    expect(workOf(done)).toEqual([1, 0, 0]);
    const { intel_edges: edges, memo_packs: packs, memo_dependents: index, analysis_cache: analyses } = done.written;
    expect([edges, packs, index, analyses]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('[I6] another indentation is parsed, and neither analysed nor bound', async () => {
    const place = await indexed(files);
    const done = await place.write({ [shape]: indented });
    expect(workOf(done)).toEqual([1, 0, 0]);
    expect([done.written.intel_edges, done.written.memo_packs]).toEqual([undefined, undefined]);
  });

  it('[I6] another order of functions binds the module alone, whose content it is, and writes no edge', async () => {
    const place = await indexed(files);
    const done = await place.write({ [shape]: reordered });
    expect(workOf(done)).toEqual([1, 0, 1]);
    expect(done.bound).toEqual(['shape#(module)']);
    expect(done.written.intel_edges).toBeUndefined();
  });

  it('[I6] an edit of a body is one parse, one analysis, one binding', async () => {
    const place = await indexed(files);
    const done = await place.write({ [shape]: body });
    expect(workOf(done)).toEqual([1, 1, 1]);
    expect(done.bound).toEqual(['shape#area(function)']);
    expect([done.written.intel_edges, done.written.analysis_cache]).toEqual([undefined, 1]);
  });

  it('[I6] one parameter more binds the function and the symbols that call it', async () => {
    const place = await indexed(files);
    const done = await place.write({ [shape]: parameter });
    const [parse, , bindings] = workOf(done);
    expect(parse).toBe(1);
    expect(done.bound).toEqual([...CALLERS, 'shape#area(function)'].sort());
    expect(bindings).toBe(done.bound.length);
    expect(done.bound).not.toContain('two#apart(function)');
    expect(done.bound).not.toContain('shape#perimeter(function)');
  });

  it('[I6] a function that is called otherwise throughout binds what has the old name or the new in it', async () => {
    const place = await indexed(files);
    const done = await place.write(renamed);
    expect(done.report.recomputed.parse).toBe(Object.keys(renamed).length);
    // The module that it is in lists it, and those that import it by name mention it.
    const importers = language === 'Go' ? [] : ['one#(module)', 'two#(module)'];
    expect(done.bound).toEqual([...CALLERS, ...importers, 'shape#(module)', 'shape#surface(function)'].sort());
    expect(done.report.recomputed.bindings).toBe(done.bound.length);
  });

  it('[I6] an undo parses and analyses nothing, and binds no more than the edit did', async () => {
    const place = await indexed(files);
    for (const edit of [{ [shape]: body }, { [shape]: parameter }, renamed]) {
      const forth = await place.write(edit);
      const back = await place.write(files);
      expect(workOf(back).slice(0, 2)).toEqual([0, 0]);
      expect(back.report.recomputed.bindings).toBeLessThanOrEqual(forth.report.recomputed.bindings);
      // What goes and comes back is a symbol like any other: the ones beside it are left alone.
      expect(back.bound).not.toContain('two#apart(function)');
      expect(back.bound).not.toContain('shape#perimeter(function)');
    }
  });

  it('[I6] another name of a file parses and analyses nothing', async () => {
    const place = await indexed(files);
    const [from, to] = moved;
    renameSync(join(place.root, from), join(place.root, to));
    const done = await place.run();
    expect(workOf(done).slice(0, 2)).toEqual([0, 0]);
    expect(done.report.files).toMatchObject({ removed: 1, parsed: 0 });
    // Nothing is kept of a file that is gone.
    const kept = place.rows.rows<{ partition: string }>('SELECT partition FROM memo_packs ORDER BY partition');
    expect(kept.map(({ partition }) => partition)).toEqual(
      [...Object.keys(files).filter((path) => path !== from), to].sort(),
    );
  });

  it('[I6] a branch is parsed once: on the way back nothing is, and no row of the analyses is written', async () => {
    const place = await indexed(files);
    const branch = { ...renamed, [shape]: `${renamed[shape] ?? ''}\n` };
    await place.write(branch);
    for (const state of [files, branch, files]) {
      const done = await place.write(state);
      expect(workOf(done).slice(0, 2)).toEqual([0, 0]);
      expect(done.written.analysis_cache).toBeUndefined();
    }
  });

  it('[I4] [I6] another version of the parser parses and analyses all, and binds nothing', async () => {
    const place = await indexed(files);
    place.rows.change('UPDATE files SET facts_version = 0');
    place.rows.change(`UPDATE analysis_cache SET complexity_metrics = CAST('{"analyzer":0,"cyclomatic":1}' AS BLOB)`);
    const analyses = place.rows.rows('SELECT 1 FROM analysis_cache').length;
    const done = await place.run();
    expect(workOf(done)).toEqual([Object.keys(files).length, analyses, 0]);
    expect(analyses).toBeGreaterThan(0);
    expect([done.written.intel_edges, done.written.memo_packs]).toEqual([undefined, undefined]);
    expect(new Set(done.events.map(({ reason }) => reason))).toEqual(new Set(['version']));
  });

  it('[I4] [I6] another version of the binder binds all: as nothing comes out otherwise, no edge is written', async () => {
    const place = await indexed(files);
    place.rows.change('UPDATE query_versions SET version = version + 100');
    for (const { id, data } of place.rows.rows<{ id: number; data: Uint8Array }>('SELECT id, data FROM memo_packs')) {
      const earlier = encodePack(ofVersion(decodePack(data) ?? { roots: [] }, 100));
      place.rows.change('UPDATE memo_packs SET data = ?, checksum = ? WHERE id = ?', earlier, digest(earlier), id);
    }
    const symbols = place.rows.rows('SELECT 1 FROM intel_nodes').length;
    const done = await place.run();
    expect(workOf(done)).toEqual([0, 0, symbols]);
    const bindings = done.events.filter(({ query }) => query === 'bindings');
    expect(new Set(bindings.map(({ action, reason }) => `${action} ${reason}`))).toEqual(
      new Set(['backdated version']),
    );
    expect(done.written.intel_edges).toBeUndefined();
    expect((await place.run()).written).toEqual({});
  });

  it('[I4] the log of a run names each computation that ran, once, and what it ran for', async () => {
    const place = await indexed(files);
    const done = await place.write({ [shape]: body });
    const executed = done.events.filter(({ action }) => action !== 'validated');
    expect(executed.map(({ query, reason }) => `${query} ${reason}`).sort()).toEqual(
      expect.arrayContaining(['analysis new', 'bindings changed', 'parse changed']),
    );
    expect(executed.filter(({ query }) => query === 'parse').map(({ partition }) => partition)).toEqual([shape]);
    expect(new Set(executed.map(({ query, key, partition }) => `${query} ${key} ${partition}`)).size).toBe(
      executed.length,
    );
  });
});

/** The symbols that call `area`. */
const CALLERS = ['one#one(function)', 'two#two(function)'];

/** The same results, made by another version. */
function ofVersion(pack: Pack, offset: number): Pack {
  const made = new Map<Memo, Memo>();
  for (const memo of contentsOf(pack).memos) {
    const reads = memo.reads.map((read) => ('query' in read ? (made.get(read) ?? read) : read));
    made.set(memo, { ...memo, version: memo.version + offset, reads });
  }
  return { roots: pack.roots.map((root) => made.get(root) ?? root) };
}

function digest(bytes: Uint8Array): Uint8Array {
  return NodeHash.toBytes(NodeHash.of(bytes));
}

describe('results that are kept from run to run', () => {
  it('[I4] are used by a process that opens the store later', async () => {
    const { files, shape, body } = exampleOf('TypeScript');
    const root = sourceFolder(files);
    const path = join(temporaryFolder(), 'code.db');
    const first = await testStore(path);
    await indexFolder(first, root);
    await first.close();
    writeTree(root, { [shape]: body });
    const second = await testStore(path);
    expect((await indexFolder(second, root)).recomputed).toMatchObject({ parse: 1, analysis: 1, bindings: 1 });
  });

  it('have an index that says what they say, after every kind of edit', async () => {
    for (const language of LANGUAGES) {
      const { files, shape, commented, body, parameter, renamed } = exampleOf(language);
      const place = await indexed(files);
      const database = await openDatabase({ path: place.path });
      onTestFinished(() => database.close());
      for (const edit of [{ [shape]: commented }, { [shape]: body }, { [shape]: parameter }, renamed, files]) {
        await place.write(edit);
        const { checks } = await place.store.verify();
        expect(checks.filter(({ ok }) => !ok)).toEqual([]);
        expect(await faultsInIndex(database)).toEqual([]);
      }
    }
  });
});
