/** A node as it is laid out: its column, from the callers on the left to the callees on the right. */
export interface Laid {
  readonly depth: number;
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

const COLUMN_GAP = 10;
const ROW_GAP = 1.6;
/** More rows than this are put into several columns side by side. */
const MOST_ROWS = 26;
const SUB_COLUMN_GAP = 8;
const SWEEPS = 4;
const MOST_STRETCH = 4;

/**
 * Columns by depth, each in the order of the average place of a node's neighbours in the column before it, which keeps
 * crossings few: the barycentre heuristic of layered drawing (Sugiyama, Tagawa and Toda, 1981).
 *
 * @param shape height of the frame for its width
 */
export function layeredLayout(
  nodes: readonly Laid[],
  edges: readonly { from: number; to: number }[],
  shape: number,
): Spot[] {
  const columns = new Map<number, number[]>();
  for (const [number, { depth }] of nodes.entries()) columns.set(depth, [...(columns.get(depth) ?? []), number]);
  const neighbours: number[][] = nodes.map(() => []);
  for (const { from, to } of edges) {
    neighbours[from]?.push(to);
    neighbours[to]?.push(from);
  }
  const depths = [...columns.keys()].sort((a, b) => a - b);
  const rank = new Map<number, number>();
  const number = (column: readonly number[]): void => {
    for (const [place, node] of column.entries()) rank.set(node, (place + 0.5) / column.length);
  };
  for (const column of columns.values()) number(column);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const depth of sweep % 2 === 0 ? depths : [...depths].reverse()) {
      const column = columns.get(depth) ?? [];
      const weight = new Map(
        column.map((node) => [node, averageOf(neighbours[node] ?? [], rank, rank.get(node) ?? 0)]),
      );
      column.sort((a, b) => (weight.get(a) ?? 0) - (weight.get(b) ?? 0));
      number(column);
    }
  }
  return placeColumns(nodes.length, depths, columns, shape);
}

function averageOf(neighbours: readonly number[], rank: ReadonlyMap<number, number>, own: number): number {
  if (neighbours.length === 0) return own;
  return neighbours.reduce((sum, node) => sum + (rank.get(node) ?? 0), 0) / neighbours.length;
}

function placeColumns(
  count: number,
  depths: readonly number[],
  columns: ReadonlyMap<number, readonly number[]>,
  shape: number,
): Spot[] {
  const spots = Array.from({ length: count }, () => ({ x: 0, y: 0 }));
  let x = 0;
  for (const depth of depths) {
    const column = columns.get(depth) ?? [];
    // Large columns grow in both directions, so that the picture stays near the shape of the screen.
    const rows = Math.max(MOST_ROWS, Math.ceil(Math.sqrt(column.length) * 2.2));
    const subColumns = Math.max(1, Math.ceil(column.length / rows));
    for (const [place, node] of column.entries()) {
      const subColumn = place % subColumns;
      const row = Math.floor(place / subColumns);
      const height = Math.ceil(column.length / subColumns);
      spots[node] = { x: x + subColumn * SUB_COLUMN_GAP, y: ((height - 1) / 2 - row) * ROW_GAP };
    }
    x += (subColumns - 1) * SUB_COLUMN_GAP + COLUMN_GAP;
  }
  return fitShape(spots, x - COLUMN_GAP, shape);
}

/** Draws rows or columns apart, so that the picture has about the shape of its frame. */
function fitShape(spots: readonly Spot[], width: number, shape: number): Spot[] {
  const height = Math.max(ROW_GAP, ...spots.map(({ y }) => Math.abs(y) * 2));
  const taller = Math.min(MOST_STRETCH, Math.max(1, (width * shape) / height));
  const wider = Math.min(MOST_STRETCH, Math.max(1, height / shape / Math.max(width, COLUMN_GAP)));
  return spots.map(({ x, y }) => ({ x: x * wider, y: y * taller }));
}
