import { createHash } from 'node:crypto';
import { ChunkBuilder, type RowChunk, type Snapshot, type SqlRow, type SqlValue } from '../../sql/index.js';
import type { NumberedKind, Section } from './sections.js';

/** Some rows of a project, as they travel. Equal rows in equal order give equal parts. */
export interface Part {
  /** Counts all parts of a project, from 1. */
  readonly number: number;
  readonly section: Section;
  readonly chunk: RowChunk;
  readonly checksum: Uint8Array;
}

/** The numbers that rows of one kind have in the store they come from. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

/** What was read of a project, known when all of it was. */
export class PartCounts {
  readonly rows = new Map<string, number>();
  readonly ranges = new Map<NumberedKind, NumberRange>();

  /** How many rows of a section there are. */
  of(section: string): number {
    return this.rows.get(section) ?? 0;
  }

  note({ name, id }: Section, row: SqlRow): void {
    this.rows.set(name, this.of(name) + 1);
    const number = id === undefined ? undefined : row[id.column];
    if (id === undefined || typeof number !== 'number') return;
    const { first, last } = this.ranges.get(id.kind) ?? { first: number, last: number };
    this.ranges.set(id.kind, { first: Math.min(first, number), last: Math.max(last, number) });
  }
}

/** Reads a project in parts from one state. */
export async function* readParts(
  snapshot: Snapshot,
  project: string,
  sections: readonly Section[],
  counts: PartCounts,
): AsyncGenerator<Part, void, void> {
  let number = 0;
  for (const section of sections) {
    const builder = new ChunkBuilder();
    const take = (): Part => {
      const chunk = builder.take();
      const checksum = createHash('sha256').update(chunk.json).update('\0').update(chunk.bytes).digest();
      return { number: ++number, section, chunk, checksum };
    };
    for await (const row of snapshot.iterate<Record<string, SqlValue>>(section.select, [project])) {
      const values = section.toValues?.(row) ?? Object.values(row);
      counts.note(section, values);
      if (!builder.add(values)) {
        yield take();
        builder.add(values);
      }
      if (builder.isFull) yield take();
    }
    if (!builder.isEmpty) yield take();
  }
}
