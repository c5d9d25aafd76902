import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What a writer was told to be committed. */
export interface Acknowledged {
  readonly project: string;
  readonly generation: number;
}

/**
 * A log of what a store acknowledged, apart from the store: lines that are only ever added, and on the disk before
 * the writer goes on.
 */
export class AcknowledgementLog {
  constructor(private readonly path: string) {}

  append(entry: Acknowledged): void {
    const file = openSync(this.path, 'a');
    try {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** A last line that was cut short was not acknowledged to anybody. */
  read(): Acknowledged[] {
    if (!existsSync(this.path)) return [];
    const lines = readFileSync(this.path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Acknowledged);
  }
}
