import { describe, expect, it, onTestFinished } from 'vitest';
import { FactReader } from '../../src/graph/index.js';
import { MissingFacts } from '../../src/ingest/sync/partial-program.js';
import type { Database, SqlRow } from '../../src/sql/index.js';
import { partialOf, PROJECT_ID, stored, type Sources } from '../support/partial-programs.js';

const SOURCES: Sources = {
  'a.ts': "import { B } from './lib/b.js';\nexport class A extends B { run() { return this.help(); } }\n",
  'lib/b.ts': 'export class B { help() { return 1; } only() {} }\n',
  'lib/b.test.ts': 'export function test() {}\n',
  'lib/index.ts': "export * from './b.js';\n",
  'lib.old/c.ts': 'export class C { help() { return 2; } }\n',
  'shape.rs':
    'struct S;\nimpl S { fn new() -> S { S } }\nmod inner { impl super::S { fn more(&self) {} } impl super::T for super::S {} }\n',
};

async function opened(sources: Sources = SOURCES): Promise<Database> {
  const database = await stored(sources);
  onTestFinished(() => database.close());
  return database;
}

interface Ran {
  readonly sql: string;
  readonly parameters: SqlRow;
}

/** A database that notes what it is asked. */
function noting(database: Database, ran: Ran[]): Database {
  const all = async <T>(sql: string, parameters: SqlRow = []): Promise<T[]> => {
    ran.push({ sql, parameters });
    return database.all<T>(sql, parameters);
  };
  const noted: Pick<Database, 'all' | 'snapshot'> = {
    all,
    snapshot: (reads) =>
      reads({ all, first: (...args) => database.first(...args), iterate: (...args) => database.iterate(...args) }),
  };
  return Object.assign(Object.create(database) as Database, noted);
}

/** Calls every method for something that is there. */
async function askAll(reader: FactReader): Promise<void> {
  const ids = [...(await reader.files(PROJECT_ID, ['a.ts'], ['import'])).values()].flatMap((file) => file.ids);
  await reader.wholeFiles(PROJECT_ID, ['a.ts', 'lib/b.ts']);
  await reader.pathsOf(PROJECT_ID, ids);
  await reader.modulesByStem(PROJECT_ID, ['a', 'lib']);
  await reader.modulesInFolders(PROJECT_ID, ['', 'lib']);
  await reader.modulesNamed(PROJECT_ID, ['b.ts']);
  await reader.symbolsNamed(PROJECT_ID, ['A', 'B'], ['module']);
  await reader.soleMembers(PROJECT_ID, [{ name: 'help', languages: ['typescript'] }], ['class'], ['x.ts']);
  await reader.membersWrittenFor(PROJECT_ID, ['S']);
  await reader.inheritsFor(PROJECT_ID, ['S']);
  await reader.references(PROJECT_ID, ids);
}

describe('reading facts', () => {
  it('searches an index with every statement and scans no table', async () => {
    const database = await opened();
    const ran: Ran[] = [];
    await askAll(new FactReader(noting(database, ran)));
    expect(ran.length).toBeGreaterThanOrEqual(15);
    for (const analysed of [false, true]) {
      if (analysed) await database.write([{ sql: 'ANALYZE' }]);
      for (const { sql, parameters } of ran) {
        const plan = await database.all<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
        const scans = plan
          .map(({ detail }) => detail)
          .filter((detail) => /^SCAN (?!\w+ VIRTUAL TABLE|\(subquery)/.test(detail));
        expect(scans, sql).toEqual([]);
        expect(plan.map(({ detail }) => detail).join('\n')).not.toMatch(/idx_nodes_project|\(project_id=\?\)/);
      }
    }
  });

  it('finds the files of a stem, and those that stand for a folder of that name', async () => {
    const reader = new FactReader(await opened());
    const found = await reader.modulesByStem(PROJECT_ID, ['lib/b', 'lib', 'a', 'absent']);
    const paths = [...found].map(([stem, rows]) => [stem, rows.map((row) => row.filePath).sort()]);
    expect(Object.fromEntries(paths)).toEqual({
      'lib/b': ['lib/b.test.ts', 'lib/b.ts'],
      lib: ['lib/index.ts'],
      a: ['a.ts'],
    });
  });

  it('finds the files of a folder without those below', async () => {
    const reader = new FactReader(await opened());
    const found = await reader.modulesInFolders(PROJECT_ID, ['', 'lib', 'absent']);
    const names = [...found].map(([folder, rows]) => [folder, rows.map((row) => row.filePath).sort()]);
    expect(Object.fromEntries(names)).toEqual({
      '': ['a.ts', 'shape.rs'],
      lib: ['lib/b.test.ts', 'lib/b.ts', 'lib/index.ts'],
    });
  });

  it('reads at most two members of a name, in the languages and files that count', async () => {
    const many = Array.from({ length: 50 }, (_, n) => [`m${n}.ts`, 'export class M { help() {} }\n'] as const);
    const reader = new FactReader(await opened({ ...SOURCES, ...Object.fromEntries(many) }));
    const excluded = many.map(([path]) => path);
    const wanted = [
      { name: 'help', languages: ['typescript', 'tsx'] },
      { name: 'only', languages: ['typescript'] },
      { name: 'only', languages: ['python'] },
      { name: 'test', languages: ['typescript'] },
    ];
    const rowsOf = async (paths: readonly string[]): Promise<number[]> =>
      (await reader.soleMembers(PROJECT_ID, wanted, ['class'], paths)).map((rows) => rows.length);
    expect(await rowsOf([])).toEqual([2, 1, 0, 0]);
    expect(await rowsOf(excluded)).toEqual([2, 1, 0, 0]);
    expect(await rowsOf([...excluded, 'lib/b.ts'])).toEqual([1, 0, 0, 0]);
  });

  it('finds what is written for a type elsewhere by the last part of its name', async () => {
    const reader = new FactReader(await opened());
    const members = await reader.membersWrittenFor(PROJECT_ID, ['S', 'T']);
    expect([...members.keys()]).toEqual(['S']);
    expect(members.get('S')?.map((row) => row.name)).toContain('more');
    const inherits = await reader.inheritsFor(PROJECT_ID, ['S', 'T']);
    expect(inherits.get('S')?.map(({ reference }) => [reference.kind, reference.name])).toEqual([['inherit', 'T']]);
  });

  it('sees nothing of another project', async () => {
    const reader = new FactReader(await opened());
    expect(await reader.files('q', ['a.ts'])).toEqual(new Map());
    expect(await reader.pathsOf('q', [1, 2])).toEqual(new Map());
    expect(await reader.references('q', [1, 2])).toEqual(new Map());
    expect(await reader.inheritsFor('q', ['S'])).toEqual(new Map());
    expect(await reader.symbolsNamed('q', ['A'], ['module'])).toEqual(new Map());
  });
});

describe('a question that lacks facts', () => {
  it('is refused with one error for all, which costs no stack', async () => {
    const partial = partialOf(await opened(), { files: [], removed: new Set(), routes: new Map() });
    const refusal = (ask: () => unknown): unknown => {
      try {
        return ask();
      } catch (error) {
        return error;
      }
    };
    const first = refusal(() => partial.topLevel('A'));
    expect(first).toBeInstanceOf(MissingFacts);
    expect(refusal(() => partial.module('a.ts'))).toBe(first);
    await partial.load();
    expect([partial.topLevel('A'), partial.module('a.ts')]).toEqual([[expect.any(Number)], expect.any(Number)]);
  });
});
