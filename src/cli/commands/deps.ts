import type { Command } from 'commander';
import type { Dependency, Envelope, ExternalUsage, SymbolDependent } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { dependencyJson, envelopeJson, symbolDependentJson, usageJson } from '../../answers/index.js';
import { requireProject, withStore } from '../open-store.js';
import { showRest } from '../output.js';
import { addPageOptions, pageOf, type PageFlags } from '../page-options.js';
import { columns, printable } from '../terminal.js';

export function addDepsCommand(program: Command, host: Host): void {
  const command = program
    .command('deps')
    .description('the packages that a project asks for in its manifests')
    .argument('[project]', 'id of a project (default: all)');
  command.option('--usage', 'what the code uses of each package, named in a manifest or not');
  addPageOptions(command).action(async (project: string | undefined, flags: DepsFlags, self: Command) => {
    const context = contextOf(host, self, { takesTemplate: true });
    await withStore(context, async (store) => {
      const page = pageOf(flags, context.output.json);
      if (flags.usage === true) {
        await requireProject(store, project);
        showUsage(
          context,
          await store.crossProject.trackExternalUsage(project === undefined ? page : { ...page, project }),
        );
        return;
      }
      const answer = await store.packages.dependencies(project === undefined ? page : { ...page, project });
      show(context, answer, 'no manifest asks for a package');
    });
  });
}

export function addDependentsCommand(program: Command, host: Host): void {
  const command = program
    .command('dependents')
    .description('what depends on a project, a package or a symbol, in other projects')
    .argument('<project|key>', 'id of a project, a package as `npm:react` or `react`, or the key of a symbol');
  addPageOptions(command).action(async (of: string, flags: PageFlags, self: Command) => {
    const context = contextOf(host, self, { takesTemplate: true });
    await withStore(context, async (store) => {
      if (of.includes('#')) {
        showSymbols(context, await store.crossProject.findDependents(of, pageOf(flags, context.output.json)));
        return;
      }
      const answer = await store.packages.dependents(of, pageOf(flags, context.output.json));
      show(context, answer, 'nothing depends on it');
    });
  });
}

interface DepsFlags extends PageFlags {
  readonly usage?: boolean;
}

function showSymbols({ output }: CommandContext, answer: Envelope<SymbolDependent>): void {
  output.document(envelopeJson(answer, symbolDependentJson));
  if (answer.total === 0) output.line('no symbol of another project uses it');
  else {
    const rows = answer.items.map(({ symbol, edge }) =>
      [`${symbol.project}//${symbol.key}`, edge.type, edge.to].map(printable),
    );
    output.line(columns([['symbol', 'uses it by', 'what'], ...rows]).join('\n'));
  }
  showRest(output, answer);
}

function showUsage({ output }: CommandContext, answer: Envelope<ExternalUsage>): void {
  output.document(envelopeJson(answer, usageJson));
  if (answer.total === 0) output.line('the code uses no package');
  else output.line(columns([USAGE_HEADINGS, ...answer.items.flatMap(usageRows)]).join('\n'));
  showRest(output, answer);
}

const USAGE_HEADINGS = ['project', 'package', 'name', 'users', 'uses', 'status'];

function usageRows({ project, manager, package: name, names }: ExternalUsage): string[][] {
  return names.map(({ import: specifier, path, users, uses, status }) =>
    [project, `${manager}:${name ?? '?'}`, specifier + path, String(users), String(uses), status].map(printable),
  );
}

function show({ output }: CommandContext, answer: Envelope<Dependency>, none: string): void {
  output.document(envelopeJson(answer, dependencyJson));
  if (answer.total === 0) output.line(none);
  else output.line(columns([HEADINGS, ...answer.items.map(dependencyRow)]).join('\n'));
  showRest(output, answer);
}

const HEADINGS = ['project', 'package', 'asks for', 'range', 'locked', 'kind', 'provided by', 'uses', 'manifest'];

function dependencyRow(item: Dependency): string[] {
  const { project, manager, name, alias, range, lockedVersion, kind, provider, providers, manifest, uses } = item;
  const asking = item.packageVersion === null ? item.package : `${item.package}@${item.packageVersion}`;
  const asked = alias === null ? `${manager}:${name}` : `${manager}:${name} as ${alias}`;
  const from = provider ?? (providers.length > 0 ? `one of ${providers.join(', ')}` : '');
  return [project, asking, asked, range ?? '', lockedVersion ?? '', kind, from, String(uses), manifest].map(printable);
}
