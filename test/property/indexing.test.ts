import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store.js';
import { dumpFromScratch, dumpOf, indexFolder, SETTLED } from '../support/indexing.js';
import {
  asPython,
  asTypeScript,
  edit,
  edited,
  program,
  type Edit,
  type RandomProgram,
  type Spelling,
} from '../support/random-program.js';

/** The law: what a store holds of a folder depends on the folder's files, not on how they came to be so. */

interface Step {
  readonly edit: Edit;
  /** Whether the run may trust the times of files, or must read them. */
  readonly settled: boolean;
  readonly force: boolean;
}

const steps = fc.array(
  fc.record<Step>({ edit, settled: fc.boolean(), force: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0) }),
  { minLength: 8, maxLength: 12 },
);

/** A folder on disk that is made to hold just these files; only what differs is written. */
class Folder {
  readonly root = mkdtempSync(join(tmpdir(), 'lestockage-edits-'));
  private files: Readonly<Record<string, string>> = {};
  private writes = 0;

  hold(files: Readonly<Record<string, string>>): void {
    for (const path of Object.keys(this.files)) if (!(path in files)) rmSync(join(this.root, path));
    for (const [path, text] of Object.entries(files)) {
      if (this.files[path] === text) continue;
      const file = join(this.root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      // A time that no earlier state of the file had, however fast the edits follow each other.
      utimesSync(file, 1e9 + ++this.writes, 1e9 + this.writes);
    }
    this.files = files;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

async function staysInStep(spelling: Spelling, start: RandomProgram, script: readonly Step[]): Promise<void> {
  const folder = new Folder();
  const store = await openStore(':memory:');
  try {
    const history: RandomProgram[] = [];
    let current = start;
    const check = async (force: boolean, settled: boolean): Promise<void> => {
      folder.hold(spelling(current));
      await indexFolder(store, folder.root, { projectId: 'p', force }, settled ? SETTLED : Date.now);
      expect(await dumpOf(store)).toEqual(await dumpFromScratch(folder.root, 'p'));
    };
    await check(false, true);
    for (const { edit, settled, force } of script) {
      if (edit.kind === 'undo') current = history.pop() ?? start;
      else {
        history.push(current);
        current = edited(current, edit);
      }
      await check(force, settled);
    }
  } finally {
    await store.close();
    folder.remove();
  }
}

describe('after every edit an incremental run leaves what a run from scratch gives', () => {
  it.each([
    ['TypeScript', asTypeScript],
    ['Python', asPython],
  ] as const)('in %s', async (_language, spelling) => {
    await fc.assert(
      fc.asyncProperty(program, steps, async (start, script) => staysInStep(spelling, start, script)),
      { numRuns: 30 },
    );
  });

  it('in a folder of two languages', async () => {
    const both: Spelling = (program) => ({ ...asTypeScript(program), ...asPython(program) });
    await fc.assert(
      fc.asyncProperty(program, steps, async (start, script) => staysInStep(both, start, script)),
      { numRuns: 8 },
    );
  });
});
