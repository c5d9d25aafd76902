import {
  NODE_TYPES,
  REFERENCE_KINDS,
  VISIBILITIES,
  type FileFacts,
  type NodeHash,
  type ReferenceFact,
  type SymbolFact,
} from '../model/index.js';
import type { ParseOutcome } from './parse-file.js';

/** Facts of some files as they go from one thread to another: each text once, and numbers for all else. */
interface PackedFacts {
  readonly texts: readonly string[];
  /** See {@link PackedFactsBuilder.add} for the order. Texts are named by their positions, -1 is null. */
  readonly numbers: Int32Array;
}

const NONE = -1;

type WithoutFacts<Outcome> = Outcome extends { readonly facts: FileFacts } ? Omit<Outcome, 'facts'> : Outcome;

/** Outcomes as they go from one thread to another, and the facts of those that have some, in their order. */
export interface PackedOutcomes {
  readonly outcomes: readonly WithoutFacts<ParseOutcome>[];
  readonly facts: PackedFacts;
}

export function packOutcomes(outcomes: readonly ParseOutcome[]): PackedOutcomes {
  const builder = new PackedFactsBuilder();
  const bare = outcomes.map((outcome): WithoutFacts<ParseOutcome> => {
    if (outcome.kind === 'same' || outcome.kind === 'skipped') return outcome;
    const { facts, ...rest } = outcome;
    builder.add(facts);
    return rest;
  });
  return { outcomes: bare, facts: builder.take() };
}

/** Packs the facts of several files. */
class PackedFactsBuilder {
  private readonly positions = new Map<string, number>();
  private readonly numbers: number[] = [];

  add({ path, language, symbols, references, errorCount, firstErrorLine }: FileFacts): void {
    const { numbers } = this;
    numbers.push(this.text(path), this.text(language), errorCount, firstErrorLine, symbols.length, references.length);
    for (const symbol of symbols) {
      numbers.push(
        this.text(symbol.name),
        this.text(symbol.qualifiedName),
        NODE_TYPES.indexOf(symbol.nodeType),
        symbol.parent,
        symbol.ordinal,
        this.text(symbol.signature),
        this.text(symbol.documentation),
        VISIBILITIES.indexOf(symbol.visibility),
        symbol.complexity ?? NONE,
        this.text(symbol.contentHash),
        this.text(symbol.interfaceHash),
        this.text(symbol.valueType),
        symbol.startByte,
        symbol.endByte,
        symbol.startLine,
        symbol.endLine,
      );
    }
    for (const { source, kind, name, receiver, alias, count, line } of references) {
      const texts = [this.text(name), this.text(receiver), this.text(alias)] as const;
      numbers.push(source, REFERENCE_KINDS.indexOf(kind), ...texts, count, line);
    }
  }

  take(): PackedFacts {
    return { texts: [...this.positions.keys()], numbers: Int32Array.from(this.numbers) };
  }

  private text(text: string | null): number {
    if (text === null) return NONE;
    let position = this.positions.get(text);
    if (position === undefined) this.positions.set(text, (position = this.positions.size));
    return position;
  }
}

/** Longer texts are rarely said twice. */
const LONGEST_SHARED = 64;

/** Unpacks outcomes, with one text in memory for equal ones of all files: names are written many times. */
export class FactsUnpacker {
  private readonly shared = new Map<string, string>();

  unpack({ outcomes, facts }: PackedOutcomes): ParseOutcome[] {
    const files = this.files(facts);
    let at = 0;
    return outcomes.map((outcome) => {
      if (outcome.kind === 'same' || outcome.kind === 'skipped') return outcome;
      const own = files[at++];
      if (own === undefined) throw new RangeError(`The facts of ${outcome.path} are missing.`);
      return { ...outcome, facts: own };
    });
  }

  /** The facts of files in the order in which they were added. */
  private files({ texts: given, numbers }: PackedFacts): FileFacts[] {
    const texts = given.map((text) => this.share(text));
    const files: FileFacts[] = [];
    let at = 0;
    const next = (): number => numbers[at++] ?? 0;
    const text = (): string => texts[next()] ?? '';
    const optional = (): string | null => {
      const position = next();
      return position === NONE ? null : (texts[position] ?? null);
    };
    while (at < numbers.length) {
      const [path, language] = [text(), text()];
      const [errorCount, firstErrorLine, symbolCount, referenceCount] = [next(), next(), next(), next()];
      const symbols: SymbolFact[] = [];
      for (let left = symbolCount; left > 0; left--) {
        symbols.push({
          name: text(),
          qualifiedName: text(),
          nodeType: NODE_TYPES[next()] ?? 'module',
          parent: next(),
          ordinal: next(),
          signature: optional(),
          documentation: optional(),
          visibility: VISIBILITIES[next()] ?? 'public',
          complexity: orNull(next()),
          contentHash: text() as NodeHash,
          interfaceHash: text() as NodeHash,
          valueType: optional(),
          startByte: next(),
          endByte: next(),
          startLine: next(),
          endLine: next(),
        });
      }
      const references: ReferenceFact[] = [];
      for (let left = referenceCount; left > 0; left--) {
        references.push({
          source: next(),
          kind: REFERENCE_KINDS[next()] ?? 'read',
          name: text(),
          receiver: optional(),
          alias: optional(),
          count: next(),
          line: next(),
        });
      }
      files.push({ path, language, symbols, references, errorCount, firstErrorLine });
    }
    return files;
  }

  private share(text: string): string {
    if (text.length > LONGEST_SHARED) return text;
    const known = this.shared.get(text);
    if (known !== undefined) return known;
    this.shared.set(text, text);
    return text;
  }
}

function orNull(value: number): number | null {
  return value === NONE ? null : value;
}
