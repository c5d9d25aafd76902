/** Something about an imported database that the user should know; the rest was imported. */
export interface ImportFinding {
  /** The imported file. */
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

/** What is said of so many rows, each with what came of it. */
const SENTENCES = {
  DANGLING_EDGES: 'edges that start or end at a node that is not there are left out',
  EDGES_TO_OTHERS: 'edges to projects that were not imported are left out',
  UNKNOWN_NODE_TYPES:
    'nodes of types that have no counterpart have the nearest type; their documentation names their own',
  UNKNOWN_EDGE_TYPES:
    'edges of types that have no counterpart have the nearest type; `originalType` in their metadata names their own',
  MERGED_EDGES:
    'edges have the same ends and nearest type as another one; that one has them in its metadata under `also`',
  INVALID_METADATA: 'edges have metadata that is no JSON object; they are imported without it',
  INVALID_EMBEDDINGS: 'nodes have an embedding that is not of its format; they are imported without it',
  INVALID_RANGES: 'nodes have a byte range that is none; they are imported without it',
  INVALID_HASHES: 'nodes have a content hash that is not one of 32 bytes; they have the hash of that text',
  NAMELESS_NODES: 'nodes have no name or file; they are imported under a name that stands for it',
  NOT_IMPORTED: 'rows of tables that the store has no place for yet are left out',
} as const;

export type FindingCode = keyof typeof SENTENCES;

const EXAMPLES = 3;
const EXAMPLE_LENGTH = 100;

/** Counts what was found in the rows of a project, with the first places of each. */
export class Findings {
  private readonly found = new Map<FindingCode, { count: number; readonly examples: string[] }>();

  constructor(private readonly file: string) {}

  add(code: FindingCode, example: string, count = 1): void {
    const known = this.found.get(code) ?? { count: 0, examples: [] };
    this.found.set(code, known);
    known.count += count;
    if (known.examples.length < EXAMPLES) known.examples.push(example.slice(0, EXAMPLE_LENGTH));
  }

  list(): ImportFinding[] {
    return [...this.found].map(([code, { count, examples }]) => {
      const more = count > examples.length && code !== 'NOT_IMPORTED' ? ', …' : '';
      return { file: this.file, code, message: `${count} ${SENTENCES[code]}: ${examples.join(', ')}${more}.` };
    });
  }
}
