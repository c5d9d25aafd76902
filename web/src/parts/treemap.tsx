import { hierarchy, treemap, treemapSquarify, type HierarchyRectangularNode } from 'd3-hierarchy';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Hotspot } from '../api/answers.js';
import { symbolLink } from '../router.js';
import { bucketOf } from '../text.js';

interface Box {
  readonly name: string;
  readonly children?: readonly Box[];
  readonly hotspot?: Hotspot;
}

type Cell = HierarchyRectangularNode<Box>;

const HEIGHT = 460;
const HEADING = 18;

/** Hotspots by file: size by lines, colour by complexity. Arrows go from one to the next. */
export function Treemap({ hotspots }: { readonly hotspots: readonly Hotspot[] }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const cells = useMemo(() => (width === 0 ? undefined : layOut(hotspots, width)), [hotspots, width]);
  const [current, setCurrent] = useState(0);
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const links = [...(frame.current?.querySelectorAll('a') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const next = links[at + (step ?? 0)];
    if (step === undefined || at < 0 || next === undefined) return;
    event.preventDefault();
    setCurrent(at + step);
    next.focus();
  };
  return (
    <div
      ref={frame}
      class="treemap"
      style={{ height: `${HEIGHT}px` }}
      onKeyDown={walk}
      role="group"
      aria-label="Map of the hotspots"
    >
      {cells?.files.map((cell) => (
        <FileBox key={`${cell.data.name} ${cell.x0} ${cell.y0}`} cell={cell} />
      ))}
      {cells?.symbols.map((cell, index) => (
        <SymbolBox key={keyOf(cell)} cell={cell} isStop={index === Math.min(current, cells.symbols.length - 1)} />
      ))}
    </div>
  );
}

function FileBox({ cell }: { readonly cell: Cell }) {
  const wide = cell.x1 - cell.x0 > 60 && cell.y1 - cell.y0 > 2 * HEADING;
  return (
    <div class="treemap-file" style={placeOf(cell)} aria-hidden="true">
      {wide ? <span title={cell.data.name}>{cell.data.name.slice(cell.data.name.lastIndexOf('/') + 1)}</span> : null}
    </div>
  );
}

function SymbolBox({ cell, isStop }: { readonly cell: Cell; readonly isStop: boolean }) {
  const { hotspot } = cell.data;
  if (hotspot === undefined) return null;
  const complexity = hotspot.complexity ?? 0;
  const lines = hotspot.endLine - hotspot.startLine + 1;
  const text = `${hotspot.qualifiedName}, complexity ${complexity}, ${lines} lines, ${hotspot.file}`;
  const isRoomy = cell.x1 - cell.x0 > 44 && cell.y1 - cell.y0 > 18;
  return (
    <a
      class={`treemap-cell ${bucketOf(complexity)}`}
      style={placeOf(cell)}
      href={symbolLink(hotspot)}
      title={text}
      aria-label={text}
      tabIndex={isStop ? 0 : -1}
    >
      {isRoomy ? <span>{hotspot.name}</span> : null}
    </a>
  );
}

function layOut(hotspots: readonly Hotspot[], width: number): { files: readonly Cell[]; symbols: readonly Cell[] } {
  const files = new Map<string, Box[]>();
  for (const hotspot of hotspots) {
    const file = `${hotspot.project}/${hotspot.file}`;
    files.set(file, [...(files.get(file) ?? []), { name: hotspot.name, hotspot }]);
  }
  const all: Box = { name: '', children: [...files].map(([name, children]) => ({ name, children })) };
  const root = hierarchy<Box>(all)
    .sum(({ hotspot }) => (hotspot === undefined ? 0 : hotspot.endLine - hotspot.startLine + 1))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Box>()
    .size([width, HEIGHT])
    .paddingInner(2)
    .paddingTop((node) => (node.depth === 1 && node.x1 - node.x0 > 60 && node.y1 - node.y0 > 2 * HEADING ? HEADING : 0))
    .round(true)
    .tile(treemapSquarify)(root);
  return { files: laid.children ?? [], symbols: laid.leaves().filter(({ data }) => data.hotspot !== undefined) };
}

function placeOf({ x0, y0, x1, y1 }: Cell): Record<string, string> {
  return { left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px` };
}

function keyOf({ data }: Cell): string {
  return data.hotspot === undefined ? data.name : `${data.hotspot.project}//${data.hotspot.key}`;
}

function useWidth(frame: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}
