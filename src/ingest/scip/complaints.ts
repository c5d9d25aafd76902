import type { IndexWarning } from '../indexer.js';

type ComplaintCode =
  | 'INVALID_PATH'
  | 'INVALID_RANGE'
  | 'INVALID_SYMBOL'
  | 'DOCUMENT_REPEATED'
  | 'SOURCE_CHANGED'
  | 'FILE_NOT_INDEXED'
  | 'NO_ENCLOSING_RANGES'
  | 'EXTERNAL_SYMBOLS';

/** How each is told: what there were so many of, and what came of it. */
const SENTENCES: Readonly<Record<ComplaintCode, readonly [what: string, outcome: string]>> = {
  INVALID_PATH: ['path that leaves the project or is empty', 'the documents are left out'],
  INVALID_RANGE: ['occurrence whose range is no range', 'they are left out'],
  INVALID_SYMBOL: ['symbol that cannot be read', 'they are left out'],
  DOCUMENT_REPEATED: ['document that is there a second time', 'the first is used'],
  SOURCE_CHANGED: ['file that is not the one that was indexed', 'what its text would have told is left out'],
  FILE_NOT_INDEXED: ['document of a file that the project does not have', 'they are left out'],
  NO_ENCLOSING_RANGES: [
    'document whose index does not say how far definitions go and whose source is not at hand',
    'references count for the nearest definition before them, with confidence 0.5',
  ],
  EXTERNAL_SYMBOLS: ['symbol that the index does not define', 'references to them make no edges'],
};
const EXAMPLES = 3;
const EXAMPLE_LENGTH = 120;

interface Complaint {
  count: number;
  readonly examples: string[];
}

/** What was found wrong, or lacking, in an index: counted, with the file and the text where it was first. */
export class Complaints {
  private readonly found = new Map<string, Complaint & { readonly code: ComplaintCode; readonly file: string }>();

  /** Warnings about documents are counted for each document; `file` is the index for those about all of it. */
  add(code: ComplaintCode, file: string, example: string, count = 1): void {
    const key = `${code} ${file}`;
    const known = this.found.get(key) ?? { code, file, count: 0, examples: [] };
    this.found.set(key, known);
    known.count += count;
    if (known.examples.length < EXAMPLES) known.examples.push(example.slice(0, EXAMPLE_LENGTH));
  }

  /** By file, then code. */
  warnings(): IndexWarning[] {
    return [...this.found.values()]
      .map(({ code, file, count, examples }) => ({ file, code, message: messageOf(code, count, examples) }))
      .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.code < b.code ? -1 : 1));
  }
}

function messageOf(code: ComplaintCode, count: number, examples: readonly string[]): string {
  const [what, outcome] = SENTENCES[code];
  const shown = examples.filter((example) => example !== '');
  const list = shown.length === 0 ? '' : ` (${shown.join(', ')}${count > shown.length ? ', …' : ''})`;
  return `${count} × ${what}${list}: ${outcome}.`;
}
