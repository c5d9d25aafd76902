import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderStemOf, SCOPE_REFERENCE_KINDS, stemOf, type Program } from '../../src/binding/index.js';
import { languageOf } from '../../src/ingest/languages/index.js';
import { MissingFacts } from '../../src/ingest/sync/partial-program.js';
import { nodeKey } from '../../src/model/index.js';
import type { Database } from '../../src/sql/index.js';
import { program, type RandomProgram } from '../support/convergence/program.js';
import { WRITERS, type Writer } from '../support/convergence/spellings/index.js';
import { LANGUAGE_CHANGES } from '../support/language-changes.js';
import {
  answerOf,
  bindingOf,
  changedProgram,
  partialOf,
  stored,
  type Changed,
  type Sources,
} from '../support/partial-programs.js';

/** The law: a program that is read from the store as it is asked says what the whole program says. */

/** So often at most the store is read to bind a symbol with a handful of references, whatever the size of the project. */
const FEW_LOADS = 12;
/** The same for symbols of random programs, where names lead from file to file to file. */
const SOME_LOADS = 24;

async function withChange(
  before: Sources,
  after: Sources,
  touched: readonly string[],
  check: (database: Database, changed: Changed) => Promise<void>,
  isTold = false,
): Promise<void> {
  const database = await stored(before, isTold);
  try {
    await check(database, await changedProgram(database, before, after, touched));
  } finally {
    await database.close();
  }
}

async function bindsAlike(database: Database, { whole, overlay }: Changed, maxLoads: number): Promise<void> {
  const kept = partialOf(database, overlay);
  for (const { index } of whole.symbols) {
    const expected = bindingOf(index)(whole);
    const fresh = await answerOf(partialOf(database, overlay), bindingOf(index));
    expect(fresh.value).toEqual(expected);
    expect(fresh.loads).toBeLessThanOrEqual(maxLoads);
    expect((await answerOf(kept, bindingOf(index))).value).toEqual(expected);
  }
}

/** Every question of a program, with every name that is in it and some that are not. */
function questionsAbout({ whole, files }: Changed, removed: Iterable<string>): ((program: Program) => unknown)[] {
  const names = new Set(['nothing', ...whole.symbols.map(({ name }) => name)]);
  const paths = [...files.map(({ facts }) => facts.path), ...removed, 'sub/absent.ts'];
  const folders = new Set(['', 'absent', ...paths.map((path) => path.slice(0, Math.max(path.lastIndexOf('/'), 0)))]);
  const questions: ((program: Program) => unknown)[] = [];
  for (const path of paths) {
    questions.push((each) => each.module(path));
    questions.push((each) => each.module(`${path}/index.ts`));
    questions.push((each) => each.modulesNamed(path.slice(path.lastIndexOf('/') + 1)));
  }
  for (const folder of folders) questions.push((each) => each.modulesIn(folder));
  const stems = paths.flatMap((path) => [stemOf(path), `${stemOf(path)}.test`, path, folderStemOf(path) ?? 'absent']);
  for (const stem of new Set([...stems, ...folders])) questions.push((each) => each.modulesAt(stem));
  for (const name of names) {
    questions.push((each) => each.topLevel(name));
    questions.push((each) => each.membersWrittenFor(name));
    questions.push((each) => each.inheritsFor(name));
    for (const family of ['js', 'c', 'python', 'go', 'rust', 'java', 'ruby']) {
      questions.push((each) => each.soleMember(name, family));
    }
  }
  for (const { index } of whole.symbols) {
    questions.push((each) => each.symbol(index));
    questions.push((each) => [each.visibility(index), each.valueType(index), each.hasBody(index)]);
    questions.push((each) => [each.isScope(index), each.outsideChildren(index)]);
    questions.push((each) => [each.allReferences(index), each.preciseOf(index)]);
    const { filePath, qualifiedName, nodeType, ordinal } = whole.symbol(index);
    for (const path of new Set([filePath, paths[index % paths.length] ?? filePath])) {
      questions.push((each) => each.keyed(nodeKey({ filePath: path, qualifiedName, nodeType, ordinal })));
    }
    for (const kind of SCOPE_REFERENCE_KINDS) questions.push((each) => each.references(index, kind));
    for (const name of names) {
      questions.push((each) => each.children(index, name));
      questions.push((each) => each.aliased(index, 'import', name));
      questions.push((each) => each.aliased(index, 'export', name));
    }
  }
  return questions;
}

async function answersAlike(database: Database, changed: Changed, seed: number): Promise<void> {
  const { whole, overlay } = changed;
  const questions = questionsAbout(changed, overlay.removed);
  // What was asked before decides what is known of a symbol by then.
  const start = seed % questions.length;
  const kept = partialOf(database, overlay);
  for (const ask of [...questions.slice(start), ...questions.slice(0, start)]) {
    expect((await answerOf(kept, ask)).value).toEqual(ask(whole));
  }
}

interface Draw {
  readonly before: RandomProgram;
  readonly after: RandomProgram;
  readonly same: readonly boolean[];
  readonly touched: readonly boolean[];
  readonly seed: number;
  /** Did compilers speak of some files? */
  readonly isTold: boolean;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  before: program,
  after: program,
  same: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  touched: fc
    .array(fc.integer({ min: 0, max: 4 }), { minLength: 8, maxLength: 8 })
    .map((all) => all.map((n) => n === 0)),
  seed: fc.nat(),
  isTold: fc.boolean(),
});

/** Files of the first program, some of them as they are in the second, which may not have them. */
function sourcesOf({ before, after, same, touched }: Draw, writer: Writer): [Sources, Sources, string[]] {
  const old = sourceFiles(writer(before));
  const now = sourceFiles(writer(after));
  const paths = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const final: Record<string, string> = {};
  for (const [position, path] of paths.entries()) {
    const text = same[position % same.length] === true ? old[path] : now[path];
    if (text !== undefined) final[path] = text;
  }
  return [old, final, paths.filter((_, position) => touched[position % touched.length] === true)];
}

function sourceFiles(files: Sources): Sources {
  const kept = Object.entries(files).filter(([path, text]) => languageOf(path) !== undefined && !text.includes('\0'));
  return Object.fromEntries(kept);
}

describe('a program that is read from the store as it is asked', () => {
  it.each(Object.entries(WRITERS))(
    'binds every symbol of random %s like the whole program',
    async (_language, writer) => {
      await fc.assert(
        fc.asyncProperty(draw, async (drawn) =>
          withChange(...sourcesOf(drawn, writer), (...change) => bindsAlike(...change, SOME_LOADS), drawn.isTold),
        ),
        { numRuns: 25 },
      );
    },
  );

  it.each(Object.entries(WRITERS))(
    'answers every question about random %s like the whole program',
    async (_language, writer) => {
      await fc.assert(
        fc.asyncProperty(draw, async (drawn) =>
          withChange(
            ...sourcesOf(drawn, writer),
            (database, changed) => answersAlike(database, changed, drawn.seed),
            drawn.isTold,
          ),
        ),
        { numRuns: 6 },
      );
    },
  );

  it.each(Object.entries(LANGUAGE_CHANGES))(
    'binds and answers in %s like the whole program',
    async (_language, change) => {
      const { before, after } = change;
      for (const [from, to] of [
        [before, after],
        [after, before],
        [before, before],
        [{}, after],
      ] as const) {
        for (const isTold of [false, true]) {
          const check = async (database: Database, changed: Changed): Promise<void> => {
            await bindsAlike(database, changed, FEW_LOADS);
            await answersAlike(database, changed, 0);
            await answersAlike(database, changed, 1000);
          };
          await withChange(from, to, [], check, isTold);
        }
      }
    },
  );

  it('knows no symbol that is not there', async () => {
    const before = { 'a.ts': 'export function f() {}\nexport function g() {}\n', 'b.ts': 'export const b = 1;\n' };
    await withChange(before, { 'a.ts': 'export function f() {}\n' }, [], async (database, { overlay, whole }) => {
      const ids = await database.all<{ readonly id: number }>('SELECT id FROM intel_nodes');
      const present = new Set(whole.symbols.map(({ index }) => index));
      const gone = ids.map(({ id }) => id).filter((id) => !present.has(id));
      expect(gone).toHaveLength(3);
      for (const id of [...gone, 999_999, -1]) {
        const partial = partialOf(database, overlay);
        await expect(answerOf(partial, (each) => each.symbol(id))).rejects.toThrow(RangeError);
        await expect(answerOf(partial, (each) => each.allReferences(id))).rejects.toThrow(RangeError);
        await expect(answerOf(partial, (each) => each.children(id, 'f'))).rejects.toThrow(RangeError);
      }
    });
  });

  it('gives the facts of files that were read ahead', async () => {
    const before = {
      'a.ts': 'export const a = 1;\n',
      'b.ts': 'export const b = 1;\n',
      'c.ts': 'export const c = 1;\n',
    };
    const after = { 'a.ts': before['a.ts'], 'b.ts': 'export const b = 2, d = 3;\n' };
    await withChange(before, after, [], async (database, { overlay, files }) => {
      const partial = partialOf(database, overlay);
      expect(() => partial.factsOf('a.ts')).toThrow(MissingFacts);
      await partial.ensureFiles(['a.ts', 'b.ts', 'c.ts', 'd.ts']);
      for (const { facts, ids } of files) {
        expect(partial.factsOf(facts.path)?.symbols).toEqual(facts.symbols);
        expect(partial.idsOf(facts.path)).toEqual(ids);
      }
      expect([partial.factsOf('c.ts'), partial.idsOf('d.ts')]).toEqual([undefined, undefined]);
    });
  });
});
