import type { Data } from '../document/data.js';
import { readJson } from '../document/json.js';
import type { Notes, Placed } from '../document/notes.js';
import type { TsConfig } from './npm-facts.js';

/** Reads a tsconfig.json or jsconfig.json: how it names modules, and where its sources and its output lie. */
export function parseTsConfig(text: string, notes: Notes): TsConfig {
  const root = readJson(text, notes, { isRelaxed: true });
  const options = root.at('compilerOptions');
  const parents = root.at('extends');
  const include = root.at('include');
  return {
    extends: parents.kind === 'list' ? placedItems(parents) : placedText(parents),
    references: root
      .at('references')
      .items()
      .flatMap((reference) => placedText(reference.at('path'))),
    baseUrl: placedText(options.at('baseUrl'))[0] ?? null,
    paths: pathsOf(options.at('paths'), notes),
    rootDir: options.at('rootDir').text ?? null,
    outDir: options.at('outDir').text ?? null,
    declarationDir: options.at('declarationDir').text ?? null,
    include: include.kind === 'list' ? include.texts() : null,
  };
}

function pathsOf(data: Data, notes: Notes): TsConfig['paths'] {
  if (data.kind !== 'map') return null;
  return data.entries().flatMap(([pattern, targets]) => {
    const isPattern = pattern.split('*').length <= 2;
    if (!isPattern) notes.add(targets.line, `The pattern '${pattern}' in paths has more than one '*'.`);
    return isPattern ? [{ pattern, targets: placedItems(targets) }] : [];
  });
}

function placedItems(data: Data): Placed[] {
  return data.items().flatMap(placedText);
}

function placedText(data: Data): Placed[] {
  return data.text === undefined ? [] : [{ text: data.text, line: data.line }];
}
