import type { Command } from 'commander';
import type { ShardedStatus, StoreStatus, VectorsStatus } from '../../index.js';
import { isoTime, statusJson } from '../../answers/index.js';
import { contextOf, type Host } from '../context.js';
import { withShards, withStore } from '../open-store.js';
import { columns, printable } from '../terminal.js';

const HEAD = ['project', 'files', 'nodes', 'edges', 'embeddings', 'indexed at', 'root'];

export function addStatusCommand(program: Command, host: Host): void {
  program
    .command('status')
    .description('what the store holds')
    .action(async (_flags: object, self: Command) => {
      const context = contextOf(host, self, { takesTemplate: true });
      const { output } = context;
      const status: StoreStatus | ShardedStatus = context.isSharded
        ? await withShards(context, { isReadOnly: true }, (shards) => shards.status())
        : await withStore(context, (store) => store.status());
      output.document(statusJson(status));
      for (const line of statusLines(status, context.database)) output.line(line);
    });
}

function statusLines(status: StoreStatus | ShardedStatus, database: string): string[] {
  const facts = columns([
    ['database', printable(database)],
    ['backend', status.backend],
    ['schema', String(status.schemaVersion)],
    ['generation', String(status.generation)],
    ['size', `${(status.sizeBytes / 1e6).toFixed(1)} MB`],
    ...(status.replica === undefined ? [] : [['synced at', isoTime(status.replica.syncedAt) ?? 'never']]),
    ...(status.vectors === undefined ? [] : [['vectors', vectorsLine(status.vectors)]]),
  ]);
  const rows = status.projects.map((project) => [
    printable(project.project),
    ...[project.files, project.nodes, project.edges, project.embeddings].map(String),
    isoTime(project.indexedAt) ?? 'never',
    printable(project.root ?? ''),
    ...('namespace' in project
      ? [project.namespace, ...(project.isCurrent ? [] : ['(links of an earlier commit)'])]
      : []),
  ]);
  const isSharded = status.projects.some((project) => 'namespace' in project);
  if (rows.length === 0) return [...facts, '', 'no projects'];
  return [...facts, '', ...columns([[...HEAD, ...(isSharded ? ['namespace'] : [])], ...rows])];
}

function vectorsLine({ location, waiting, isMigrationDue, problem }: VectorsStatus): string {
  const notes = [
    ...(waiting === 0 ? [] : [`${waiting} to be sent`]),
    ...(isMigrationDue ? ["those of before are still here: 'vectors migrate'"] : []),
    ...(problem === null ? [] : [problem]),
  ];
  return [printable(location), ...notes].join('; ');
}
