import type { Data } from '../document/data.js';
import type { Notes } from '../document/notes.js';
import { readYaml } from '../document/yaml.js';
import type { PnpmLock, PnpmWorkspace } from './npm-facts.js';

export function parsePnpmWorkspace(text: string, notes: Notes): PnpmWorkspace {
  const root = readYaml(text, notes);
  const catalogs = [['default', root.at('catalog')] as const, ...root.at('catalogs').entries()];
  return {
    packages: root
      .at('packages')
      .items()
      .flatMap((item) => (item.text === undefined ? [] : { text: item.text, line: item.line })),
    catalogs: catalogs.flatMap(([catalog, data]) =>
      data.entries().flatMap(([name, range]) => (range.text === undefined ? [] : { catalog, name, range: range.text })),
    ),
  };
}

const IMPORTER_SECTIONS = /^(?:lockfileVersion|importers|dependencies|devDependencies|optionalDependencies):/;
const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/**
 * Reads what pnpm-lock.yaml of the versions 5, 6 and 9 says of the project's own packages. The sections about all other
 * packages, most of the file, are not even parsed.
 */
export function parsePnpmLock(text: string, notes: Notes): PnpmLock {
  const root = readYaml(blankOtherSections(text), notes);
  const importers = root.at('importers');
  // A project of one package has its groups at the top, up to version 6.
  const found: readonly (readonly [string, Data])[] = importers.kind === 'map' ? importers.entries() : [['.', root]];
  return {
    importers: found.map(([folder, importer]) => ({
      folder: folder === '.' ? '' : folder,
      dependencies: GROUPS.flatMap((group) =>
        importer
          .at(group)
          .entries()
          .flatMap(([key, chosen]) => chosenVersion(key, chosen.text ?? chosen.at('version').text)),
      ),
    })),
  };
}

/** Leaves empty lines where other top-level sections are, so that the lines of errors stay right. */
function blankOtherSections(text: string): string {
  let isWanted = true;
  const lines = text.split('\n').map((line) => {
    if (/^[^\s#-]/.test(line)) isWanted = IMPORTER_SECTIONS.test(line);
    return isWanted ? line : '';
  });
  return lines.join('\n');
}

/**
 * `1.2.3`, with its peers as `1.2.3_react@18.0.0` (version 5) or `1.2.3(react@18.0.0)`; an alias as `/name/1.2.3` (5),
 * `/name@1.2.3` (6) or `name@1.2.3` (9); a folder as `link:../other`.
 */
function chosenVersion(key: string, chosen: string | undefined): PnpmLock['importers'][number]['dependencies'] {
  if (chosen === undefined) return [];
  if (chosen.startsWith('link:')) return [{ key, version: null, link: chosen.slice('link:'.length) }];
  const version = /^(?:\/?(?:@[^/]+\/)?[^/@]+[/@])??(\d+\.\d+\.\d+[^(_/@]*)/.exec(chosen)?.[1] ?? null;
  return [{ key, version, link: null }];
}
