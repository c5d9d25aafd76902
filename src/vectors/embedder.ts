/** What is to be embedded: a symbol, or a question in a person's words, which has a text alone. */
export interface EmbeddingInput {
  /** Names the symbol in errors. */
  readonly key: string;
  readonly kind: 'symbol' | 'query';
  readonly language: string;
  readonly nodeType: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly signature: string | null;
  /** For a query its text. */
  readonly documentation: string | null;
  /** The symbol's own text without its documentation and without the symbols that are written in it. */
  readonly body: string;
}

/**
 * Makes vectors of texts. One `id` stands for one way to do so for all time: what changes its vectors
 * must change its id.
 */
export interface Embedder {
  /** Name of the model; embeddings are stored under it and the dimension. */
  readonly id: string;
  /** Length of every vector. */
  readonly dimension: number;
  /** How many inputs it likes to be given at once. Default 256. */
  readonly batchSize?: number;
  /** How long one batch may take, in milliseconds. Default two minutes. */
  readonly timeoutMs?: number;
  /** One vector for each input, in their order. May be called with inputs of any number. */
  embed(batch: readonly EmbeddingInput[], signal?: AbortSignal): Promise<readonly Float32Array[]>;
}

/** A question as an input. */
export function queryInput(text: string): EmbeddingInput {
  return {
    key: 'query',
    kind: 'query',
    language: '',
    nodeType: '',
    name: '',
    qualifiedName: '',
    signature: null,
    documentation: text,
    body: '',
  };
}

/** An input as one text, for models that read texts: documentation, then the name, then the code. */
export function embeddingText(input: EmbeddingInput): string {
  if (input.kind === 'query') return input.documentation ?? '';
  const heading = [input.language, input.nodeType, input.qualifiedName].filter((part) => part !== '').join(' ');
  const code = input.body === '' ? input.signature : input.body;
  return [heading, input.documentation, code].filter((part) => part !== null && part !== '').join('\n');
}
