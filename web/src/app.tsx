import { useEffect } from 'preact/hooks';
import { ErrorState, Loading } from './parts/states.js';
import { Shell } from './parts/shell.js';
import { place } from './router.js';
import { session, sessionError, startSession } from './session.js';
import { HotspotsView } from './views/hotspots-view.js';
import { ProjectsView } from './views/projects-view.js';
import { SearchView } from './views/search-view.js';
import { StatisticsView } from './views/statistics-view.js';
import { StatusView } from './views/status-view.js';
import { SymbolView } from './views/symbol-view.js';

const TITLES: Readonly<Record<string, string>> = {
  search: 'Search',
  symbol: 'Symbol',
  hotspots: 'Hotspots',
  statistics: 'Statistics',
  projects: 'Projects',
  status: 'Status',
};

export function App() {
  const { parts, query } = place.value;
  const [name = 'search', detail = ''] = parts;
  useEffect(() => {
    const about = name === 'symbol' ? detail : (query['q'] ?? query['project'] ?? '');
    document.title = [about, TITLES[name], 'lestockage']
      .filter((part) => part !== undefined && part !== '')
      .join(' · ');
  }, [name, detail, query['q'], query['project']]);
  useEffect(() => {
    if (name !== 'search') scrollTo(0, 0);
  }, [name, detail]);
  if (sessionError.value !== undefined) return <NoSession />;
  if (session.value === undefined) return <Loading what="the page" />;
  return (
    <Shell>
      <View name={name} detail={detail} />
    </Shell>
  );
}

function View({ name, detail }: { readonly name: string; readonly detail: string }) {
  switch (name) {
    case 'search':
      return <SearchView />;
    case 'symbol':
      return <SymbolView key={detail} of={detail} />;
    case 'hotspots':
      return <HotspotsView />;
    case 'statistics':
      return <StatisticsView />;
    case 'projects':
      return <ProjectsView />;
    case 'status':
      return <StatusView />;
    default:
      return (
        <div class="state">
          <h1 class="state-title">There is no such view.</h1>
          <p>
            <a href="#/">Go to the search</a>
          </p>
        </div>
      );
  }
}

/** Without the token nothing is shown. */
function NoSession() {
  const error = sessionError.value;
  if (error === undefined) return null;
  if (error.status !== 401) return <main>{<ErrorState error={error} retry={() => void startSession()} />}</main>;
  return (
    <main class="no-session">
      <h1>This page needs its token</h1>
      <p>
        Open the address that <code>lestockage serve</code> printed in the terminal: the part behind{' '}
        <code>#token=</code> lets you in. The token is another one each time the server starts.
      </p>
    </main>
  );
}
