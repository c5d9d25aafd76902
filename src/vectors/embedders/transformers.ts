import { isAbsolute, resolve, basename } from 'node:path';
import { EmbedderError, UsageError } from '../../model/index.js';
import { embeddingText, type Embedder } from '../embedder.js';

/** What a feature-extraction pipeline gives: the vectors of all texts, one after the other. */
export interface PipelineOutput {
  readonly data: ArrayLike<number>;
  readonly dims: readonly number[];
}

/** A feature-extraction pipeline of `@huggingface/transformers`. */
export type FeaturePipeline = (
  texts: readonly string[],
  options: { readonly pooling: 'mean' | 'cls' | 'last_token'; readonly normalize: boolean },
) => Promise<PipelineOutput>;

export interface TransformersOptions {
  /** Folder of the model: its configuration, tokenizer and `onnx` files. Nothing is downloaded. */
  readonly folder: string;
  /** Length of the model's vectors. */
  readonly dimension: number;
  /** Name the embeddings are stored under. Default: the folder's name. */
  readonly id?: string;
  /** How the vectors of tokens become one. Default `mean`. */
  readonly pooling?: 'mean' | 'cls' | 'last_token';
  /** Precision of the weights, as the package names it: `fp32`, `fp16`, `q8`, … */
  readonly dtype?: string;
  /** Characters of one text; what is longer is cut. Default 4000. */
  readonly textLimit?: number;
  /** Put before texts of symbols and of questions, for models that are trained so. */
  readonly prefixes?: { readonly symbol: string; readonly query: string };
  /** Makes the pipeline. Default: the installed package does. */
  readonly load?: (folder: string) => Promise<FeaturePipeline>;
}

const PACKAGE = '@huggingface/transformers';
const BATCH_SIZE = 16;

/** As much of the package as is used; it need not be installed. */
interface TransformersPackage {
  readonly env: { allowRemoteModels: boolean; allowLocalModels: boolean; localModelPath: string };
  readonly pipeline: (task: 'feature-extraction', model: string, options: object) => Promise<FeaturePipeline>;
}

/**
 * Embeds with a model in a local folder through `@huggingface/transformers`, an optional package that you
 * install yourself. It is loaded with the first batch.
 *
 * Throws UsageError `INVALID_OPTION`. `embed` throws EmbedderError `EMBEDDER_NOT_INSTALLED` when the package is
 * not there, and `EMBEDDER_FAILED` when the model cannot be loaded.
 */
export function transformersEmbedder(options: TransformersOptions): Embedder {
  const { dimension, pooling = 'mean', textLimit = 4000, prefixes = { symbol: '', query: '' } } = options;
  if (typeof options.folder !== 'string' || options.folder === '') {
    throw new UsageError('INVALID_OPTION', 'The folder of a model is a path.', {
      details: { option: 'folder', value: options.folder },
    });
  }
  const folder = isAbsolute(options.folder) ? options.folder : resolve(options.folder);
  const id = options.id ?? basename(folder);
  const load = options.load ?? ((path: string) => loadPipeline(path, options.dtype));
  let loading: Promise<FeaturePipeline> | undefined;
  const pipelineOf = async (): Promise<FeaturePipeline> => {
    try {
      return await (loading ??= load(folder));
    } catch (error) {
      // The next call may find the model where it belongs.
      loading = undefined;
      if (error instanceof EmbedderError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new EmbedderError('EMBEDDER_FAILED', `The model in ${folder} cannot be loaded: ${reason}`, {
        details: { model: id, folder },
        cause: error,
      });
    }
  };
  return {
    id,
    dimension,
    batchSize: BATCH_SIZE,
    embed: async (batch) => {
      const pipeline = await pipelineOf();
      const texts = batch.map((input) => prefixes[input.kind] + embeddingText(input).slice(0, textLimit));
      return rowsOf(await pipeline(texts, { pooling, normalize: true }), id);
    },
  };
}

function rowsOf({ data, dims }: PipelineOutput, id: string): Float32Array[] {
  const [count = 0, length = 0] = dims;
  if (dims.length !== 2 || count * length !== data.length) {
    throw new EmbedderError('EMBEDDER_INVALID', `${id} gave a tensor of the shape ${dims.join(' × ')}.`, {
      details: { model: id, shape: dims },
    });
  }
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  return Array.from({ length: count }, (_, row) => values.slice(row * length, (row + 1) * length));
}

async function loadPipeline(folder: string, dtype: string | undefined): Promise<FeaturePipeline> {
  const { env, pipeline } = await importPackage();
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  // A model is looked for below this folder, unless it is a path of its own.
  env.localModelPath = '';
  return pipeline('feature-extraction', folder, dtype === undefined ? {} : { dtype });
}

async function importPackage(): Promise<TransformersPackage> {
  // Named by a variable, or the compiler would want it installed.
  const name: string = PACKAGE;
  try {
    return (await import(/* @vite-ignore */ name)) as TransformersPackage;
  } catch (cause) {
    throw new EmbedderError(
      'EMBEDDER_NOT_INSTALLED',
      `${PACKAGE} is not installed; add it with npm install ${PACKAGE}.`,
      {
        details: { package: PACKAGE },
        cause,
      },
    );
  }
}
