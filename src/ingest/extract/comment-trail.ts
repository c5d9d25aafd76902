const DOCUMENTATION_LENGTH_LIMIT = 4000;
/** Nothing but blanks, and one line break at most. */
const ONE_BREAK = /^[ \t]*(?:(?:\r\n|\r|\n)[ \t]*)?$/;

interface CommentRun {
  readonly start: number;
  end: number;
}

/** Remembers the comments of a file as the walk passes them, to find the one that documents a definition. */
export class CommentTrail {
  /** Comments in source order; neighbours with nothing but one line break between them are one run. */
  private readonly runs: CommentRun[] = [];
  private readonly all: { readonly start: number; readonly end: number }[] = [];

  constructor(private readonly text: string) {}

  add(start: number, nodeEnd: number): void {
    const end = this.withoutLineBreak(start, nodeEnd);
    this.all.push({ start, end });
    const last = this.runs[this.runs.length - 1];
    if (last !== undefined && ONE_BREAK.test(this.text.slice(last.end, start)) && !this.isBlock(start)) {
      last.end = end;
    } else if (this.startsLine(start)) {
      this.runs.push({ start, end });
    }
  }

  /** Text of the comment that ends right above `start`, without its markers; null when there is none. */
  before(start: number): string | null {
    for (let at = this.runs.length - 1; at >= 0; at--) {
      const run = this.runs[at];
      if (run === undefined || run.end > start) continue;
      const between = this.text.slice(run.end, start);
      if (!ONE_BREAK.test(between)) return null;
      const cleaned = cleanComment(this.text.slice(run.start, run.end));
      return cleaned === '' ? null : cleaned;
    }
    return null;
  }

  /** The text of `[start, end)` with its comments cut out. */
  without(start: number, end: number): string {
    let text = '';
    let from = start;
    for (let at = firstAtOrAfter(this.all, start); at < this.all.length; at++) {
      const comment = this.all[at];
      if (comment === undefined || comment.start >= end) break;
      text += `${this.text.slice(from, comment.start)} `;
      from = comment.end;
    }
    return from < end ? text + this.text.slice(from, end) : text;
  }

  /** Some grammars count the line break as part of a line comment. */
  private withoutLineBreak(start: number, end: number): number {
    let at = end;
    while (at > start && (this.text.charCodeAt(at - 1) === 10 || this.text.charCodeAt(at - 1) === 13)) at--;
    return at;
  }

  private isBlock(start: number): boolean {
    return this.text.startsWith('/*', start);
  }

  private startsLine(start: number): boolean {
    for (let at = start - 1; at >= 0; at--) {
      const char = this.text.charCodeAt(at);
      if (char === 10) return true;
      if (char !== 32 && char !== 9) return false;
    }
    return true;
  }
}

function firstAtOrAfter(comments: readonly { readonly start: number }[], start: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((comments[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Strips the markers of line and block comments of all supported languages. */
export function cleanComment(comment: string): string {
  const lines = comment
    .replace(/\r/g, '')
    .replace(/^\s*(\/\*+!?|\(\*+)/, '')
    .replace(/\*+\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*(\/\/[/!]?|#+!?|\*+(?!\/)|--)?[ \t]?/, '').trimEnd());
  const text = lines.join('\n').trim();
  return text.length <= DOCUMENTATION_LENGTH_LIMIT ? text : `${text.slice(0, DOCUMENTATION_LENGTH_LIMIT - 1)}…`;
}
