/** A remark on a place of one manifest; whose path that is, is known by who asked for it to be read. */
export interface Note {
  /** Counted from 1; null when the place is not known. */
  readonly line: number | null;
  readonly message: string;
}

/** What a parser says beside its facts. A file with a fault on every line says so a few times. */
export class Notes {
  private static readonly MAX = 20;
  private readonly notes: Note[] = [];

  get all(): readonly Note[] {
    return this.notes;
  }

  add(line: number | null, message: string): void {
    if (this.notes.length < Notes.MAX) this.notes.push({ line, message });
  }
}

/** A text of a manifest that names another place, with its line for remarks about it. */
export interface Placed {
  readonly text: string;
  readonly line: number | null;
}
