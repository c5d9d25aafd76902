import { CancelledError, EmbedderError, UsageError } from '../../model/index.js';
import { embeddingText, type Embedder, type EmbeddingInput } from '../embedder.js';
import { Pace } from './pace.js';

export interface OpenAiEmbedderOptions {
  /** The address that `/embeddings` is added to, such as `http://127.0.0.1:11434/v1`. No credentials in it. */
  readonly url: string;
  /** Name of the model as the server knows it. */
  readonly model: string;
  /** Length of the model's vectors. */
  readonly dimension: number;
  /** Sent as bearer token; never part of an error. */
  readonly apiKey?: string;
  /** Asks the server for vectors of this length, for models that can give several. Default false. */
  readonly sendDimensions?: boolean;
  /** Texts in one request. Default 96. */
  readonly requestSize?: number;
  /** Characters of one text; what is longer is cut. Default 8000. */
  readonly textLimit?: number;
  /** How long one request may take. Default 60,000. */
  readonly requestTimeoutMs?: number;
  /** How often a request is tried again after 408, 409, 429, 5xx or a broken connection. Default 5. */
  readonly retries?: number;
  /** The first wait before that; it doubles, unless the server says how long. Default 500. */
  readonly backoffMs?: number;
  /** At most so many requests are begun in a minute. Default: no limit. */
  readonly requestsPerMinute?: number;
  /** Put before texts of symbols and of questions, for models that are trained so. */
  readonly prefixes?: { readonly symbol: string; readonly query: string };
}

interface Settings extends Required<Omit<OpenAiEmbedderOptions, 'apiKey' | 'prefixes' | 'requestsPerMinute'>> {
  readonly apiKey: string | undefined;
  readonly prefixes: { readonly symbol: string; readonly query: string };
}

const LONGEST_WAIT_MS = 60_000;
const PASSING_STATUS = new Set([408, 409, 425, 429]);

/**
 * Embeds with a server that speaks OpenAI's protocol (`POST <url>/embeddings`): OpenAI itself, Ollama, vLLM,
 * llama.cpp, text-embeddings-inference and others. The model is stored as `<model>@<host>`.
 *
 * Throws UsageError `INVALID_OPTION`. `embed` throws EmbedderError: `EMBEDDER_UNREACHABLE` when the retries
 * were used up, `EMBEDDER_TIMEOUT`, `EMBEDDER_FAILED` with the status for what will not pass, and
 * `EMBEDDER_INVALID` for an answer that is none; CancelledError.
 */
export function openAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const settings = settingsOf(options);
  const pace = new Pace(options.requestsPerMinute);
  const { host } = new URL(settings.url);
  const id = `${settings.model}@${host}`;
  return {
    id,
    dimension: settings.dimension,
    batchSize: settings.requestSize,
    // The limits of the single requests hold.
    timeoutMs: 24 * 60 * 60 * 1000,
    embed: async (batch, signal) => {
      const vectors: Float32Array[] = [];
      for (let start = 0; start < batch.length; start += settings.requestSize) {
        const part = batch.slice(start, start + settings.requestSize);
        for (const vector of await new Request(id, settings, pace, part, signal).run()) vectors.push(vector);
      }
      return vectors;
    },
  };
}

function settingsOf(options: OpenAiEmbedderOptions): Settings {
  const settings: Settings = {
    url: requireUrl(options.url),
    model: options.model,
    dimension: options.dimension,
    apiKey: options.apiKey,
    sendDimensions: options.sendDimensions ?? false,
    requestSize: requireNumber('requestSize', options.requestSize ?? 96, 1),
    textLimit: requireNumber('textLimit', options.textLimit ?? 8000, 1),
    requestTimeoutMs: requireNumber('requestTimeoutMs', options.requestTimeoutMs ?? 60_000, 1),
    retries: requireNumber('retries', options.retries ?? 5, 0),
    backoffMs: requireNumber('backoffMs', options.backoffMs ?? 500, 0),
    prefixes: options.prefixes ?? { symbol: '', query: '' },
  };
  if (options.requestsPerMinute !== undefined) requireNumber('requestsPerMinute', options.requestsPerMinute, 1);
  if (typeof options.model !== 'string' || options.model === '') {
    throw new UsageError('INVALID_OPTION', 'The model is a name.', {
      details: { option: 'model', value: options.model },
    });
  }
  if (settings.apiKey !== undefined && !/^[\x21-\x7e]+$/.test(settings.apiKey)) {
    throw new UsageError('INVALID_OPTION', 'The API key has characters that no header can carry.', {
      details: { option: 'apiKey' },
    });
  }
  return settings;
}

function requireUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself may hold a secret.
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== ''
  ) {
    throw new UsageError(
      'INVALID_OPTION',
      'The URL of an embedding server is http or https, without user, password and query.',
      {
        details: {
          option: 'url',
          value: url === undefined ? undefined : `${url.protocol}//${url.host}${url.pathname}`,
        },
      },
    );
  }
  return url.href.replace(/(?<!\/)\/+$/, '');
}

function requireNumber(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError('INVALID_OPTION', `${option} is a whole number from ${least} on; got ${value}.`, {
    details: { option, value },
  });
}

/** One request with its retries. */
class Request {
  constructor(
    private readonly id: string,
    private readonly settings: Settings,
    private readonly pace: Pace,
    private readonly inputs: readonly EmbeddingInput[],
    private readonly signal: AbortSignal | undefined,
  ) {}

  async run(): Promise<readonly Float32Array[]> {
    for (let attempt = 0; ; attempt++) {
      await this.pace.turn(this.signal);
      const outcome = await this.try();
      if (outcome.kind === 'vectors') return outcome.vectors;
      if (!outcome.error.retryable || attempt >= this.settings.retries) throw outcome.error;
      const waitMs = outcome.waitMs ?? this.settings.backoffMs * 2 ** attempt;
      await this.pace.wait(Math.min(waitMs, LONGEST_WAIT_MS), this.signal);
    }
  }

  private async try(): Promise<
    | { readonly kind: 'vectors'; readonly vectors: readonly Float32Array[] }
    | { readonly kind: 'failed'; readonly error: EmbedderError; readonly waitMs?: number }
  > {
    const { url, apiKey, requestTimeoutMs } = this.settings;
    const limit = AbortSignal.timeout(requestTimeoutMs);
    const signal = this.signal === undefined ? limit : AbortSignal.any([limit, this.signal]);
    try {
      const response = await fetch(`${url}/embeddings`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(this.body()),
        // A redirect would take the key to somebody else.
        redirect: 'error',
        signal,
      });
      if (!response.ok) return await this.refused(response);
      return { kind: 'vectors', vectors: this.vectorsOf(await response.text()) };
    } catch (error) {
      if (error instanceof EmbedderError) throw error;
      if (this.signal?.aborted === true) throw new CancelledError();
      if (limit.aborted) {
        const message = `${this.id} did not answer within ${requestTimeoutMs} ms.`;
        return { kind: 'failed', error: this.error('EMBEDDER_TIMEOUT', message, { timeoutMs: requestTimeoutMs }) };
      }
      const reason = this.withoutKey(causeOf(error));
      return {
        kind: 'failed',
        error: this.error('EMBEDDER_UNREACHABLE', `${this.id} cannot be reached: ${reason}.`, { reason }),
      };
    }
  }

  private body(): Readonly<Record<string, unknown>> {
    const { model, textLimit, prefixes, sendDimensions, dimension } = this.settings;
    const input = this.inputs.map((each) => prefixes[each.kind] + (embeddingText(each) || ' ').slice(0, textLimit));
    return { model, input, encoding_format: 'float', ...(sendDimensions ? { dimensions: dimension } : {}) };
  }

  private async refused(response: Response): Promise<{ kind: 'failed'; error: EmbedderError; waitMs?: number }> {
    const { status } = response;
    const answer = this.withoutKey((await response.text()).slice(0, 300));
    const passes = PASSING_STATUS.has(status) || status >= 500;
    const message = `${this.id} answered ${status}: ${answer}`;
    const error = this.error(passes ? 'EMBEDDER_UNREACHABLE' : 'EMBEDDER_FAILED', message, { status });
    const waitMs = retryAfterMs(response.headers.get('retry-after'));
    return waitMs === undefined ? { kind: 'failed', error } : { kind: 'failed', error, waitMs };
  }

  /** The server may give them in any order. */
  private vectorsOf(text: string): readonly Float32Array[] {
    const rows = rowsOf(text);
    if (rows === undefined) throw this.error('EMBEDDER_INVALID', `${this.id} answered with no list of embeddings.`, {});
    const vectors: Float32Array[] = [];
    for (const [at, row] of rows.entries()) {
      const { index = at, embedding } = (row ?? {}) as { readonly index?: unknown; readonly embedding?: unknown };
      const isVector = Array.isArray(embedding) && embedding.every((value) => typeof value === 'number');
      if (typeof index !== 'number' || !isVector || index in vectors || this.inputs[index] === undefined) {
        throw this.error('EMBEDDER_INVALID', `${this.id} answered with something that is no embedding, at ${at}.`, {
          row: at,
        });
      }
      vectors[index] = Float32Array.from(embedding);
    }
    return vectors;
  }

  private error(
    code: 'EMBEDDER_FAILED' | 'EMBEDDER_INVALID' | 'EMBEDDER_TIMEOUT' | 'EMBEDDER_UNREACHABLE',
    message: string,
    details: Readonly<Record<string, unknown>>,
  ): EmbedderError {
    const symbol = this.inputs[0]?.key ?? '';
    return new EmbedderError(code, message, {
      details: { model: this.id, symbol, symbols: this.inputs.length, ...details },
    });
  }

  private withoutKey(text: string): string {
    const { apiKey } = this.settings;
    return apiKey === undefined ? text : text.replaceAll(apiKey, '…');
  }
}

function rowsOf(text: string): readonly unknown[] | undefined {
  try {
    const { data } = JSON.parse(text) as { readonly data?: unknown };
    return Array.isArray(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, or a date. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null || header === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
