import type { Data } from '../document/data.js';
import { readJson } from '../document/json.js';
import type { Notes } from '../document/notes.js';
import type { BunLock, NpmLock } from './npm-facts.js';

/** Reads package-lock.json and npm-shrinkwrap.json of the lockfile versions 1, 2 and 3. */
export function parsePackageLock(text: string, notes: Notes): NpmLock {
  const root = readJson(text, notes);
  const packages = root.at('packages');
  return { places: packages.kind === 'map' ? placesOf(packages) : nestedPlaces(root.at('dependencies')) };
}

function placesOf(packages: Data): NpmLock['places'] {
  return packages.entries().map(([path, place]) => ({
    path,
    version: place.at('version').text ?? null,
    link: place.at('link').isTrue ? (place.at('resolved').text ?? null) : null,
  }));
}

/** Version 1 nests what lies in a package's own node_modules. */
function nestedPlaces(dependencies: Data): NpmLock['places'] {
  const places: NpmLock['places'][number][] = [];
  const waiting: { readonly prefix: string; readonly data: Data }[] = [{ prefix: '', data: dependencies }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [name, place] of next.data.entries()) {
      const path = `${next.prefix}node_modules/${name}`;
      const version = place.at('version').text ?? null;
      const link = version?.startsWith('file:') === true ? version.slice('file:'.length) : null;
      // An alias is locked as `npm:name@1.0.0`.
      places.push({ path, version: link === null ? (version?.replace(/^npm:.*@/, '') ?? null) : null, link });
      const nested = place.at('dependencies');
      if (nested.kind === 'map') waiting.push({ prefix: `${path}/`, data: nested });
    }
  }
  return places;
}

/** Reads bun.lock, bun's lockfile in text form. */
export function parseBunLock(text: string, notes: Notes): BunLock {
  const root = readJson(text, notes, { isRelaxed: true });
  return {
    workspaces: root
      .at('workspaces')
      .entries()
      .map(([folder, workspace]) => ({ folder, name: workspace.at('name').text ?? null })),
    packages: root
      .at('packages')
      .entries()
      .flatMap(([key, tuple]) => {
        const version = tuple.items()[0]?.text?.replace(/^.+@/, '');
        return version === undefined ? [] : [{ key, version }];
      }),
  };
}
