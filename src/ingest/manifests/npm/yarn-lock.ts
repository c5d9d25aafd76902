import type { Notes } from '../document/notes.js';
import { readYaml } from '../document/yaml.js';
import type { YarnLock } from './npm-facts.js';

/** Reads yarn.lock: YAML since version 2, a format of its own before. */
export function parseYarnLock(text: string, notes: Notes): YarnLock {
  return { entries: /^__metadata:/m.test(text) ? berryEntries(text, notes) : classicEntries(text, notes) };
}

/** Keys and versions are what counts; the lines about dependencies and checksums, most of the file, are not parsed. */
function berryEntries(text: string, notes: Notes): YarnLock['entries'] {
  const lines = text.split('\n').map((line) => (/^(?:\S|:? {2}version:)/.test(line) ? line : ''));
  return readYaml(lines.join('\n'), notes)
    .entries()
    .flatMap(([key, entry]) => {
      const version = entry.at('version').text;
      if (key === '__metadata' || version === undefined) return [];
      return key.split(/,\s*/).map((descriptor) => ({ descriptor, version }));
    });
}

/**
 * The classic format: `"@a/b@^1.0.0", c@^2:` and below it `  version "1.2.3"`, texts quoted as in JSON where they need it.
 * (The format's own parser, @yarnpkg/lockfile, does not end on a text that is not closed.)
 */
function classicEntries(text: string, notes: Notes): YarnLock['entries'] {
  const entries: YarnLock['entries'][number][] = [];
  let descriptors: readonly string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    if (/^\S/.test(line)) {
      descriptors = descriptorsOf(line);
      if (descriptors.length === 0) notes.add(index + 1, 'The line names no packages as yarn writes them.');
    } else {
      const version = /^ {2}version "?([^"\s]+)"?\s*$/.exec(line)?.[1];
      if (version !== undefined) entries.push(...descriptors.map((descriptor) => ({ descriptor, version })));
    }
  }
  return entries;
}

function descriptorsOf(line: string): readonly string[] {
  if (!/^(?:"[^"]+"|[^",\s][^",]*)(?:, (?:"[^"]+"|[^",\s][^",]*))*:$/.test(line)) return [];
  return line
    .slice(0, -1)
    .split(/,\s*/)
    .map((descriptor) => descriptor.replace(/^"|"$/g, ''));
}
