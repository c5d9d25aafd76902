import type { Hotspot } from '../api/answers.js';
import { useList } from '../api/use-answer.js';
import { Picker, ProjectPicker } from '../parts/pickers.js';
import { Empty, ErrorState, Loading, Rest } from '../parts/states.js';
import { Complexity, Location, SymbolLink } from '../parts/symbol-parts.js';
import { Treemap } from '../parts/treemap.js';
import { place } from '../router.js';
import { BUCKETS, counted, words } from '../text.js';

const PAGE = 200;
const SHOWN_ROWS = 50;

/** The symbols most worth a look, as a map and as a table. */
export function HotspotsView() {
  const { project, preset } = place.value.query;
  const list = useList<Hotspot>('hotspots', {
    project,
    preset: preset === 'plain' ? preset : undefined,
    limit: PAGE,
  });
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">Hotspots</h1>
        <div class="pickers">
          <Picker
            name="preset"
            label="Rank by"
            choices={[
              ['combined', 'All measures'],
              ['plain', 'Complexity and fan-out'],
            ]}
          />
          <ProjectPicker />
        </div>
      </div>
      {list.error !== undefined ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : list.answer === undefined ? (
        <Loading what="the hotspots" />
      ) : list.answer.total === 0 ? (
        <Empty title="No symbol has a complexity to rank by.">
          <p>Functions and methods get one when they are indexed.</p>
        </Empty>
      ) : (
        <Content list={list} />
      )}
    </section>
  );
}

function Content({ list }: { readonly list: ReturnType<typeof useList<Hotspot>> }) {
  const total = list.answer?.total ?? 0;
  return (
    <>
      <p class="legend">
        <span class="muted">Size by lines, colour by complexity:</span>
        {BUCKETS.map(([bucket, , range]) => (
          <span key={bucket} class={`key ${bucket}`}>
            {words(bucket)} <span class="muted">{range}</span>
          </span>
        ))}
      </p>
      <Treemap hotspots={list.items} />
      <Rest
        shown={list.items.length}
        total={total}
        what="hotspot"
        readOn={list.readOn}
        isReadingOn={list.isReadingOn}
      />
      <h2>The worst {counted(Math.min(SHOWN_ROWS, list.items.length))}</h2>
      <div class="table-scroll" role="region" aria-label="Table of hotspots" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Symbol</th>
              {['Score', 'Complexity', 'Lines', 'Callees', 'Callers', 'Commits'].map((title) => (
                <th key={title} scope="col" class="number">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.items.slice(0, SHOWN_ROWS).map((hotspot) => (
              <tr key={`${hotspot.project}//${hotspot.key}`}>
                <th scope="row">
                  <SymbolLink symbol={hotspot} />
                  <Location symbol={hotspot} />
                </th>
                <td class="number">{Number(hotspot.score.toFixed(1))}</td>
                <td class="number">
                  <Complexity value={hotspot.complexity} />
                </td>
                <td class="number">{hotspot.endLine - hotspot.startLine + 1}</td>
                <td class="number">{hotspot.fanOut}</td>
                <td class="number">{hotspot.fanIn}</td>
                <td class="number">{hotspot.changes ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
