import type { Embedder, EmbeddingInput } from '../../src/vectors/index.js';

/** An input of a symbol; what a test does not care about is plain. */
export function symbolInput(name: string, fields: Partial<EmbeddingInput> = {}): EmbeddingInput {
  return {
    key: `a.ts#${name}(function)`,
    kind: 'symbol',
    language: 'typescript',
    nodeType: 'function',
    name,
    qualifiedName: name,
    signature: null,
    documentation: null,
    body: '',
    ...fields,
  };
}

/** Remembers what it was given; the vectors differ with the length of the body. */
export class RecordingEmbedder implements Embedder {
  readonly batches: string[][] = [];
  readonly inputs: EmbeddingInput[] = [];

  constructor(
    readonly id = 'recording',
    readonly dimension = 4,
    readonly batchSize = 100,
  ) {}

  /** Names of the symbols since the last call, in order. */
  take(): string[] {
    return this.inputs
      .splice(0)
      .map(({ name }) => name)
      .sort();
  }

  async embed(batch: readonly EmbeddingInput[]): Promise<Float32Array[]> {
    this.batches.push(batch.map(({ name }) => name));
    this.inputs.push(...batch);
    return batch.map(({ body, name }) => {
      const vector = new Float32Array(this.dimension).fill(1);
      vector[0] = body.length + name.length;
      return vector;
    });
  }
}

export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    dot += value * other;
    aa += value * value;
    bb += other * other;
  }
  return dot / Math.sqrt(aa * bb);
}
