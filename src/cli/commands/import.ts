import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ImportScipOptions, IndexReport, Store } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { withWritableStore } from '../open-store.js';
import { progressBar } from '../progress.js';
import { showReports } from './index-folders.js';

interface ScipFlags extends ImportFlags {
  readonly remove?: boolean;
}

interface ImportFlags {
  readonly project?: string;
  readonly root?: string;
}

type ImportOptions = Pick<ImportScipOptions, 'path' | 'projectId' | 'root' | 'signal' | 'onProgress'>;
type Importer = (store: Store, options: ImportOptions) => Promise<readonly IndexReport[]>;

export function addImportCommand(program: Command, host: Host): void {
  const command = program.command('import').description('take over what another tool found out about code');
  command
    .command('scip')
    .description(
      'a SCIP index, as language servers and compilers write it: laid over the project that was indexed from its ' +
        'folder, else a project of its own',
    )
    .argument('[file]', 'the index')
    .option('--project <id>', 'the project (default: by the folder that was indexed)')
    .option('--root <folder>', 'the sources that were indexed (default: as the index says)')
    .option('--remove', 'takes back what was laid over --project')
    .action(async (file: string | undefined, flags: ScipFlags, self: Command) => {
      if (flags.remove === true) return runRemoval(host, self, file, flags.project);
      if (file === undefined) self.error("error: missing required argument 'file'");
      await runImport(host, self, file, flags, async (store, options) => [await store.importScip(options)]);
    });
  command
    .command('leindex')
    .description('a LeIndex database of schema version 3: its projects with nodes, edges, metadata and embeddings')
    .argument('<file>', 'the database')
    .option('--project <id>', 'name of the project in the store; of several in the database the one to import')
    .action(async (file: string, flags: ImportFlags, self: Command) => {
      await runImport(host, self, file, flags, (store, { path, projectId, signal }) =>
        store.importLeIndex({
          path,
          ...(projectId === undefined ? {} : { projectId }),
          ...(signal === undefined ? {} : { signal }),
        }),
      );
    });
}

async function runRemoval(
  host: Host,
  self: Command,
  file: string | undefined,
  project: string | undefined,
): Promise<void> {
  if (project === undefined || file !== undefined) self.error('error: --remove takes --project <id> and no file');
  const context = contextOf(host, self);
  const report = await withWritableStore(context, async (store) => store.removeScip(project, { signal: host.signal }));
  showReports(context, [report]);
}

async function runImport(host: Host, self: Command, file: string, flags: ImportFlags, run: Importer): Promise<void> {
  const context = contextOf(host, self);
  const reports = await withWritableStore(context, async (store) => {
    const bar = progressBar(host);
    try {
      return await run(store, {
        path: resolve(file),
        ...(flags.project === undefined ? {} : { projectId: flags.project }),
        ...(flags.root === undefined ? {} : { root: resolve(flags.root) }),
        signal: host.signal,
        onProgress: (progress) => bar.show(progress),
      });
    } finally {
      bar.clear();
    }
  });
  showReports(context, reports);
}
