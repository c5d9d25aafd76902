import type { Command } from 'commander';
import type { StoreStatus, VectorsStatus } from '../../index.js';
import { isoTime, statusJson } from '../../answers/index.js';
import { contextOf, type Host } from '../context.js';
import { withStore } from '../open-store.js';
import { columns, printable } from '../terminal.js';

export function addStatusCommand(program: Command, host: Host): void {
  program
    .command('status')
    .description('what the store holds')
    .action(async (_flags: object, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      const status = await withStore(context, async (store) => store.status());
      output.document(statusJson(status));
      for (const line of statusLines(status, context.database)) output.line(line);
    });
}

function statusLines(status: StoreStatus, database: string): string[] {
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
  ]);
  if (rows.length === 0) return [...facts, '', 'no projects'];
  return [
    ...facts,
    '',
    ...columns([['project', 'files', 'nodes', 'edges', 'embeddings', 'indexed at', 'root'], ...rows]),
  ];
}

function vectorsLine({ location, waiting, isMigrationDue, problem }: VectorsStatus): string {
  const notes = [
    ...(waiting === 0 ? [] : [`${waiting} to be sent`]),
    ...(isMigrationDue ? ["those of before are still here: 'vectors migrate'"] : []),
    ...(problem === null ? [] : [problem]),
  ];
  return [printable(location), ...notes].join('; ');
}
