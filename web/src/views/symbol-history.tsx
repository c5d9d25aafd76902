import type { CodeSymbol, HistoryEntry, Measures } from '../api/answers.js';
import { useList } from '../api/use-answer.js';
import { LinePlot } from '../parts/line-plot.js';
import { ErrorState, Loading } from '../parts/states.js';
import { counted } from '../text.js';

const MEASURES: readonly (readonly [keyof Measures, string])[] = [
  ['complexity', 'Complexity'],
  ['lines', 'Lines'],
  ['fanIn', 'Callers'],
  ['fanOut', 'Callees'],
];

/** How the measures of a symbol went, as far as snapshots were taken. */
export function SymbolHistory({ symbol }: { readonly symbol: CodeSymbol }) {
  const list = useList<HistoryEntry>('history', { project: symbol.project, of: symbol.key });
  const entries = list.items.filter(({ symbol: measures }) => measures !== null);
  return (
    <section class="panel" aria-labelledby="history-title">
      <div class="panel-head">
        <h2 id="history-title">History</h2>
        {list.answer === undefined ? null : (
          <span class="muted">
            in {counted(entries.length)} of {counted(list.answer.total, 'snapshot')}
          </span>
        )}
      </div>
      {list.error !== undefined ? (
        <ErrorState error={list.error} retry={list.retry} />
      ) : list.answer === undefined ? (
        <Loading what="the history" />
      ) : entries.length === 0 ? (
        <p class="muted">
          No snapshot has this symbol. <code>lestockage evolution --snapshot</code> takes one.
        </p>
      ) : (
        <div class="plots">
          {MEASURES.map(([measure, title]) => (
            <LinePlot
              key={measure}
              title={title}
              points={entries.flatMap(({ takenAt, label, symbol: measures }) => {
                const value = measures?.[measure];
                return value === undefined || value === null ? [] : [{ at: takenAt, label, value }];
              })}
            />
          ))}
        </div>
      )}
    </section>
  );
}
