import type { Embedder } from '../index.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says symbols are embedded with: `LESTOCKAGE_EMBED_URL`, `LESTOCKAGE_EMBED_MODEL` and
 * `LESTOCKAGE_EMBED_DIMENSION` name a server that speaks OpenAI's protocol, `LESTOCKAGE_EMBED_KEY` is its key.
 * Undefined without a URL: the built-in one. Throws UsageError `INVALID_OPTION`.
 */
export async function embedderFrom(environment: Environment): Promise<Embedder | undefined> {
  const {
    LESTOCKAGE_EMBED_URL: url = '',
    LESTOCKAGE_EMBED_MODEL: model = '',
    LESTOCKAGE_EMBED_DIMENSION: dimension = '',
    LESTOCKAGE_EMBED_KEY: apiKey = '',
  } = environment;
  if (url === '') return undefined;
  const { openAiEmbedder, UsageError } = await import('../index.js');
  if (!/^[1-9]\d{0,4}$/.test(dimension)) {
    throw new UsageError(
      'INVALID_OPTION',
      `LESTOCKAGE_EMBED_DIMENSION is the length of the model's vectors; got ${JSON.stringify(dimension)}.`,
      { details: { option: 'LESTOCKAGE_EMBED_DIMENSION', value: dimension } },
    );
  }
  return openAiEmbedder({ url, model, dimension: Number(dimension), ...(apiKey === '' ? {} : { apiKey }) });
}
