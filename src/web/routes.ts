import { NotFoundError, type HotspotPreset } from '../index.js';
import {
  comparisonJson,
  dependencyJson,
  envelopeJson,
  historyJson,
  hotspotJson,
  impactJson,
  resolutionJson,
  sliceJson,
  snapshotJson,
  statusJson,
  symbolDependentJson,
  symbolJson,
  traversalJson,
  usageJson,
} from '../answers/index.js';
import { NEIGHBOURHOOD } from './neighbourhood.js';
import { EDGE_TYPE, OF, PAGE, pageOf, PROJECT, projectOf, type Question, type Route } from './route.js';
import { SEARCH } from './search.js';
import { SOURCE } from './source.js';

const DEPTH = { kind: 'count', least: 1, most: 1000, description: 'So many edges away at most.' } as const;

/** Every question that is answered with one JSON document, by its path below `/api/`. */
export const ROUTES: Readonly<Record<string, Route>> = {
  status: {
    summary: 'What the store holds.',
    parameters: {},
    answer: 'Status',
    run: async ({ store }) => statusJson(await store.status()),
  },
  search: SEARCH,
  symbol: {
    summary: 'The definitions that a name or key means.',
    parameters: { ...OF, ...PROJECT, ...PAGE },
    answer: 'Symbols',
    run: findSymbols,
  },
  source: SOURCE,
  callers: neighbours('callers', 'Symbols that depend on a symbol.'),
  callees: neighbours('callees', 'Symbols that a symbol depends on.'),
  impact: {
    summary: 'Everything that depends on a symbol, directly or through others, each with a shortest path.',
    parameters: {
      ...OF,
      ...PROJECT,
      depth: DEPTH,
      ...EDGE_TYPE,
      across: { kind: 'flag', description: 'Go on into other projects.' },
      ...PAGE,
    },
    answer: 'Impact',
    run: findImpact,
  },
  graph: NEIGHBOURHOOD,
  slice: {
    summary: 'The lines of a function that a line depends on, or that depend on it.',
    parameters: {
      ...PROJECT,
      file: { kind: 'text', isRequired: true, description: 'From the root of its project.' },
      line: { kind: 'count', least: 1, most: 1e9, isRequired: true, description: 'Counted from 1.' },
      direction: {
        kind: 'choice',
        choices: ['backward', 'forward'],
        standard: 'backward',
        description: 'What the line depends on, or what depends on it.',
      },
    },
    answer: 'Slice',
    run: findSlice,
  },
  hotspots: {
    summary: 'The symbols most worth a look, worst first.',
    parameters: {
      ...PROJECT,
      threshold: { kind: 'count', least: 0, most: 1e6, standard: 1, description: 'Only of this complexity or more.' },
      preset: {
        kind: 'choice',
        choices: ['combined', 'plain'],
        standard: 'combined',
        description: 'All measures, or complexity and fan-out alone.',
      },
      ...PAGE,
    },
    answer: 'Hotspots',
    run: findHotspots,
  },
  stats: {
    summary: 'Counts of symbols and edges by type, and the distribution of complexity.',
    parameters: PROJECT,
    answer: 'Statistics',
    run: async (question) => question.store.analytics.overview((await projectOf(question)).project),
  },
  snapshots: {
    summary: 'The snapshots of measures that were taken, the oldest first.',
    parameters: { ...PROJECT, ...PAGE },
    answer: 'Snapshots',
    run: async (question) => {
      const options = { ...pageOf(question.parameters), ...(await projectOf(question)) };
      return envelopeJson(await question.store.analytics.listSnapshots(options), snapshotJson);
    },
  },
  history: {
    summary: 'What the latest snapshots measured, the oldest of them first; of one symbol too, when `of` has its key.',
    parameters: {
      ...PROJECT,
      of: { kind: 'text', description: 'The key of a symbol of the project.' },
      limit: { ...PAGE.limit, standard: 50 },
    },
    answer: 'History',
    run: findHistory,
  },
  changes: {
    summary: 'What changed from one snapshot to another, or to the present.',
    parameters: {
      ...PROJECT,
      from: { kind: 'text', isRequired: true, description: 'The label of the earlier snapshot.' },
      to: { kind: 'text', description: 'The label of the later one; the present when left out.' },
      ...PAGE,
    },
    answer: 'Changes',
    run: findChanges,
  },
  deps: {
    summary: 'The packages that projects ask for in their manifests.',
    parameters: { ...PROJECT, ...PAGE },
    answer: 'Dependencies',
    run: async (question) => {
      const options = { ...pageOf(question.parameters), ...(await projectOf(question)) };
      return envelopeJson(await question.store.packages.dependencies(options), dependencyJson);
    },
  },
  usage: {
    summary: 'What the code of projects uses of each package, named in a manifest or not.',
    parameters: { ...PROJECT, ...PAGE },
    answer: 'Usage',
    run: async (question) => {
      const options = { ...pageOf(question.parameters), ...(await projectOf(question)) };
      return envelopeJson(await question.store.crossProject.trackExternalUsage(options), usageJson);
    },
  },
  dependents: {
    summary: 'What depends on a project or a package, in other projects.',
    parameters: {
      of: { kind: 'text', isRequired: true, description: 'A project, or a package as `npm:react` or `react`.' },
      ...PAGE,
    },
    answer: 'Dependencies',
    run: async ({ store, parameters }) =>
      envelopeJson(await store.packages.dependents(parameters.require('of'), pageOf(parameters)), dependencyJson),
  },
  'symbol-dependents': {
    summary: 'The symbols of other projects that use a symbol.',
    parameters: { of: { kind: 'text', isRequired: true, description: 'The key of a symbol.' }, ...PAGE },
    answer: 'SymbolDependents',
    run: async ({ store, parameters }) => {
      const answer = await store.crossProject.findDependents(parameters.require('of'), pageOf(parameters));
      return envelopeJson(answer, symbolDependentJson);
    },
  },
  projects: {
    summary: 'Which projects depend on which, by manifests and by code, and the cycles among them.',
    parameters: {},
    answer: 'ProjectGraph',
    run: async ({ store }) => store.projectGraph(),
  },
  resolve: {
    summary: 'Where a name leads from the code of a project, across projects.',
    parameters: {
      name: { kind: 'text', isRequired: true, description: 'As the code writes it.' },
      from: { kind: 'text', isRequired: true, description: 'The project whose code has the name.' },
      limit: PAGE.limit,
    },
    answer: 'Resolution',
    run: async ({ store, parameters }) => {
      const options = { from: parameters.require('from'), limit: parameters.number('limit') };
      return resolutionJson(await store.crossProject.resolveSymbol(parameters.require('name'), options));
    },
  },
};

function neighbours(direction: 'callers' | 'callees', summary: string): Route {
  return {
    summary,
    parameters: { ...OF, ...PROJECT, depth: { ...DEPTH, standard: 1 }, ...EDGE_TYPE, ...PAGE },
    answer: 'Reached',
    run: async (question) => {
      const { store, parameters, signal } = question;
      const edgeTypes = parameters.edgeTypes('type');
      const answer = await store.traversal[direction](parameters.require('of'), {
        ...(await projectOf(question)),
        ...pageOf(parameters),
        depth: parameters.number('depth'),
        ...(edgeTypes === undefined ? {} : { edgeTypes }),
        signal,
      });
      return envelopeJson(answer, traversalJson);
    },
  };
}

async function findSymbols(question: Question): Promise<object> {
  const { store, parameters } = question;
  const of = parameters.require('of');
  const project = await projectOf(question);
  const answer = await store.symbols.find(of, { ...project, ...pageOf(parameters) });
  if (answer.total > 0) return envelopeJson(answer, symbolJson);
  throw new NotFoundError('SYMBOL_NOT_FOUND', `No symbol is named ${JSON.stringify(of)}.`, {
    details: { name: of, project: project.project ?? null },
  });
}

async function findImpact(question: Question): Promise<object> {
  const { store, parameters, signal } = question;
  const depth = parameters.count('depth');
  const edgeTypes = parameters.edgeTypes('type');
  const answer = await store.traversal.impact(parameters.require('of'), {
    ...(await projectOf(question)),
    ...pageOf(parameters),
    ...(depth === undefined ? {} : { depth }),
    ...(edgeTypes === undefined ? {} : { edgeTypes }),
    across: parameters.flag('across'),
    signal,
  });
  return envelopeJson(answer, impactJson);
}

async function findSlice(question: Question): Promise<object> {
  const { store, parameters } = question;
  const answer = await store.slice({
    ...(await projectOf(question)),
    file: parameters.require('file'),
    line: parameters.number('line'),
    direction: parameters.choice<'backward' | 'forward'>('direction'),
  });
  return sliceJson(answer);
}

async function findHotspots(question: Question): Promise<object> {
  const { store, parameters, signal } = question;
  const answer = await store.analytics.getHotspots({
    ...(await projectOf(question)),
    ...pageOf(parameters),
    threshold: parameters.number('threshold'),
    preset: parameters.choice<HotspotPreset>('preset'),
    signal,
  });
  return envelopeJson(answer, hotspotJson);
}

async function findHistory(question: Question): Promise<object> {
  const { store, parameters } = question;
  const { project } = await projectOf(question);
  const key = parameters.text('of');
  const answer = await store.analytics.getHistory({
    ...(project === undefined ? {} : { project }),
    ...(project === undefined || key === undefined ? {} : { symbol: { project, key } }),
    limit: parameters.number('limit'),
  });
  return envelopeJson(answer, historyJson);
}

async function findChanges(question: Question): Promise<object> {
  const { store, parameters, signal } = question;
  const answer = await store.analytics.compareSnapshots({
    ...(await projectOf(question)),
    ...pageOf(parameters),
    from: parameters.require('from'),
    ...parameters.given('to'),
    signal,
  });
  return comparisonJson(answer);
}
