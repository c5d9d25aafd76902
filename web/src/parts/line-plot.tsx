import { scaleLinear } from 'd3-scale';
import { counted, day } from '../text.js';

export interface PlotPoint {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly value: number;
  readonly label: string;
}

const WIDTH = 320;
const HEIGHT = 150;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 12, 24];

/** How one number went over time, one point for each snapshot, evenly spaced because snapshots are not. */
export function LinePlot({ title, points }: { readonly title: string; readonly points: readonly PlotPoint[] }) {
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max((high - low) * 0.15, high === 0 ? 1 : high * 0.02, 1e-9);
  const y = scaleLinear([Math.max(0, low - margin), high + margin], [HEIGHT - BOTTOM, TOP]).nice(4);
  const x = scaleLinear([0, Math.max(1, points.length - 1)], [LEFT, WIDTH - RIGHT]);
  const spots = points.map((point, index) => ({ ...point, x: x(index), y: y(point.value) }));
  const areWhole = values.every(Number.isInteger);
  const ticks = y.ticks(4).filter((tick) => !areWhole || Number.isInteger(tick));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  return (
    <figure class="plot">
      <figcaption>
        <span>{title}</span>
        <strong>{format(last.value)}</strong>
        <span class="muted">{changeText(first.value, last.value)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={description(title, points)}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text class="tick" x={LEFT - 6} y={y(tick) + 3.5} text-anchor="end">
              {format(tick)}
            </text>
          </g>
        ))}
        <polyline class="line" points={spots.map((spot) => `${spot.x},${spot.y}`).join(' ')} />
        {spots.map((spot) => (
          <circle key={spot.label} class="point" cx={spot.x} cy={spot.y} r={3}>
            <title>{`${spot.label}: ${format(spot.value)}, ${day(spot.at)}`}</title>
          </circle>
        ))}
        <text class="tick" x={LEFT} y={HEIGHT - 6}>
          {day(first.at)}
        </text>
        {points.length > 1 ? (
          <text class="tick" x={WIDTH - RIGHT} y={HEIGHT - 6} text-anchor="end">
            {day(last.at)}
          </text>
        ) : null}
      </svg>
    </figure>
  );
}

function format(value: number): string {
  return Number.isInteger(value) ? counted(value) : value.toPrecision(3);
}

function changeText(first: number, last: number): string {
  if (last === first) return 'unchanged';
  const change = last - first;
  return `${change > 0 ? '+' : '−'}${format(Math.abs(Number(change.toPrecision(6))))}`;
}

function description(title: string, points: readonly PlotPoint[]): string {
  return `${title}: ${points.map(({ label, value }) => `${label} ${format(value)}`).join(', ')}`;
}
