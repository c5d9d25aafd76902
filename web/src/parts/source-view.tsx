import { useEffect, useMemo, useRef } from 'preact/hooks';
import { highlight, type Piece } from './highlight.js';

interface SourceLines {
  readonly lines: readonly string[];
  readonly startLine: number;
  readonly language: string | null;
}

/** Source with numbered lines. A number is a button; arrows go from one to the next, so that they are one stop of the tab key. */
export function SourceView(props: {
  readonly source: SourceLines;
  /** The line that was chosen. */
  readonly chosen: number | undefined;
  /** Lines that belong to the slice; undefined without one. */
  readonly marked: ReadonlySet<number> | undefined;
  readonly onChoose: (line: number) => void;
}) {
  const { source, chosen, marked, onChoose } = props;
  const pieces = useMemo(() => highlight(source.lines, source.language), [source]);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // A link to a line shows that line; a line that was clicked is seen already.
    const line = list.current?.querySelector<HTMLElement>('.chosen');
    const frame = list.current?.parentElement;
    if (line === null || line === undefined || frame === null || frame === undefined) return;
    const offset = line.offsetTop - (list.current?.offsetTop ?? 0);
    if (offset < frame.scrollTop || offset > frame.scrollTop + frame.clientHeight - line.clientHeight) {
      frame.scrollTop = offset - frame.clientHeight / 2;
    }
  }, [chosen, source]);
  const last = source.startLine + source.lines.length - 1;
  const stop = chosen !== undefined && chosen >= source.startLine && chosen <= last ? chosen : source.startLine;
  const walk = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]?.focus();
  };
  return (
    <ol ref={list} class={marked === undefined ? 'source' : 'source sliced'} onKeyDown={walk} aria-label="Source">
      {pieces.map((line, index) => {
        const number = source.startLine + index;
        const isIn = marked?.has(number) === true;
        const look = [isIn ? 'in-slice' : '', number === chosen ? 'chosen' : ''].join(' ').trim();
        return (
          <li key={number} class={look}>
            <button
              type="button"
              class="line-number"
              tabIndex={number === stop ? 0 : -1}
              aria-label={`Slice from line ${number}${isIn ? ', in the slice' : ''}`}
              aria-pressed={number === chosen}
              onClick={() => onChoose(number)}
            >
              {number}
            </button>
            <code>
              <Line pieces={line} />
            </code>
          </li>
        );
      })}
    </ol>
  );
}

function Line({ pieces }: { readonly pieces: readonly Piece[] }) {
  return (
    <>
      {pieces.map(({ text, look }, index) =>
        look === '' ? (
          text
        ) : (
          <span key={index} class={look}>
            {text}
          </span>
        ),
      )}
      {'\n'}
    </>
  );
}
