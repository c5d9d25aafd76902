import { useMemo } from 'preact/hooks';
import type { CodeSymbol, Slice, Source } from '../api/answers.js';
import { useAnswer } from '../api/use-answer.js';
import { SourceView } from '../parts/source-view.js';
import { WithAnswer } from '../parts/states.js';
import { amend, place } from '../router.js';
import { counted } from '../text.js';

const MOST_LINES = 2000;

type Direction = 'backward' | 'forward';
const DIRECTIONS: readonly (readonly [Direction, string, string])[] = [
  ['backward', 'Backward', 'what the line depends on'],
  ['forward', 'Forward', 'what depends on the line'],
];

/** The source of a symbol; a click on a line shows the slice from there. */
export function SymbolSource({ symbol }: { readonly symbol: CodeSymbol }) {
  const { project, file, startLine, endLine } = symbol;
  const limit = Math.min(Math.max(1, endLine - startLine + 1), MOST_LINES);
  const source = useAnswer<Source>('source', { project, file, start: startLine, limit });
  const line = lineOf(place.value.query['line']);
  const direction: Direction = place.value.query['direction'] === 'forward' ? 'forward' : 'backward';
  const slice = useAnswer<Slice>(line === undefined ? undefined : 'slice', { project, file, line, direction });
  const marked = useMemo(
    () => (slice.answer === undefined || slice.answer.lines.length === 0 ? undefined : new Set(slice.answer.lines)),
    [slice.answer],
  );
  const choose = (next: number): void => amend({ line: next === line ? undefined : String(next) });
  return (
    <section class="panel source-panel" aria-labelledby="source-title">
      <div class="panel-head">
        <h2 id="source-title">Source</h2>
        <SliceBar line={line} direction={direction} slice={slice} />
      </div>
      <WithAnswer asked={source} what="the source">
        {(answer) => (
          <>
            {answer.isChanged ? (
              <p class="note" role="status">
                This file changed since it was indexed, so lines may not fit. <code>lestockage index</code> brings the
                store up to date.
              </p>
            ) : null}
            <div class="source-scroll" onKeyDown={(event) => event.key === 'Escape' && amend({ line: undefined })}>
              <SourceView source={answer} chosen={line} marked={marked} onChoose={choose} />
            </div>
            {endLine - startLine + 1 > MOST_LINES ? (
              <p class="rest">
                {counted(MOST_LINES)} of {counted(endLine - startLine + 1, 'line')} shown
              </p>
            ) : null}
          </>
        )}
      </WithAnswer>
    </section>
  );
}

function SliceBar(props: {
  readonly line: number | undefined;
  readonly direction: Direction;
  readonly slice: ReturnType<typeof useAnswer<Slice>>;
}) {
  const { line, direction, slice } = props;
  if (line === undefined) return <p class="muted hint">Click a line number for its slice.</p>;
  return (
    <div class="slice-bar">
      <span role="status">
        {slice.error !== undefined
          ? slice.error.message
          : slice.answer === undefined
            ? 'Slicing…'
            : slice.answer.lines.length === 0
              ? `Line ${line} has no code to slice.`
              : `Line ${line}: ${counted(slice.answer.lines.length, 'line')} in the slice`}
      </span>
      <span class="segments" role="group" aria-label="Direction of the slice">
        {DIRECTIONS.map(([each, title, meaning]) => (
          <button
            key={each}
            type="button"
            title={meaning}
            aria-pressed={each === direction}
            onClick={() => amend({ direction: each === 'backward' ? undefined : each })}
          >
            {title}
          </button>
        ))}
      </span>
      <button type="button" class="quiet" onClick={() => amend({ line: undefined, direction: undefined })}>
        Clear
      </button>
    </div>
  );
}

function lineOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
