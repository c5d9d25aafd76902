/** Finds the lines of offsets in a text. */
export class Lines {
  private starts: number[] | undefined;

  constructor(private readonly text: string) {}

  /** The line of an offset, counted from 1. */
  at(offset: number): number {
    const starts = (this.starts ??= startsOf(this.text));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The line on which this text first stands in quotes; null when it stands nowhere so. */
  ofQuoted(value: string): number | null {
    const places = [`"${value}"`, `'${value}'`].map((quoted) => this.text.indexOf(quoted)).filter((at) => at >= 0);
    return places.length === 0 ? null : this.at(Math.min(...places));
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
