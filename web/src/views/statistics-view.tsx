import type { Changes, Counts, HistoryEntry, Statistics } from '../api/answers.js';
import { useAnswer, useList } from '../api/use-answer.js';
import { LinePlot } from '../parts/line-plot.js';
import { ProjectPicker } from '../parts/pickers.js';
import { ErrorState, Loading, Rest, WithAnswer } from '../parts/states.js';
import { nameInKey, TypeMark } from '../parts/symbol-parts.js';
import { amend, place, symbolLink } from '../router.js';
import { BUCKETS, counted, time, words } from '../text.js';

/** Counts, the distribution of complexity, and how they went. */
export function StatisticsView() {
  const { project } = place.value.query;
  const asked = useAnswer<Statistics>('stats', { project });
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">Statistics</h1>
        <div class="pickers">
          <ProjectPicker />
        </div>
      </div>
      <WithAnswer asked={asked} what="the statistics">
        {({ complexity, nodesByType, edgesByType }) => (
          <div class="panels">
            <Bars
              title="Complexity"
              unit="symbol"
              rows={BUCKETS.map(
                ([bucket, , range]) => [words(bucket), complexity[bucket] ?? 0, range, bucket] as const,
              )}
            />
            <Bars title="Symbols by type" unit="symbol" rows={rowsOf(nodesByType)} />
            <Bars title="Edges by type" unit="edge" rows={rowsOf(edgesByType)} />
          </div>
        )}
      </WithAnswer>
      <Evolution project={project} />
    </section>
  );
}

function rowsOf(counts: Counts): (readonly [string, number, string, string])[] {
  return Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => [words(name), count, '', ''] as const);
}

/** Bars whose numbers stand beside them. */
function Bars(props: {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly (readonly [name: string, count: number, about: string, look: string])[];
}) {
  const { title, unit, rows } = props;
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>{title}</h2>
        <span class="muted">{counted(total, unit)}</span>
      </div>
      {rows.length === 0 ? <p class="muted">None.</p> : null}
      <dl class="bars">
        {rows.map(([name, count, about, look]) => (
          <div key={name} class="bar-row">
            <dt>
              {name} {about === '' ? null : <span class="muted">{about}</span>}
            </dt>
            <dd>
              <span class={`bar-fill ${look}`} style={{ width: `${(count / most) * 100}%` }} aria-hidden="true" />
              <span class="bar-count">{counted(count)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const SERIES: readonly (readonly [string, (entry: HistoryEntry) => number])[] = [
  ['Symbols', ({ nodesByType }) => sumOf(nodesByType)],
  ['Edges', ({ edgesByType }) => sumOf(edgesByType)],
  ['Complex symbols', ({ complexity }) => (complexity['complex'] ?? 0) + (complexity['very_complex'] ?? 0)],
];

function Evolution({ project }: { readonly project: string | undefined }) {
  const list = useList<HistoryEntry>('history', { project });
  const { answer, items, error } = list;
  return (
    <section class="panel" aria-labelledby="evolution-title">
      <div class="panel-head">
        <h2 id="evolution-title">Evolution</h2>
        {answer === undefined ? null : (
          <span class="muted">
            {answer.truncated ? `the latest ${counted(items.length)} of ` : ''}
            {counted(answer.total, 'snapshot')}
          </span>
        )}
      </div>
      {error !== undefined ? (
        <ErrorState error={error} retry={list.retry} />
      ) : answer === undefined ? (
        <Loading what="the evolution" />
      ) : items.length === 0 ? (
        <p class="muted">
          No snapshot of {project === undefined ? 'the whole store' : project} was taken yet.{' '}
          <code>lestockage evolution --snapshot{project === undefined ? '' : ` --project ${project}`}</code> takes one.
        </p>
      ) : (
        <>
          <div class="plots">
            {SERIES.map(([title, valueOf]) => (
              <LinePlot
                key={title}
                title={title}
                points={items.map((entry) => ({ at: entry.takenAt, label: entry.label, value: valueOf(entry) }))}
              />
            ))}
          </div>
          <Comparison project={project} entries={items} />
        </>
      )}
    </section>
  );
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** What changed since a snapshot, up to now. */
function Comparison(props: { readonly project: string | undefined; readonly entries: readonly HistoryEntry[] }) {
  const { project, entries } = props;
  const since = place.value.query['since'];
  const chosen = entries.find(({ label }) => label === since);
  const list = useList<Changes['items'][number], Changes>(chosen === undefined ? undefined : 'changes', {
    project,
    from: chosen?.label,
    limit: 50,
  });
  return (
    <>
      <div class="panel-head">
        <h3>What changed</h3>
        <label class="picker">
          <span>Since</span>
          <select value={since ?? ''} onChange={(event) => amend({ since: event.currentTarget.value })}>
            <option value="">choose a snapshot</option>
            {[...entries].reverse().map(({ label, takenAt }) => (
              <option key={label} value={label}>
                {label}, {time(takenAt)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {chosen === undefined ? null : list.error !== undefined ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : list.answer === undefined ? (
        <Loading what="what changed" />
      ) : (
        <ChangeTable list={list} />
      )}
    </>
  );
}

function ChangeTable({ list }: { readonly list: ReturnType<typeof useList<Changes['items'][number], Changes>> }) {
  const { answer, items } = list;
  const { added = 0, removed = 0, changed = 0 } = answer?.counts ?? {};
  return (
    <>
      <p>
        {counted(added)} added, {counted(removed)} removed, {counted(changed)} changed
      </p>
      <ul class="rows">
        {items.map((item) => (
          <li key={`${item.project}//${item.key}`} class="row-head">
            <span class={`change ${item.change}`}>{item.change}</span>
            {item.change === 'removed' ? (
              <span class="symbol-name">{nameInKey(item.key)}</span>
            ) : (
              <a href={symbolLink(item)} class="symbol-name">
                {nameInKey(item.key)}
              </a>
            )}
            <TypeMark type={item.type} />
            <span class="muted">{measureText(item.before?.complexity, item.after?.complexity)}</span>
          </li>
        ))}
      </ul>
      <Rest
        shown={items.length}
        total={answer?.total ?? 0}
        what="difference"
        readOn={list.readOn}
        isReadingOn={list.isReadingOn}
      />
    </>
  );
}

function measureText(before: number | null | undefined, after: number | null | undefined): string {
  if (before === after || (before ?? after) === null || (before ?? after) === undefined) return '';
  return `complexity ${before ?? '–'} → ${after ?? '–'}`;
}
