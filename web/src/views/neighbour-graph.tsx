import { useMemo, useState } from 'preact/hooks';
import type { CodeSymbol, Neighbourhood } from '../api/answers.js';
import { useAnswer } from '../api/use-answer.js';
import { GraphView, type Arrangement, type DrawnGraph } from '../parts/graph-view.js';
import { Segments } from '../parts/segments.js';
import { WithAnswer } from '../parts/states.js';
import { amend, go, linkTo, place } from '../router.js';
import { counted } from '../text.js';

const LIMIT = 1000;
const DEPTHS = ['1', '2', '3', '4'];
const ALL_TYPES = 'call,inheritance,import,data_dependency,reference';
/** Below this an edge is drawn as one that may be wrong. */
const SURE = 0.7;

/** The graph around a symbol: callers to the left, callees to the right. A click opens a symbol. */
export function NeighbourGraph({ symbol }: { readonly symbol: CodeSymbol }) {
  const { query } = place.value;
  const depth = DEPTHS.includes(query['depth'] ?? '') ? (query['depth'] ?? '1') : '1';
  const isAll = query['edges'] === 'all';
  const [arrangement, setArrangement] = useState<Arrangement>('layers');
  const asked = useAnswer<Neighbourhood>('graph', {
    of: `${symbol.project}//${symbol.key}`,
    depth,
    type: isAll ? ALL_TYPES : undefined,
    limit: LIMIT,
  });
  return (
    <section class="panel" aria-labelledby="graph-title">
      <div class="panel-head">
        <h2 id="graph-title">Graph</h2>
        <div class="tools">
          <Segments
            label="How many edges away"
            value={depth}
            choices={DEPTHS.map((each) => [each, `${each} ${each === '1' ? 'step' : 'steps'}`] as const)}
            onChoose={(next) => amend({ depth: next === '1' ? undefined : next })}
          />
          <Segments
            label="Which edges"
            value={isAll ? 'all' : 'call'}
            choices={[
              ['call', 'Calls'],
              ['all', 'All edges'],
            ]}
            onChoose={(next) => amend({ edges: next === 'all' ? 'all' : undefined })}
          />
          <Segments
            label="Arrangement"
            value={arrangement}
            choices={[
              ['layers', 'Layers'],
              ['force', 'Force'],
            ]}
            onChoose={(next) => setArrangement(next === 'force' ? 'force' : 'layers')}
          />
        </div>
      </div>
      <WithAnswer asked={asked} what="the graph">
        {(answer) => <Picture answer={answer} arrangement={arrangement} />}
      </WithAnswer>
    </section>
  );
}

function Picture({ answer, arrangement }: { readonly answer: Neighbourhood; readonly arrangement: Arrangement }) {
  const graph = useMemo(() => drawnOf(answer), [answer]);
  const { items, edges, total } = answer;
  const isRecursive = edges.some(({ from, to }) => from === to && items[from]?.depth === 0);
  if (items.length <= 1) {
    return <p class="muted">Nothing is connected to it{isRecursive ? ' but itself: it calls itself' : ''}.</p>;
  }
  const size = `${counted(items.length, 'symbol')} and ${counted(edges.length, 'edge')}`;
  return (
    <>
      <GraphView
        graph={graph}
        arrangement={arrangement}
        description={`Graph of ${size}; callers to the left, callees to the right.`}
        onOpen={(id) => go(linkTo(['symbol', id]))}
      />
      <div class="graph-foot">
        <p class="legend" aria-hidden="true">
          <span class="key caller">callers</span>
          <span class="key self">this symbol</span>
          <span class="key callee">callees</span>
          <span class="key unsure">less sure</span>
        </p>
        <p class="rest">
          {items.length < total ? `${counted(items.length)} of ${counted(total, 'symbol')} shown` : size}
          {isRecursive ? '; it calls itself' : ''}
        </p>
      </div>
    </>
  );
}

function drawnOf({ items, edges }: Neighbourhood): DrawnGraph {
  const weights = items.map(() => 1);
  for (const { from, to } of edges) {
    weights[from] = (weights[from] ?? 0) + 1;
    weights[to] = (weights[to] ?? 0) + 1;
  }
  return {
    nodes: items.map(({ symbol, depth }, number) => ({
      id: `${symbol.project}//${symbol.key}`,
      label: symbol.name === '' ? symbol.file : symbol.name,
      depth,
      tone: depth === 0 ? 'self' : depth < 0 ? 'caller' : 'callee',
      weight: weights[number] ?? 1,
    })),
    edges: edges.map(({ from, to, confidence }) => ({
      from,
      to,
      tone: confidence !== null && confidence < SURE ? 'unsure' : 'plain',
      weight: 1,
    })),
  };
}
