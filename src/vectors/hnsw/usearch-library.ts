import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Usearch from 'usearch';
import type { HnswSettings } from './hnsw-settings.js';

/**
 * The one place that touches usearch. What its binding for Node does that a caller must know (2.25.3):
 *
 * - `view` and `load` of a damaged file can end the process: sizes, offsets and keys in it are believed. A file is
 *   compared with its checksums first.
 * - `view` takes over the dimension and number type of the file without a word.
 * - After `remove` of all keys a saved index ends the process when it is viewed. Nothing is ever removed here.
 * - Each call with several threads starts and ends them; a search of more threads than were reserved fails.
 * - `exactSearch` reads from the start of the buffer, whatever part of it a typed array shows.
 * - A huge number of results is allocated as asked.
 * - NaN and zero are taken in, and found as anything.
 * - The ES module finds its binary through a stack trace and fails where there is none; the CommonJS one does not.
 * - Memory of an index is given back when its object is collected, not before.
 */
export interface UsearchLibrary {
  readonly version: string;
  create(dimension: number, settings: HnswSettings): Usearch.Index;
}

let loaded: UsearchLibrary | undefined;

/** Loads the native library on first use. Throws what the module loader throws where there is no build of it. */
export function loadUsearch(): UsearchLibrary {
  loaded ??= load();
  return loaded;
}

/** The library with its version. Throws as {@link loadUsearch} does. */
export function vectorLibraryVersion(): string {
  return loadUsearch().version;
}

function load(): UsearchLibrary {
  const require = createRequire(import.meta.url);
  const { Index, MetricKind, ScalarKind } = require('usearch') as typeof Usearch;
  const kinds = { i8: ScalarKind.I8, f16: ScalarKind.F16, f32: ScalarKind.F32 };
  return {
    version: versionOf(require.resolve('usearch')),
    create: (dimension, settings) =>
      new Index({
        dimensions: dimension,
        metric: MetricKind.Cos,
        quantization: kinds[settings.quantization],
        connectivity: settings.connectivity,
        expansion_add: settings.expansionAdd,
        // Searches ask for as many results as they want in view, which sets it for each by itself.
        expansion_search: 1,
        // A replaced vector is added once more under its id; comparing exact vectors makes the old row harmless.
        multi: true,
      }),
  };
}

/** The package does not export its manifest, so it is looked for above the module. */
function versionOf(modulePath: string): string {
  for (let folder = dirname(modulePath); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'));
    if (manifest?.name === 'usearch' && manifest.version !== undefined) return manifest.version;
  }
  throw new Error(`No version of usearch was found above ${modulePath}.`);
}

function readManifest(path: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
  } catch {
    return undefined;
  }
}
