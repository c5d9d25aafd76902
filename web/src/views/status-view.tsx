import { useEffect, useState } from 'preact/hooks';
import type { ProjectStatus, Status } from '../api/answers.js';
import { ApiError, ask } from '../api/client.js';
import { happenings, runs, type IndexEvent } from '../api/live.js';
import { useAnswer } from '../api/use-answer.js';
import { Empty, ErrorState, WithAnswer } from '../parts/states.js';
import { session } from '../session.js';
import { bytes, counted, time } from '../text.js';

/** Embeddings are stored without a new generation; while somebody looks, their number is asked for. */
const LOOK_MS = 5000;

/** What the store holds, and what happens to it now. */
export function StatusView() {
  const asked = useAnswer<Status>('status');
  const { retry } = asked;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') retry();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [retry]);
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">Status</h1>
      </div>
      <WithAnswer asked={asked} what="the status">
        {(status) => (
          <>
            <dl class="facts-list">
              <Fact name="Generation" value={counted(status.generation)} />
              <Fact name="Size" value={bytes(status.sizeBytes)} />
              <Fact name="Backend" value={status.backend} />
              <Fact name="Schema" value={String(status.schemaVersion)} />
              <Fact name="Version" value={session.value?.version ?? ''} />
            </dl>
            {status.projects.length === 0 ? (
              <Empty title="The store holds no project yet.">
                <p>
                  <code>lestockage index .</code> brings one in; it shows up here while it is indexed.
                </p>
              </Empty>
            ) : (
              <Projects projects={status.projects} />
            )}
          </>
        )}
      </WithAnswer>
      <Happenings />
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Projects({ projects }: { readonly projects: readonly ProjectStatus[] }) {
  const canIndex = session.value?.canIndex === true;
  return (
    <div class="table-scroll" role="region" aria-label="Projects" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Project</th>
            {['Files', 'Symbols', 'Edges', 'Embedded'].map((title) => (
              <th key={title} scope="col" class="number">
                {title}
              </th>
            ))}
            <th scope="col">Indexed</th>
            {canIndex ? <th scope="col">Index</th> : null}
          </tr>
        </thead>
        <tbody>
          {projects.map((project) => (
            <tr key={project.project}>
              <th scope="row">
                {project.project}
                <span class="location">
                  <span class="path">{project.root ?? 'imported'}</span>
                </span>
              </th>
              <td class="number">{counted(project.files)}</td>
              <td class="number">{counted(project.nodes)}</td>
              <td class="number">{counted(project.edges)}</td>
              <td class="number">{counted(project.embeddings)}</td>
              <td>{time(project.indexedAt)}</td>
              {canIndex ? (
                <td>
                  <IndexAgain project={project} run={runs.value.get(project.project)} />
                </td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function IndexAgain({ project, run }: { readonly project: ProjectStatus; readonly run: IndexEvent | undefined }) {
  const [error, setError] = useState<ApiError | undefined>(undefined);
  if (project.root === null) return <span class="muted">has no folder</span>;
  if (run?.state === 'running') {
    const { filesDone = 0, filesTotal = 0, phase = '' } = run;
    return (
      <span>
        <progress max={Math.max(1, filesTotal)} value={filesDone} aria-label={`Indexing ${project.project}`} /> {phase}{' '}
        {counted(filesDone)}/{counted(filesTotal)}
      </span>
    );
  }
  const start = (): void => {
    setError(undefined);
    ask('index', { project: project.project }, { method: 'POST' }).catch((reason: unknown) => {
      setError(reason instanceof ApiError ? reason : new ApiError('FAILED', String(reason), 0));
    });
  };
  return (
    <>
      <button type="button" onClick={start}>
        Index again
      </button>
      {error === undefined ? null : <ErrorState error={error} />}
    </>
  );
}

function Happenings() {
  const list = happenings.value;
  return (
    <section class="panel" aria-labelledby="happenings-title">
      <h2 id="happenings-title">Since this page was opened</h2>
      {list.length === 0 ? (
        <p class="muted">Nothing changed. Index runs of any process show up here as they commit.</p>
      ) : (
        <div role="log" aria-label="Changes of the store">
          <ul class="rows">
            {list.map(({ at, text }) => (
              <li key={`${at.getTime()} ${text}`} class="row-head">
                <time class="muted" dateTime={at.toISOString()}>
                  {at.toLocaleTimeString('en')}
                </time>
                <span>{text}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
