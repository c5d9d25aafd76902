import { ParseError } from '../../model/index.js';

const CHECKS_PER_LOOK = 1024;

/** A limit on the time one file may take, so that an input made to be slow costs its own file only. */
export class Deadline {
  private readonly end: number;
  private checks = 0;

  constructor(
    private readonly path: string,
    private readonly timeoutMs: number,
  ) {
    this.end = performance.now() + timeoutMs;
  }

  isOver(): boolean {
    return performance.now() > this.end;
  }

  /** Cheap enough for every node of a tree. Throws ParseError `PARSE_FAILED` when the time is used up. */
  check(): void {
    if (++this.checks % CHECKS_PER_LOOK === 0 && this.isOver()) throw this.error();
  }

  error(): ParseError {
    return new ParseError('PARSE_FAILED', `Reading the file's structure took longer than ${this.timeoutMs} ms.`, {
      details: { path: this.path, timeoutMs: this.timeoutMs },
    });
  }
}
