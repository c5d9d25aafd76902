import { Option, type Command } from 'commander';
import type { Hotspot, HotspotPreset } from '../../index.js';
import { contextOf, type Host } from '../context.js';
import { envelopeJson, hotspotJson } from '../../answers/index.js';
import { wholeNumber } from '../numbers.js';
import { requireProject, withKeptStore } from '../open-store.js';
import { showRest } from '../output.js';
import { addPageOptions, pageOf, type PageFlags } from '../page-options.js';
import { symbolRow } from '../symbol-row.js';
import { columns } from '../terminal.js';

interface HotspotFlags extends PageFlags {
  readonly project?: string;
  readonly top?: number;
  readonly threshold: number;
  readonly preset: HotspotPreset;
}

const DEFAULT_TOP = 20;

export function addHotspotsCommand(program: Command, host: Host): void {
  const command = program
    .command('hotspots')
    .description('the symbols most worth a look, worst first')
    .option('--top <n>', `so many of the worst (default: ${DEFAULT_TOP})`, wholeNumber(1))
    .option('--threshold <n>', 'only symbols of this complexity or more', wholeNumber(0), 1)
    .option('--project <id>', 'only this project')
    .addOption(
      new Option('--preset <rule>', 'what makes a symbol bad: all measures, or complexity and fan-out alone')
        .choices(['combined', 'plain'])
        .default('combined'),
    );
  addPageOptions(command).action(async (flags: HotspotFlags, self: Command) => {
    const context = contextOf(host, self);
    const { output } = context;
    await withKeptStore(context, async (store) => {
      await requireProject(store, flags.project);
      const answer = await store.analytics.getHotspots({
        ...pageOf(flags, output.json, DEFAULT_TOP),
        ...(flags.top === undefined ? {} : { limit: flags.top }),
        ...(flags.project === undefined ? {} : { project: flags.project }),
        threshold: flags.threshold,
        preset: flags.preset,
        signal: host.signal,
      });
      output.document(envelopeJson(answer, hotspotJson));
      if (answer.total === 0) output.line(`no symbol has a complexity of ${flags.threshold} or more`);
      else output.line(columns(hotspotTable(answer.items, flags.preset)).join('\n'));
      showRest(output, answer, '--top');
    });
  });
}

/** The plain rule has neither centrality nor changes to show. */
function hotspotTable(hotspots: readonly Hotspot[], preset: HotspotPreset): string[][] {
  const isPlain = preset === 'plain';
  const rows = hotspots.map((hotspot) => {
    const { complexity, fanOut, fanIn, centrality, changes, score } = hotspot;
    const more = isPlain ? [] : [centrality?.toPrecision(2) ?? '', changes ?? ''];
    const numbers = [complexity ?? '', fanOut, fanIn, ...more, isPlain ? score : score.toFixed(1)].map(String);
    return [...numbers, ...symbolRow(hotspot).slice(0, 3)];
  });
  const more = isPlain ? [] : ['centrality', 'changes'];
  return [['complexity', 'fan-out', 'fan-in', ...more, 'score', 'type', 'name', 'place'], ...rows];
}
