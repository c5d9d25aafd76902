import forceAtlas2 from 'graphology-layout-forceatlas2';
import Graph from 'graphology';
import Sigma from 'sigma';
import { useEffect, useRef, useState } from 'preact/hooks';
import { layeredLayout } from './graph-layout.js';
import { graphLook, onSchemeChange, type GraphLook } from './graph-look.js';

export interface DrawnNode {
  readonly id: string;
  readonly label: string;
  /** The column it stands in. */
  readonly depth: number;
  readonly tone: keyof GraphLook['tones'];
  /** From 1 on. */
  readonly weight: number;
}

export interface DrawnEdge {
  /** Places in the list of nodes. */
  readonly from: number;
  readonly to: number;
  readonly tone: keyof GraphLook['lines'];
  readonly weight: number;
}

export interface DrawnGraph {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export type Arrangement = 'layers' | 'force';

interface GraphViewProps {
  readonly graph: DrawnGraph;
  readonly arrangement: Arrangement;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  readonly onOpen: (id: string) => void;
}

/** A picture of a graph that can be moved, zoomed and clicked; the lists beside it tell the same. */
export function GraphView({ graph, arrangement, description, onOpen }: GraphViewProps) {
  const container = useRef<HTMLDivElement>(null);
  const drawn = useRef<Sigma | undefined>(undefined);
  const open = useRef(onOpen);
  open.current = onOpen;
  const [isImpossible, setImpossible] = useState(false);
  useEffect(() => {
    if (container.current === null) return undefined;
    if (!canDraw()) {
      setImpossible(true);
      return undefined;
    }
    const sigma = draw(container.current, graph, arrangement, (id) => open.current(id));
    drawn.current = sigma;
    const stop = onSchemeChange(() => dress(sigma, graph));
    return () => {
      stop();
      drawn.current = undefined;
      sigma.kill();
    };
  }, [graph, arrangement]);
  if (isImpossible) {
    return <p class="note">This browser cannot draw the graph (it has no WebGL); the lists tell the same.</p>;
  }
  const camera = (act: 'animatedZoom' | 'animatedUnzoom' | 'animatedReset') => () =>
    void drawn.current?.getCamera()[act]({ duration: motion() });
  return (
    <div class="graph-frame">
      <div ref={container} class="graph" role="img" aria-label={description} />
      <div class="graph-tools" role="group" aria-label="View of the graph">
        <button type="button" onClick={camera('animatedZoom')} aria-label="Zoom in">
          +
        </button>
        <button type="button" onClick={camera('animatedUnzoom')} aria-label="Zoom out">
          −
        </button>
        <button type="button" onClick={camera('animatedReset')} aria-label="Show all of it">
          ⤢
        </button>
      </div>
    </div>
  );
}

const FORCE_STEPS = 120;

function draw(
  container: HTMLElement,
  drawn: DrawnGraph,
  arrangement: Arrangement,
  onOpen: (id: string) => void,
): Sigma {
  const { clientWidth: width, clientHeight: height } = container;
  const graph = graphOf(drawn, arrangement, width > 0 && height > 0 ? height / width : 0.5);
  const sigma = new Sigma(graph, container, {
    allowInvalidContainer: true,
    defaultEdgeType: 'arrow',
    renderEdgeLabels: false,
    zIndex: true,
    labelDensity: 2,
    labelGridCellSize: 60,
    labelRenderedSizeThreshold: drawn.nodes.length > 300 ? 7 : 3,
    hideEdgesOnMove: drawn.edges.length > 4000,
    minCameraRatio: 0.02,
    maxCameraRatio: 4,
    stagePadding: Math.min(60, width / 10),
  });
  dress(sigma, drawn);
  emphasizeHovered(sigma, graph);
  sigma.on('clickNode', ({ node }) => onOpen(graph.getNodeAttribute(node, 'id') as string));
  sigma.on('enterNode', () => container.classList.add('pointing'));
  sigma.on('leaveNode', () => container.classList.remove('pointing'));
  return sigma;
}

function graphOf({ nodes, edges }: DrawnGraph, arrangement: Arrangement, shape: number): Graph {
  const graph = new Graph({ type: 'directed', multi: true, allowSelfLoops: false });
  const spots = layeredLayout(nodes, edges, shape);
  for (const [number, { id, label, weight }] of nodes.entries()) {
    const size = (nodes.length > 300 ? 3 : 5) + Math.min(6, Math.log2(weight));
    graph.addNode(String(number), { id, label, size, ...(spots[number] ?? { x: 0, y: 0 }) });
  }
  for (const { from, to, weight } of edges) {
    // What calls itself is told in words.
    if (from !== to) graph.addEdge(String(from), String(to), { size: 1 + Math.min(3, Math.log2(weight)) });
  }
  if (arrangement === 'force') {
    // A column of equal places would give forces nothing to work with.
    graph.forEachNode((node, { x, y }) => {
      graph.mergeNodeAttributes(node, { x: Number(x) + (Number(node) % 7) / 7, y: Number(y) + (Number(node) % 5) / 5 });
    });
    const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > 300, adjustSizes: false };
    forceAtlas2.assign(graph, { iterations: FORCE_STEPS, settings });
  }
  return graph;
}

/** Gives everything the colours of the scheme. */
function dress(sigma: Sigma, { nodes, edges }: DrawnGraph): void {
  const look = graphLook();
  const graph = sigma.getGraph();
  for (const [number, { tone }] of nodes.entries()) {
    graph.mergeNodeAttributes(String(number), { color: look.tones[tone], zIndex: tone === 'self' ? 2 : 1 });
  }
  const lines = edges.filter(({ from, to }) => from !== to);
  for (const [place, edge] of graph.edges().entries()) {
    graph.setEdgeAttribute(edge, 'color', look.lines[lines[place]?.tone ?? 'plain']);
  }
  sigma.setSetting('defaultDrawNodeLabel', (context, data) => {
    if (typeof data.label !== 'string') return;
    context.font = `12px ${look.font}`;
    context.fillStyle = look.text;
    const { x, y } = labelPlace(context, data, 3);
    context.fillText(data.label, x, y);
  });
  sigma.setSetting('defaultDrawNodeHover', (context, data) => {
    if (typeof data.label !== 'string') return;
    context.font = `600 13px ${look.font}`;
    const { x, y, width } = labelPlace(context, data, 5);
    context.fillStyle = look.surface;
    context.strokeStyle = look.border;
    context.beginPath();
    context.roundRect(x - 6, y - 17, width + 12, 26, 6);
    context.fill();
    context.stroke();
    context.fillStyle = look.text;
    context.fillText(data.label, x, y);
    context.fillStyle = data.color;
    context.beginPath();
    context.arc(data.x, data.y, data.size, 0, 2 * Math.PI);
    context.fill();
  });
}

/** Where a label begins: to the right of its node, or above it where the picture ends before the label does. */
function labelPlace(
  context: CanvasRenderingContext2D,
  node: { readonly label: string | null; readonly x: number; readonly y: number; readonly size: number },
  gap: number,
): { readonly x: number; readonly y: number; readonly width: number } {
  const { width } = context.measureText(node.label ?? '');
  const right = context.canvas.clientWidth - width - gap;
  const beside = node.x + node.size + gap;
  if (beside <= right) return { x: beside, y: node.y + 4, width };
  return { x: right, y: node.y - node.size - gap - 2, width };
}

/** While the pointer is on a node, what has nothing to do with it steps back. */
function emphasizeHovered(sigma: Sigma, graph: Graph): void {
  let hovered: string | undefined;
  let near = new Set<string>();
  const hover = (node: string | undefined): void => {
    hovered = node;
    near = new Set(node === undefined ? [] : graph.neighbors(node));
    sigma.refresh({ skipIndexation: true });
  };
  sigma.on('enterNode', ({ node }) => hover(node));
  sigma.on('leaveNode', () => hover(undefined));
  sigma.setSetting('nodeReducer', (node, data) =>
    hovered === undefined || node === hovered || near.has(node)
      ? data
      : { ...data, color: graphLook().faint, label: '' },
  );
  sigma.setSetting('edgeReducer', (edge, data) =>
    hovered === undefined || graph.hasExtremity(edge, hovered) ? data : { ...data, hidden: true },
  );
}

function canDraw(): boolean {
  const canvas = document.createElement('canvas');
  return canvas.getContext('webgl2') !== null || canvas.getContext('webgl') !== null;
}

/** How long a movement takes; none for those who do not like things to move. */
function motion(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 1 : 200;
}
