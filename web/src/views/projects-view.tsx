import { useMemo, useState } from 'preact/hooks';
import type { Dependency, ProjectGraph } from '../api/answers.js';
import { useAnswer, useList, type Listed } from '../api/use-answer.js';
import { GraphView, type DrawnGraph } from '../parts/graph-view.js';
import { ProjectPicker } from '../parts/pickers.js';
import { Segments } from '../parts/segments.js';
import { Empty, ErrorState, Loading, Rest, WithAnswer } from '../parts/states.js';
import { amend, place } from '../router.js';
import { counted } from '../text.js';
import { packageId, projectsDrawn } from './projects-drawn.js';

const PAGE = 500;
/** More than this in columns cannot be read. */
const MOST_IN_LAYERS = 150;
/** More packages than this are shown when they are asked for. */
const MOST_AT_FIRST = 30;

/** Which projects depend on which, which packages they ask for, and where that goes round in circles. */
export function ProjectsView() {
  const { project } = place.value.query;
  const asked = useAnswer<ProjectGraph>('projects');
  const packages = useList<Dependency>('deps', { project, limit: PAGE });
  return (
    <section aria-labelledby="title">
      <div class="heading">
        <h1 id="title">Projects and packages</h1>
        <div class="pickers">
          <ProjectPicker />
        </div>
      </div>
      <WithAnswer asked={asked} what="the projects">
        {(answer) =>
          answer.projects.length === 0 ? (
            <Empty title="The store holds no project yet.">
              <p>
                <code>lestockage index .</code> brings one in.
              </p>
            </Empty>
          ) : (
            <>
              <Cycles cycles={answer.cycles} />
              <Picture answer={answer} dependencies={packages.items} />
              <Links answer={answer} />
            </>
          )
        }
      </WithAnswer>
      <Packages list={packages} />
    </section>
  );
}

function Cycles({ cycles }: Pick<ProjectGraph, 'cycles'>) {
  if (cycles.length === 0) return null;
  return (
    <div class="note cycle-note" role="status">
      <strong>{counted(cycles.length, 'cycle')} among the projects</strong>
      <ul>
        {cycles.map(({ path }) => (
          <li key={path.join('\0')}>{[...path, ...(path[0] === path.at(-1) ? [] : [path[0]])].join(' → ')}</li>
        ))}
      </ul>
    </div>
  );
}

function Picture(props: { readonly answer: ProjectGraph; readonly dependencies: readonly Dependency[] }) {
  const { answer, dependencies } = props;
  const [chosen, setWithPackages] = useState<boolean>();
  const withPackages = chosen ?? dependencies.length <= MOST_AT_FIRST;
  const graph: DrawnGraph = useMemo(
    () => projectsDrawn(answer, withPackages ? dependencies : []),
    [answer, dependencies, withPackages],
  );
  const open = (id: string): void => amend({ project: id.startsWith(packageId('')) ? undefined : id });
  const size = `${counted(answer.projects.length, 'project')}, ${counted(graph.edges.length, 'dependency')}`;
  return (
    <section class="panel" aria-labelledby="graph-title">
      <div class="panel-head">
        <h2 id="graph-title">Graph</h2>
        <Segments
          label="What is shown"
          value={withPackages ? 'packages' : 'projects'}
          choices={[
            ['packages', 'With packages'],
            ['projects', 'Projects only'],
          ]}
          onChoose={(next) => setWithPackages(next === 'packages')}
        />
      </div>
      <GraphView
        graph={graph}
        arrangement={graph.nodes.length > MOST_IN_LAYERS ? 'force' : 'layers'}
        description={`Graph of ${size}. The tables below tell the same.`}
        onOpen={open}
      />
      <p class="legend" aria-hidden="true">
        <span class="key callee">project</span>
        <span class="key package">package that is not in the store</span>
        <span class="key cycle">cycle</span>
      </p>
    </section>
  );
}

function Links({ answer }: { readonly answer: ProjectGraph }) {
  const inCycle = (from: string, to: string): boolean =>
    answer.cycles.some(({ members }) => members.includes(from) && members.includes(to));
  if (answer.dependencies.length === 0) {
    return <p class="muted">No project of the store depends on another one.</p>;
  }
  return (
    <section class="panel" aria-labelledby="links-title">
      <h2 id="links-title">Between projects</h2>
      <div class="table-scroll" role="region" aria-label="Dependencies between projects" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Project</th>
              <th scope="col">Depends on</th>
              <th scope="col">Packages</th>
              <th scope="col" class="number">
                Uses
              </th>
              <th scope="col">Known from</th>
            </tr>
          </thead>
          <tbody>
            {answer.dependencies.map(({ from, to, packages, isDeclared, uses }) => (
              <tr key={`${from}\0${to}`}>
                <th scope="row">{from}</th>
                <td>
                  {to} {inCycle(from, to) ? <span class="change removed">cycle</span> : null}
                </td>
                <td>{packages.join(', ')}</td>
                <td class="number">{counted(uses)}</td>
                <td>{isDeclared ? 'manifest' : 'imports alone'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Packages({ list }: { readonly list: Listed<Dependency> }) {
  const { answer, error, items } = list;
  return (
    <section class="panel" aria-labelledby="packages-title">
      <div class="panel-head">
        <h2 id="packages-title">Packages that manifests ask for</h2>
        {answer === undefined ? null : <span class="count">{answer.total}</span>}
      </div>
      {error !== undefined ? (
        <ErrorState error={error} retry={list.retry} />
      ) : answer === undefined ? (
        <Loading what="the packages" />
      ) : answer.total === 0 ? (
        <p class="muted">No manifest asks for a package.</p>
      ) : (
        <>
          <div class="table-scroll" role="region" aria-label="Packages" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Package</th>
                  <th scope="col">Asked for by</th>
                  <th scope="col">Range</th>
                  <th scope="col">Locked</th>
                  <th scope="col">Kind</th>
                  <th scope="col" class="number">
                    Uses
                  </th>
                  <th scope="col">In the store</th>
                </tr>
              </thead>
              <tbody>
                {items.map((item, index) => (
                  <tr key={index}>
                    <th scope="row">
                      <span class="muted">{item.manager}:</span>
                      {item.name}
                    </th>
                    <td>{item.package === '' ? item.project : item.package}</td>
                    <td>{item.range ?? ''}</td>
                    <td>{item.lockedVersion ?? ''}</td>
                    <td>{item.kind}</td>
                    <td class="number">{counted(item.uses)}</td>
                    <td>
                      {item.provider ?? (item.providers.length > 0 ? `one of ${item.providers.join(', ')}` : 'no')}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Rest
            shown={items.length}
            total={answer.total}
            what="dependency"
            readOn={list.readOn}
            isReadingOn={list.isReadingOn}
          />
        </>
      )}
    </section>
  );
}
