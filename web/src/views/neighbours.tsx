import type { CodeSymbol, Edge, Reached } from '../api/answers.js';
import { useList } from '../api/use-answer.js';
import { ErrorState, Loading, Rest } from '../parts/states.js';
import { Location, SymbolLink, TypeMark } from '../parts/symbol-parts.js';
import { percent, words } from '../text.js';

const PAGE = 20;
const TITLES = { callers: 'Callers', callees: 'Callees' } as const;
const NONE = { callers: 'Nothing in the store calls it.', callees: 'It calls nothing in the store.' } as const;

/** Who calls a symbol, or what it calls, with how sure that is and which rule says so. */
export function Neighbours(props: { readonly symbol: CodeSymbol; readonly direction: 'callers' | 'callees' }) {
  const { symbol, direction } = props;
  const of = `${symbol.project}//${symbol.key}`;
  const list = useList<Reached>(direction, { of, limit: PAGE });
  const { answer, error, items } = list;
  return (
    <section class="panel" aria-labelledby={`${direction}-title`}>
      <div class="panel-head">
        <h2 id={`${direction}-title`}>{TITLES[direction]}</h2>
        {answer === undefined ? null : <span class="count">{answer.total}</span>}
      </div>
      {error !== undefined ? (
        <ErrorState error={error} retry={list.retry} />
      ) : answer === undefined ? (
        <Loading what={direction} />
      ) : answer.total === 0 ? (
        <p class="muted">{NONE[direction]}</p>
      ) : (
        <>
          <ul class="rows">
            {items.map((item) => (
              <li key={`${item.symbol.project}//${item.symbol.key}`}>
                <span class="row-head">
                  <SymbolLink symbol={item.symbol} />
                  <TypeMark type={item.symbol.type} />
                </span>
                <Location symbol={item.symbol} beside={symbol.project} />
                <Evidence edge={item.edge} />
              </li>
            ))}
          </ul>
          <Rest
            shown={items.length}
            total={answer.total}
            what={direction === 'callers' ? 'caller' : 'callee'}
            readOn={list.readOn}
            isReadingOn={list.isReadingOn}
          />
        </>
      )}
    </section>
  );
}

function Evidence({ edge }: { readonly edge: Edge }) {
  const { confidence, strategy, metadata } = edge;
  const calls = metadata?.['callCount'];
  return (
    <span class="evidence">
      {confidence === null ? null : (
        <span title="How sure it is">
          <meter class="confidence" min={0} max={1} value={confidence} aria-label="Confidence" /> {percent(confidence)}
        </span>
      )}
      {strategy === null ? null : <span title="The rule that found it">{words(strategy)}</span>}
      {typeof calls === 'number' && calls > 1 ? <span>{calls} times</span> : null}
    </span>
  );
}
