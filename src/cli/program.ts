import { Command } from 'commander';
import { addCallersCommand, addCalleesCommand } from './commands/callers.js';
import { addMcpCommand } from './commands/mcp.js';
import { addResolveCommand } from './commands/resolve.js';
import { addDependentsCommand, addDepsCommand } from './commands/deps.js';
import { addDumpCommand } from './commands/dump.js';
import { addEvolutionCommand } from './commands/evolution.js';
import { addExportCommand } from './commands/export.js';
import { addHotspotsCommand } from './commands/hotspots.js';
import { addImpactCommand } from './commands/impact.js';
import { addImportCommand } from './commands/import.js';
import { addIndexCommand } from './commands/index-folders.js';
import { addSearchCommand } from './commands/search.js';
import { addSimilarCommand } from './commands/similar.js';
import { addServeCommand } from './commands/serve.js';
import { addSliceCommand } from './commands/slice.js';
import { addStatsCommand } from './commands/stats.js';
import { addStatusCommand } from './commands/status.js';
import { addCompletionCommand } from './commands/completion.js';
import { addSymbolCommand } from './commands/symbol.js';
import { addPullCommand, addPushCommand } from './commands/transfer.js';
import { addUpkeepCommands } from './commands/upkeep.js';
import { addVerifyCommand } from './commands/verify.js';
import { addVectorsCommand } from './commands/vectors.js';
import { addWatchCommand } from './commands/watch.js';
import { addSharedOptions, type Host } from './context.js';
import { packageVersion } from './package-version.js';
import { addHelpExamples } from './help-examples.js';

/** The whole command line. Wrong usage throws a CommanderError; in JSON mode nothing is printed for it. */
export function createProgram(host: Host, json: boolean): Command {
  const version = packageVersion();
  const program = new Command('lestockage')
    .description('The code of many repositories as a graph in one SQLite file: index it, then ask.')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void host.stdout.write(text),
      writeErr: (text) => void (json || host.stderr.write(text)),
    });
  addSharedOptions(program);
  addIndexCommand(program, host);
  addWatchCommand(program, host);
  addImportCommand(program, host);
  addStatusCommand(program, host);
  addSearchCommand(program, host);
  addSimilarCommand(program, host);
  addSymbolCommand(program, host);
  addCallersCommand(program, host);
  addCalleesCommand(program, host);
  addImpactCommand(program, host);
  addSliceCommand(program, host);
  addDepsCommand(program, host);
  addDependentsCommand(program, host);
  addResolveCommand(program, host);
  addStatsCommand(program, host);
  addHotspotsCommand(program, host);
  addEvolutionCommand(program, host);
  addDumpCommand(program, host);
  addExportCommand(program, host);
  addVerifyCommand(program, host);
  addVectorsCommand(program, host);
  addMcpCommand(program, host);
  addServeCommand(program, host, version);
  addPushCommand(program, host);
  addPullCommand(program, host);
  addUpkeepCommands(program, host);
  addCompletionCommand(program, host);
  addHelpExamples(program);
  return program;
}
