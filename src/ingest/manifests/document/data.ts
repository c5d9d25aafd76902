/** How many entries of one document may be looked at, aliases followed. Above any lockfile that is in use. */
const MAX_VISITS = 1_000_000;

/** Thrown when a document is larger, looked at through its aliases, than any manifest is. */
export class DocumentTooLarge extends Error {}

/** Counts what is looked at, so that a short text that stands for a long document (YAML aliases) has an end. */
export class VisitBudget {
  private left = MAX_VISITS;

  spend(count: number): void {
    this.left -= count;
    if (this.left < 0) throw new DocumentTooLarge(`more than ${MAX_VISITS} entries`);
  }
}

export type DataShape =
  | { readonly kind: 'absent' }
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly items: () => readonly Data[] }
  | { readonly kind: 'map'; readonly entries: () => readonly (readonly [string, Data])[] };

/**
 * A value of a JSON, TOML or YAML document. Whatever is asked of it, what is not there or has another type is absent, so
 * that a manifest with one wrong value is read like one without it. Keys are the document's own and nothing else's, also
 * when they are called `__proto__`.
 */
export class Data {
  private byKey: Map<string, Data> | undefined;

  constructor(
    private readonly shape: DataShape,
    private readonly place: () => number | null = () => null,
  ) {}

  get kind(): DataShape['kind'] {
    return this.shape.kind;
  }

  get isNull(): boolean {
    return this.shape.kind === 'scalar' && this.shape.value === null;
  }

  get isTrue(): boolean {
    return this.shape.kind === 'scalar' && (this.shape.value === true || this.shape.value === 'true');
  }

  /** Counted from 1; null when the format's reader does not tell. */
  get line(): number | null {
    return this.place();
  }

  /** A text that is not empty. */
  get text(): string | undefined {
    if (this.shape.kind !== 'scalar') return undefined;
    const { value } = this.shape;
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** The value below these keys; of equal keys the last one counts, as in JSON.parse. */
  at(...keys: readonly string[]): Data {
    return keys.reduce<Data>((data, key) => data.child(key), this);
  }

  items(): readonly Data[] {
    return this.shape.kind === 'list' ? this.shape.items() : [];
  }

  entries(): readonly (readonly [string, Data])[] {
    return this.shape.kind === 'map' ? this.shape.entries() : [];
  }

  /** The texts of a list; what is no text is left out. */
  texts(): readonly string[] {
    return this.items().flatMap((item) => item.text ?? []);
  }

  private child(key: string): Data {
    if (this.shape.kind !== 'map') return ABSENT;
    this.byKey ??= new Map(this.shape.entries());
    return this.byKey.get(key) ?? ABSENT;
  }
}

export const ABSENT = new Data({ kind: 'absent' });
