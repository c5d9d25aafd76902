/** How many times as fast as brute force a side is, by the number of vectors. */
export interface SpeedupLine {
  readonly name: string;
  readonly points: readonly { readonly count: number; readonly speedup: number }[];
}

const SIZE = { width: 720, height: 420, left: 70, right: 170, top: 40, bottom: 55 } as const;
const COLOURS = ['#0b6e99', '#d9730d', '#6940a5', '#4d6461', '#ad1a72'] as const;

/** A picture of the lines on logarithmic axes, as the text of an SVG file. */
export function drawSpeedup(lines: readonly SpeedupLine[]): string {
  const points = lines.flatMap((line) => line.points);
  const counts = powersAround(points.map((point) => point.count));
  const speedups = powersAround([1, ...points.map((point) => point.speedup)]);
  const x = scale(counts, SIZE.left, SIZE.width - SIZE.right);
  const y = scale(speedups, SIZE.height - SIZE.bottom, SIZE.top);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`,
    `<text x="${SIZE.left}" y="22" font-size="15" fill="#222222">Search: times as fast as comparing with every vector</text>`,
    ...counts.map((count) => grid(x(count), y(speedups[0] ?? 1), x(count), y(speedups.at(-1) ?? 1))),
    ...speedups.map((value) => grid(x(counts[0] ?? 1), y(value), x(counts.at(-1) ?? 1), y(value))),
    ...counts.map((count) => label(x(count), SIZE.height - SIZE.bottom + 18, 'middle', short(count))),
    ...speedups.map((value) => label(SIZE.left - 8, y(value) + 4, 'end', `${short(value)}×`)),
    label((SIZE.left + SIZE.width - SIZE.right) / 2, SIZE.height - 14, 'middle', 'vectors of 384 numbers'),
    ...lines.map((line, i) => drawLine(line, i, x, y)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawLine(line: SpeedupLine, i: number, x: (n: number) => number, y: (n: number) => number): string {
  const colour = COLOURS[i % COLOURS.length] ?? '#000000';
  const points = line.points.map(({ count, speedup }) => `${round(x(count))},${round(y(speedup))}`);
  const dots = points
    .map((point) => point.split(','))
    .map(([px, py]) => `<circle cx="${px}" cy="${py}" r="3.5" fill="${colour}"/>`);
  const legend = SIZE.width - SIZE.right + 16;
  const row = SIZE.top + 10 + i * 20;
  return [
    `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...dots,
    `<rect x="${legend}" y="${row - 9}" width="12" height="12" fill="${colour}"/>`,
    label(legend + 18, row + 1, 'start', line.name),
  ].join('\n');
}

/** The powers of ten from the one at or below the least value to the one at or above the greatest. */
function powersAround(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values)) - 1e-9), low + 1);
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

function scale(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log10(ticks[0] ?? 1), Math.log10(ticks.at(-1) ?? 10)];
  return (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
}

function grid(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#dddddd"/>`;
}

function label(x: number, y: number, anchor: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="#444444">${escaped}</text>`;
}

function short(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1000 ? `${value / 1000}k` : String(value);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
