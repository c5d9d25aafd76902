import { readJson } from '../document/json.js';
import type { Notes } from '../document/notes.js';
import { readToml } from '../document/toml.js';
import { tableRequirement } from './pyproject.js';
import type { Pipfile, PythonLock, PythonRequirement } from './python-facts.js';
import { normalisedName, requirement } from './requirement.js';

/** Reads poetry.lock, uv.lock, pdm.lock and pylock.toml (PEP 751), which all list packages with name and version. */
export function parsePythonLock(text: string, notes: Notes): PythonLock {
  const root = readToml(text, notes);
  const packages = [...root.at('package').items(), ...root.at('packages').items()].flatMap((item) => {
    const name = item.at('name').text;
    const version = item.at('version').text;
    return name === undefined || version === undefined ? [] : [{ name: normalisedName(name), version }];
  });
  return { packages };
}

export function parsePipfileLock(text: string, notes: Notes): PythonLock {
  const root = readJson(text, notes);
  const packages = ['default', 'develop'].flatMap((group) =>
    root
      .at(group)
      .entries()
      .flatMap(([name, item]) => {
        const version = item.at('version').text?.replace(/^==/, '');
        return version === undefined ? [] : [{ name: normalisedName(name), version }];
      }),
  );
  return { packages };
}

export function parsePipfile(text: string, notes: Notes): Pipfile {
  const root = readToml(text, notes);
  const requirements = (['packages', 'dev-packages'] as const).flatMap((group) =>
    root
      .at(group)
      .entries()
      .flatMap(([name, wish]): PythonRequirement[] => {
        const kind = group === 'packages' ? 'normal' : 'development';
        if (wish.text !== undefined)
          return [requirement(name, wish.text === '*' ? null : wish.text, kind, null, wish.line)];
        if (wish.kind === 'map') return [tableRequirement(name, wish, kind)];
        notes.add(wish.line, `The version of '${name}' is neither a text nor a table.`);
        return [];
      }),
  );
  return { requirements };
}
