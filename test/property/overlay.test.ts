import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { EditedFolder } from '../support/convergence/edited-folder.js';
import { dumpOf, indexFolder } from '../support/index-folder.js';
import { fileWith, markedDocument, scipBytes, unmarked } from '../support/scip-index.js';

/**
 * The law: what a store holds depends on the files and on what was imported last, not on the order in which
 * files were edited and indexes imported, taken back and imported again.
 */

const FILES = ['a.ts', 'b.ts', 'lib/c.ts'] as const;
const NAMES = ['f', 'g', 'h'] as const;

/** A call: what is written, in which file the index says that it leads, and to what. */
interface Call {
  readonly file: number;
  readonly name: number;
  readonly told: number;
}

interface Definition {
  readonly name: number;
  readonly calls: readonly Call[];
}

type World = readonly (readonly Definition[] | null)[];

type Step =
  | { readonly kind: 'edit'; readonly file: number; readonly to: readonly Definition[] | null }
  | { readonly kind: 'comment'; readonly file: number }
  | { readonly kind: 'undo'; readonly back: number }
  | { readonly kind: 'index'; readonly force: boolean }
  | { readonly kind: 'import'; readonly back: number; readonly files: readonly boolean[]; readonly tool: string }
  | { readonly kind: 'remove' };

const place = { file: fc.nat(FILES.length - 1), name: fc.nat(NAMES.length - 1) };
const call: fc.Arbitrary<Call> = fc.record({ ...place, told: fc.nat(NAMES.length - 1) });
const definition: fc.Arbitrary<Definition> = fc.record({ name: place.name, calls: fc.array(call, { maxLength: 3 }) });
const definitions = fc.uniqueArray(definition, { maxLength: 3, selector: ({ name }) => name });
const world: fc.Arbitrary<World> = fc.tuple(...FILES.map(() => definitions));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      file: place.file,
      to: fc.option(definitions, { freq: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('comment' as const), file: place.file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('undo' as const), back: fc.nat(4) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('index' as const), force: fc.nat(9).map((n) => n === 0) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('import' as const),
      back: fc.constantFrom(0, 0, 0, 1, 2),
      files: fc.tuple(...FILES.map(() => fc.nat(4).map((n) => n > 0))),
      tool: fc.constantFrom('one', 'one', 'other'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const) }) },
);

/** A source with marks for what the index says of it. */
function marked(file: number, defined: readonly Definition[], comments: number): string {
  const imports = FILES.map((path, at) =>
    at === file ? '' : `import * as m${at} from '${path.replace('.ts', '.js')}';\n`,
  );
  const bodies = defined.map(({ name, calls }) => {
    const written = calls.map((each) => {
      const target = `${FILES[each.file]}:${NAMES[each.told]}()`;
      return `${each.file === file ? '' : `m${each.file}.`}«${target} ${NAMES[each.name]}»(); `;
    });
    return `‹${NAMES[name]}() export function «=${NAMES[name]}() ${NAMES[name]}»() { ${written.join('')}}›\n`;
  });
  return '// note\n'.repeat(comments) + imports.join('') + bodies.join('');
}

class Play {
  private readonly folder = new EditedFolder();
  private readonly history: { readonly world: World; readonly comments: readonly number[] }[] = [];
  told = 0;

  constructor(
    private readonly store: Store,
    private world: World,
    private comments: readonly number[] = FILES.map(() => 0),
  ) {
    this.write();
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'edit':
        this.world = this.world.map((each, file) => (file === step.file ? step.to : each));
        return this.write();
      case 'comment':
        this.comments = this.comments.map((count, file) => (file === step.file ? (count + 1) % 3 : count));
        return this.write();
      case 'undo': {
        const past = this.history.at(-1 - step.back);
        if (past !== undefined) [this.world, this.comments] = [past.world, past.comments];
        return this.write();
      }
      case 'index':
        await indexFolder(this.store, this.folder.root, { projectId: 'p', force: step.force });
        break;
      case 'import':
        await this.import(step);
        break;
      case 'remove':
        await this.store.removeScip('p');
        break;
    }
    await this.check();
  }

  async check(): Promise<void> {
    const actual = await dumpOf(this.store);
    // The state in the store may be older than that on disk; the facts of the store are what is compared with.
    await indexFolder(this.store, this.folder.root, { projectId: 'p' });
    const [settled, expected] = [await dumpOf(this.store), await this.fromScratch()];
    expect(settled).toEqual(expected);
    this.told += actual.filter((line) => line.includes('"strategy":"scip"')).length;
  }

  close(): void {
    this.folder.delete();
  }

  private write(): void {
    this.history.push({ world: this.world, comments: this.comments });
    this.folder.change(
      Object.fromEntries(
        FILES.map((path, file) => {
          const text = this.textOf(this.world, this.comments, file);
          return [path, text === null ? null : unmarked(text)];
        }),
      ),
    );
  }

  private textOf(from: World, comments: readonly number[], file: number): string | null {
    const defined = from[file] ?? null;
    return defined === null ? null : marked(file, defined, comments[file] ?? 0);
  }

  private async import({ back, files, tool }: Step & { kind: 'import' }): Promise<void> {
    const { world: of, comments } = this.history.at(-1 - back) ?? { world: this.world, comments: this.comments };
    const documents = FILES.flatMap((path, file) => {
      const text = files[file] === true ? this.textOf(of, comments, file) : null;
      return text === null ? [] : [markedDocument(path, text, { withText: back % 2 === 1 })];
    });
    await this.store.importScip({ path: fileWith(scipBytes(documents, { tool })), projectId: 'p' });
  }

  private async fromScratch(): Promise<string[]> {
    const fresh = await openStore(':memory:');
    try {
      await fresh.precise.put('p', await this.store.precise.list('p'));
      await indexFolder(fresh, this.folder.root, { projectId: 'p' });
      return await dumpOf(fresh);
    } finally {
      await fresh.close();
    }
  }
}

describe('a project with imported indexes', () => {
  it('[I5] is after any edits and imports, in any order, what a clean rebuild with the same facts gives', async () => {
    let told = 0;
    await fc.assert(
      fc.asyncProperty(world, fc.array(step, { minLength: 4, maxLength: 14 }), async (start, steps) => {
        const store = await openStore(':memory:');
        const play = new Play(store, start);
        try {
          await play.take({ kind: 'index', force: false });
          await play.take({ kind: 'import', back: 0, files: FILES.map(() => true), tool: 'one' });
          for (const each of steps) await play.take(each);
          await play.check();
          expect((await store.verify({ deep: true })).checks.filter(({ ok }) => !ok)).toEqual([]);
          told += play.told;
        } finally {
          await store.close();
          play.close();
        }
      }),
      { numRuns: 25 },
    );
    expect(told).toBeGreaterThan(0);
  }, 120_000);
});
