import type { CodeSymbol, Envelope } from '../api/answers.js';
import { useList } from '../api/use-answer.js';
import { Empty, ErrorState, Loading, Rest } from '../parts/states.js';
import { Complexity, Location, nameInKey, SymbolLink, TypeMark } from '../parts/symbol-parts.js';
import { linkTo } from '../router.js';
import { counted } from '../text.js';
import { NeighbourGraph } from './neighbour-graph.js';
import { Neighbours } from './neighbours.js';
import { SymbolHistory } from './symbol-history.js';
import { SymbolSource } from './symbol-source.js';

/** One symbol with all that is known of it; the symbols to choose from where a name has several. */
export function SymbolView({ of }: { readonly of: string }) {
  const found = useList<CodeSymbol>(of === '' ? undefined : 'symbol', { of, limit: 100 });
  if (of === '') {
    return (
      <Empty title="No symbol is named in the address.">
        <a href="#/">Search for one</a>
      </Empty>
    );
  }
  if (found.error?.code === 'SYMBOL_NOT_FOUND') {
    return (
      <section class="state" role="alert">
        <h1 class="state-title">There is no symbol “{of}”.</h1>
        <p class="muted">It may have been renamed or removed since the link was made.</p>
        <p>
          <a href={linkTo(['search'], { q: nameInKey(of) })}>Search for {nameInKey(of)}</a>
        </p>
      </section>
    );
  }
  if (found.error !== undefined) return <ErrorState error={found.error} retry={found.retry} />;
  const [first] = found.items;
  if (first === undefined) return <Loading what="the symbol" />;
  if (found.items.length > 1) return <Choice of={of} found={found} />;
  return <OneSymbol symbol={first} />;
}

function OneSymbol({ symbol }: { readonly symbol: CodeSymbol }) {
  const lines = symbol.endLine - symbol.startLine + 1;
  return (
    <article class="symbol" aria-labelledby="title">
      <header class="symbol-head">
        <h1 id="title">
          <span class="symbol-name">{symbol.qualifiedName === '' ? symbol.file : symbol.qualifiedName}</span>
        </h1>
        <p class="facts">
          <TypeMark type={symbol.type} />
          <span>{symbol.language}</span>
          {symbol.complexity === null ? null : (
            <span>
              complexity <Complexity value={symbol.complexity} />
            </span>
          )}
          <span>{counted(lines, 'line')}</span>
          <Location symbol={symbol} />
        </p>
        {symbol.signature === null ? null : <p class="signature">{symbol.signature}</p>}
      </header>
      <div class="symbol-columns">
        <div class="main-column">
          <SymbolSource symbol={symbol} />
          <NeighbourGraph symbol={symbol} />
          <SymbolHistory symbol={symbol} />
        </div>
        <div class="side">
          <Neighbours symbol={symbol} direction="callers" />
          <Neighbours symbol={symbol} direction="callees" />
        </div>
      </div>
    </article>
  );
}

function Choice(props: {
  readonly of: string;
  readonly found: ReturnType<typeof useList<CodeSymbol, Envelope<CodeSymbol>>>;
}) {
  const { of, found } = props;
  return (
    <section aria-labelledby="title">
      <h1 id="title">
        {counted(found.answer?.total ?? 0, 'symbol')} named <span class="symbol-name">{of}</span>
      </h1>
      <ul class="rows">
        {found.items.map((symbol) => (
          <li key={`${symbol.project}//${symbol.key}`}>
            <SymbolLink symbol={symbol} /> <TypeMark type={symbol.type} /> <Location symbol={symbol} />
          </li>
        ))}
      </ul>
      <Rest
        shown={found.items.length}
        total={found.answer?.total ?? 0}
        what="symbol"
        readOn={found.readOn}
        isReadingOn={found.isReadingOn}
      />
    </section>
  );
}
