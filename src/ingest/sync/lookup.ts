/** Thrown for a question whose answer has not been fetched yet; by then it is noted what is lacking. */
export class MissingFacts extends Error {
  constructor() {
    super('The answer has not been fetched yet.');
    this.name = 'MissingFacts';
  }
}

/** One for all throws: it carries nothing, and to capture a stack each time would cost more than the answer. */
const MISSING = new MissingFacts();

/** Throws {@link MissingFacts}. */
export function missing(): never {
  throw MISSING;
}

/** Answers that are fetched many at a time, each once. */
export class Lookup<K, V extends NonNullable<unknown> | null> {
  private readonly answers = new Map<K, V>();
  private readonly wanted = new Set<K>();

  /** `fetch` answers every key that it is given. */
  constructor(private readonly fetch: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>) {}

  /** The answer, or undefined when it was not fetched. */
  peek(key: K): V | undefined {
    return this.answers.get(key);
  }

  /** The answer; throws {@link MissingFacts} when it was not fetched, and has it fetched by the next {@link load}. */
  get(key: K): V {
    const answer = this.answers.get(key);
    if (answer !== undefined) return answer;
    this.wanted.add(key);
    return missing();
  }

  /** Has the answer fetched by the next {@link load}. */
  want(key: K): void {
    if (!this.answers.has(key)) this.wanted.add(key);
  }

  /** Takes an answer that came with another one. */
  put(key: K, answer: V): void {
    this.answers.set(key, answer);
    this.wanted.delete(key);
  }

  /** Fetches what is wanted and gives the answers that are new. When that fails it stays wanted. */
  async load(): Promise<ReadonlyMap<K, V>> {
    if (this.wanted.size === 0) return new Map();
    const fetched = await this.fetch([...this.wanted]);
    for (const [key, answer] of fetched) this.put(key, answer);
    return fetched;
  }
}
