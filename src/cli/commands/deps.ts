import type { Command } from 'commander';
import type { Dependency, Envelope } from '../../index.js';
import { contextOf, type CommandContext, type Host } from '../context.js';
import { dependencyJson, envelopeJson } from '../json-shapes.js';
import { withStore } from '../open-store.js';
import { showRest } from '../output.js';
import { addPageOptions, pageOf, type PageFlags } from '../page-options.js';
import { columns, printable } from '../terminal.js';

export function addDepsCommand(program: Command, host: Host): void {
  const command = program
    .command('deps')
    .description('the packages that a project asks for in its manifests')
    .argument('[project]', 'id of a project (default: all)');
  addPageOptions(command).action(async (project: string | undefined, flags: PageFlags, self: Command) => {
    const context = contextOf(host, self);
    await withStore(context, async (store) => {
      const page = pageOf(flags, context.output.json);
      const answer = await store.packages.dependencies(project === undefined ? page : { ...page, project });
      show(context, answer, 'no manifest asks for a package');
    });
  });
}

export function addDependentsCommand(program: Command, host: Host): void {
  const command = program
    .command('dependents')
    .description('the packages that ask for a package, or for those of a project')
    .argument('<project|package>', 'id of a project, or a package as `npm:react` or `react`');
  addPageOptions(command).action(async (of: string, flags: PageFlags, self: Command) => {
    const context = contextOf(host, self);
    await withStore(context, async (store) => {
      const answer = await store.packages.dependents(of, pageOf(flags, context.output.json));
      show(context, answer, 'nothing depends on it');
    });
  });
}

function show({ output }: CommandContext, answer: Envelope<Dependency>, none: string): void {
  output.document(envelopeJson(answer, dependencyJson));
  if (answer.total === 0) output.line(none);
  else output.line(columns([HEADINGS, ...answer.items.map(dependencyRow)]).join('\n'));
  showRest(output, answer);
}

const HEADINGS = ['project', 'package', 'asks for', 'range', 'locked', 'kind', 'provided by', 'manifest'];

function dependencyRow(item: Dependency): string[] {
  const { project, manager, name, alias, range, lockedVersion, kind, provider, providers, manifest } = item;
  const asking = item.packageVersion === null ? item.package : `${item.package}@${item.packageVersion}`;
  const asked = alias === null ? `${manager}:${name}` : `${manager}:${name} as ${alias}`;
  const from = provider ?? (providers.length > 0 ? `one of ${providers.join(', ')}` : '');
  return [project, asking, asked, range ?? '', lockedVersion ?? '', kind, from, manifest].map(printable);
}
