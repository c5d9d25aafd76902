import { z } from 'zod';
import { dependencyJson, printable, symbolDependentJson, usageJson } from '../../answers/index.js';
import type { Dependency, ExternalUsage, Store, SymbolDependent } from '../../index.js';
import { given } from '../given.js';
import { page, type PageInput } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { count, edgeShape, listShape, symbolShape } from '../shapes.js';
import { edgeText, plural, quoted, symbolText } from '../text-forms.js';
import { ToolFailure } from '../tool-failure.js';
import { ASKS, defineTool, type ToolAnswer } from '../tool.js';

const dependencyShape = z.object({
  project: z.string(),
  package: z.string(),
  packageVersion: z.string().nullable(),
  manager: z.string(),
  name: z.string(),
  alias: z.string().nullable(),
  range: z.string().nullable(),
  lockedVersion: z.string().nullable(),
  kind: z.string(),
  provider: z.string().nullable(),
  providers: z.array(z.string()),
  manifest: z.string(),
  names: count,
  uses: count,
});

const usageShape = z.object({
  project: z.string(),
  folder: z.string(),
  manager: z.string(),
  package: z.string().nullable(),
  range: z.string().nullable(),
  lockedVersion: z.string().nullable(),
  manifest: z.string().nullable(),
  uses: count,
  names: z.array(z.object({ import: z.string(), path: z.string(), status: z.string(), users: count, uses: count })),
});

const symbolDependentShape = z.object({ symbol: symbolShape, edge: edgeShape });

export const dependenciesTool = defineTool({
  name: 'dependencies',
  title: 'Dependencies between projects and packages',
  description:
    'Packages that projects ask for in their manifests, and who provides them (`direction: dependencies`); what the ' +
    'code really uses of them (`usage: true`); or who depends on a project, package or symbol (`direction: dependents`).',
  input: z.strictObject({
    direction: z.enum(['dependencies', 'dependents']).default('dependencies'),
    of: z
      .string()
      .min(1)
      .max(4000)
      .optional()
      .describe(
        'For dependencies: id of a project (all unless given). For dependents, where it is needed: id of a project, ' +
          'a package (`npm:react`, `react`), or key of a symbol (`src/a.ts#open(function)`).',
      ),
    usage: z.boolean().default(false).describe('Dependencies as the code uses them, name by name.'),
    ...page,
  }),
  output: listShape(z.union([dependencyShape, usageShape, symbolDependentShape])),
  annotations: ASKS,
  run: async ({ direction, of, usage, ...wanted }, { store }) => {
    if (direction === 'dependents') return dependents(store, of, usage, wanted);
    if (of !== undefined) await store.projects.require(of);
    return usage ? usageOf(store, of, wanted) : dependenciesOf(store, of, wanted);
  },
});

async function dependenciesOf(store: Store, project: string | undefined, wanted: PageInput): Promise<ToolAnswer> {
  return listAnswer<Dependency>(
    {
      title: `dependencies of ${project === undefined ? 'all projects' : quoted(project)}`,
      fetch: (asked) => store.packages.dependencies({ ...asked, ...given({ project }) }),
      text: dependencyText,
      json: dependencyJson,
      none: 'No manifest asks for a package.',
    },
    wanted,
  );
}

async function usageOf(store: Store, project: string | undefined, wanted: PageInput): Promise<ToolAnswer> {
  return listAnswer<ExternalUsage>(
    {
      title: `packages that the code of ${project === undefined ? 'all projects' : quoted(project)} uses`,
      fetch: (asked) => store.crossProject.trackExternalUsage({ ...asked, ...given({ project }) }),
      text: usageText,
      json: usageJson,
      none: 'The code uses no package.',
    },
    wanted,
  );
}

async function dependents(
  store: Store,
  of: string | undefined,
  usage: boolean,
  wanted: PageInput,
): Promise<ToolAnswer> {
  if (of === undefined || usage) {
    const fault = of === undefined ? '`of`: dependents are those of something' : '`usage` goes with dependencies';
    const advice = 'Give `of` a project, a package or the key of a symbol, and leave `usage` out.';
    throw new ToolFailure('INVALID_ARGUMENT', `The arguments of dependencies do not fit. ${fault}.`, advice);
  }
  const title = `dependents of ${quoted(of)}`;
  if (of.includes('#')) {
    return listAnswer<SymbolDependent>(
      {
        title,
        fetch: (asked) => store.crossProject.findDependents(of, asked),
        text: ({ symbol, edge }) => `${symbolText(symbol)} [${edgeText(edge)} → ${printable(edge.to)}]`,
        json: symbolDependentJson,
        none: 'No symbol of another project uses it.',
      },
      wanted,
    );
  }
  return listAnswer<Dependency>(
    {
      title,
      fetch: (asked) => store.packages.dependents(of, asked),
      text: dependencyText,
      json: dependencyJson,
      none: 'Nothing depends on it.',
    },
    wanted,
  );
}

/** `app (web@1.0.0) needs npm:react ^18 [locked 18.2.0, runtime, provided by react, 12 uses of 3 names, package.json]` */
function dependencyText(item: Dependency): string {
  const { project, package: asking, packageVersion, manager, name, alias, range, lockedVersion } = item;
  const { kind, provider, providers, names, uses, manifest } = item;
  const version = packageVersion === null ? asking : `${asking}@${packageVersion}`;
  const from = provider ?? (providers.length > 0 ? `one of ${providers.join(', ')}` : undefined);
  const facts = [
    ...(lockedVersion === null ? [] : [`locked ${lockedVersion}`]),
    kind,
    from === undefined ? 'not indexed' : `provided by ${from}`,
    `${plural(uses, 'use')} of ${plural(names, 'name')}`,
    manifest,
  ];
  const asked = `${manager}:${name}${alias === null ? '' : ` as ${alias}`}${range === null ? '' : ` ${range}`}`;
  return printable(`${project}${version === '' ? '' : ` (${version})`} needs ${asked} [${facts.join(', ')}]`);
}

const SHOWN_NAMES = 8;

function usageText({ project, manager, package: name, range, uses, names }: ExternalUsage): string {
  const most = [...names].sort((a, b) => b.uses - a.uses).slice(0, SHOWN_NAMES);
  const shown = most.map((each) => `${each.import}${each.path} ×${each.uses} ${each.status}`);
  const rest = names.length > most.length ? `, and ${plural(names.length - most.length, 'more name')}` : '';
  const asked = `${manager}:${name ?? '(unknown package)'}${range === null ? '' : ` ${range}`}`;
  return printable(`${project} uses ${asked} [${plural(uses, 'use')}: ${shown.join(', ')}${rest}]`);
}
