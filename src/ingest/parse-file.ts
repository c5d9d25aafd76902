import { isLestockageError, type FileFacts, type NodeHash } from '../model/index.js';
import type { SourceParser } from './extract/grammars.js';
import { languageByName } from './languages/index.js';
import { readSource, type ReadLimits, type SkipCode, type WalkEntry } from './walk/index.js';

/** Longer than any real source takes; a guard against inputs made to be slow. */
const PARSE_TIMEOUT_MS = 10_000;

/**
 * The parser failed in a way that it cannot be trusted after: what runs as WebAssembly was left in the middle, and may
 * fail for every file from here on. Another thread has a parser of its own.
 */
export class ParserBroken extends Error {
  override readonly name = 'ParserBroken';
}

/** A file to bring up to date, with what was known of it. */
export interface ParseTask {
  readonly entry: WalkEntry;
  /** Hash of the bytes that were indexed last; null when the file is new or must be parsed anyway. */
  readonly knownHash: NodeHash | null;
  /** Parse it whatever is known of its content. */
  readonly isForced?: boolean;
}

export interface FileWarning {
  readonly code: string;
  readonly message: string;
}

interface FileState {
  readonly path: string;
  readonly contentHash: NodeHash;
  readonly sizeBytes: number;
  readonly statKey: string;
}

/** What came of a task. */
export type ParseOutcome =
  | (FileState & { readonly kind: 'same' })
  | (FileState & {
      /** `recalled`: the content was parsed at another time, or in another place. */
      readonly kind: 'parsed' | 'recalled';
      readonly facts: FileFacts;
      readonly warnings: readonly FileWarning[];
    })
  | {
      readonly kind: 'skipped';
      readonly path: string;
      readonly code: SkipCode | 'PARSE_FAILED';
      readonly message: string;
    };

/**
 * Reads a file and, if its bytes are not the known ones, extracts its facts. Throws nothing for what the file is but
 * {@link ParserBroken}, which may also be the fault of a file before it.
 */
export async function parseFile(parser: SourceParser, task: ParseTask, limits: ReadLimits): Promise<ParseOutcome> {
  const { path, language } = task.entry;
  const read = readSource(task.entry, limits);
  if (read.kind === 'skipped') return { kind: 'skipped', path, code: read.code, message: read.message };
  const state = { path, contentHash: read.contentHash, sizeBytes: read.sizeBytes, statKey: read.statKey };
  if (read.contentHash === task.knownHash) return { kind: 'same', ...state };
  const definition = languageByName(language);
  if (definition === undefined) throw new RangeError(`No language is called ${language}.`);
  // A grammar that cannot be loaded is no fault of the file: it ends the run.
  await parser.prepare(definition);
  const textBytes = Buffer.byteLength(read.text);
  try {
    const source = { path, text: read.text, textBytes, leadingBytes: read.bomBytes };
    const facts = await parser.parse(definition, source, PARSE_TIMEOUT_MS);
    return { kind: 'parsed', ...state, facts, warnings: warningsOf(facts, read.warning) };
  } catch (error) {
    if (isLestockageError(error)) return { kind: 'skipped', path, code: 'PARSE_FAILED', message: error.message };
    // A grammar that runs out of its memory or stack throws whatever its runtime throws.
    throw new ParserBroken(`the parser failed: ${String(error)}`, { cause: error });
  }
}

export function warningsOf(facts: FileFacts, ofReading: FileWarning | undefined): FileWarning[] {
  const warnings = ofReading === undefined ? [] : [ofReading];
  return facts.errorCount > 0 ? [...warnings, syntaxWarning(facts)] : warnings;
}

function syntaxWarning(facts: FileFacts): FileWarning {
  const places = facts.errorCount === 1 ? '1 place' : `${facts.errorCount} places`;
  return {
    code: 'SYNTAX_ERRORS',
    message: `${places} could not be parsed, the first in line ${facts.firstErrorLine}; what the parser understood around them is indexed.`,
  };
}
