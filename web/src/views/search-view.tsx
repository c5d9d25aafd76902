import type { Found, SearchAnswer, Status } from '../api/answers.js';
import { useAnswer, useList } from '../api/use-answer.js';
import { Picker, ProjectPicker } from '../parts/pickers.js';
import { focusSearchBox } from '../parts/search-box.js';
import { Empty, ErrorState, Loading, Rest, WithAnswer } from '../parts/states.js';
import { Complexity, Location, TypeMark } from '../parts/symbol-parts.js';
import { linkTo, place, symbolLink } from '../router.js';
import { session } from '../session.js';
import { counted } from '../text.js';
import { useDelayed } from './use-delayed.js';

const PAGE = 50;
/** Somebody who types fast asks once. */
const TYPING_MS = 120;
const TYPES = ['function', 'class', 'method', 'variable', 'module', 'interface', 'enum', 'struct', 'trait', 'type'];

export function SearchView() {
  const { query } = place.value;
  const typed = (query['q'] ?? '').trim();
  const text = useDelayed(typed, TYPING_MS);
  const modes = session.value?.searchModes ?? [];
  const { project, type, mode } = query;
  const list = useList<Found, SearchAnswer>(text === '' ? undefined : 'search', {
    ...{ q: text, project, type, limit: PAGE },
    mode: mode !== undefined && modes.includes(mode) ? mode : undefined,
  });
  if (typed === '') return <Start />;
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">
          Search <span class="muted">“{typed}”</span>
        </h1>
        <div class="pickers">
          {modes.length > 1 ? (
            <Picker name="mode" label="Mode" choices={modes.map((each) => [each, each] as const)} />
          ) : null}
          <Picker
            name="type"
            label="Type"
            choices={[['', 'All types'], ...TYPES.map((each) => [each, each] as const)]}
          />
          <ProjectPicker />
        </div>
      </div>
      <Results list={list} text={text} isOutdated={text !== typed} />
    </section>
  );
}

function Results(props: {
  readonly list: ReturnType<typeof useList<Found, SearchAnswer>>;
  readonly text: string;
  readonly isOutdated: boolean;
}) {
  const { list, text, isOutdated } = props;
  const { answer, error, items, readOn, isReadingOn } = list;
  if (error !== undefined) return <ErrorState error={error} retry={list.retry} />;
  if (answer === undefined) return <Loading what="results" />;
  if (answer.total === 0) {
    return (
      <Empty title={`Nothing fits “${text}”.`}>
        <p>Try other words, a part of the name, or fewer filters.</p>
      </Empty>
    );
  }
  return (
    <>
      <div class="visually-hidden" role="status">
        {counted(answer.total, 'result')}
      </div>
      {answer.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      <ol class="results" onKeyDown={walkResults} aria-busy={isOutdated || list.isLoading}>
        {items.map((item) => (
          <Result key={`${item.project}//${item.key}`} item={item} />
        ))}
      </ol>
      <Rest
        shown={items.length}
        total={answer.total}
        what={answer.isComplete ? 'result' : 'best result'}
        readOn={readOn}
        isReadingOn={isReadingOn}
      />
    </>
  );
}

function Result({ item }: { readonly item: Found }) {
  return (
    <li>
      <a href={symbolLink(item)}>
        <span class="result-head">
          <span class="symbol-name">{item.qualifiedName === '' ? item.file : item.qualifiedName}</span>
          <TypeMark type={item.type} />
          <Complexity value={item.complexity} />
        </span>
        <Location symbol={item} />
        <span class="why">
          <span class="score" title={`Score ${item.score.toFixed(2)}`}>
            {item.score.toFixed(2)}
          </span>
          {item.why}
        </span>
      </a>
    </li>
  );
}

/** Arrows go from result to result, Escape back to the box. */
function walkResults(event: KeyboardEvent): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.results a')];
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === 'Escape' || (event.key === 'ArrowUp' && at === 0)) {
    event.preventDefault();
    focusSearchBox();
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  }
}

/** What is seen before anything is typed: what there is to search. */
function Start() {
  const asked = useAnswer<Status>('status');
  return (
    <section class="start" aria-labelledby="title">
      <h1 id="title">What are you looking for?</h1>
      <p class="muted">
        Type a name, a part of one, or what it does in a few words. <kbd>/</kbd> goes to the search box, <kbd>↓</kbd> to
        the results, <kbd>Enter</kbd> opens one, <kbd>Esc</kbd> goes back.
      </p>
      <WithAnswer asked={asked} what="the projects">
        {({ projects }) =>
          projects.length === 0 ? (
            <Empty title="The store holds no project yet.">
              <p>
                <code>lestockage index .</code> brings one in; this page shows it as soon as it is there.
              </p>
            </Empty>
          ) : (
            <ul class="cards">
              {projects.map(({ project, files, nodes, edges }) => (
                <li key={project}>
                  <a href={linkTo(['hotspots'], { project })} class="card">
                    <span class="card-title">{project}</span>
                    <span class="muted">
                      {counted(nodes, 'symbol')} · {counted(edges, 'edge')} · {counted(files, 'file')}
                    </span>
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </WithAnswer>
    </section>
  );
}
