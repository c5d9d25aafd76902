import { MemoryProgram, type SymbolIndex } from '../../binding/index.js';
import type { FactReader } from '../../graph/index.js';
import type { Fingerprint, ProjectId } from '../../model/index.js';
import { findChangedThings, namesAskedIn, type NumberedFile } from './changed-things.js';
import { nameThing, symbolThing, type NameQuestion, type SymbolQuestion } from './things.js';

/** Every question about one symbol; the compiler sees to it that none is left out. */
const QUESTIONS = Object.keys({
  symbol: true,
  own: true,
  interfaceHash: true,
  valueType: true,
  isScope: true,
  'references import': true,
  'references export': true,
  'references inherit': true,
  'references namespace': true,
} satisfies Record<SymbolQuestion, true>) as SymbolQuestion[];

/** Everything that would be another thing if a file went: what its symbols say, and what they give to others. */
export async function thingsOfFile(reader: FactReader, projectId: ProjectId, path: string): Promise<Set<Fingerprint>> {
  const before = (await reader.wholeFiles(projectId, [path])).get(path);
  if (before === undefined) return new Set();
  const { things: changed } = findChangedThings([{ path, before, after: undefined }], new MemoryProgram([]));
  return new Set([...changed.keys(), ...thingsOf(before, before.ids)]);
}

/** What some symbols of a file say by themselves. */
export async function thingsOfSymbols(
  reader: FactReader,
  projectId: ProjectId,
  path: string,
  ids: readonly SymbolIndex[],
): Promise<Set<Fingerprint>> {
  const file = (await reader.wholeFiles(projectId, [path])).get(path);
  return file === undefined ? new Set() : thingsOf(file, ids);
}

function thingsOf({ facts, ids: numbers }: NumberedFile, ids: readonly SymbolIndex[]): Set<Fingerprint> {
  const program = new MemoryProgram([facts], numbers);
  const things = new Set<Fingerprint>();
  for (const index of ids) {
    // The symbol may have gone since somebody asked about it.
    if (!program.has(index)) continue;
    for (const question of QUESTIONS) things.add(symbolThing(question, index));
    for (const [question, names] of Object.entries(namesAskedIn(program, index)) as [NameQuestion, Set<string>][]) {
      for (const name of names) things.add(nameThing(question, index, name));
    }
  }
  return things;
}
