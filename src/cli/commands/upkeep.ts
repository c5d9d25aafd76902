import { Option, type Command } from 'commander';
import type { BackupReport, DoctorReport, Finding, GarbageReport, StoreSize } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { statusOfFinding } from '../exit-status.js';
import { wholeNumber } from '../numbers.js';
import { withKeptStore } from '../open-store.js';
import { columns, printable } from '../terminal.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What keeps a store well: `doctor`, `backup`, `gc` and `upgrade`. */
export function addUpkeepCommands(program: Command, host: Host): void {
  addDoctorCommand(program, host);
  addBackupCommand(program, host);
  addGcCommand(program, host);
  addUpgradeCommand(program, host);
}

function addDoctorCommand(program: Command, host: Host): void {
  program
    .command('doctor')
    .description('looks at the environment and the database, changes neither, and gives advice')
    .action(async (_flags: object, self: Command) => {
      const context = contextOf(host, self);
      const { output } = context;
      const { doctor } = await import('../../index.js');
      const report = await doctor(context.store);
      output.document(doctorJson(report));
      for (const line of doctorLines(report, context.database)) output.line(line);
      const error = report.findings.find(({ level }) => level === 'error');
      if (error !== undefined) host.outcome.status = statusOfFinding(error.code);
    });
}

function doctorJson(report: DoctorReport): object {
  const { database } = report;
  const replica = database?.replica ?? null;
  return {
    ...report,
    database:
      database === null
        ? null
        : { ...database, replica: replica === null ? null : { ...replica, syncedAt: isoTime(replica.syncedAt) } },
    projects: report.projects.map((project) => ({ ...project, indexedAt: isoTime(project.indexedAt) })),
    work:
      report.work === null
        ? null
        : {
            ...report.work,
            leases: report.work.leases.map((lease) => ({ ...lease, expiresAt: isoTime(lease.expiresAt) })),
          },
  };
}

function doctorLines({ environment, database, projects, findings }: DoctorReport, called: string): string[] {
  const { version, node, platform, arch, components, languages } = environment;
  const failed = languages.filter(({ ok }) => !ok).length;
  const facts: string[][] = [
    ['lestockage', version],
    ['node', `${node} on ${platform} ${arch}`],
    ...components.map(({ name, ok, detail }) => [name, ok ? detail : `FAILED: ${printable(detail)}`]),
    ['grammars', failed === 0 ? `${languages.length} load` : `${failed} of ${languages.length} FAILED`],
    ['database', printable(called)],
  ];
  if (database !== null) {
    facts.push(
      ['schema', `${database.schemaVersion ?? 'unknown'} of ${database.supportedVersion}`],
      ['pages', `${database.pages} of ${database.pageSizeBytes} bytes, ${database.freePages} free`],
      ['log', `${database.walBytes} bytes`],
    );
    if (database.quickCheck !== null) facts.push(['quick check', printable(database.quickCheck.join('; '))]);
  }
  const rows = projects.map(({ project, folder, files, changed, gone, root }) => [
    printable(project),
    folder,
    `${files}`,
    `${changed}`,
    `${gone}`,
    printable(root ?? ''),
  ]);
  return [
    ...columns(facts),
    ...(rows.length === 0
      ? []
      : ['', ...columns([['project', 'folder', 'files', 'changed', 'gone', 'root'], ...rows])]),
    '',
    ...(findings.length === 0 ? ['all is well'] : findings.flatMap(findingLines)),
  ];
}

function findingLines({ level, code, message, advice }: Finding): string[] {
  return [`${level}: ${printable(message)} (${code})`, `  ${printable(advice)}`];
}

function addBackupCommand(program: Command, host: Host): void {
  program
    .command('backup <path>')
    .description('copies the store into one database file, while others read and write, and verifies the copy')
    .option('--force', 'replace a file that is there, once the copy is complete')
    .action(async (path: string, flags: { readonly force?: boolean }, self: Command) => {
      const context = contextOf(host, self);
      const { backupDatabaseAt } = await import('../../index.js');
      const report: BackupReport = await backupDatabaseAt(context.store, path, {
        force: flags.force === true,
        signal: host.signal,
      });
      context.output.document(report);
      context.output.line(
        `${printable(report.path)}  ${report.sizeBytes} bytes, generation ${report.generation}, schema ${report.schemaVersion}`,
      );
    });
}

interface GcFlags {
  readonly keepSnapshots?: number;
  readonly keepGenerations?: number;
  readonly olderThan?: number;
  readonly vacuum?: boolean;
}

function addGcCommand(program: Command, host: Host): void {
  program
    .command('gc')
    .description('deletes what no answer needs: orphan vectors, left rows, graphs of earlier generations')
    .addOption(countOption('--keep-snapshots <n>', 'keep the newest n snapshots of measures of each project', 0))
    .addOption(countOption('--keep-generations <n>', 'remember the last n generations', 1))
    .addOption(countOption('--older-than <days>', 'also analyses of symbols that were last written longer ago', 0))
    .option('--vacuum', 'give the space back: write the file anew, which needs as much room again')
    .action(async (flags: GcFlags, self: Command) => {
      const context = contextOf(host, self);
      const { keepSnapshots, keepGenerations, olderThan, vacuum } = flags;
      const { collectGarbage } = await import('../../index.js');
      const report = await withKeptStore(context, (store) =>
        collectGarbage(store, {
          vacuum: vacuum === true,
          ...(keepSnapshots === undefined ? {} : { keepSnapshots }),
          ...(keepGenerations === undefined ? {} : { keepGenerations }),
          ...(olderThan === undefined ? {} : { analysesBefore: Date.now() - olderThan * DAY_MS }),
        }),
      );
      context.output.document(report);
      for (const line of gcLines(report)) context.output.line(line);
    });
}

function countOption(flags: string, description: string, least: number): Option {
  return new Option(flags, description).argParser(wholeNumber(least));
}

function gcLines({ before, after, removed }: GarbageReport): string[] {
  const size = ({ sizeBytes, freeBytes, walBytes }: StoreSize): string =>
    `${sizeBytes} bytes, ${freeBytes} of them free, ${walBytes} in the log`;
  const counts = Object.entries(removed).map(([name, count]) => [name, String(count)]);
  return columns([['before', size(before)], ['after', size(after)], ...counts]);
}

function addUpgradeCommand(program: Command, host: Host): void {
  program
    .command('upgrade')
    .description('brings the schema of an older database up to date, after a copy of it beside it')
    .option('--no-backup', 'make no copy first')
    .action(async (flags: { readonly backup: boolean }, self: Command) => {
      const context = contextOf(host, self);
      const { upgradeStore } = await import('../../index.js');
      const report = await upgradeStore({ ...context.store, backup: flags.backup, signal: host.signal });
      const { from, to, backup } = report;
      context.output.document(report);
      if (from === to) context.output.line(`schema ${to} is the current one`);
      else
        context.output.line(
          `schema ${from} → ${to}${backup === null ? '' : `, the earlier one is in ${printable(backup)}`}`,
        );
    });
}

function isoTime(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
